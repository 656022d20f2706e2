/// What a worker may send: kinds that it was asked for, and so many bytes of each.
struct FrameBudget {
    /// Kinds that every worker may send.
    static let always: Set<WorkerFrame.Kind> = [.phase, .log, .result, .failure]

    private let wanted: Set<WorkerFrame.Kind>
    /// Bytes by now, by kind.
    private var sums: [WorkerFrame.Kind: Int] = [:]

    /// - Parameter wanted: kinds beside ``always``.
    init(wanted: Set<WorkerFrame.Kind>) { self.wanted = wanted.union(Self.always) }

    /// Counts a frame.
    ///
    /// - Parameters:
    ///   - size: its payload, in bytes.
    ///   - offset: its beginning in the stream.
    /// - Throws: ``WorkerError``: `unwantedFrame` or `tooManyFrames`.
    mutating func spend(_ kind: WorkerFrame.Kind, size: Int, offset: UInt64) throws(WorkerError) {
        guard wanted.contains(kind) else {
            throw WorkerError(.unwantedFrame, offset: offset, found: UInt64(kind.rawValue))
        }
        guard let limit = kind.sumLimit else { return }
        let sum = sums[kind, default: 0] + size
        sums[kind] = sum
        guard sum <= limit else {
            throw WorkerError(.tooManyFrames, offset: offset, found: UInt64(sum), expected: UInt64(limit))
        }
    }
}
