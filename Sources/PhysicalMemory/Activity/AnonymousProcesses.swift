/// Processes that touch and free anonymous memory, in numbers a person knows.
public struct AnonymousLoad: Sendable, Hashable {
    public var processes: Int
    /// Memory that each keeps, pages.
    public var residentPages: Int
    /// Pages a second that each gives back and takes anew.
    public var turnoverPagesPerSecond: Int

    public init(processes: Int, residentPages: Int, turnoverPagesPerSecond: Int) {
        self.processes = processes
        self.residentPages = residentPages
        self.turnoverPagesPerSecond = turnoverPagesPerSecond
    }
}

/// The processes at work: each fills its memory at the start and then exchanges a part of it, every
/// 10 ms of emulated time.
final class AnonymousProcesses: PageObserver {
    private static let tick: UInt64 = 10_000_000

    private let memory: MachineMemory
    private let load: AnonymousLoad
    private var generator: SeededGenerator
    /// Frames of each process, and for each frame where it stands there, plus one.
    private var frames: [[Int]]
    private var places: [Int: (process: Int, index: Int)] = [:]
    /// Pages to exchange that did not fill a whole one yet.
    private var owed: [Double]

    init(on memory: MachineMemory, load: AnonymousLoad, generator: SeededGenerator) {
        self.memory = memory
        self.load = load
        self.generator = generator
        frames = Array(repeating: [], count: load.processes)
        owed = Array(repeating: 0, count: load.processes)
        memory.observe(self)
        for process in 0..<load.processes {
            for _ in 0..<load.residentPages where !touch(process) { break }
            schedule(process)
        }
    }

    private func schedule(_ process: Int) {
        memory.timeline.schedule(after: Self.tick) { [unowned self] in
            exchange(process)
            schedule(process)
        }
    }

    /// Takes one page. False when there is none.
    private func touch(_ process: Int) -> Bool {
        guard let pfn = memory.allocatePage(for: .anonymous, cpu: process % memory.cpuCount) else {
            return false
        }
        places[pfn] = (process, frames[process].count)
        frames[process].append(pfn)
        return true
    }

    private func exchange(_ process: Int) {
        owed[process] += Double(load.turnoverPagesPerSecond) * Double(Self.tick) / 1e9
        let pages = min(Int(owed[process]), frames[process].count)
        owed[process] -= owed[process].rounded(.down)
        for _ in 0..<pages { giveBack(generator.below(frames[process].count), of: process) }
        while frames[process].count < load.residentPages, touch(process) {}
    }

    private func giveBack(_ index: Int, of process: Int) {
        let pfn = frames[process][index]
        let last = frames[process].removeLast()
        if last != pfn {
            frames[process][index] = last
            places[last] = (process, index)
        }
        places[pfn] = nil
        memory.freePage(pfn, cpu: process % memory.cpuCount)
    }

    func pageMoved(from source: Int, to target: Int) {
        guard let place = places.removeValue(forKey: source) else { return }
        places[target] = place
        frames[place.process][place.index] = target
    }
}
