public import PhysicalMemory

extension Strategy {
    /// Every strategy that devemu knows, in the order in which they are listed.
    public static let all: [Strategy] = [
        oneBlock, normal, cached, failFast, failFastThenNormal, noRetry, gfpNoWait, gfpRetryMayFail, bulk,
        bulkFast, bulkHeap, pagesBulk, chunkHeap, chunkHeapHalving, split2M, sleepRetry, android, hard,
        skipBlock, rangeTracking, pool,
    ]

    /// What a driver does unless it is told otherwise.
    public static var standard: Strategy { failFastThenNormal }

    /// The strategy of that name; nil for any other text.
    public static func named(_ name: String) -> Strategy? { all.first { $0.name == name } }

    /// Chunk by chunk in one mode, called after it unless a name is given.
    public static func chunkByChunk(_ mode: AllocationMode, name: String? = nil) -> Strategy {
        Strategy(
            name: name ?? mode.name(on: .standard), summary: "chunk by chunk in one mode", origin: "devemu",
            rule: ""
        ) {
            ChunkByChunk(mode)
        }
    }
}
