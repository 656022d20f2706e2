import Measurement

/// The order of a history's columns: that of time. A call may be told of before one that began earlier, since what
/// it has cost until then is not on the clock yet, or since another CPU makes it meanwhile.
private enum TimeOrder {
    /// Places of instants in their order, those of the same instant as they came; nil when that is how they are.
    static func places(of instants: [UInt64]) -> [Int]? {
        guard !zip(instants, instants.dropFirst()).allSatisfy(<=) else { return nil }
        return instants.indices.sorted { (instants[$0], $0) < (instants[$1], $1) }
    }

    /// From each instant to the next, the first from 0; they ascend.
    static func steps(of instants: [UInt64]) -> [UInt64] {
        zip(instants, [0] + instants).map { $0 - $1 }
    }
}

extension RequestColumns {
    /// The calls in the order in which they began, and their anatomies with the numbers that they have then.
    ///
    /// - Parameter begins: when each call began, ns.
    func inOrder(
        begins: [UInt64], anatomies: [RequestAnatomy]
    ) -> (requests: RequestColumns, anatomies: [RequestAnatomy]) {
        var (result, anatomies) = (self, anatomies)
        guard let places = TimeOrder.places(of: begins) else {
            result.beginStepNanoseconds = TimeOrder.steps(of: begins)
            return (result, anatomies)
        }
        result.beginStepNanoseconds = TimeOrder.steps(of: places.map { begins[$0] })
        result.device = places.map { device[$0] }
        result.durationNanoseconds = places.map { durationNanoseconds[$0] }
        result.pages = places.map { pages[$0] }
        result.align = places.map { align[$0] }
        result.offset = places.map { offset[$0] }
        result.errno = places.map { errno[$0] }
        result.busy = places.map { busy[$0] }
        var numbers = [Int](repeating: 0, count: places.count)
        for (number, place) in places.enumerated() { numbers[place] = number }
        for index in anatomies.indices { anatomies[index].request = numbers[anatomies[index].request] }
        return (result, anatomies)
    }
}

extension ReleaseColumns {
    /// The releases in the order of their instants, ns.
    func inOrder(of instants: [UInt64]) -> ReleaseColumns {
        var result = self
        guard let places = TimeOrder.places(of: instants) else {
            result.stepNanoseconds = TimeOrder.steps(of: instants)
            return result
        }
        result.stepNanoseconds = TimeOrder.steps(of: places.map { instants[$0] })
        result.device = places.map { device[$0] }
        result.offset = places.map { offset[$0] }
        result.pages = places.map { pages[$0] }
        return result
    }
}
