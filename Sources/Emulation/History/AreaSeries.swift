import Measurement

/// How an area changed in the course of a run, at most `limit` moments of it.
///
/// When there are too many, every second one is dropped, and from then on moments have to be further
/// apart: twice as far each time.
struct AreaSeries {
    static let limit = 512

    /// Least distance of moments that are not ends of a gathering, ns.
    static let leastDistance: UInt64 = 1_000_000

    private(set) var samples: [AreaSample] = []
    private var distance: UInt64 = 0

    /// Whether a sample at this instant would be kept; `isClosing` says that a gathering ends.
    func wants(at now: UInt64, isClosing: Bool) -> Bool {
        guard let last = samples.last else { return true }
        return now - last.nanoseconds >= (isClosing ? distance : max(distance, Self.leastDistance))
    }

    /// Adds a sample that is wanted; one of the same instant as the last replaces it.
    mutating func add(_ sample: AreaSample) {
        if samples.last?.nanoseconds == sample.nanoseconds { samples.removeLast() }
        samples.append(sample)
        guard samples.count == Self.limit else { return }
        samples = samples.indices.filter { $0 % 2 == 0 }.map { samples[$0] }
        distance = max(2 * distance, Self.leastDistance)
    }
}
