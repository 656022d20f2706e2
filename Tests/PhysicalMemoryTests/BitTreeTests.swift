import Testing

@testable import PhysicalMemory

@Suite struct BitTreeTests {
    @Test func `an empty set has no next member`() {
        for size in [0] + boundarySizes {
            let tree = BitTree(universe: size)
            defer { tree.deallocate() }
            #expect(tree.next(from: 0) == size)
        }
    }

    @Test(arguments: boundarySizes)
    func `the last member of the universe is found from the first position`(size: Int) {
        let tree = BitTree(universe: size)
        defer { tree.deallocate() }
        tree.insert(size - 1)
        #expect(tree.next(from: 0) == size - 1)
        #expect(tree.next(from: size - 1) == size - 1)
        #expect(tree.next(from: size) == size)
        #expect(tree.next(from: size + 1000) == size)
    }

    @Test(arguments: boundarySizes)
    func `a removed member is not found again`(size: Int) {
        let tree = BitTree(universe: size)
        defer { tree.deallocate() }
        tree.insert(0)
        tree.insert(size - 1)
        tree.remove(size - 1)
        #expect(!tree.contains(size - 1))
        #expect(tree.next(from: 0) == (size == 1 ? 1 : 0))
        tree.remove(0)
        #expect(tree.next(from: 0) == size)
    }

    @Test func `inserting twice and removing what is absent change nothing`() {
        let tree = BitTree(universe: 200)
        defer { tree.deallocate() }
        tree.insert(130)
        tree.insert(130)
        tree.remove(131)
        tree.remove(2)
        #expect(tree.next(from: 0) == 130)
        tree.remove(130)
        #expect(tree.next(from: 0) == 200)
    }

    @Test func `five levels hold a member at each end of 2^30`() {
        let tree = BitTree(universe: 1 << 30)
        defer { tree.deallocate() }
        tree.insert(0)
        tree.insert(1 << 30 - 1)
        #expect(tree.next(from: 1) == 1 << 30 - 1)
        tree.remove(1 << 30 - 1)
        #expect(tree.next(from: 1) == 1 << 30)
        #expect(tree.next(from: 0) == 0)
    }

    @Test(arguments: boundarySizes)
    func `random insertions, removals and searches agree with a list of booleans`(size: Int) {
        let tree = BitTree(universe: size)
        defer { tree.deallocate() }
        var model = [Bool](repeating: false, count: size)
        var generator = SeededGenerator(seed: UInt64(size))
        for step in 0..<3000 {
            let member = generator.below(size)
            // Long phases of growing and of shrinking visit dense, sparse and empty sets.
            if generator.below(10) < (step / 500 % 2 == 0 ? 8 : 2) {
                tree.insert(member)
                model[member] = true
            } else {
                // The member itself is most likely absent in a sparse set: remove its successor.
                let victim = min(tree.next(from: member), size - 1)
                tree.remove(victim)
                model[victim] = false
            }
            guard step % (size > 10_000 ? 20 : 1) == 0 else { continue }
            let from = generator.below(size)
            let expected = model[from...].firstIndex(of: true) ?? size
            guard tree.next(from: from) == expected, tree.contains(from) == model[from] else {
                Issue.record("step \(step): next(from: \(from)) is \(tree.next(from: from)), not \(expected)")
                return
            }
        }
    }
}
