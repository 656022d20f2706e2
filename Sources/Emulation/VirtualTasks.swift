import Glibc
public import PhysicalMemory

/// Drivers that run at the same emulated time, each written as if it were alone.
///
/// Every task has a thread, but only one runs at any moment: when a task spends time or waits on the
/// machine's timeline, the one whose turn comes next continues. The order follows from instants and
/// the order of scheduling alone, so that the same tasks always interleave in the same way.
public final class VirtualTasks: TaskSwitching {
    private final class Task {
        let body: () -> Void
        let baton = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        var thread = pthread_t()
        var hasEnded = false

        init(body: @escaping () -> Void) {
            self.body = body
            sem_init(baton, 0, 0)
        }

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

    private let timeline: Timeline
    /// Task 0 is the caller of `run`.
    private var tasks: [Task] = []
    public private(set) var current = 0

    private init(timeline: Timeline) {
        self.timeline = timeline
        tasks.append(Task(body: {}))
    }

    /// Runs every body as a task of its own, the first at the present instant and each further one in
    /// the order given, until all have returned.
    /// - Returns: false when some wait for what can no longer happen; these are abandoned.
    public static func run(on timeline: Timeline, _ bodies: [() -> Void]) -> Bool {
        let tasks = VirtualTasks(timeline: timeline)
        timeline.share(by: tasks)
        defer { timeline.share(by: nil) }
        for body in bodies { tasks.start(body) }
        _ = timeline.wait { tasks.haveEnded }
        return tasks.haveEnded
    }

    private var haveEnded: Bool { tasks.dropFirst().allSatisfy(\.hasEnded) }

    private func start(_ body: @escaping () -> Void) {
        let task = Task(body: body)
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
            // No thread to be had: the body runs here and now, one after the other.
            start.release()
            body()
            task.hasEnded = true
            return
        }
        pthread_detach(task.thread)
        timeline.resume(task: number, after: 0)
    }

    /// A task's thread from its first turn to its last.
    private func live(_ number: Int) {
        let task = tasks[number]
        task.wait()
        task.body()
        task.hasEnded = true
        let next = timeline.nextTask() ?? 0
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
