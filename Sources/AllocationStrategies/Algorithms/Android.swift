import PhysicalMemory

extension Strategy {
    /// The Android common kernel's cma_alloc(), as its heaps call it.
    static let android = Strategy(
        name: "android",
        summary: "no retry and -EBUSY final for each chunk, else sleep and scan again",
        origin: "Android common kernel, 6.6 and 6.12",
        rule: """
            For each chunk a call with __GFP_NORETRY, in which -EBUSY of the migrate stage refuses a window \
            at once; when that fails a blocking call, which also takes -EBUSY as final and rescans up to 5 \
            times with 100 ms of sleep between.
            """
    ) { Android() }
}

private final class Android: GatheringStrategy {
    private let fast: AllocationMode
    private let patient: AllocationMode

    init() {
        var mode = AllocationMode.noRetry
        mode.busyIsFinal = true
        fast = mode
        mode = .normal
        mode.busyIsFinal = true
        mode.rescans = 5
        patient = mode
    }

    func gather(_ request: GatherRequest, through access: AreaAccess) -> [Int] {
        var chunks: [Int] = []
        while chunks.count < request.wanted {
            let (pages, align) = (request.chunkPages, request.align)
            guard
                let offset = access.allocate(pages: pages, align: align, mode: fast).offset
                    ?? access.allocate(pages: pages, align: align, mode: patient).offset
            else { break }
            chunks.append(offset)
        }
        return chunks
    }
}
