import Baselines
import Foundation
import PhysicalMemory
import Recordings

/// Loads that are the same in every run, for whoever counts instructions: what is to be counted runs
/// inside of the C function `measured`.
enum FixedLoads {
    /// A recording, executed again; not a packed one, as valgrind does not let Foundation start gzip.
    static func replay(_ path: String) throws -> String {
        let recording = try Recording(parsing: Array(Data(contentsOf: URL(fileURLWithPath: path))))
        var replay: Replay?
        count { replay = try? Replay(of: recording) }
        guard let replay else { throw BenchmarkError("\(path) cannot be replayed") }
        return "\(replay.exact) of \(replay.calls) exact"
    }

    /// A driver that asks for chunks and gives them back among pages of processes and pins, after a
    /// time in which everything has been used.
    static func calls() throws -> String {
        guard let geometry = AreaGeometry(basePFN: 1 << 15, pages: 1 << 15),
            let area = try MachineMemory(pages: 1 << 17, areas: [geometry]).areas.first
        else { throw BenchmarkError("no area of 128 MiB") }
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<200 { area[generator.below(geometry.pages)] = .pinned }
        var driver = Driver(area: area, generator: generator)
        driver.run(calls: 2000)
        let before = area.memory.work
        count { driver.run(calls: 2000) }
        let work = area.memory.work.since(before)
        area.memory.end()
        return "\(work[.call]) calls, \(work[.window]) windows, \(work[.migratePage]) pages moved"
    }

    /// Calls on a full area of so many MiB.
    static func full(mebibytes: Int) throws {
        let full = try AreaBenchmarks.FullArea(pages: mebibytes << 8)
        full.call(times: 1000)
        count { full.call(times: 1000) }
        full.area.memory.end()
    }

    /// A whole run of a plugin in this process, behind one that has made all that is made once. Not one
    /// with debug information, of which valgrind of Debian 12 may read another kind.
    static func plugin(_ path: String, _ settings: [String]) throws {
        try PluginBenchmarks.run(path, settings)
        var failure: (any Error)?
        count {
            do { try PluginBenchmarks.run(path, settings) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    private struct Driver {
        let area: ContiguousArea
        var generator: SeededGenerator
        var held: [(offset: Int, count: Int)] = []

        init(area: ContiguousArea, generator: SeededGenerator) {
            self.area = area
            self.generator = generator
            held.reserveCapacity(1024)
        }

        mutating func run(calls: Int) {
            for _ in 0..<calls {
                for _ in 0..<3 { _ = area.memory.allocatePage(for: .anonymous, cpu: 0) }
                let align = generator.below(4) == 0 ? 8 : 4
                let request = AllocationRequest(count: 1 << align, align: align)
                let mode: AllocationMode = generator.below(2) == 0 ? .normal : .failFast
                if held.count < 200, let offset = area.allocate(request, mode: mode).offset {
                    held.append((offset, request.count))
                }
                while held.count > 100 {
                    let chunk = held.remove(at: generator.below(held.count))
                    area.release(offset: chunk.offset, count: chunk.count)
                }
            }
        }
    }

    private static func count(_ body: () -> Void) {
        withoutActuallyEscaping(body) { body in
            let box = Box(body: body)
            measured(
                { context in
                    guard let context else { return }
                    Unmanaged<Box>.fromOpaque(context).takeUnretainedValue().body()
                }, Unmanaged.passUnretained(box).toOpaque())
        }
    }

    private final class Box {
        let body: () -> Void

        init(body: @escaping () -> Void) { self.body = body }
    }
}
