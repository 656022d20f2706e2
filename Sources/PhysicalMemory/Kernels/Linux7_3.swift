extension Kernel {
    /// Linux 7.3; checked against recordings of Linux 7.3.4.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static let linux7_3 = linux6_12.with {
        $0.name = "linux-7.3"
        $0.summary = "Linux 7.3, as in Debian's backports"
        $0.releases = KernelReleases(from: .init(7, 3), upTo: .init(7, 4))
        // Follows free_frozen_page_commit() in Linux 7.3 mm/page_alloc.c.
        $0.lists.high = .tuned(
            .init(
                mostDivisor: 8, batchScale: 5, highOrders: .afterBatchAndHalfOfLeast, givesBackInSlices: true)
        )
    }
}
