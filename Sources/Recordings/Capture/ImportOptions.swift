public import KernelFormats

/// What a user says beside the files of a capture.
public struct ImportOptions: Sendable {
    /// Where an area lies that the capture does not say it of: pages.
    public struct Place: Sendable, Equatable {
        public var basePFN: Int
        public var pages: Int

        public init(basePFN: Int, pages: Int) {
            self.basePFN = basePFN
            self.pages = pages
        }
    }

    /// An area that is wanted; the capture's own words about its place come first.
    public struct Area: Sendable, Equatable {
        public var name: String
        public var place: Place?

        public init(name: String, place: Place? = nil) {
            self.name = name
            self.place = place
        }
    }

    /// Where pins come from beside the traces of the capture.
    public enum Pins: Sendable {
        /// So many in all; those that nothing shows are drawn from the seed.
        case count(Int)
        case frames([Int])
        case evidence(BusyEvidence)
    }

    /// Areas that are wanted, the default one first; all of the capture when it is empty.
    public var areas: [Area] = []
    public var pins: Pins?
    public var seed: UInt64 = 1
    /// First page frame of dumps that do not say it themselves.
    public var firstPFN: Int?

    public init() {}
}
