/// What an import found, used and assumed; its JSON form is the schema `devemu.import/1`.
public struct ImportReport: Codable, Sendable, Equatable {
    public struct Area: Codable, Sendable, Equatable {
        public var name: String
        public var basePFN: Int
        /// All in pages; the states add up to `pages`, pins are in `movable` or `pageCache` as well.
        public var pages: Int
        public var orderPerBit: Int
        public var free = 0
        public var perCPU = 0
        public var movable = 0
        public var pageCache = 0
        public var held = 0
        public var pinned = 0

        enum CodingKeys: String, CodingKey {
            case name, pages, free, movable, held, pinned
            case basePFN = "base_pfn"
            case orderPerBit = "order_per_bit"
            case perCPU = "per_cpu"
            case pageCache = "page_cache"
        }
    }

    public struct File: Codable, Sendable, Equatable {
        public var file: String
        /// What it is, or why it is not used.
        public var part: String
    }

    public var schema = "devemu.import/1"
    public var kernel: String?
    /// Where memory begins, as a page frame number; absent where that is page 0.
    public var firstPFN: Int?
    public var memoryPages: Int
    public var freePages: Int
    public var cpus: Int
    public var areas: [Area]
    public var files: [File]
    public var skipped: [File]
    /// What no file says, as it was taken to be: a sentence each.
    public var assumed: [String]

    enum CodingKeys: String, CodingKey {
        case schema, kernel, cpus, areas, files, skipped, assumed
        case firstPFN = "first_pfn"
        case memoryPages = "memory_pages"
        case freePages = "free_pages"
    }
}
