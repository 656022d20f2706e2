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

    init(_ record: RunRecord, of planned: PlannedRun, exit: Int32) throws {
        let run = try RunRow(record, of: planned, exit: exit)
        hash = planned.hash
        outcome = run.outcome
        columns = RunRow.columns.values(of: run)
        parts =
            run.isConclusive
            ? [
                Self.rows(DeviceRow.rows(of: record), DeviceRow.keys, DeviceRow.columns),
                Self.rows(CallBinRow.rows(of: record), CallBinRow.keys, CallBinRow.columns),
                Self.rows(AreaRow.rows(of: record), AreaRow.keys, AreaRow.columns),
                Self.rows(AreaSampleRow.rows(of: record), AreaSampleRow.keys, AreaSampleRow.columns),
            ] : StoreSchema.parts.map { _ in [] }
    }

    private static func rows<Subject>(
        _ subjects: [Subject], _ keys: [StoreColumn<Subject>], _ columns: [StoreColumn<Subject>]
    ) -> [PartRow] {
        subjects.map { PartRow(keys: keys.values(of: $0), columns: columns.values(of: $0)) }
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
}
