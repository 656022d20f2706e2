import Measurement
import Testing

@Suite struct SizeSearchTests {
    /// A search carried through, with the sizes it tried and the runs that took.
    private struct Walk {
        var answer: Int?
        var runs = 0
        var tried: [Int: Int] = [:]
        var guesses: [Int] = []
        /// Before each trial.
        var bounds: [(tooSmall: Int, enough: Int?)] = []

        init(
            _ goal: SuccessGoal, start: Int, limit: Int, hasCurve: Bool = true,
            succeeds: (_ size: Int, _ seed: Int) -> Bool
        ) {
            var search = SizeSearch(goal: goal, start: start, limit: limit, hasCurve: hasCurve)
            while let trial = search.next {
                bounds.append(search.bounds)
                guesses.append(search.expectedRuns)
                tried[trial.size, default: 0] += trial.seeds.count
                runs += trial.seeds.count
                search.record(successes: trial.seeds.count { succeeds(trial.size, $0) }, of: trial)
            }
            answer = search.answer
        }
    }

    private func goal(_ share: Double, _ seeds: Int) throws -> SuccessGoal {
        try #require(SuccessGoal(share: share, seeds: seeds))
    }

    @Test func `a search that is cut short says where the answer lies`() throws {
        let goal = try goal(0.99, 3)
        for threshold in 1...40 {
            let walk = Walk(goal, start: 16, limit: 40) { size, _ in size >= threshold }
            #expect(walk.bounds.first?.tooSmall == 0 && walk.bounds.first?.enough == nil)
            for bounds in walk.bounds {
                #expect(bounds.tooSmall < threshold && threshold <= bounds.enough ?? .max, "\(threshold)")
            }
            #expect(walk.bounds.last?.enough == threshold)
        }
    }

    @Test func `a sharp threshold is found from every start, within every limit`() throws {
        let goal = try goal(0.99, 3)
        for limit in 1...40 {
            for threshold in 1...limit {
                for start in [1, 2, limit / 2, limit, limit + 7] {
                    let walk = Walk(goal, start: start, limit: limit) { size, _ in size >= threshold }
                    #expect(walk.answer == threshold, "limit \(limit), start \(start)")
                }
            }
        }
    }

    @Test func `where no size is enough there is no answer, and the limit was tried`() throws {
        for limit in 1...40 {
            let walk = Walk(try goal(0.99, 4), start: 5, limit: limit) { _, _ in false }
            #expect(walk.answer == nil)
            #expect(walk.tried[limit] != nil)
        }
    }

    /// Each seed has a threshold of its own: what brute force over all sizes and seeds says is the answer.
    @Test(arguments: [0.5, 0.8, 0.95, 0.99, 1])
    func `with a threshold for each seed it finds what brute force finds`(share: Double) throws {
        var state: UInt64 = 12345
        for _ in 0..<300 {
            let goal = try goal(share, 20)
            let thresholds = (0..<20).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return 20 + Int(state >> 60)
            }
            let succeeds = { (size: Int, seed: Int) in size >= thresholds[seed] }
            let brute = (1...60).first { size in
                (0..<20).count { succeeds(size, $0) } >= 20 - goal.failuresAllowed
            }
            #expect(Walk(goal, start: 7, limit: 60, succeeds: succeeds).answer == brute)
            #expect(Walk(goal, start: 50, limit: 60, hasCurve: false, succeeds: succeeds).answer == brute)
        }
    }

    /// More memory may fail where less did not: of the sizes around the answer none that is larger fails,
    /// and the one below it does.
    @Test func `where success does not only rise, what was tried above the answer is enough`() throws {
        var state: UInt64 = 99
        var climbed = 0
        for _ in 0..<300 {
            let goal = try goal(0.9, 10)
            var table: [[Bool]] = []
            for size in 0...64 {
                table.append(
                    (0..<10).map { _ in
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        return Int(state >> 58) < size * 2
                    })
            }
            func isEnough(_ size: Int) -> Bool { table[size].count { !$0 } <= goal.failuresAllowed }
            let walk = Walk(goal, start: 20, limit: 64) { table[$0][$1] }
            let answer = try #require(walk.answer)
            #expect(isEnough(answer))
            #expect(answer == 1 || !isEnough(answer - 1))
            for (size, runs) in walk.tried where size > answer && runs == 10 { #expect(isEnough(size)) }
            if (1..<answer - 1).contains(where: isEnough) { climbed += 1 }
        }
        // Otherwise the tables were too tame to show anything.
        #expect(climbed > 50)
    }

    @Test func `the sizes around the answer have all seeds, far ones were given up early`() throws {
        let walk = Walk(try goal(0.99, 20), start: 1, limit: 1000) { size, _ in size >= 40 }
        #expect(walk.answer == 40)
        for size in [32, 36, 38, 39, 40, 41, 42, 44] { #expect(walk.tried[size] == 20, "\(size)") }
        #expect(walk.tried[16] == 2)
        let short = Walk(try goal(0.99, 20), start: 1, limit: 1000, hasCurve: false) { size, _ in size >= 40
        }
        #expect(short.answer == 40)
        #expect(short.runs < walk.runs)
    }

    @Test func `what is still to be run is guessed, and is nothing at the end`() throws {
        let walk = Walk(try goal(0.99, 20), start: 64, limit: 1000) { size, _ in size >= 40 }
        #expect(walk.guesses.allSatisfy { $0 > 0 })
        #expect(try #require(walk.guesses.last) <= 20)
        #expect(walk.guesses[0] > walk.runs / 3)
        #expect(walk.guesses[0] < walk.runs * 3)
    }
}
