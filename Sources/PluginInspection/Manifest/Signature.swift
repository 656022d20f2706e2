/// The type of a C function that the host calls by its description.
///
/// Grammar: `RESULT(ARGUMENT, ...)` where an argument is `TYPE` or `TYPE NAME`, and a type a name or a
/// record `{TYPE,TYPE}` of 1 to 8 numbers. At most 16 arguments, no varargs, `void` only as the result.
public struct Signature: Equatable, Sendable, CustomStringConvertible {
    /// One argument.
    public struct Argument: Equatable, Sendable, CustomStringConvertible {
        /// The name, which the host matches with a parameter; nil when the signature gives none.
        public let name: String?
        public let type: ValueType

        public init(name: String? = nil, type: ValueType) {
            self.name = name
            self.type = type
        }

        /// Canonical form: `u32 pages`, or `u32`.
        public var description: String { name.map { "\(type) \($0)" } ?? "\(type)" }
    }

    /// The largest number of arguments.
    public static let maximumArguments = 16

    public let result: ValueType
    /// 0 to 16 arguments, none of them `void`, names unique.
    public let arguments: [Argument]

    /// A signature of known parts, which have to keep the bounds above.
    package init(result: ValueType, arguments: [Argument]) {
        self.result = result
        self.arguments = arguments
    }

    /// Reads a signature. Spaces may stand between any two parts.
    ///
    /// Throws `SignatureError` with the offset of the first byte that does not fit the grammar.
    public init(parsing text: String) throws(SignatureError) {
        var scanner = SignatureScanner(text)
        (result, arguments) = try scanner.signature()
    }

    /// Canonical form, which parses back to the same signature: `i32(ptr host, u32 pages)`.
    public var description: String {
        "\(result)(" + arguments.map(\.description).joined(separator: ", ") + ")"
    }
}
