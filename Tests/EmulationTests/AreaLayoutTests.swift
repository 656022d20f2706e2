import Emulation
import PhysicalMemory
import Testing

@Suite struct AreaLayoutTests {
    private func place(_ requests: [(pages: Int, base: Int?)], memoryPages: Int = 131_072) throws -> [Int] {
        try AreaLayout.place(
            requests.map { .init(pages: $0.pages, base: $0.base, orderPerBit: 0) }, memoryPages: memoryPages
        ).map(\.basePFN)
    }

    @Test func `areas without a base lie one below the other from the end of memory`() throws {
        #expect(try place([(8192, nil), (4096, nil)]) == [131_072 - 8192, 131_072 - 8192 - 4096])
    }

    @Test func `areas with a base keep it, the others go around them`() throws {
        #expect(
            try place([(8192, nil), (4096, 126_976), (1024, nil)])
                == [126_976 - 8192, 126_976, 126_976 - 8192 - 1024])
        // Above the fixed one there is room for the small area only.
        #expect(try place([(4096, 122_880), (8192, nil), (4096, nil)]) == [122_880, 114_688, 126_976])
    }

    @Test func `each area keeps its order per bit`() throws {
        let placed = try AreaLayout.place(
            [.init(pages: 512, base: nil, orderPerBit: 4), .init(pages: 512, base: nil, orderPerBit: 0)],
            memoryPages: 131_072)
        #expect(placed.map(\.orderPerBit) == [4, 0])
    }

    @Test func `an area that fits nowhere is named`() {
        let error = #expect(throws: AreaLayout.Refusal.self) {
            try place([(65_536, 65_536), (65_536, nil)])
        }
        #expect(error?.area == 1)
        #expect(error?.description == "256 MiB do not fit beside the other areas in a machine of 512 MiB")
    }
}
