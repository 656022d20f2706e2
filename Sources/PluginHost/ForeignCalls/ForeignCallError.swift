public import PluginInspection

/// Why a function could not be called, or a closure not be made.
public struct ForeignCallError: Error, Equatable, Sendable {
    public enum Code: Equatable, Sendable {
        case wrongCount
        case wrongType
        case textContainsNUL
        /// libffi refused the signature.
        case interfaceRefused
        /// The system gives no memory for closures, as hardened kernels may.
        case closuresUnavailable
        case closureReturnsText
    }

    public let code: Code
    public let signature: Signature
    /// Index of the argument the error is about.
    public let argument: Int?
    /// What was given instead.
    public let found: String

    init(_ code: Code, _ signature: Signature, argument: Int? = nil, found: String = "") {
        self.code = code
        self.signature = signature
        self.argument = argument
        self.found = found
    }
}

extension ForeignCallError: CustomStringConvertible {
    /// One line: the signature, what is wrong and what would be right.
    public var description: String { "\(signature): \(wording)" }

    private var wording: String {
        switch code {
        case .wrongCount: "got \(found) arguments; give \(signature.arguments.count)"
        case .wrongType: "argument \(position) is \(found); give \(expected)"
        case .textContainsNUL: "argument \(position) contains a NUL, which would end it in C; leave it out"
        case .interfaceRefused: "libffi refuses the signature: \(found)"
        case .closuresUnavailable:
            "this system gives no closures: \(found); pass a C function and a context pointer instead"
        case .closureReturnsText: "a closure cannot return cstr, nobody would own the text; return ptr"
        }
    }

    private var position: String { argument.map { "\($0 + 1)" } ?? "" }

    private var expected: String {
        guard let argument, signature.arguments.indices.contains(argument) else { return "" }
        return "\(signature.arguments[argument])"
    }
}
