import Baselines
import Foundation
import PhysicalMemory

/// Calls on areas of all sizes, with pins in them and most of their pages taken.
enum AreaBenchmarks {
    private static let chunk = AllocationRequest(count: 16, align: 4)

    /// An area with nothing around it but the kernel, as large as asked for.
    private static func area(pages: Int) throws -> ContiguousArea {
        let base = (Kernel.standard.boot.kernelPages(of: pages * 2) + 1023) & ~1023
        let machine = min(max(pages * 2, 1 << 16), MachineMemory.pageLimit)
        guard
            let geometry = AreaGeometry(
                basePFN: max(base, machine - pages - (1 << 10)) & ~1023, pages: pages),
            let area = try MachineMemory(pages: machine, areas: [geometry]).areas.first
        else { throw BenchmarkError("no area of \(pages) pages") }
        return area
    }

    /// Order-4 cma_alloc() and cma_release() in a mostly free area, without the plugin boundary.
    static func pairs() throws -> [Measured] {
        let area = try area(pages: 1 << 16)
        let pairs = 200_000
        let seconds = Stopwatch.median(of: 5) {
            for _ in 0..<pairs {
                guard let offset = area.allocate(chunk, mode: .normal).offset else { continue }
                area.release(offset: offset, count: chunk.count)
            }
        }
        area.memory.end()
        return [
            Measured(
                name: "order-4 cma_alloc and cma_release, free area of 256 MiB",
                value: Double(pairs) / seconds / 1e6, unit: "million pairs/s")
        ]
    }

    /// A machine as large as there can be, all of it but the kernel an area.
    static func largestMachine() throws -> [Measured] {
        let before = residentBytes()
        let pages = MachineMemory.pageLimit
        let base = (Kernel.standard.boot.kernelPages(of: pages) + 1023) & ~1023
        guard let geometry = AreaGeometry(basePFN: base, pages: pages - base) else { return [] }
        var memory: MachineMemory?
        let seconds = try Stopwatch.time { memory = try MachineMemory(pages: pages, areas: [geometry]) }
        let bytes = Double(residentBytes() - before)
        memory?.end()
        return [
            Measured(name: "start state of 64 GiB", value: seconds, unit: "s"),
            Measured(
                name: "memory of a machine of 64 GiB", value: bytes / Double(1 << 20), unit: "MiB",
                against: "8 bytes a page are", ratio: 8 * Double(pages) / bytes),
        ]
    }

    /// All that can be had of 16 GiB, nine tenths of them taken at random, with 5000 pins.
    static func nineTenthsTaken() throws -> [Measured] {
        let pages = 1 << 22
        let area = try area(pages: pages)
        var taken = [UInt64](repeating: 0, count: pages / 64)
        var pinned = taken
        _ = occupy(area, taken: &taken, pinned: &pinned, pins: 5000)
        var words = taken
        var calls = 0
        var refused = 0
        let seconds = Stopwatch.time {
            while true {
                let outcome = area.allocate(chunk, mode: .normal)
                calls += 1
                refused += outcome.busyRetries
                if outcome.offset == nil { break }
            }
        }
        var straightRefused = 0
        var straightCalls = 0
        let straight = Stopwatch.time {
            repeat {
                straightCalls += 1
            } while straight_first_fit(&taken, pinned, pages, chunk.count, &straightRefused) >= 0
        }
        var wordsRefused = 0
        let wordwise = Stopwatch.time {
            while word_first_fit(&words, pinned, pages, chunk.count, &wordsRefused) >= 0 {}
        }
        guard straightCalls == calls, straightRefused == refused, wordsRefused == refused else {
            throw BenchmarkError("the loops in C refuse \(straightRefused) windows, the area \(refused)")
        }
        area.memory.end()
        let call = seconds / Double(calls)
        return [
            Measured(
                name: "16 GiB, 9/10 taken, 5000 pins: a normal call", value: call * 1e6, unit: "µs",
                against: "straight first fit in C takes", ratio: straight / seconds),
            Measured(
                name: "  the same, \(refused / 1_000_000) million busy windows in \(calls) calls",
                value: call * 1e6, unit: "µs", against: "first fit by words in C takes",
                ratio: wordwise / seconds),
        ]
    }

    /// A release somewhere and a call that finds it, in full areas with the same share of pins. The sizes take
    /// turns, so that whatever else the machine does meets all of them.
    static func growth() throws -> [Measured] {
        let fulls = try [1 << 14, 1 << 18, 1 << 22, (1 << 24) - (1 << 19)].map { try FullArea(pages: $0) }
        let calls = 5000
        var seconds = [[Double]](repeating: [], count: fulls.count)
        for _ in 0..<21 {
            for (size, full) in fulls.enumerated() {
                seconds[size].append(Stopwatch.time { full.call(times: calls) })
            }
        }
        var results: [Measured] = []
        for (full, seconds) in zip(fulls, seconds) {
            full.area.memory.end()
            let pair = seconds.sorted()[seconds.count / 2] / Double(calls) * 1e6
            results.append(
                Measured(
                    name: "release and call, full area of \(full.area.geometry.pages >> 8) MiB", value: pair,
                    unit: "µs", against: results.first.map { _ in "of what 64 MiB take" },
                    ratio: results.first.map { pair / $0.value }))
        }
        return results
    }

    /// An area of which all is taken that can be had.
    final class FullArea {
        let area: ContiguousArea
        private let held: [Int]
        private var generator = SeededGenerator(seed: 3)

        init(pages: Int) throws {
            area = try AreaBenchmarks.area(pages: pages)
            var taken = [UInt64](repeating: 0, count: pages / 64)
            var pinned = taken
            var held = occupy(area, taken: &taken, pinned: &pinned, pins: pages * 5000 >> 22)
            while let offset = area.allocate(chunk, mode: .normal).offset { held.append(offset) }
            self.held = held
        }

        /// Gives a chunk back and asks for one, over and over.
        func call(times: Int) {
            for _ in 0..<times {
                area.release(offset: held[generator.below(held.count)], count: chunk.count)
                _ = area.allocate(chunk, mode: .normal)
            }
        }
    }

    /// Takes nine tenths of the chunks at random, and pins pages among the others.
    /// - Returns: the chunks.
    private static func occupy(
        _ area: ContiguousArea, taken: inout [UInt64], pinned: inout [UInt64], pins: Int
    ) -> [Int] {
        var generator = SeededGenerator(seed: 1)
        var held: [Int] = []
        let pages = area.geometry.pages
        for offset in stride(from: 0, to: pages, by: chunk.count) where generator.below(10) > 0 {
            area.hold(offset: offset, count: chunk.count)
            taken[offset >> 6] |= 0xffff << UInt64(offset & 63)
            held.append(offset)
        }
        for _ in 0..<pins {
            let page = generator.below(pages)
            guard taken[page >> 6] >> UInt64(page & 63) & 1 == 0 else { continue }
            area[page] = .pinned
            pinned[page >> 6] |= 1 << UInt64(page & 63)
        }
        return held
    }

    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let words = text.split(separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * 4096 : 0
    }
}

/// Why nothing could be measured.
struct BenchmarkError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
