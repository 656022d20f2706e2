/// The profiles that come with devemu, as the text a user could have written.
extension CostProfile {
    /// A Linux 6.1 guest under QEMU's software emulation, as the recordings were made on.
    public static let qemu = shipped(qemuText)

    /// Linux 6.1 on a Cortex-A72, by reasoning.
    public static let cortexA72 = shipped(cortexA72Text)

    /// Names and texts of the profiles. A machine that names none has its kernel's, ``Kernel/costs``.
    public static let shippedTexts: [(name: String, text: String)] = [
        ("linux-6.1-qemu", qemuText), ("linux-6.12-qemu", qemu6_12Text), ("linux-7.3-qemu", qemu7_3Text),
        ("linux-6.1-cortex-a72", cortexA72Text),
    ]

    private static let shippedProfiles = shippedTexts.map { (name: $0.name, profile: shipped($0.text)) }

    /// The profile of that name, or nil.
    public static func named(_ name: String) -> CostProfile? {
        shippedProfiles.first { $0.name == name }?.profile
    }

    private static func shipped(_ text: String) -> CostProfile {
        do {
            return try CostProfile(parsing: text)
        } catch {
            preconditionFailure("line \(error.line): \(error)")
        }
    }

    private static let qemuText = """
        # linux-6.1-qemu: Linux 6.1.192, x86-64, one or two CPUs, in QEMU without KVM.
        #
        # Fitted to recordings of that kernel by
        #     devemu calibrate bitmap-*.txt base*.txt pins*.txt order6*.txt chunk4800*.txt mix*.txt \\
        #         scene*.txt percpu*.txt
        # over all five modes, 44 recordings of separate boots. Each boot ran at a speed of its own, 0.7 to
        # 1.5 times these costs; these are the geometric middle. The recordings' totals are met with a
        # geometric mean error of 23 %, the worst at 0.44 times; a recording and the median of five
        # repeats of the same run are up to 1.6 times apart.
        #
        # Not fitted, since no call of these recordings did it: migrate_attempt and drop_page, read off
        # recordings with file writers.
        call                = 6880 ns       # a call of cma_alloc
        window              = 8948 ns       # a candidate window: final test, undo of the isolation
        isolate_window      = 2136 ns       # isolation of a window, fixed part
        isolate_step        = 20.5 ns       # a page or free block that isolation walks over
        isolate_free_block  = 35.1 ns       # a free block moved to the isolated list
        disable_lru_first   = 8745 ns       # lru_cache_disable in the first window of a call
        disable_lru_window  = 20710 ns      # lru_cache_disable in each window
        disable_lru_per_cpu = 1710 ns       # and for each further CPU
        migrate_window      = 3163 ns       # the migrate stage of a window, fixed part
        migrate_batch       = 50380 ns      # a batch of at most 32 pages for migrate_pages
        migrate_page        = 10950 ns      # a page unmapped, copied and freed
        migrate_attempt     = 2400 ns       # an attempt at a page that cannot be moved; not fitted
        drop_page           = 4200 ns       # a clean page of the page cache dropped; not fitted
        drain_window        = 1154 ns       # drain_all_pages of a window
        drain_pages         = 11330 ns      # a CPU's lists given back to the buddy
        take_page           = 38.4 ns       # a page taken for the caller
        edge_page           = 287.9 ns      # a page behind the edges given back
        release             = 1215 ns       # a call of cma_release
        release_page        = 333.8 ns      # a page released
        first_call          = 4802000 ns    # the first call after boot, cold caches
        """

