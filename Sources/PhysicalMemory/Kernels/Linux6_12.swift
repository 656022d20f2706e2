extension Kernel {
    /// Linux 6.12, as Debian 13 and Raspberry Pi OS ship it; checked against recordings of Linux 6.12.117.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static let linux6_12 = linux6_1.with {
        $0.name = "linux-6.12"
        $0.summary = "Linux 6.12 LTS, as in Debian 13 and Raspberry Pi OS"
        $0.releases = KernelReleases(from: .init(6, 12), upTo: .init(6, 13))
        // Follows include/trace/events/cma.h in Linux 6.12.
        $0.formats.trace = .errno
        // Follows __cma_alloc() and cma_debug_show_areas() in Linux 6.12 mm/cma.c.
        $0.formats.failingFunction = "__cma_alloc"
        $0.formats.freeMap = .line
        // Follows cma_attrs in Linux 6.12 mm/cma_sysfs.c.
        $0.formats.areaCounters = [.failed, .allocated, .released]
        $0.costs = "linux-6.12-qemu"
        // Follows __cma_alloc() in Linux 6.12 mm/cma.c: past the start event and out.
        $0.search.largerThanArea = .staysOpen(counts: false)
    }
}
