public import PluginInspection

/// A C function that is called by its signature.
///
/// A call costs some hundred nanoseconds: for entry points, not for what they call in a loop.
public final class ForeignFunction {
    public let signature: Signature
    private let address: UnsafeRawPointer
    private let interface: CallInterface

    /// - Parameters:
    ///   - address: The function, which has to be loaded as long as it is called.
    ///   - signature: Its true type. libffi cannot check it; a wrong one has the effect it has in C.
    /// - Throws: `ForeignCallError` when libffi cannot call functions of that type.
    ///
    /// Corresponds to `ffi_prep_cif()`.
    public init(address: UnsafeRawPointer, signature: Signature) throws(ForeignCallError) {
        self.address = address
        self.signature = signature
        interface = try CallInterface(signature)
    }

    /// Calls the function. Texts are copied, and the copies live as long as the call.
    ///
    /// - Throws: `ForeignCallError` when number or types of the arguments are not the signature's,
    ///   or a text contains a NUL; the function is not called then.
    ///
    /// Corresponds to `ffi_call()`.
    public func call(_ arguments: [ForeignValue]) throws(ForeignCallError) -> ForeignValue {
        try check(arguments)
        let frame = CallFrame(arguments, returning: signature.result)
        frame.call(address, interface)
        return frame.value(signature.result)
    }

    private func check(_ arguments: [ForeignValue]) throws(ForeignCallError) {
        guard arguments.count == signature.arguments.count else {
            throw ForeignCallError(.wrongCount, signature, found: "\(arguments.count)")
        }
        for (index, (argument, declared)) in zip(arguments, signature.arguments).enumerated() {
            guard argument.type == declared.type else {
                throw ForeignCallError(
                    .wrongType, signature, argument: index, found: argument.type.description)
            }
            if case .cstr(let text?) = argument, text.utf8.contains(0) {
                throw ForeignCallError(.textContainsNUL, signature, argument: index)
            }
        }
    }
}
