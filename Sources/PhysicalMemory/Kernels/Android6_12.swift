extension Kernel {
    /// The Android common kernel of Linux 6.12, by reading alone: no recording of one was at hand.
    ///
    /// Its cma_alloc() takes flags. A caller that asks with __GFP_NORETRY gets one asynchronous try, as
    /// ``AllocationMode/noRetry`` does; every other caller gets the rescans below. A vendor's hook may change their
    /// number.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static let android6_12 = linux6_12.with {
        $0.name = "android-6.12"
        $0.summary = "Android common kernel 6.12, by reading alone"
        $0.releases = KernelReleases(from: .init(6, 12), upTo: .init(6, 13), vendor: "android")
        $0.evidence = .reading
        // Follows cma_alloc() in the Android common kernel, mm/cma.c: at most five rounds, 100 ms apart.
        $0.search.rescans = 5
        // Follows alloc_contig_range() in the Android common kernel, mm/page_alloc.c: -EBUSY of the migrate stage ends
        // the attempt.
        $0.range.forgivesBusy = false
    }
}
