internal import FoundationEssentials
internal import GRDB
internal import Measurement
internal import Sweeps

/// A run's record as rows of a store.
struct RunRows {
    /// A row of a table that hangs on a run.
    struct PartRow: Equatable {
        let keys: [DatabaseValue]
        let columns: [DatabaseValue]
    }

    let hash: String
    let outcome: String
    let columns: [DatabaseValue]
    /// For each of `StoreSchema.parts`, in the order of their keys.
    let parts: [[PartRow]]

    private static let bytesOfPage = 4096

    init(_ record: RunRecord, of planned: PlannedRun, exit: Int32) throws {
        hash = planned.hash
        let outcome = record.outcome.name.rawValue
        self.outcome = outcome
        let isConclusive = Self.isConclusive(outcome)
        let ending = isConclusive && record.outcome.name != .ok ? Ending(record.outcome) : nil
        columns = [
            Self.value(planned.strategy), Self.value(planned.seed), Self.value(outcome),
            Self.value(try ending.map { String(decoding: try JSONEncoder.sorted.encode($0), as: UTF8.self) }),
            Self.value(Int(exit)), Self.value(isConclusive && record.outcome.name == .ok && record.satisfied),
            Self.value(isConclusive ? record.elapsedNanoseconds : 0),
            Self.value(isConclusive ? record.plugins.reduce(0) { $0 + $1.failedOperations } : 0),
            Self.value(isConclusive ? record.protocolViolationCount : 0),
        ]
        parts =
            isConclusive
            ? [Self.devices(record), Self.histograms(record), Self.areas(record), Self.samples(record)]
            : StoreSchema.parts.map { _ in [] }
    }

    /// Whether a run that ends so ends so wherever it is made.
    static func isConclusive(_ outcome: String) -> Bool {
        outcome != RunOutcome.Name.timedOut.rawValue && outcome != RunOutcome.Name.lost.rawValue
    }

    var isConclusive: Bool { Self.isConclusive(outcome) }

    /// Whether an outcome takes the place of another: one that stays, or of two that do not a run that took too
    /// long that of one which nobody knows.
    static func replaces(_ new: String, _ old: String) -> Bool {
        !isConclusive(old) && (isConclusive(new) || new > old)
    }

    // MARK: From a record

    /// How a run ended badly, as far as it does so everywhere.
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

    private static func value(_ value: String?) -> DatabaseValue { value?.databaseValue ?? .null }
    private static func value(_ value: Int) -> DatabaseValue { value.databaseValue }
    private static func value(_ value: Bool) -> DatabaseValue { value.databaseValue }
    private static func value(_ value: UInt64?) -> DatabaseValue {
        value.map { Int64(clamping: $0).databaseValue } ?? .null
    }

    private static func devices(_ record: RunRecord) -> [PartRow] {
        record.devices.enumerated().map { position, device in
            let held = record.areas.first { $0.name == device.area }?.peak.by.first {
                $0.device == device.name
            }
            return PartRow(
                keys: [value(position)],
                columns: [
                    value(device.name), value(device.area), value(device.strategy), value(device.satisfied),
                    value(device.buffersWanted), value(device.buffersMin), value(device.buffersGot),
                    value(device.chunks), value(device.chunkPages), value(device.calls),
                    value(device.failedCalls),
                    value(device.busyRetries), value(device.pagesMigrated), value(device.pagesDropped),
                    value(device.drains), value(device.interrupts), value(device.othersWaitedNanoseconds),
                    value(device.gatheringNanoseconds), value(device.timeToSatisfactionNanoseconds),
                    value(device.callNanoseconds.p50), value(device.callNanoseconds.p99),
                    value(device.callNanoseconds.max), value((held?.pages ?? 0) * bytesOfPage),
                    value(device.pagesHeldAtExit * bytesOfPage), value(device.framesDelivered),
                    value(device.framesDropped), value(device.framesRepeated), value(device.framesDamaged),
                    value(device.underruns), value(device.violationCount),
                ])
        }
    }

    private static func histograms(_ record: RunRecord) -> [PartRow] {
        record.devices.enumerated().flatMap { position, device in
            (device.callHistogram ?? []).map {
                PartRow(keys: [value(position), value($0.upperNanoseconds)], columns: [value($0.count)])
            }
        }
    }

    private static func areas(_ record: RunRecord) -> [PartRow] {
        record.areas.enumerated().map { position, area in
            PartRow(
                keys: [value(position)],
                columns: [
                    value(area.name), value(area.basePFN), value(area.pages * bytesOfPage),
                    value(area.orderPerBit),
                    value(area.start.free), value(area.start.movable), value(area.start.pinned),
                    value(area.peak.nanoseconds), value(area.peak.heldPages * bytesOfPage),
                    value(area.left.freePages),
                    value(area.left.largestRunPages),
                    value("[" + area.left.usableChunks.map { "\($0)" }.joined(separator: ",") + "]"),
                    value((area.reserve?.pages ?? 0) * bytesOfPage),
                    value(area.reserve?.preparationNanoseconds ?? 0),
                ])
        }
    }

    private static func samples(_ record: RunRecord) -> [PartRow] {
        record.areas.enumerated().flatMap { position, area in
            area.series.enumerated().map { sample, moment in
                PartRow(
                    keys: [value(position), value(sample)],
                    columns: [
                        value(moment.nanoseconds), value(moment.freePages), value(moment.heldPages),
                        value(moment.largestRunPages),
                    ])
            }
        }
    }
}
