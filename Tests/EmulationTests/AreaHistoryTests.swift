import Measurement
import PhysicalMemory
import Testing

@testable import Emulation

/// What a run's record tells of an area's pages and calls.
@Suite struct AreaHistoryTests {
    private func machine(pages: Int, fill: Double, pins: Int, seed: UInt64) throws -> EmulatedMachine {
        let area = try #require(AreaGeometry(basePFN: 65_536, pages: pages))
        let configuration = MachineConfiguration(
            memoryPages: 131_072, area: area, seed: seed, start: .generated(fill: fill, pins: pins),
            forcedMode: nil)
        return try EmulatedMachine(configuration, recordsHistory: true)
    }

    /// The numbers of every page, as a reader of a history gets them.
    private func pages(of history: AreaHistory, frames: Int? = nil) -> [Int] {
        var pages: [Int] = []
        for index in stride(from: 0, to: history.start.count, by: 2) {
            pages += [Int](repeating: history.start[index + 1], count: history.start[index])
        }
        for frame in history.frames.prefix(frames ?? .max) {
            for index in stride(from: 0, to: frame.changes.count, by: 3) {
                for page in 0..<frame.changes[index + 1] {
                    pages[frame.changes[index] + page] = frame.changes[index + 2]
                }
            }
        }
        return pages
    }

    @Test func `without being asked for there is none`() throws {
        #expect(try makeMachine().runRecord.history == nil)
    }

    @Test(arguments: UInt64(1)...12)
    func `start and changes add up to what the pages are at the end`(seed: UInt64) throws {
        let machine = try machine(pages: 4096, fill: 0.6, pins: 40, seed: seed)
        let area = machine.area
        let before = (0..<4096).map { area[$0] }
        for name in ["camera", "codec"] { _ = try #require(machine.registerDevice(named: name)) }
        var random = SeededGenerator(seed: seed)
        var held: [(pfn: Int, pages: Int, device: Int)] = []
        for _ in 0..<500 {
            let device = Int.random(in: 0...1, using: &random)
            let pages = Int.random(in: 1...64, using: &random)
            if Bool.random(using: &random), let last = held.indices.randomElement(using: &random) {
                let chunk = held.remove(at: last)
                #expect(machine.release(pfn: chunk.pfn, count: chunk.pages, device: chunk.device))
            } else if let pfn = machine.allocate(pages, device: device) {
                held.append((pfn, pages, device))
            }
        }
        let history = try #require(machine.runRecord.history?.areas.first)
        let first = pages(of: history, frames: 0)
        for page in 0..<4096 where code(of: before[page]) != first[page] {
            Issue.record("page \(page) was \(before[page]) at the start, not \(first[page])")
        }
        let last = pages(of: history)
        for page in 0..<4096 {
            let holder = held.first { (0..<$0.pages).contains(area.geometry.basePFN + page - $0.pfn) }
            let expected = holder.map { HistoryPage.held(by: $0.device) } ?? code(of: area[page])
            if last[page] != expected { Issue.record("page \(page) is \(expected), not \(last[page])") }
        }
        #expect(history.frames.count < AreaFrames.limit)
        #expect(history.frames.map(\.nanoseconds) == history.frames.map(\.nanoseconds).sorted())
    }

    private func code(of state: PageState) -> Int {
        switch state {
        case .free: HistoryPage.free
        case .movable: HistoryPage.movable
        case .pinned: HistoryPage.pinned
        case .held: -1
        }
    }

    @Test func `calls are what the device's record counts`() throws {
        let machine = try machine(pages: 512, fill: 0.5, pins: 60, seed: 3)
        let device = try #require(machine.registerDevice(named: "camera"))
        var pfns: [Int] = []
        while let pfn = machine.allocate(16, align: 4, device: device) { pfns.append(pfn) }
        for pfn in pfns { #expect(machine.release(pfn: pfn, count: 16, device: device)) }
        let record = machine.runRecord
        let history = try #require(record.history?.areas.first)
        #expect(history.requests.count == record.devices[0].calls)
        #expect(history.requests.busy.reduce(0, +) == record.devices[0].busyRetries)
        #expect(history.requests.errno.count { $0 != 0 } == record.devices[0].failedCalls)
        #expect(history.requests.offset.filter { $0 >= 0 } == pfns.map { $0 - machine.area.geometry.basePFN })
        #expect(history.requests.durationNanoseconds.max() == record.devices[0].callNanoseconds.max)
        #expect(history.releases.count == pfns.count)
    }

    @Test func `a failure names the page that refused every window, and the fewest that stood in the way`()
        throws
    {
        let machine = try machine(pages: 64, fill: 0, pins: 0, seed: 1)
        for page in [3, 17, 18, 35, 36, 37, 50] { machine.area[page] = .pinned }
        let device = try #require(machine.registerDevice(named: "camera"))
        #expect(machine.allocate(16, align: 4, device: device) == nil)
        let anatomy = try #require(machine.runRecord.history?.areas.first?.anatomies.first)
        #expect(anatomy.request == 0)
        #expect(anatomy.refusals.first == [0, 16, 32, 48])
        #expect(anatomy.refusals.page == [3, 17, 35, 50])
        #expect(Set(anatomy.refusals.obstacle.map { RequestAnatomy.Obstacle.allCases[$0] }) == [.pinned])
        #expect(anatomy.refusedWindows == 4)
        #expect(anatomy.nearest == 0)
        #expect(anatomy.blockers == [RequestAnatomy.Blocker(page: 3, pages: 1, obstacle: .pinned)])
        #expect(anatomy.largestFreeRun == 16)
    }

    @Test func `pages that a device holds are named with their buffer`() throws {
        let machine = try machine(pages: 64, fill: 0, pins: 0, seed: 1)
        let camera = try #require(machine.registerDevice(named: "camera"))
        let display = try #require(machine.registerDevice(named: "display"))
        _ = try machine.gather("preview", buffers: 3, pages: 16, device: camera)
        #expect(machine.allocate(32, device: display) == nil)
        let history = try #require(machine.runRecord.history?.areas.first)
        #expect(history.requests.errno.last == -12)
        let anatomy = try #require(history.anatomies.first)
        #expect(anatomy.nearest == 32)
        #expect(anatomy.refusedWindows == 0)
        var blocker = RequestAnatomy.Blocker(page: 32, pages: 16, obstacle: .held, device: camera)
        (blocker.set, blocker.buffer) = ("preview", 2)
        #expect(anatomy.blockers == [blocker])
    }

    @Test func `windows that one page refuses are one entry`() throws {
        let machine = try machine(pages: 64, fill: 0, pins: 0, seed: 1)
        for page in [20, 45] { machine.area[page] = .pinned }
        let device = try #require(machine.registerDevice(named: "camera"))
        #expect(machine.allocate(30, device: device) == nil)
        let anatomy = try #require(machine.runRecord.history?.areas.first?.anatomies.first)
        #expect(anatomy.refusals.first == [0, 21])
        #expect(anatomy.refusals.windows == [21, 14])
        #expect(anatomy.refusals.step == [1, 1])
        #expect(anatomy.refusedWindows == 35)
    }

    @Test func `a request that is larger than the area has a call and a failure, and no window`() throws {
        let machine = try machine(pages: 64, fill: 0, pins: 0, seed: 1)
        let device = try #require(machine.registerDevice(named: "camera"))
        #expect(machine.allocate(65, device: device) == nil)
        #expect(machine.allocate(4, device: device) != nil)
        let history = try #require(machine.runRecord.history?.areas.first)
        #expect(history.requests.errno == [-12, 0])
    }
}
