import Measurement

/// Failed requests from all over the run, and the slowest ones that succeeded.
///
/// An anatomy is only made for a request that is kept. Of failures there may be thousands: when there are
/// too many, every second one is left out, and from then on only every second, fourth, ... is looked at.
struct AnatomyCollection {
    static let failureLimit = 48
    static let slowLimit = 16

    private var failures: [RequestAnatomy] = []
    private var failureCount = 0
    private var stride = 1
    /// Ascending by time.
    private var slow: [(nanoseconds: UInt64, anatomy: RequestAnatomy)] = []

    mutating func addFailure(_ make: () -> RequestAnatomy) {
        defer { failureCount += 1 }
        guard failureCount % stride == 0 else { return }
        failures.append(make())
        guard failures.count == Self.failureLimit else { return }
        failures = failures.indices.filter { $0 % 2 == 0 }.map { failures[$0] }
        stride *= 2
    }

    mutating func addSlow(nanoseconds: UInt64, _ make: () -> RequestAnatomy) {
        if slow.count == Self.slowLimit {
            guard let fastest = slow.first, fastest.nanoseconds < nanoseconds else { return }
            slow.removeFirst()
        }
        let place = slow.firstIndex { $0.nanoseconds > nanoseconds } ?? slow.count
        slow.insert((nanoseconds, make()), at: place)
    }

    /// Failures in their order, then the slow ones, the slowest first.
    var all: [RequestAnatomy] { failures + slow.reversed().map(\.anatomy) }
}
