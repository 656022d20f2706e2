import AllocationStrategies
import Measurement
import Testing

@testable import Emulation
@testable import PhysicalMemory

/// No time passes between the halves of a change: bitmap, ownership and event tell the same at every moment.
@Suite struct ReleaseInstantTests {
    /// What the machine looks like at the moments at which another device's driver could look.
    private final class Witness {
        private let machine: EmulatedMachine
        private let area: EmulatedArea
        private(set) var events: [(event: AllocationEvent, device: Int?)] = []

        init(_ machine: EmulatedMachine) {
            self.machine = machine
            area = machine.areas[0]
            area.observe { [unowned self] event, device in
                events.append((event, device))
                if event.kind == .release { check("at a release") }
            }
        }

        /// Every page that is allocated has one owner, and its bit is set; no other page has an owner.
        func check(_ moment: String) {
            let geometry = area.area.geometry
            for page in 0..<geometry.pages {
                let isHeld = area.area[page] == .held
                if isHeld != (area.owners.holder(at: page) != nil) {
                    Issue.record(
                        "\(moment), \(machine.clock.now) ns: page \(page) is held: \(isHeld), its owner says not"
                    )
                    return
                }
                if isHeld, !area.area.range(at: page).bitmap[page] {
                    Issue.record(
                        "\(moment), \(machine.clock.now) ns: page \(page) is held and its bit is clear")
                    return
                }
            }
        }

        /// No page is allocated before its former owner has released it, in a sequence of changes.
        private func checkOrder(_ changes: [Change], _ order: String) {
            var isHeld = [Bool](repeating: false, count: area.area.geometry.pages)
            for change in changes {
                if !change.pages.allSatisfy({ isHeld[$0] == change.isRelease }) {
                    let what =
                        change.isRelease ? "released, not held by anybody" : "allocated before a release"
                    Issue.record("\(order): at \(change.instant) ns \(change.pages) \(what)")
                }
                for page in change.pages { isHeld[page] = !change.isRelease }
            }
        }

        /// - Parameter hearsAll: whether the strategy holds nothing for its own stock, whose calls only the history
        ///   has.
        func checkEnd(_ history: AreaHistory, hearsAll: Bool) {
            check("at the end")
            #expect(area.area.checkInvariants() == [])
            let told = events.compactMap { event, _ in
                event.kind == .success || event.kind == .release
                    ? event.offset.map {
                        (
                            instant: event.nanoseconds, pages: $0..<$0 + event.count,
                            isRelease: event.kind == .release
                        )
                    } : nil
            }
            if hearsAll { checkOrder(told, "as told") }
            checkOrder(byTime(changes(of: history)), "in the history")
            if hearsAll { checkOrder(byTime(told), "as told, by time") }
        }

        private typealias Change = (instant: UInt64, pages: Range<Int>, isRelease: Bool)

        private func byTime(_ changes: [Change]) -> [Change] {
            changes.enumerated().sorted {
                ($0.element.instant, $0.offset) < ($1.element.instant, $1.offset)
            }.map(\.element)
        }

        private func changes(of history: AreaHistory) -> [Change] {
            var changes: [Change] = []
            var now: UInt64 = 0
            let requests = history.requests
            for index in 0..<requests.count {
                now += requests.beginStepNanoseconds[index]
                guard requests.errno[index] == 0 else { continue }
                let offset = requests.offset[index]
                changes.append(
                    (
                        now + requests.durationNanoseconds[index], offset..<offset + requests.pages[index],
                        false
                    ))
            }
            now = 0
            for index in 0..<history.releases.count {
                now += history.releases.stepNanoseconds[index]
                let offset = history.releases.offset[index]
                changes.append((now, offset..<offset + history.releases.pages[index], true))
            }
            return changes
        }
    }

    /// A driver that takes and releases at random, and what it thinks that it holds.
    private final class RandomDriver {
        private let machine: EmulatedMachine
        private let device: Int
        private var random: SeededGenerator
        private var held: [(pfn: Int, pages: Int)] = []

        init(_ machine: EmulatedMachine, device: Int, seed: UInt64) {
            self.machine = machine
            self.device = device
            random = SeededGenerator(seed: seed)
        }

        func live(steps: Int, gathers: Bool) {
            for _ in 0..<steps {
                switch Int.random(in: 0..<5, using: &random) {
                case 0...1:
                    if gathers {
                        let chunk = GatherRequest(
                            wanted: Int.random(in: 1...12, using: &random), chunkPages: 16, align: 4)
                        for pfn in machine.gather(chunk, device: device) { held.append((pfn, 16)) }
                    } else {
                        let pages = Int.random(in: 1...200, using: &random)
                        if let pfn = machine.allocate(
                            AllocationRequest(count: pages, align: 0), mode: .normal, device: device)
                        {
                            held.append((pfn, pages))
                        }
                    }
                case 2: machine.sleep(nanoseconds: UInt64.random(in: 0..<20_000, using: &random))
                default: releaseOne()
                }
            }
            while !held.isEmpty { releaseOne() }
        }

