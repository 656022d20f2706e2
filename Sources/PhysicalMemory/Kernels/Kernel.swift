/// How one kernel decides: everything in which the kernels that devemu knows differ.
///
/// A kernel is a value that a machine is made with. Numbers are fields; structural differences are small
/// enumerations, switched exhaustively where they take effect, so that a new case does not compile until every
/// place has an answer. A kernel that resembles another one states only what differs, with ``with(_:)``:
///
///     static let linux6_1NoRetry = linux6_1.with {
///         $0.name = "linux-6.1-noretry"
///         $0.range.tries = 1
///     }
///
/// ``all`` lists the kernels that scenes, the command line and results can name.
public struct Kernel: Sendable, Hashable {
    /// The name in scenes, on the command line and in results, such as `linux-6.1`.
    public var name: String
    /// What it stands for, one sentence without a full stop.
    public var summary: String
    /// Releases whose recordings and traces this kernel judges.
    public var releases: KernelReleases
    public var search: SearchRule
    public var range: RangeRule
    public var migration: MigrationRule
    public var lists: ListRule
    public var buddy: BuddyRule
    public var watermarks: WatermarkRule
    public var boot: BootRule
    public var formats: FormatRule
    /// The cost profile of a machine that names none.
    public var costs: String
    /// What the rules were checked against.
    public var evidence = KernelEvidence.recordings

    public init(
        name: String, summary: String, releases: KernelReleases, search: SearchRule, range: RangeRule,
        migration: MigrationRule, lists: ListRule, buddy: BuddyRule, watermarks: WatermarkRule,
        boot: BootRule,
        formats: FormatRule, costs: String
    ) {
        self.name = name
        self.summary = summary
        self.releases = releases
        self.search = search
        self.range = range
        self.migration = migration
        self.lists = lists
        self.buddy = buddy
        self.watermarks = watermarks
        self.boot = boot
        self.formats = formats
        self.costs = costs
    }

    /// What every result of this kernel states about its rules; nil where they were checked against recordings.
    public var note: String? {
        switch evidence {
        case .recordings: nil
        case .reading:
            "\(name) was not checked against recordings: its rules come from published sources alone"
        }
    }

    /// This kernel with changes.
    public func with(_ change: (inout Kernel) -> Void) -> Kernel {
        var kernel = self
        change(&kernel)
        return kernel
    }

    /// Every kernel that devemu knows, the oldest first.
    public static let all = [linux6_1, linux6_12, android6_12, linux7_3]
    /// The kernel of a machine that names none.
    public static let standard = linux6_1

    /// The kernel of that name; nil for any other text.
    public init?(named name: String) {
        guard let found = Self.all.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// The kernel that judges recordings of a release such as `6.1.192` or `6.1.0-37-amd64`; nil when none does.
    public init?(release text: String) {
        guard let found = Self.all.first(where: { $0.releases.covers(text) }) else { return nil }
        self = found
    }
}

/// Releases of Linux from one on and before another, as `major.minor`.
public struct KernelReleases: Sendable, Hashable, CustomStringConvertible {
    /// The first two numbers of `uname -r`.
    public struct Release: Sendable, Hashable, Comparable, CustomStringConvertible {
        public var major: Int
        public var minor: Int

        public init(_ major: Int, _ minor: Int) {
            self.major = major
            self.minor = minor
        }

        /// Reads `6.1`, `6.1.192` or `6.1.0-37-amd64`; nil where the text does not begin with two numbers of at
        /// most four digits.
        public init?(_ text: some StringProtocol) {
            let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count >= 2 else { return nil }
            let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
            guard (1...4).contains(parts[0].count), parts[0].allSatisfy({ $0.isASCII && $0.isNumber }),
                (1...4).contains(digits.count), let major = Int(parts[0]), let minor = Int(digits)
            else { return nil }
            self.init(major, minor)
        }

        public static func < (left: Release, right: Release) -> Bool {
            (left.major, left.minor) < (right.major, right.minor)
        }

        public var description: String { "\(major).\(minor)" }
    }

    public var first: Release
    /// The first release that is not among them.
    public var end: Release
    /// A word that the text of such a release contains, as `6.12.23-android16-5` does; nil for upstream releases and
    /// those of distributions, which contain none of these words.
    public var vendor: String?

    /// Words by which vendors mark their releases.
    private static let vendors = ["android"]

    public init(from first: Release, upTo end: Release, vendor: String? = nil) {
        self.first = first
        self.end = end
        self.vendor = vendor
    }

    public func contains(_ release: Release) -> Bool { first <= release && release < end }

    /// Whether a text such as `6.12.23-android16-5` is one of these releases, numbers and vendor.
    func covers(_ text: String) -> Bool {
        guard let release = Release(text), contains(release) else { return false }
        return Self.vendors.first { text.contains($0) } == vendor
    }

    /// The first of them as the text of a release: `6.12`, or `6.12-android`.
    public var text: String { "\(first)" + (vendor.map { "-\($0)" } ?? "") }

    /// `6.1`, `6.12 to before 6.15`, or `6.12 (android)`.
    public var description: String {
        let numbers = end == Release(first.major, first.minor + 1) ? "\(first)" : "\(first) to before \(end)"
        return numbers + (vendor.map { " (\($0))" } ?? "")
    }
}
