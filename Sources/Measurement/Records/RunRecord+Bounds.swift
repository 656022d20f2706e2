extension RunRecord {
    /// The largest number of pages, page frame number or count that is believed, 2^40: far above what any machine
    /// has, and sums and products with a page's size stay far below the largest Int.
    public static let largestCount = 1 << 40

    /// What number of a decoded record cannot be, by its field; nil when all are within bounds.
    ///
    /// A record comes from a file or from a process in which a plugin ran. What is within these bounds can be added,
    /// multiplied by the size of a page and shown without an overflow; whether it is true is not known.
    public var boundsViolation: String? {
        var check = BoundsCheck()
        check.count(memoryPages, "memory_pages")
        check.pageBytes(pageBytes)
        for area in areas { check.area(area) }
        for device in devices { check.device(device) }
        for plugin in plugins {
            check.count(plugin.operations, "plugins[].operations")
            check.count(plugin.failedOperations, "plugins[].failed_operations")
            check.count(plugin.lateOperations, "plugins[].late_operations")
        }
        check.count(protocolViolationCount, "protocol_violation_count")
        if let contents {
            for number in [contents.moved, contents.verified, contents.damaged] {
                check.count(number, "contents")
            }
        }
        if let trace {
            for number in [
                trace.calls, trace.failedCalls, trace.releases, trace.releasesLeftOut, trace.unknownReleases,
                trace.unfinishedCalls, trace.losses, trace.lateRequests,
            ] { check.count(number, "trace") }
        }
        for function in hostCalls?.functions ?? [] {
            check.count(function.calls, "host_calls.functions[].calls")
        }
        for rule in hostCalls?.injected ?? [] { check.count(rule.calls, "host_calls.injected[].calls") }
        for area in history?.areas ?? [] { check.history(area) }
        return check.violation
    }
}

/// Looks at the numbers of a record and keeps the first that cannot be.
private struct BoundsCheck {
    private(set) var violation: String?

    mutating func count(_ number: Int, _ field: String) {
        guard violation == nil, !(0...RunRecord.largestCount).contains(number) else { return }
        violation = "\(field) is \(number)"
    }

    /// A power of two, as large as a page of any kernel can be: 4 to 64 KiB.
    mutating func pageBytes(_ bytes: Int?) {
        let largest = ResultPages.bytes << 4
        guard violation == nil, let bytes,
            !(ResultPages.bytes...largest).contains(bytes) || bytes & (bytes - 1) != 0
        else { return }
        violation = "page_bytes is \(bytes)"
    }

    mutating func counts(_ numbers: [Int], _ field: String) {
        for number in numbers { count(number, field) }
    }

    /// Durations that a reader adds up, ns.
    mutating func sum(_ durations: some Sequence<UInt64>, _ field: String) {
        var sum: UInt64 = 0
        for duration in durations {
            let (next, overflow) = sum.addingReportingOverflow(duration)
            guard !overflow else {
                violation = violation ?? "\(field) adds up to more than \(UInt64.max)"
                return
            }
            sum = next
        }
    }

    mutating func area(_ area: AreaRecord) {
        count(area.pages, "areas[].pages")
        count(area.basePFN, "areas[].base_pfn")
        if !(0...63).contains(area.orderPerBit) {
            violation = violation ?? "areas[].order_per_bit is \(area.orderPerBit)"
        }
        counts(area.start.all, "areas[].start")
        for part in area.strip { counts(part.all, "areas[].strip") }
        counts([area.left.freePages, area.left.largestRunPages] + area.left.usableChunks, "areas[].left")
        count(area.peak.heldPages, "areas[].peak.held_pages")
        counts(area.peak.by.map(\.pages), "areas[].peak.by[].pages")
        for sample in area.series {
            counts(
                [sample.freePages, sample.heldPages, sample.largestRunPages] + sample.usableChunks,
                "areas[].series[]")
            counts(sample.by.map(\.pages), "areas[].series[].by[].pages")
        }
    }

    mutating func device(_ device: DeviceRecord) {
        for (number, field) in [
            (device.buffersWanted, "buffers_wanted"), (device.buffersMin, "buffers_min"),
            (device.buffersGot, "buffers_got"), (device.chunks, "chunks"), (device.chunkPages, "chunk_pages"),
            (device.calls, "calls"), (device.failedCalls, "failed_calls"),
            (device.busyRetries, "busy_retries"),
            (device.pagesMigrated, "pages_migrated"), (device.pagesDropped, "pages_dropped"),
            (device.drains, "drains"), (device.interrupts, "ipis"),
            (device.pagesHeldAtExit, "pages_held_at_exit"), (device.framesDelivered, "frames_delivered"),
            (device.framesDropped, "frames_dropped"), (device.framesRepeated, "frames_repeated"),
            (device.underruns, "underruns"), (device.framesDamaged, "frames_damaged"),
            (device.sizeMismatchedReleases, "size_mismatched_releases"),
            (device.violationCount, "violation_count"),
        ] { count(number, "devices[].\(field)") }
        sum((device.callHistogram ?? []).map(\.count), "devices[].call_histogram[].count")
        for set in device.sets { counts([set.wanted, set.minimum, set.got], "devices[].sets[]") }
        counts(device.leaks.map(\.pages), "devices[].leaks[].pages")
        counts(device.leaks.compactMap(\.buffer), "devices[].leaks[].buffer")
    }

    mutating func history(_ area: AreaHistory) {
        // A name from outside can be of any length.
        let place = "the history of area '\(area.name.prefix(64))': "
        counts([area.basePFN, area.pages, area.pageblockPages], place + "base_pfn, pages or pageblock_pages")
        counts(area.ranges ?? [], place + "ranges")
        counts(area.start, place + "start")
        for frame in area.frames { counts(frame.changes, place + "frames[].changes") }
        counts(area.requests.pages, place + "requests.pages")
        count(area.requests.leftOut, place + "requests.left_out")
        counts(area.releases.pages, place + "releases.pages")
        count(area.releases.leftOut, place + "releases.left_out")
        sum(area.requests.beginStepNanoseconds, place + "requests.begin_step_ns")
        sum(area.releases.stepNanoseconds, place + "releases.step_ns")
        for anatomy in area.anatomies {
            counts(
                [
                    anatomy.request, anatomy.largestFreeRun, anatomy.largestUsableRun, anatomy.refusedWindows,
                    anatomy.blockingPages,
                ] + anatomy.blockers.map(\.pages), place + "anatomies[]")
        }
    }
}

extension PageCounts {
    fileprivate var all: [Int] { [free, movable, pinned, held] }
}
