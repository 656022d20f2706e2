import Emulation
import Measurement
import PhysicalMemory
import PluginHost

/// Plugins at work in this process: what is left of a run once its process has started.
struct PluginBenchmarks {
    /// Where the plugins have been built.
    var folder: String

    func measure() throws -> [Measured] { [try pairs(), try cameras()] }

    /// Order-4 cma_alloc() and cma_release() by a driver, in a mostly free area.
    private func pairs() throws -> Measured {
        let pairs = 500_000
        func seconds(_ pairs: Int) throws -> Double {
            try Stopwatch.median(of: 5) {
                try Self.run("\(folder)/pairs.so", ["pairs=\(pairs)"], fill: 0, pins: 0)
            }
        }
        let spent = try seconds(pairs) - seconds(0)
        return Measured(
            name: "the same, by a plugin through the host table", value: Double(pairs) / spent / 1e6,
            unit: "million pairs/s")
    }

    /// The camera on the machine that it has when nobody says otherwise.
    private func cameras() throws -> Measured {
        let seeds = 50
        let seconds = try Stopwatch.median(of: 5) {
            for seed in 1...seeds { try Self.run("\(folder)/libdevemu-camera.so", seed: UInt64(seed)) }
        }
        return Measured(
            name: "whole camera runs, process start apart", value: Double(seeds) / seconds, unit: "runs/s")
    }

    /// One run of a plugin on a machine of 1 GiB with an area of 256 MiB.
    static func run(
        _ path: String, _ settings: [String] = [], fill: Double = 0.93, pins: Int = 300, seed: UInt64 = 1
    ) throws {
        guard let area = AreaGeometry(basePFN: 1 << 17, pages: 1 << 16) else {
            throw BenchmarkError("no area of 256 MiB")
        }
        let machine = MachineConfiguration(
            memoryPages: 1 << 18, area: area, seed: seed, start: .generated(fill: fill, pins: pins),
            forcedMode: nil)
        let values = settings.compactMap { setting -> PluginRun.Setting? in
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = parts.first, let value = parts.last else { return nil }
            return PluginRun.Setting(name: name, value: value, place: .option(prefix: ""))
        }
        let instance = PluginRun.Instance(name: "plugin", path: path, settings: values)
        let record = try PluginRun(instances: [instance], machine: machine).execute()
        guard let device = record.devices.first, device.satisfied, record.failures.isEmpty else {
            throw BenchmarkError("\(path) did not get what it asked for")
        }
    }
}