    // swift-format-ignore: AlwaysUseLowerCamelCase
    private static let qemu6_12Text = """
        # linux-6.12-qemu: Linux 6.12.117, x86-64, one or two CPUs, in QEMU without KVM.
        #
        # The steps are those of linux-6.1-qemu, scaled to eight runs of Linux 6.12.117: 4800 chunks with 100
        # pins in three modes, the chunks of 64 MiB with 100 pins in five, each the median of three on a quiet
        # machine. Each stage has one factor to Linux 6.1, but for the three lines marked "own". The runs'
        # totals are met within 0.72 to 1.48 times; 4800 chunks take 45 s in normal mode and 1.8 s
        # with fail-fast, as recorded (47 and 1.7).
        #
        # Reasoned, not measured: drain_pages includes what refills the lists after a drain. The lists of this
        # kernel grow to thousands of pages, so that a drain gives more back, and the next migration target
        # finds them empty and refills up to 32 batches. The recorded migrate stage takes that time only in
        # modes that drain. migrate_attempt and drop_page have migrate_page's factor, release and
        # release_page that of the other calls; no run measured them.
        call                = 12320 ns      # a call of cma_alloc
        window              = 16020 ns      # a candidate window: final test, undo of the isolation
        isolate_window      = 3930 ns       # isolation of a window, fixed part
        isolate_step        = 37.7 ns       # a page or free block that isolation walks over
        isolate_free_block  = 64.6 ns       # a free block moved to the isolated list
        disable_lru_first   = 51600 ns      # lru_cache_disable in the first window of a call
        disable_lru_window  = 122200 ns     # lru_cache_disable in each window
        disable_lru_per_cpu = 10090 ns      # and for each further CPU
        migrate_window      = 9700 ns       # the migrate stage of a window, fixed part; own
        migrate_batch       = 80100 ns      # a batch of at most 32 pages for migrate_pages
        migrate_page        = 17410 ns      # a page unmapped, copied and freed
        migrate_attempt     = 3816 ns       # an attempt at a page that cannot be moved
        drop_page           = 6678 ns       # a clean page of the page cache dropped
        drain_window        = 1770 ns       # drain_all_pages of a window; own
        drain_pages         = 1650000 ns    # a CPU's lists given back to the buddy, and refilled; own
        take_page           = 68.7 ns       # a page taken for the caller
        edge_page           = 515.3 ns      # a page beyond the edges given back
        release             = 2175 ns       # a call of cma_release
        release_page        = 597.5 ns      # a page released
        first_call          = 8596000 ns    # the first call after boot, cold caches
        """

    // swift-format-ignore: AlwaysUseLowerCamelCase
    private static let qemu7_3Text = """
        # linux-7.3-qemu: Linux 7.3.4, x86-64, one or two CPUs, in QEMU without KVM.
        #
        # The steps are those of linux-6.1-qemu, scaled to eight runs of Linux 7.3.4: 4800 chunks with 100
        # pins in three modes, the chunks of 64 MiB with 100 pins in five, each the median of three on a quiet
        # machine. Each stage has one factor to Linux 6.1, but for the three lines marked "own". The runs'
        # totals are met within 0.83 to 1.27 times; 4800 chunks take 38 s in normal mode and 1.7 s
        # with fail-fast, as recorded (38 and 1.7).
        #
        # Reasoned, not measured: drain_pages includes what refills the lists after a drain. The lists of this
        # kernel grow to thousands of pages, so that a drain gives more back, and the next migration target
        # finds them empty and refills up to 32 batches. The recorded migrate stage takes that time only in
        # modes that drain. migrate_attempt and drop_page have migrate_page's factor, release and
        # release_page that of the other calls; no run measured them.
        call                = 9701 ns       # a call of cma_alloc
        window              = 12620 ns      # a candidate window: final test, undo of the isolation
        isolate_window      = 3930 ns       # isolation of a window, fixed part
        isolate_step        = 37.7 ns       # a page or free block that isolation walks over
        isolate_free_block  = 64.6 ns       # a free block moved to the isolated list
        disable_lru_first   = 40230 ns      # lru_cache_disable in the first window of a call
        disable_lru_window  = 95270 ns      # lru_cache_disable in each window
        disable_lru_per_cpu = 7866 ns       # and for each further CPU
        migrate_window      = 5600 ns       # the migrate stage of a window, fixed part; own
        migrate_batch       = 78590 ns      # a batch of at most 32 pages for migrate_pages
        migrate_page        = 17080 ns      # a page unmapped, copied and freed
        migrate_attempt     = 3744 ns       # an attempt at a page that cannot be moved
        drop_page           = 6552 ns       # a clean page of the page cache dropped
        drain_window        = 1154 ns       # drain_all_pages of a window; own
        drain_pages         = 1370000 ns    # a CPU's lists given back to the buddy, and refilled; own
        take_page           = 54.1 ns       # a page taken for the caller
        edge_page           = 405.9 ns      # a page beyond the edges given back
        release             = 1713 ns       # a call of cma_release
        release_page        = 470.7 ns      # a page released
        first_call          = 6771000 ns    # the first call after boot, cold caches
        """

