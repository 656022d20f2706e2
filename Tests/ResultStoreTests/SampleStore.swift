import Foundation
import Measurement
import Sweeps
import Testing

@testable import ResultStore

/// A folder of stores, removed with the object, and runs to put into them.
final class SampleStores {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "devemu-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }

    /// A store with these runs of the plan, made in this order.
    @discardableResult
    func make(_ name: String, runs: [Int], worker: String = "w", pins: String = "300") throws -> String {
        let store = try ResultStore(opening: path(name))
        let plan = try store.add(Self.plan(pins: pins))
        for number in runs {
            let run = Self.run(number)
            #expect(try store.claim(run, of: plan, worker: worker, since: "then"))
            try store.record(Self.record(number), of: run, in: plan, exit: 0, by: Self.provenance(worker))
        }
        return path(name)
    }

    static func plan(pins: String = "300") -> PlanHeader {
        PlanHeader(
            version: "devemu 0.1.0", summary: "with \(pins) pins", scene: "summary: s\n", scenePath: nil,
            keys: ["machine.pins", "machine.areas[0].size"])
    }

    static func run(_ number: Int) -> PlannedRun {
        let digits = String(number, radix: 16)
        return PlannedRun(
            number: number, values: ["machine.pins": "\(number)", "machine.areas[0].size": "64M"],
            strategy: number.isMultiple(of: 2) ? "normal" : nil, seed: UInt64(number),
            hash: String(repeating: "0", count: 64 - digits.count) + digits)
    }

    static func record(_ number: Int) -> RunRecord {
        var camera = DeviceRecord(name: "camera")
        camera.area = "linux,cma"
        camera.satisfied = number % 3 != 0
        camera.calls = 10 * number
        camera.callHistogram = [
            LatencyBin(upperNanoseconds: 290_000, count: 9), LatencyBin(upperNanoseconds: 510_000, count: 1),
        ]
        var area = AreaRecord(
            name: "linux,cma", basePFN: 131072, pages: 16384, orderPerBit: 0, start: PageCounts(), strip: [],
            left: RemainderRecord(orders: 2),
            peak: PeakRecord(nanoseconds: 5, heldPages: 48, by: [.init(device: "camera", pages: 48)]))
        area.series = [AreaSample(nanoseconds: 7, heldPages: 48, left: area.left)]
        return RunRecord(
            seed: UInt64(number), mode: "as-asked", costs: "linux-6.1-qemu", memoryPages: 262144,
            areas: [area],
            plugins: [], devices: [camera], log: [], elapsedNanoseconds: 1000 * UInt64(number))
    }

    static func provenance(_ worker: String, started: String = "2026-01-01T00:00:00Z")
        -> ResultStore.Provenance
    {
        .init(version: "devemu 0.1.0", host: "h", worker: worker, started: started, wallNanoseconds: 3)
    }

    func dump(_ name: String) throws -> [String] {
        var lines: [String] = []
        try StoreReader(opening: path(name)).dump { lines.append($0) }
        return lines
    }

    func query(_ name: String, _ sql: String) throws -> [[TableValue]] {
        var rows: [[TableValue]] = []
        try StoreReader(opening: path(name)).query(sql) { rows.append($0) }
        return rows
    }
}
