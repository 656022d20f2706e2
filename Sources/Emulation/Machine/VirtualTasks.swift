import Glibc
public import PhysicalMemory

/// Drivers that run at the same emulated time, each written as if it were alone.
///
/// Every task has a thread, but only one runs at any moment: when a task spends time or waits on the
/// machine's timeline, the one whose turn comes next continues. The order follows from instants and
/// the order of scheduling alone, so that the same tasks always interleave in the same way.
public final class VirtualTasks: TaskSwitching {
    private final class Task {
        var body: () -> Void = {}
        let baton = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        var thread = pthread_t()
        var hasEnded = false

        init() { sem_init(baton, 0, 0) }

        deinit {
            sem_destroy(baton)
            baton.deallocate()
        }

        func wait() { while sem_wait(baton) != 0 {} }
    }

    /// What a new thread is handed.
    private final class Start {
        let tasks: VirtualTasks
        let number: Int

        init(tasks: VirtualTasks, number: Int) {
            self.tasks = tasks
            self.number = number
        }
    }

    /// The errno of pthread_create(3) for a thread that could not be had.
    public struct ThreadShortage: Error, Sendable {
        public let errorNumber: Int32
    }

    /// The machine's, while bodies run.
    private var timeline: Timeline?
    /// Task 0 is the caller of `run`.
    private var tasks = [Task()]
    public private(set) var current = 0

    /// Starts the threads of so many tasks, which wait for their bodies.
    ///
    /// All of them at once and ahead, because a run whose tasks could not interleave would come to other results.
    /// Threads of tasks that never get a body wait until the process ends.
    ///
    /// - Throws: ``ThreadShortage``.
    ///
    /// Corresponds to pthread_create(3).
    public init(count: Int) throws(ThreadShortage) {
        for _ in 0..<count { try startThread() }
    }

    /// Runs every body as a task of its own, the first at the present instant and each further one in
    /// the order given, until all have returned. To be called once.
    ///
    /// - Parameter bodies: at most as many as there are threads.
    /// - Returns: false when some wait for what can no longer happen; these are abandoned.
    public func run(on timeline: Timeline, _ bodies: [() -> Void]) -> Bool {
        self.timeline = timeline
        timeline.share(by: self)
        defer { timeline.share(by: nil) }
        for (task, body) in zip(tasks.dropFirst(), bodies) { task.body = body }
        for task in tasks.dropFirst(bodies.count + 1) { task.hasEnded = true }
        for number in bodies.indices { timeline.resume(task: number + 1, after: 0) }
        _ = timeline.wait { self.haveEnded }
        return haveEnded
    }

    private var haveEnded: Bool { tasks.dropFirst().allSatisfy(\.hasEnded) }

    private func startThread() throws(ThreadShortage) {
        let task = Task()
        tasks.append(task)
        let number = tasks.count - 1
        let start = Unmanaged.passRetained(Start(tasks: self, number: number))
        let result = pthread_create(
            &task.thread, nil,
            { argument in
                guard let argument else { return nil }
                let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                start.tasks.live(start.number)
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            throw ThreadShortage(errorNumber: result)
        }
        pthread_detach(task.thread)
    }

    /// A task's thread from its first turn to its last.
    private func live(_ number: Int) {
        let task = tasks[number]
        task.wait()
        task.body()
        task.hasEnded = true
        let next = timeline?.nextTask() ?? 0
        current = next
        sem_post(tasks[next].baton)
    }

    public func switchTo(_ task: Int) {
        let mine = tasks[current]
        current = task
        sem_post(tasks[task].baton)
        mine.wait()
    }
}
