import CShims
import Emulation
import Measurement
import PhysicalMemory
import PluginInspection

/// An instance at work: calls its operations one after the other, each when it is due.
final class InstanceTask {
    private let bound: BoundInstance
    private let functions: [ForeignFunction]
    private let machine: EmulatedMachine
    private let instance: PluginInstance
    private let table: HostTable
    /// In front of the table; nil when nobody watches.
    private let instruments: InstrumentedTable?
    private(set) var record: PluginRecord

    /// Symbol of the first call.
    var symbol: String { bound.calls.first?.entry.symbol ?? "" }

    /// - Parameters:
    ///   - functions: one for each of the instance's calls.
    ///   - recorder: what its host calls lead through.
    /// - Throws: `ForeignCallError` when this system gives no memory for closures.
    /// - Returns: nil when there is no memory for its host table.
    init?(
        _ bound: BoundInstance, functions: [ForeignFunction], machine: EmulatedMachine,
        instance: PluginInstance, recorder: HostCallRecorder?
    ) throws(ForeignCallError) {
        guard let table = HostTable(instance) else { return nil }
        self.instance = instance
        self.bound = bound
        self.functions = functions
        self.machine = machine
        self.table = table
        if let recorder {
            instruments = try InstrumentedTable(over: table, instance: instance, recorder: recorder)
        } else {
            instruments = nil
        }
        let inspected = bound.file.inspected
        record = PluginRecord(
            name: bound.plan.name, id: inspected.manifest.id, version: inspected.manifest.version,
            contentHash: inspected.contentHash,
            parameters: bound.parameters.map { .init(name: $0.parameter.name, value: $0.value.description) })
    }

    /// Calls every operation at its time, or as soon after that as the one before has returned.
    ///
    /// - Parameters:
    ///   - start: the instant from which the times of events count.
    ///   - ranks: the places of the events among all that are due at the same instant.
    ///   - onFailure: hears of every operation that does not return zero.
    func live(from start: UInt64, ranks: [Int], onFailure: (OperationFailure) -> Void) {
        // A thread of a task's own has no stack for signal handlers yet; without one less is known of a crash.
        _ = flight_recorder_guard_thread()
        for (event, rank) in zip(bound.events, ranks) {
            let due = start + event.nanoseconds
            if machine.clock.now > due {
                record.lateOperations += 1
                record.latestNanoseconds = max(record.latestNanoseconds, machine.clock.now - due)
            } else {
                machine.clock.awaitTurn(at: due, rank: rank)
            }
            let began = machine.clock.now
            guard let code = call(event.call) else { continue }
            record.failedOperations += 1
            onFailure(
                OperationFailure(
                    instance: bound.plan.name, operation: bound.calls[event.call].operation,
                    nanoseconds: began, code: code, errno: ErrorNumber.name(of: code)))
        }
    }

    /// Makes one of the instance's calls: what it returned, nil for zero and for what is no integer.
    func call(_ index: Int) -> Int64? {
        record.operations += 1
        let host = instruments?.address ?? table.address
        let arguments = bound.calls[index].arguments.map { argument -> ForeignValue in
            switch argument {
            case .host: .ptr(host)
            case .value(let value): value
            }
        }
        guard let result = try? instance.run({ try functions[index].call(arguments) }) else {
            preconditionFailure("devemu: an operation was bound to arguments that are not its own")
        }
        return Self.errorCode(result)
    }

    /// An entry point that returns an integer says with anything but zero that it failed.
    private static func errorCode(_ result: ForeignValue) -> Int64? {
        let code: Int64 =
            switch result {
            case .i8(let value): Int64(value)
            case .i16(let value): Int64(value)
            case .i32(let value): Int64(value)
            case .i64(let value): value
            case .u8(let value): Int64(value)
            case .u16(let value): Int64(value)
            case .u32(let value): Int64(value)
            case .u64(let value): Int64(truncatingIfNeeded: value)
            case .size(let value): Int64(truncatingIfNeeded: value)
            case .void, .f32, .f64, .ptr, .cstr, .record: 0
            }
        return code == 0 ? nil : code
    }
}
