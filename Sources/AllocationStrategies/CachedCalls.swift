import PhysicalMemory

extension Strategy {
    /// The last-failed-pfn cache by itself.
    static let cached = Strategy(
        name: "cached",
        summary: "normal calls that go on behind the last window that failed",
        origin: "Kim and Hocko on linux-mm, December 2020; never posted as code",
        rule: """
            As normal, but the area remembers where its last refused window ended. The next call begins \
            there, wraps once to the start, and a call that fails forgets it.
            """
    ) { ChunkByChunk(.cached) }
}
