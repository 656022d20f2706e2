public import PhysicalMemory

/// A recorded run of a real kernel: the machine, its areas, and every contiguous allocation and
/// release in order.
public struct Recording: Sendable, Equatable {
    /// The page letters of a recording and how many neighbouring pages share each.
    public struct Run: Sendable, Equatable {
        /// `.` free, `l` free on a CPU's list, `C` held by a contiguous allocation, `a` and `A` anonymous
        /// on and off the LRU, `f` and `d` clean and dirty page cache, `w` under writeback, `k` locked,
        /// `P` and `p` on and off the LRU with more references than mappings explain. A recorder may say
        /// `.` for `l`.
        public var letter: UInt8
        public var count: Int

        public init(letter: UInt8, count: Int) {
            self.letter = letter
            self.count = count
        }
    }

    /// A `key=value` word of the `kernel` or `scenario` line.
    public struct Setting: Sendable, Equatable {
        public var key: String
        public var value: String

        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// Who made a call, in a recording of two tasks.
    public struct Caller: Sendable, Equatable {
        public var task: Int
        /// Index of the area in ``Recording/areas``.
        public var area: Int
        /// When the call began, on the guest's clock, ns.
        public var startNanoseconds: Int
    }

    /// One call of cma_alloc() and how the kernel answered.
    public struct Allocation: Sendable, Equatable {
        /// Pages asked for and their alignment order.
        public var count: Int
        public var align: Int
        /// Offset in pages from the area's base; nil when the kernel returned no page.
        public var offset: Int?
        /// 0, or the errno of the last window tried.
        public var errno: Int
        /// Guest time of the call and of its parts, ns.
        public var nanoseconds: Int
        public var isolateNanoseconds: Int
        public var disableLRUNanoseconds: Int
        public var migrateNanoseconds: Int
        public var drainNanoseconds: Int
        /// Pages migrated and given up on meanwhile, by whomever.
        public var migrated: Int
        public var migrateFailed: Int
        /// Offsets of the windows that answered -EBUSY, at most `busyLimit` of them.
        public var busy: [Int]
        /// nil in a recording of one task, whose calls are all of area 0.
        public var caller: Caller?
        /// Whether all of this is known; a call of which a part was lost is executed but not compared.
        public var isWhole = true
    }

    public enum Step: Sendable, Equatable {
        /// The state of every page of an area.
        case pages([Run], area: Int = 0)
        /// An extra reference on a page of area 0 for the rest of the run; `taken` is false for a free page.
        case pin(offset: Int, taken: Bool)
        case allocate(Allocation)
        /// `caller` as in ``Allocation``.
        case release(offset: Int, count: Int, accepted: Bool, nanoseconds: Int, caller: Caller? = nil)
        /// Free pages of the machine, and of these in contiguous areas.
        case free(pages: Int, contiguous: Int)
        case zone(ZoneState)
        /// The lists of one CPU at this point of the run.
        case lists(ListState)
        /// All large folios of area 0 at this point of the run, ascending.
        case folios([Folio])
    }

    /// How many busy windows the recorder wrote down at most in one call.
    public static let busyLimit = 4096

    public var kernel: [Setting]
    public var scenario: [Setting]
    /// One, or the two areas of a recording of two tasks.
    public var areas: [Area]
    public var steps: [Step]
    /// Bytes of each step's line, newline included: what the recording program had to buffer.
    public var stepBytes: [Int]

    /// Of area 0: the first page frame number of its range 0, and its pages.
    public var basePFN: Int { areas.first?.basePFN ?? 0 }
    public var pages: Int { areas.first?.pages ?? 0 }
    public var orderPerBit: Int { areas.first?.orderPerBit ?? 0 }
    public var pageblockPages: Int { areas.first?.pageblockPages ?? 1 }

    /// The value of a `scenario` word.
    public func scenario(_ key: String) -> String? { scenario.first { $0.key == key }?.value }

    /// The value of a `kernel` word.
    public func kernel(_ key: String) -> String? { kernel.first { $0.key == key }?.value }

    /// The kernel that judges this recording: the one that covers its `kernel version=`. A recording that does
    /// not tell its version is judged by ``Kernel/standard``.
    ///
    /// - Throws: ``RecordingError`` for a version that no kernel covers.
    public func judge() throws(RecordingError) -> Kernel { try Self.judge(of: kernel) }

    /// The kernel that covers the `version` among these words.
    static func judge(of words: [Setting]) throws(RecordingError) -> Kernel {
        guard let release = words.first(where: { $0.key == "version" })?.value else { return .standard }
        guard let kernel = Kernel(release: release) else {
            let known = Kernel.all.map { "\($0.releases) (\($0.name))" }.joined(separator: ", ")
            throw RecordingError(
                .malformed(
                    field: "version", found: RecordLine.text(Array(release.utf8)[...]),
                    expected: "a release that a kernel of devemu covers: \(known)"), line: 2)
        }
        return kernel
    }

    /// CPUs of the recorded machine, 1 where it does not say.
    func cpus() throws(RecordingError) -> Int {
        guard let text = kernel("cpus") else { return 1 }
        guard let cpus = Int(text), (1...256).contains(cpus) else {
            let found = RecordLine.text(Array(text.utf8)[...])
            throw RecordingError(
                .malformed(field: "cpus", found: found, expected: "a number from 1 to 256"), line: 2)
        }
        return cpus
    }

    /// Bytes of a page of the recorded machine, 4096 where it does not say.
    public func pageBytes() throws(RecordingError) -> Int { try Self.pageBytes(in: kernel) }

    /// The recorded mode, as the `scenario` line names it.
    public var mode: String { scenario("mode") ?? "normal" }

    /// Number of cma_alloc() calls.
    public var calls: Int {
        steps.reduce(0) { total, step in if case .allocate = step { total + 1 } else { total } }
    }
}
