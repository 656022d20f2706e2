internal import CLibFFI
public import PluginInspection

/// A C function pointer that calls a Swift closure, captures included.
///
/// The pointer ends with this object. The body runs on the thread that calls the pointer.
public final class ForeignClosure {
    /// Gets executable memory from libffi; tests replace it.
    typealias Allocator = (Int, UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> UnsafeMutableRawPointer?

    /// What C calls: a function of the signature's type.
    public let address: UnsafeRawPointer
    public let signature: Signature
    private let closure: UnsafeMutablePointer<ffi_closure>
    private let target: Unmanaged<Target>

    /// - Parameters:
    ///   - signature: The type of the C function. Its result cannot be `cstr`: nobody would own
    ///     the text.
    ///   - body: Is given the signature's arguments and must return a value of its result type;
    ///     another type is an error of the caller and stops the process. Pointers it is given are
    ///     valid as long as the calling C code says.
    /// - Throws: `ForeignCallError` when this system gives no executable memory for closures.
    ///
    /// Corresponds to `ffi_closure_alloc()` and `ffi_prep_closure_loc()`.
    public convenience init(
        signature: Signature, body: @escaping ([ForeignValue]) -> ForeignValue
    ) throws(ForeignCallError) {
        try self.init(signature: signature, allocator: { ffi_closure_alloc($0, $1) }, body: body)
    }

    init(
        signature: Signature, allocator: Allocator, body: @escaping ([ForeignValue]) -> ForeignValue
    ) throws(ForeignCallError) {
        guard signature.result != .cstr else { throw ForeignCallError(.closureReturnsText, signature) }
        let interface = try CallInterface(signature)
        var code: UnsafeMutableRawPointer?
        guard let memory = allocator(MemoryLayout<ffi_closure>.size, &code) else {
            throw ForeignCallError(.closuresUnavailable, signature, found: "no executable memory")
        }
        let closure = memory.assumingMemoryBound(to: ffi_closure.self)
        let target = Unmanaged.passRetained(Target(interface, body))
        let status = ffi_prep_closure_loc(closure, interface.cif, enter, target.toOpaque(), code)
        guard status == FFI_OK, let code else {
            target.release()
            ffi_closure_free(memory)
            throw ForeignCallError(.closuresUnavailable, signature, found: "status \(status.rawValue)")
        }
        self.signature = signature
        self.closure = closure
        self.target = target
        address = UnsafeRawPointer(code)
    }

    deinit {
        ffi_closure_free(closure)
        target.release()
    }
}

/// What a closure's code leads to; keeps the interface that the code refers to.
private final class Target {
    let interface: CallInterface
    let body: ([ForeignValue]) -> ForeignValue

    init(_ interface: CallInterface, _ body: @escaping ([ForeignValue]) -> ForeignValue) {
        self.interface = interface
        self.body = body
    }
}

/// The function behind every closure. Has the type that `ffi_prep_closure_loc()` asks for.
private func enter(
    _ cif: UnsafeMutablePointer<ffi_cif>?, _ result: UnsafeMutableRawPointer?,
    _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, _ context: UnsafeMutableRawPointer?
) {
    guard let context else { preconditionFailure("a closure was entered without its context") }
    let target = Unmanaged<Target>.fromOpaque(context).takeUnretainedValue()
    let signature = target.interface.signature
    let values = signature.arguments.enumerated().map { index, argument in
        guard let slot = arguments?[index] else {
            preconditionFailure("a closure was entered without argument \(index + 1)")
        }
        return ForeignValue(argument: slot, argument.type)
    }
    let value = target.body(values)
    precondition(
        value.type == signature.result, "the body of a closure of type \(signature) returned \(value.type)")
    if let result { value.storeResult(to: result) }
}
