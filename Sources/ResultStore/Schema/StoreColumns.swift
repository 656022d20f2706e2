internal import FoundationEssentials
internal import GRDB
internal import Measurement
internal import Sweeps

/// A run as the table `runs` has it.
struct RunRow {
    let planned: PlannedRun
    let record: RunRecord
    let exit: Int
    /// JSON of how the run ended badly, as far as it does so on every machine; nil for a run that ended well.
    let ending: String?

    /// The kernel of every result of devemu 0.1, which did not name it.
    static let earlierKernel = "linux-6.1"

    init(_ record: RunRecord, of planned: PlannedRun, exit: Int32) throws {
        self.planned = planned
        self.record = record
        self.exit = Int(exit)
        let isBad = RunRows.isConclusive(record.outcome.name.rawValue) && record.outcome.name != .ok
        ending =
            isBad
            ? String(decoding: try JSONEncoder.sorted.encode(Ending(record.outcome)), as: UTF8.self) : nil
    }

    var isConclusive: Bool { RunRows.isConclusive(outcome) }
    var outcome: String { record.outcome.name.rawValue }
    var kernel: String { record.kernel ?? Self.earlierKernel }
    var satisfied: Bool { isConclusive && record.outcome.name == .ok && record.satisfied }
    var elapsedNanoseconds: UInt64 { isConclusive ? record.elapsedNanoseconds : 0 }
    var failedOperations: Int {
        isConclusive ? record.plugins.reduce(0) { $0 + $1.failedOperations } : 0
    }
    var protocolViolations: Int { isConclusive ? record.protocolViolationCount : 0 }

    private struct Ending: Encodable {
        var instance: String?
        var phase: String?
        var signal: String?
        var function: String?
        var limit: String?
        var call: UInt64?
        var hostFunction: String?

        enum CodingKeys: String, CodingKey {
            case instance, phase, signal, function, limit, call
            case hostFunction = "host_function"
        }

        init(_ outcome: RunOutcome) {
            instance = outcome.instance
            phase = outcome.phase
            signal = outcome.signal
            function = outcome.function
            limit = outcome.limit
            call = outcome.call?.number
            hostFunction = outcome.call?.function
        }
    }

    static let columns: [StoreColumn<RunRow>] = [
        .init("strategy", \.planned.strategy), .init("seed", \.planned.seed), .init("outcome", \.outcome),
        .init("ending", \.ending), .init("exit", \.exit), .init("satisfied", \.satisfied),
        .init("elapsed_ns", \.elapsedNanoseconds), .init("failed_operations", \.failedOperations),
        .init("protocol_violations", \.protocolViolations),
        .init("kernel", \.kernel, since: 3, earlier: StoreSchema.literal(earlierKernel)),
    ]
}

/// A device of a run as the table `devices` has it.
struct DeviceRow {
    let position: Int
    let device: DeviceRecord
    /// What it held of its area when devices held the most of that, bytes.
    let peakHeldBytes: Int
    let heldAtExitBytes: Int

    static func rows(of record: RunRecord) -> [DeviceRow] {
        record.devices.enumerated().map { position, device in
            let held = record.areas.first { $0.name == device.area }?.peak.by.first {
                $0.device == device.name
            }
            return DeviceRow(
                position: position, device: device, peakHeldBytes: (held?.pages ?? 0) * record.bytesOfPage,
                heldAtExitBytes: device.pagesHeldAtExit * record.bytesOfPage)
        }
    }

    static let keys: [StoreColumn<DeviceRow>] = [.init("position", \.position)]

