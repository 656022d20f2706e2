import Emulation
import PhysicalMemory
import Testing

@Suite struct MachineResizingTests {
    /// 512 MiB with an area of 64 MiB at 256 MiB and one of 32 MiB at 384 MiB.
    private func machine() throws -> MachineConfiguration {
        func geometry(_ base: Int, _ size: Int) throws -> AreaGeometry {
            try #require(AreaGeometry(basePFN: base << 8, pages: size << 8))
        }
        var machine = MachineConfiguration(
            memoryPages: 512 << 8, area: try geometry(256, 64), seed: 1, start: .generated(fill: 0, pins: 0),
            forcedMode: nil)
        machine.areas.append(("second", try geometry(384, 32)))
        return machine
    }

    private func places(_ machine: MachineConfiguration) -> [[Int]] {
        machine.areas.map { [$0.geometry.basePFN >> 8, $0.geometry.pages >> 8] }
    }

    /// The same machine with memory from 1 GiB on ends every search 1 GiB further, and nothing lies in a
    /// hole.
    @Test func `memory that begins elsewhere only moves the places`() throws {
        let plain = try machine()
        var moved = plain
        let first = 1024 << 8
        moved.firstPFN = first
        for area in moved.areas.indices {
            let place = moved.areas[area].geometry
            moved.areas[area].geometry = try #require(
                AreaGeometry(basePFN: place.basePFN + first, pages: place.pages))
        }
        #expect(moved.largestSize(ofArea: 0) == plain.largestSize(ofArea: 0))
        for (pages, base) in [(2, nil), (64, nil), (64, 256), (130, 256), (200, 256)] as [(Int, Int?)] {
            let expected = places(try plain.resized(area: 0, pages: pages << 8, base: base.map { $0 << 8 }))
            let got = places(
                try moved.resized(area: 0, pages: pages << 8, base: base.map { ($0 << 8) + first }))
            #expect(got == expected.map { [$0[0] + 1024, $0[1]] })
        }
        moved.absent = [first + (320 << 8)..<first + (384 << 8)]
        let sizes = [2, 64, 96]
        for size in sizes {
            let place = try moved.resized(area: 0, pages: size << 8, base: nil).areas[0].geometry
            #expect(!moved.absent[0].overlaps(place.basePFN..<place.basePFN + place.pages))
        }
    }

    @Test func `an area keeps its base as long as it fits there`() throws {
        let machine = try machine()
        #expect(
            places(try machine.resized(area: 0, pages: 128 << 8, base: 256 << 8)) == [
                [256, 128], [384, 32],
            ])
        #expect(places(try machine.resized(area: 0, pages: 512, base: 256 << 8)) == [[256, 2], [384, 32]])
    }

    @Test func `one that does not fit there goes as high as it fits, the other stays`() throws {
        let machine = try machine()
        #expect(
            places(try machine.resized(area: 0, pages: 130 << 8, base: 256 << 8)) == [
                [254, 130], [384, 32],
            ])
        #expect(places(try machine.resized(area: 0, pages: 64 << 8, base: nil)) == [[448, 64], [384, 32]])
    }

    @Test func `the largest size fits, one step more does not`() throws {
        let machine = try machine()
        for area in machine.areas.indices {
            let largest = machine.largestSize(ofArea: area)
            let step = machine.sizeStep(ofArea: area)
            #expect(step == 512)
            #expect(largest > 100 << 8)
            #expect(
                try machine.resized(area: area, pages: largest, base: nil).areas[area].geometry.pages
                    == largest)
            #expect(throws: AreaLayout.Refusal.self) {
                try machine.resized(area: area, pages: largest + step, base: nil)
            }
        }
    }
}
