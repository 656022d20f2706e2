/// Names and meanings of the steps in the text of a profile.
extension CostStep {
    /// The key of the step in a profile.
    public var name: String {
        switch self {
        case .call: "call"
        case .window: "window"
        case .isolateWindow: "isolate_window"
        case .isolateStep: "isolate_step"
        case .isolateFreeBlock: "isolate_free_block"
        case .disableLRUFirst: "disable_lru_first"
        case .disableLRUWindow: "disable_lru_window"
        case .disableLRUPerCPU: "disable_lru_per_cpu"
        case .migrateWindow: "migrate_window"
        case .migrateBatch: "migrate_batch"
        case .migratePage: "migrate_page"
        case .migrateAttempt: "migrate_attempt"
        case .dropPage: "drop_page"
        case .drainWindow: "drain_window"
        case .drainPages: "drain_pages"
        case .takePage: "take_page"
        case .edgePage: "edge_page"
        case .release: "release"
        case .releasePage: "release_page"
        case .firstCall: "first_call"
        }
    }

    /// What is counted, in a few words.
    public var explanation: String {
        switch self {
        case .call: "a call of cma_alloc"
        case .window: "a candidate window: final test, undo of the isolation"
        case .isolateWindow: "isolation of a window, fixed part"
        case .isolateStep: "a page or free block that isolation walks over"
        case .isolateFreeBlock: "a free block moved to the isolated list"
        case .disableLRUFirst: "lru_cache_disable in the first window of a call"
        case .disableLRUWindow: "lru_cache_disable in each window"
        case .disableLRUPerCPU: "and for each further CPU"
        case .migrateWindow: "the migrate stage of a window, fixed part"
        case .migrateBatch: "a batch of at most 32 pages for migrate_pages"
        case .migratePage: "a page unmapped, copied and freed"
        case .migrateAttempt: "an attempt at a page that cannot be moved"
        case .dropPage: "a clean page of the page cache dropped"
        case .drainWindow: "drain_all_pages of a window"
        case .drainPages: "a CPU's lists given back to the buddy"
        case .takePage: "a page taken for the caller"
        case .edgePage: "a page behind the edges given back"
        case .release: "a call of cma_release"
        case .releasePage: "a page released"
        case .firstCall: "the first call after boot, cold caches"
        }
    }
}