    static let columns: [StoreColumn<DeviceRow>] = [
        .init("device", \.device.name), .init("area", \.device.area),
        .init("own_strategy", \.device.strategy), .init("satisfied", \.device.satisfied),
        .init("buffers_wanted", \.device.buffersWanted), .init("buffers_min", \.device.buffersMin),
        .init("buffers_got", \.device.buffersGot), .init("chunks", \.device.chunks),
        .init("chunk_pages", \.device.chunkPages), .init("calls", \.device.calls),
        .init("failed_calls", \.device.failedCalls), .init("busy_retries", \.device.busyRetries),
        .init("pages_migrated", \.device.pagesMigrated), .init("pages_dropped", \.device.pagesDropped),
        .init("drains", \.device.drains), .init("ipis", \.device.interrupts),
        .init("others_waited_ns", \.device.othersWaitedNanoseconds),
        .init("gathering_ns", \.device.gatheringNanoseconds),
        .init("time_to_satisfaction_ns", \.device.timeToSatisfactionNanoseconds),
        .init("call_p50_ns", \.device.callNanoseconds.p50),
        .init("call_p99_ns", \.device.callNanoseconds.p99),
        .init("call_max_ns", \.device.callNanoseconds.max), .init("peak_held_bytes", \.peakHeldBytes),
        .init("held_at_exit_bytes", \.heldAtExitBytes), .init("frames_delivered", \.device.framesDelivered),
        .init("frames_dropped", \.device.framesDropped), .init("frames_repeated", \.device.framesRepeated),
        .init("frames_damaged", \.device.framesDamaged), .init("underruns", \.device.underruns),
        .init("violations", \.device.violationCount),
    ]
}

/// How many calls of a device took how long, as the table `call_histograms` has it.
struct CallBinRow {
    let position: Int
    let bin: LatencyBin

    static func rows(of record: RunRecord) -> [CallBinRow] {
        record.devices.enumerated().flatMap { position, device in
            (device.callHistogram ?? []).map { CallBinRow(position: position, bin: $0) }
        }
    }

    static let keys: [StoreColumn<CallBinRow>] = [
        .init("position", \.position), .init("upper_ns", \.bin.upperNanoseconds),
    ]
    static let columns: [StoreColumn<CallBinRow>] = [.init("calls", \.bin.count)]
}

/// An area of a run as the table `areas` has it.
struct AreaRow {
    let position: Int
    let area: AreaRecord
    let pageBytes: Int

    var sizeBytes: Int { area.pages * pageBytes }
    var peakHeldBytes: Int { area.peak.heldPages * pageBytes }
    /// A JSON array, by order from 0.
    var usableChunks: String { "[" + area.left.usableChunks.map { "\($0)" }.joined(separator: ",") + "]" }
    var reservedBytes: Int { (area.reserve?.pages ?? 0) * pageBytes }
    var preparationNanoseconds: UInt64 { area.reserve?.preparationNanoseconds ?? 0 }

    static func rows(of record: RunRecord) -> [AreaRow] {
        record.areas.enumerated().map { AreaRow(position: $0, area: $1, pageBytes: record.bytesOfPage) }
    }

    static let keys: [StoreColumn<AreaRow>] = [.init("position", \.position)]

    static let columns: [StoreColumn<AreaRow>] = [
        .init("area", \.area.name), .init("base_pfn", \.area.basePFN), .init("size_bytes", \.sizeBytes),
        .init("order_per_bit", \.area.orderPerBit), .init("start_free_pages", \.area.start.free),
        .init("start_movable_pages", \.area.start.movable), .init("start_pinned_pages", \.area.start.pinned),
        .init("peak_ns", \.area.peak.nanoseconds), .init("peak_held_bytes", \.peakHeldBytes),
        .init("free_pages", \.area.left.freePages),
        .init("largest_run_pages", \.area.left.largestRunPages), .init("usable_chunks", \.usableChunks),
        .init("reserved_bytes", \.reservedBytes, since: 2),
        .init("preparation_ns", \.preparationNanoseconds, since: 2),
    ]
}

/// An area at one moment, as the table `area_samples` has it.
struct AreaSampleRow {
    let position: Int
    let sample: Int
    let moment: AreaSample

    static func rows(of record: RunRecord) -> [AreaSampleRow] {
        record.areas.enumerated().flatMap { position, area in
            area.series.enumerated().map { AreaSampleRow(position: position, sample: $0, moment: $1) }
        }
    }

    static let keys: [StoreColumn<AreaSampleRow>] = [
        .init("position", \.position), .init("sample", \.sample),
    ]
    static let columns: [StoreColumn<AreaSampleRow>] = [
        .init("t_ns", \.moment.nanoseconds), .init("free_pages", \.moment.freePages),
        .init("held_pages", \.moment.heldPages), .init("largest_run_pages", \.moment.largestRunPages),
    ]
}