        /// Gives one piece back, whole or its second half first.
        private func releaseOne() {
            guard let index = held.indices.randomElement(using: &random) else { return }
            let piece = held.remove(at: index)
            if piece.pages > 1, Int.random(in: 0..<4, using: &random) == 0 {
                let half = piece.pages / 2
                #expect(machine.release(pfn: piece.pfn + half, count: piece.pages - half, device: device))
                held.append((piece.pfn, half))
            } else {
                #expect(machine.release(pfn: piece.pfn, count: piece.pages, device: device))
            }
        }
    }

    @Test(
        arguments: [
            "", "normal", "one-block", "bulk-heap", "pages-bulk", "chunk-heap", "pool", "range-tracking",
        ],
        [UInt64(1), 2])
    func `devices that allocate and release at once never see a change half made`(
        strategy: String, seed: UInt64
    ) throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 1024))
        var configuration = MachineConfiguration(
            memoryPages: 131_072, area: geometry, seed: seed, start: .generated(fill: 0.4, pins: 3),
            forcedMode: nil)
        configuration.strategy = strategy.isEmpty ? nil : .known(try #require(Strategy.named(strategy)))
        let machine = try EmulatedMachine(configuration, recordsHistory: true, onTrace: { _ in })
        let witness = Witness(machine)
        let devices = try (0..<4).map { try #require(machine.registerDevice(named: "device\($0)")) }
        var left = devices.count
        var bodies = devices.map { device in
            {
                RandomDriver(machine, device: device, seed: seed * 100 + UInt64(device))
                    .live(steps: 60, gathers: !strategy.isEmpty)
                left -= 1
            }
        }
        bodies.append {
            // Steps that no cost is a multiple of.
            while left > 0 {
                machine.sleep(nanoseconds: 7919)
                witness.check("meanwhile")
            }
        }
        #expect(VirtualTasks.run(on: machine.clock, bodies))
        #expect(machine.runRecord.devices.allSatisfy { $0.pagesHeldAtExit == 0 })
        #expect(machine.areas[0].owners.heldNow.byDevice.allSatisfy { $0 == 0 })
        let history = try #require(machine.runRecord.history?.areas.first)
        witness.checkEnd(history, hearsAll: strategy != "pool")
        #expect(history.frames.map(\.nanoseconds) == history.frames.map(\.nanoseconds).sorted())
    }

    @Test func `a release is told before the time that it takes`() throws {
        let machine = try makeMachine(pages: 512)
        var events: [AllocationEvent] = []
        machine.areas[0].observe { event, _ in events.append(event) }
        let device = try #require(machine.registerDevice(named: "camera"))
        let pfn = try #require(machine.allocate(256, device: device))
        let before = machine.clock.now
        #expect(machine.release(pfn: pfn, count: 256, device: device))
        let release = try #require(events.last)
        #expect(release.kind == .release && release.nanoseconds == before)
        #expect(machine.clock.now > before)
    }

    @Test(arguments: ["pages-bulk", "bulk", "range-tracking", "chunk-heap", "one-block", "android"])
    func `every call in a history lasts, and together they last no longer than the request`(strategy: String)
        throws
    {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 4096))
        var configuration = MachineConfiguration(
            memoryPages: 131_072, area: geometry, seed: 3, start: .generated(fill: 0.8, pins: 4),
            forcedMode: nil)
        configuration.strategy = .known(try #require(Strategy.named(strategy)))
        let machine = try EmulatedMachine(configuration, recordsHistory: true)
        let device = try #require(machine.registerDevice(named: "camera"))
        let begin = machine.clock.now
        let got = machine.gather(GatherRequest(wanted: 64, chunkPages: 16, align: 4), device: device)
        #expect(got.count == 64)
        let requests = try #require(machine.runRecord.history?.areas.first?.requests)
        #expect(requests.count > 0)
        #expect(requests.durationNanoseconds.allSatisfy { $0 > 0 })
        #expect(requests.durationNanoseconds.reduce(0, +) <= machine.clock.now - begin)
        // Emptying the pageblocks is most of what pages-bulk does, and is on the account of the chunks.
        if strategy == "pages-bulk" {
            #expect(requests.count == 64)
            #expect(requests.durationNanoseconds.reduce(0, +) > (machine.clock.now - begin) / 2)
        }
    }

    @Test func `the chunk that pages-bulk ends without is a call that failed`() throws {
        let geometry = try #require(AreaGeometry(basePFN: 65_536, pages: 512))
        var configuration = MachineConfiguration(
            memoryPages: 131_072, area: geometry, seed: 1, start: .generated(fill: 0, pins: 0),
            forcedMode: nil)
        configuration.strategy = .known(try #require(Strategy.named("pages-bulk")))
        let machine = try EmulatedMachine(configuration, recordsHistory: true)
        machine.area[40] = .pinned
        let device = try #require(machine.registerDevice(named: "camera"))
        #expect(
            machine.gather(GatherRequest(wanted: 40, chunkPages: 16, align: 4), device: device).count == 31)
        let requests = try #require(machine.runRecord.history?.areas.first?.requests)
        #expect(requests.errno == [Int](repeating: 0, count: 31) + [-16])
        #expect(requests.offset.last == -1)
    }
}
