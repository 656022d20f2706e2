import CDevEmu
import PluginInspection

/// A second table in front of a host table: every function is a closure that leads through a recorder to
/// the function of the first.
final class InstrumentedTable {
    private let table: UnsafeMutablePointer<devemu_host>
    private let closures: [ForeignClosure]

    /// - Parameters:
    ///   - original: must live as long as this one.
    ///   - instance: the one that calls.
    /// - Throws: `ForeignCallError` when this system gives no memory for closures.
    init(
        over original: HostTable, instance: PluginInstance, recorder: HostCallRecorder
    ) throws(ForeignCallError) {
        var closures: [ForeignClosure] = []
        var fields: [(offset: Int, address: UnsafeRawPointer)] = []
        for function in HostFunction.allCases {
            let address = original.address.load(fromByteOffset: function.offset, as: UnsafeRawPointer?.self)
            guard let address else { continue }
            let signature = function.passingSignature
            let target = try ForeignFunction(address: address, signature: signature)
            let closure = try ForeignClosure(signature: signature) { arguments in
                recorder.perform(function, arguments, by: instance) { arguments in
                    guard let result = try? target.call(arguments) else {
                        preconditionFailure("devemu: \(function) was called with another type's arguments")
                    }
                    return result
                }
            }
            closures.append(closure)
            fields.append((function.offset, closure.address))
        }
        self.closures = closures
        table = .allocate(capacity: 1)
        table.initialize(to: original.fields)
        for (offset, address) in fields {
            UnsafeMutableRawPointer(table).storeBytes(
                of: address, toByteOffset: offset, as: UnsafeRawPointer.self)
        }
    }

    deinit { table.deallocate() }

    var address: UnsafeMutableRawPointer { UnsafeMutableRawPointer(table) }
}

extension HostFunction {
    /// The signature under which calls are passed on: a text stays the pointer that it is, whether its bytes
    /// are UTF-8, and end, or not.
    fileprivate var passingSignature: Signature {
        let signature = signature
        return Signature(
            result: signature.result,
            arguments: signature.arguments.map {
                Signature.Argument(name: $0.name, type: $0.type == .cstr ? .ptr : $0.type)
            })
    }
}