    private static let cortexA72Text = """
        # linux-6.1-cortex-a72: Linux 6.1, arm64, on four Cortex-A72 at 1.5 GHz with 1 MiB of shared L2
        # cache and LPDDR4 memory, as in the BCM2711 of a Raspberry Pi 4: a machine whose camera and
        # display have no IOMMU and live on CMA, and whose parts have been measured publicly.
        #
        # Nothing here was measured by devemu, and no run of cma_alloc on such a machine was at hand.
        # Expect a factor of two either way on every line. "derived" follows from a public measurement
        # below and a count of cache misses or bytes, "assumed" is an estimate by experience. Measured
        # by others:
        #   L  150 ns   random read of main memory: tinymembench 0.4.9 on a Raspberry Pi 4B has 146 to 178 ns
        #               for 8 to 64 MiB, 6 to 25 ns for what lies in L2 (sbc-bench 0.6.7)
        #   R  3.6 GB/s sequential read, there too
        #   C  2.25 us  4 KiB copied at 1.82 GB/s, there too; 5.5 GB/s read and written in STREAM Copy
        #               (sci-pi.org.uk, a Raspberry Pi 4) would be 1.5 us
        #   G  synchronize_rcu_expedited(), which lru_cache_disable() waits for, takes 151 us on average
        #               on arm64 phones in use, with Linux 5.10 and real-time kernel threads for it; 2.7 ms,
        #               and 373 ms at most, with work queues (commit message of "rcu: Move expedited
        #               grace period (GP) work to RT kthread_worker"). Idle CPUs answer at once, and
        #               what busy ones add is the emulated load's part: the costs below are for idle ones
        # Unmapping a page needs no IPI: arm64 broadcasts TLB invalidation in hardware.
        call                = 2000 ns       # assumed: entry, mutex, a search in the bitmap
        window              = 5000 ns       # assumed: mutex, test, undo with 512 page structs from L2
        isolate_window      = 1500 ns       # assumed: ten cache misses
        isolate_step        = 20 ns         # derived: a page struct of 64 bytes, read in sequence at R
        isolate_free_block  = 300 ns        # derived: two list neighbours at L
        disable_lru_first   = 20000 ns      # assumed: idle CPUs and their kernel threads wake up
        disable_lru_window  = 40000 ns      # assumed, below G: to two kernel threads and back, 5 us a switch
        disable_lru_per_cpu = 8000 ns       # assumed: an IPI, a switch to a kernel thread and back
        migrate_window      = 1000 ns       # assumed
        migrate_batch       = 5000 ns       # assumed: set-up, flush of the LRU batch, the rest put back
        migrate_page        = 8000 ns       # derived: copy C; 20 misses at L in rmap, page tables and
                                            # page structs; TLB invalidation, allocation and free 2.5 us
        migrate_attempt     = 1000 ns       # derived: lock, test and put back, six misses at L
        drop_page           = 2000 ns       # derived: unmap, page cache entry, free, twelve misses at L
        drain_window        = 1000 ns       # assumed: the lists of a few CPUs looked at
        drain_pages         = 10000 ns      # assumed: 100 pages at 100 ns; remote lists need no IPI in 6.1
        take_page           = 50 ns         # assumed
        edge_page           = 150 ns        # derived: one miss at L
        release             = 1000 ns       # assumed
        release_page        = 120 ns        # assumed
        first_call          = 150000 ns     # derived: 64 KiB of code and data in no cache, lines at L
        """
}

extension Kernel {
    /// The costs of a machine that names none: the shipped profile ``costs``.
    public var defaultCosts: CostProfile { CostProfile.named(costs) ?? .qemu }
}
