/// The values that runs have which differ in nothing but the seed, summed up.
struct ValueSummary {
    private(set) var count = 0
    private(set) var mean = 0.0
    /// Sum of squares around the mean.
    private(set) var squares = 0.0
    private(set) var min = 0.0
    private(set) var max = 0.0

    /// The same for the same values, whatever their order.
    init(_ values: [Double]) {
        let values = values.sorted()
        guard let first = values.first, let last = values.last else { return }
        count = values.count
        (min, max) = (first, last)
        guard first < last else {
            mean = first
            return
        }
        let mean = values.reduce(0, +) / Double(values.count)
        self.mean = mean
        squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
}
