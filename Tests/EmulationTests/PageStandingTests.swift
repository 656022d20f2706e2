import Emulation
import Testing

@Suite struct PageStandingTests {
    @Test func `a range is told by who holds it`() throws {
        let machine = try makeMachine()
        let device = try #require(machine.registerDevice(named: "isp"))
        let other = try #require(machine.registerDevice(named: "codec"))
        let pfn = try #require(machine.allocate(4, device: device))
        let foreign = try #require(machine.allocate(4, device: other))
        func standing(_ pfn: Int, _ count: Int, inHand: Bool = true) -> PageStanding {
            machine.standing(pfn: pfn, count: count, device: device, inHand: inHand)
        }
        #expect(standing(pfn, 4) == .held)
        #expect(standing(pfn + 1, 2) == .held)
        #expect(standing(foreign, 1) == .heldBy("codec"))
        #expect(standing(pfn, 4, inHand: false) == .heldBy("the driver"))
        #expect(standing(0, 1) == .outside)
        #expect(standing(.max, .max) == .outside)
        #expect(standing(pfn + 100, 1) == .free)
    }

    @Test func `a range that is held in part says how much of it`() throws {
        let machine = try makeMachine()
        let device = try #require(machine.registerDevice(named: "isp"))
        let pfn = try #require(machine.allocate(4, device: device))
        func standing(_ pfn: Int, _ count: Int) -> PageStanding {
            machine.standing(pfn: pfn, count: count, device: device, inHand: true)
        }
        #expect(standing(pfn, 5) == .partly(4))
        #expect(standing(pfn + 3, .max) == .partly(1))
        #expect(standing(pfn, 0) == .partly(0))
        #expect(standing(pfn, -1) == .partly(0))
    }

    @Test func `what was released is free`() throws {
        let machine = try makeMachine()
        let device = try #require(machine.registerDevice(named: "isp"))
        let pfn = try #require(machine.allocate(4, device: device))
        #expect(machine.release(pfn: pfn, count: 4, device: device))
        #expect(machine.standing(pfn: pfn, count: 4, device: device, inHand: true) == .free)
    }
}
