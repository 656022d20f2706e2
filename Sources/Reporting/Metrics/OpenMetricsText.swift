public import Measurement

/// A run as OpenMetrics text, for dashboards: what each device wanted, what it got at which cost, and what is left
/// of each area. Units are in the names; times are emulated seconds. Follows the OpenMetrics specification
/// 1.0.
public enum OpenMetricsText {
    /// The whole exposition, ending in `# EOF`.
    public static func render(_ record: RunRecord) -> String {
        var text = Exposition()
        text.family("devemu_run", .info, "What was run.")
        var labels = [
            ("seed", "\(record.seed)"), ("mode", record.mode), ("costs", record.costs),
            ("outcome", record.outcome.name.rawValue),
        ]
        if let kernel = record.kernel { labels.append(("kernel", kernel)) }
        if let strategy = record.strategy { labels.append(("strategy", strategy)) }
        if let scene = record.scene { labels.append(("scene", scene.name)) }
        text.sample("_info", labels, "1")
        text.family("devemu_elapsed_seconds", .gauge, "The clock when the run ended.", unit: "seconds")
        text.sample("", [], seconds(record.elapsedNanoseconds))
        devices(record.devices, &text)
        latencies(record.devices, &text)
        areas(record.areas, &text)
        return text.text + "# EOF\n"
    }

    private static func devices(_ devices: [DeviceRecord], _ text: inout Exposition) {
        let gauges: [(String, String, (DeviceRecord) -> Int)] = [
            ("satisfied", "Whether every buffer set has its minimum.", { $0.satisfied ? 1 : 0 }),
            ("buffers_wanted", "Buffers that the driver asked for.", \.buffersWanted),
            ("buffers_min", "Buffers below which the device cannot work.", \.buffersMin),
            ("buffers", "Buffers that it got.", \.buffersGot),
            ("held_pages_at_exit", "Pages that it held when the run ended.", \.pagesHeldAtExit),
        ]
        let counters: [(String, String, (DeviceRecord) -> Int)] = [
            ("cma_alloc_calls", "Calls of cma_alloc().", \.calls),
            ("cma_alloc_failures", "Calls of cma_alloc() that returned no page.", \.failedCalls),
            ("busy_retries", "Windows that were tried and refused.", \.busyRetries),
            ("migrated_pages", "Pages that were moved for it.", \.pagesMigrated),
            ("dropped_pages", "Pages of the page cache that were dropped for it.", \.pagesDropped),
            ("drains", "Calls of drain_all_pages() and lru_cache_disable().", \.drains),
            ("frames_delivered", "Frames that its engines moved whole.", \.framesDelivered),
            ("frames_dropped", "Frames that came while there was no buffer.", \.framesDropped),
            ("underruns", "Scanout periods with nothing to read.", \.underruns),
            ("violations", "What its driver did wrong.", \.violationCount),
        ]
        for (name, help, value) in gauges {
            text.family("devemu_device_\(name)", .gauge, help)
            for device in devices { text.sample("", [("device", device.name)], "\(value(device))") }
        }
        for (name, help, value) in counters {
            text.family("devemu_device_\(name)", .counter, help)
            for device in devices { text.sample("_total", [("device", device.name)], "\(value(device))") }
        }
        let times: [(String, String, (DeviceRecord) -> UInt64?)] = [
            (
                "time_to_satisfaction", "From opening sets to their last buffers; absent when never.",
                \.timeToSatisfactionNanoseconds
            ),
            ("gathering", "From opening sets to closing them.", { $0.gatheringNanoseconds }),
            ("others_waited", "Time that others waited for its calls.", { $0.othersWaitedNanoseconds }),
        ]
        for (name, help, value) in times {
            text.family("devemu_device_\(name)_seconds", .gauge, help, unit: "seconds")
            for device in devices {
                if let value = value(device) { text.sample("", [("device", device.name)], seconds(value)) }
            }
        }
    }

    private static func latencies(_ devices: [DeviceRecord], _ text: inout Exposition) {
        text.family(
            "devemu_device_cma_alloc_duration_seconds", .summary, "How long calls of cma_alloc() took.",
            unit: "seconds")
        for device in devices {
            let call = device.callNanoseconds
            for (quantile, value) in [("0.5", call.p50), ("0.99", call.p99), ("1", call.max)] {
                text.sample("", [("device", device.name), ("quantile", quantile)], seconds(value))
            }
            text.sample("_count", [("device", device.name)], "\(device.calls)")
        }
    }

    private static func areas(_ areas: [AreaRecord], _ text: inout Exposition) {
        let gauges: [(String, String, (AreaRecord) -> Int)] = [
            ("pages", "Its size.", \.pages),
            ("peak_held_pages", "Most pages held at a time.", \.peak.heldPages),
            ("free_pages", "Free when the last set was closed.", \.left.freePages),
            (
                "largest_run_pages", "Longest run of free or movable pages then.", \.left.largestRunPages
            ),
        ]
        for (name, help, value) in gauges {
            text.family("devemu_area_\(name)", .gauge, help)
            for area in areas { text.sample("", [("area", area.name)], "\(value(area))") }
        }
        text.family("devemu_area_usable_chunks", .gauge, "Aligned blocks of free or movable pages, by order.")
        for area in areas {
            for (order, count) in area.left.usableChunks.enumerated() {
                text.sample("", [("area", area.name), ("order", "\(order)")], "\(count)")
            }
        }
    }

    /// Exact: nine decimals.
    private static func seconds(_ nanoseconds: UInt64) -> String {
        let fraction = String(nanoseconds % 1_000_000_000)
        return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.count)
            + fraction
    }
}

/// Families of metrics, one after the other.
private struct Exposition {
    enum Kind: String { case info, gauge, counter, summary }

    private(set) var text = ""
    private var name = ""

    mutating func family(_ name: String, _ kind: Kind, _ help: String, unit: String? = nil) {
        self.name = name
        text += "# TYPE \(name) \(kind.rawValue)\n"
        if let unit { text += "# UNIT \(name) \(unit)\n" }
        text += "# HELP \(name) \(help)\n"
    }

    mutating func sample(_ suffix: String, _ labels: [(String, String)], _ value: String) {
        let list = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += name + suffix + (list.isEmpty ? "" : "{\(list)}") + " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(character)
            }
        }
        return text
    }
}
