import TextSupport

/// What the events of a trace say about pages that did not move: the first page of each refused window
/// that was still in use, and the windows that were taken.
///
/// Reads `test_pages_isolated`, `cma_alloc_busy_retry` and `cma_alloc_finish` of Linux 6.1 as the text of
/// ftrace has them; every other line is passed over.
public struct BusyEvidence: Sendable, Equatable {
    /// A window that was refused.
    public struct Refusal: Sendable, Equatable {
        public var frames: Range<Int>
        /// First page that was not free in the end; nil when no event told.
        public var stuckPFN: Int?
    }

    public var refusals: [Refusal] = []
    /// Frames of every allocation that succeeded.
    public var taken: [Range<Int>] = []

    /// - Throws: `KernelFormatError` for a line of these events with a number that is none.
    public init(parsing bytes: [UInt8]) throws(KernelFormatError) {
        var stuck: Int?
        for line in KernelText(bytes) {
            guard let event = Event(line) else { continue }
            switch event.name {
            case "test_pages_isolated:":
                stuck = event.text("ret") == "fail" ? try event.number("fin_pfn") : nil
            case "cma_alloc_busy_retry:":
                let frames = try event.frames()
                // The test covers whole free blocks around the window: a page before it blames no page.
                refusals.append(
                    Refusal(frames: frames, stuckPFN: stuck.flatMap { frames.contains($0) ? $0 : nil }))
                stuck = nil
            case "cma_alloc_finish:" where event.isSuccess:
                taken.append(try event.frames())
                stuck = nil
            default: stuck = nil
            }
        }
    }

    /// Frames that explain every refusal, ascending: pages that are in use and that no allocation took.
    ///
    /// A refusal whose page is not known is put down to the last page of its window that may be one,
    /// because the windows behind it, which were refused too, contain that one as well.
    /// - Returns: the frames, and how many refusals nothing explains.
    public func pins(isInUse: (Int) -> Bool) -> (frames: [Int], unexplained: Int) {
        let taken = taken.sorted { $0.lowerBound < $1.lowerBound }
        var reach: [Int] = []
        for range in taken { reach.append(max(reach.last ?? 0, range.upperBound)) }
        func mayBePinned(_ pfn: Int) -> Bool {
            guard isInUse(pfn) else { return false }
            // The last allocation that begins at or before the page, and the farthest end until it.
            var (low, high) = (0, taken.count)
            while low < high {
                let middle = (low + high) / 2
                if taken[middle].lowerBound <= pfn { low = middle + 1 } else { high = middle }
            }
            return low == 0 || reach[low - 1] <= pfn
        }
        var frames = Set(refusals.compactMap(\.stuckPFN).filter(mayBePinned))
        var unexplained = 0
        for refusal in refusals where !refusal.frames.contains(where: frames.contains) {
            guard let last = refusal.frames.last(where: mayBePinned) else {
                unexplained += 1
                continue
            }
            frames.insert(last)
        }
        return (frames.sorted(), unexplained)
    }
}

/// A line of a trace: an event's name and its words.
private struct Event {
    let name: Substring
    private let words: ArraySlice<Substring>
    private let line: KernelText.Line

    private static let names: Set<Substring> = [
        "test_pages_isolated:", "cma_alloc_busy_retry:", "cma_alloc_finish:", "cma_alloc_start:",
    ]

    init?(_ line: KernelText.Line) {
        let words = line.words
        guard let index = words.firstIndex(where: Self.names.contains) else { return nil }
        name = words[index]
        self.words = words[(index + 1)...]
        self.line = line
    }

    /// 4 GiB: no window of an allocation is larger.
    private static let mostPages = 1 << 20

    func text(_ key: String) -> Substring? {
        words.first { $0.hasPrefix(key) && $0.dropFirst(key.count).first == "=" }?.dropFirst(key.count + 1)
    }

    func number(_ key: String) throws(KernelFormatError) -> Int {
        guard let text = text(key) else { throw line.error("\(key)= is missing in \(name) …") }
        let number = text.hasPrefix("0x") ? Int(text.dropFirst(2), radix: 16) : Int(text)
        guard let number, (0...1 << 40).contains(number) else {
            throw line.error("\(key) is '\(printable(text))': expected a number")
        }
        return number
    }

    /// Whether a finished allocation has a page. Newer kernels say so by `errorno`, older ones by a
    /// pointer that is not null.
    var isSuccess: Bool {
        if let errno = text("errorno") { return errno == "0" }
        let page = text("page") ?? ""
        return page != "(null)" && !page.allSatisfy { $0 == "0" || $0 == "x" }
    }

    func frames() throws(KernelFormatError) -> Range<Int> {
        let first = try number("pfn")
        let count = try number("count")
        guard count <= Self.mostPages else {
            throw line.error("count is \(count): expected at most \(Self.mostPages) pages")
        }
        return first..<first + count
    }
}
