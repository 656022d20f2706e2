import PhysicalMemory

/// The same machine with an area of another size.
extension MachineConfiguration {
    /// Pages that the size of an area is a multiple of.
    public func sizeStep(ofArea area: Int) -> Int {
        max(AreaPlacement.pageblockPages, 1 << areas[area].geometry.orderPerBit)
    }

    /// The machine with one area of another size, the others where they are.
    ///
    /// The area keeps `base` as long as it fits there; then it goes as high as it fits, as it does without
    /// a base.
    /// - Parameter pages: a multiple of the step.
    /// - Throws: `AreaLayout.Refusal` when it fits nowhere.
    public func resized(area: Int, pages: Int, base: Int?) throws(AreaLayout.Refusal) -> MachineConfiguration
    {
        let requests = areas.enumerated().map { index, item in
            guard index == area else {
                return AreaLayout.Request(
                    pages: item.geometry.pages, base: item.geometry.basePFN,
                    orderPerBit: item.geometry.orderPerBit)
            }
            let fitting = base.flatMap { base in fits(base..<base + pages, area: area) ? base : nil }
            return AreaLayout.Request(pages: pages, base: fitting, orderPerBit: item.geometry.orderPerBit)
        }
        var resized = self
        let geometries = try AreaLayout.place(
            requests, firstPFN: firstPFN, memoryPages: memoryPages, absent: absent)
        resized.areas[area].geometry = geometries[area]
        return resized
    }

    private func fits(_ range: Range<Int>, area: Int) -> Bool {
        range.upperBound <= endPFN && range.lowerBound >= kernelEndPFN
            && !others(than: area).contains { $0.overlaps(range) }
    }

    /// Page frame number behind the kernel's own memory.
    private var kernelEndPFN: Int { firstPFN + kernel.boot.kernelPages(of: presentPages) }

    /// What an area cannot have: the other areas, and what is not memory.
    private func others(than area: Int) -> [Range<Int>] {
        absent
            + areas.enumerated().filter { $0.offset != area }.flatMap { _, item in item.geometry.ranges }
    }

    /// Pages of the largest size that an area can have beside the others.
    public func largestSize(ofArea area: Int) -> Int {
        let step = sizeStep(ofArea: area)
        let block = AreaPlacement.pageblockPages
        var start = kernelEndPFN
        var largest = 0
        for hindrance in others(than: area).sorted(by: { $0.lowerBound < $1.lowerBound }) + [
            endPFN..<endPFN
        ] {
            let first = (start + block - 1) / block * block
            let end = hindrance.lowerBound / block * block
            largest = max(largest, (end - first) / step * step)
            start = max(start, hindrance.upperBound)
        }
        return largest
    }
}
