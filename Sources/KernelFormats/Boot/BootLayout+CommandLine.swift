/// What a kernel reserves for `cma=` and `hugetlb_cma=`.
extension BootLayout {
    mutating func reserve(_ setting: KernelCommandLine.Area) {
        guard setting.size > 0 else { return }
        // A default area of the device tree was bypassed for this one.
        let isFixed =
            setting.base != 0
            && setting.base.addingReportingOverflow(setting.size).partialValue == setting.limit
        declare(
            "reserved", "cma=", setting.size, base: setting.base, limit: setting.limit, isFixed: isFixed,
            orderPerBit: 0, isDefault: true)
    }

    mutating func reserveHugePages(_ size: UInt64, _ rules: Rules) {
        guard size > 0 else { return }
        guard size >= Self.gigantic, let rounded = MemoryMap.roundedUp(size, to: Self.gigantic) else {
            var area = Area(name: "hugetlb0", source: "hugetlb_cma=", kind: .cma, size: size)
            area.refusal = .invalid("an area of gigantic pages has at least 1 GiB")
            areas.append(area)
            return
        }
        declare(
            "hugetlb0", "hugetlb_cma=", rounded, base: 0, limit: 0, isFixed: false, orderPerBit: 9,
            isDefault: false, alignment: rules.hugePageAlignment)
        if rules.mostRanges > 1 { split(rules) }
    }

    /// Gives the area that has no place as a whole ranges, where free memory has room for them. Any other result of
    /// the attempt as a whole is final.
    private mutating func split(_ rules: Rules) {
        guard var area = areas.last, area.refusal?.errno == .noMemory,
            let ranges = SplitArea.ranges(
                of: area.size, in: map.free(in: 0..<map.end), alignment: rules.hugePageAlignment,
                mostRanges: rules.mostRanges)
        else { return }
        area.refusal = nil
        area.base = ranges.first?.lowerBound
        area.ranges = ranges
        areas[areas.count - 1] = area
        for range in ranges { map.reserve(range, for: area.name) }
    }

    private mutating func declare(
        _ name: String, _ source: String, _ size: UInt64, base: UInt64, limit: UInt64, isFixed: Bool,
        orderPerBit: Int, isDefault: Bool, alignment step: UInt64 = areaAlignment
    ) {
        var area = Area(name: name, source: source, kind: .cma, size: size)
        area.orderPerBit = orderPerBit
        area.isDefault = isDefault
        area.isFixed = isFixed
        defer { areas.append(area) }
        guard areas.count(where: { $0.kind == .cma && $0.refusal == nil }) < Self.areaLimit else {
            area.refusal = BootRefusal(.noSpace, "there are \(Self.areaLimit) areas already")
            return
        }
        guard !isFixed || base % step == 0 else {
            area.refusal = .invalid("the start 0x\(String(base, radix: 16)) is no multiple of 2 MiB")
            return
        }
        guard let start = MemoryMap.roundedUp(base, to: step),
            let rounded = MemoryMap.roundedUp(size, to: step)
        else {
            area.refusal = .invalid("the size is more than there are addresses")
            return
        }
        area.size = rounded
        let top = limit & ~(step - 1)
        let end = top == 0 ? map.end : min(top, map.end)
        let (last, isTooFar) = start.addingReportingOverflow(rounded)
        guard !isTooFar, last <= end else {
            area.refusal = .invalid(
                "\(Self.mebibytes(rounded)) from 0x\(String(start, radix: 16)) on end above "
                    + "0x\(String(end, radix: 16)), where the window or memory ends")
            return
        }
        if isFixed {
            let range = start..<last
            if let owner = map.owner(in: range) {
                area.refusal = BootRefusal(
                    .busy, "\(Self.text(range)) overlaps \(owner.owner) at \(Self.text(owner.range))")
                return
            }
            area.base = start
            if !map.isMemory(range) { area.warning = "\(Self.text(range)) is not all memory" }
        } else {
            // Low memory is spared where there is memory above 4 GiB.
            let high =
                map.end >= MemoryMap.end(of: (Self.fourGiB, rounded)) && end > Self.fourGiB
                ? map.place(rounded, alignment: step, in: Self.fourGiB..<end, fromBottom: true) : nil
            guard let place = high ?? map.place(rounded, alignment: step, in: start..<end) else {
                area.refusal = BootRefusal(.noMemory, shortage(rounded, alignment: step, in: [start..<end]))
                return
            }
            area.base = place
        }
        if let place = area.base { map.reserve(place..<place + rounded, for: name) }
    }
}
