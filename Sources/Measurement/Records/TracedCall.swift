/// One call of the host, as a trace shows it.
public struct TracedCall: Encodable, Sendable {
    /// An argument or a result.
    public enum Value: Encodable, Sendable, Hashable {
        case signed(Int64)
        case unsigned(UInt64)
        /// A text that was handed over, or a handle in words: `page 0x12345`, `set 3`.
        case text(String)
        /// NULL, or no result.
        case nothing

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .signed(let number): try container.encode(number)
            case .unsigned(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            case .nothing: try container.encodeNil()
            }
        }
    }

    /// Among all calls of the run in the order in which they began, from 1.
    public var number: Int
    /// The instance of a plugin that made it, or the strategy.
    public var instance: String
    public var function: String
    /// By the names that the host table gives them.
    public var arguments: [(name: String, value: Value)]
    public var result: Value
    /// The emulated clock, ns.
    public var beginNanoseconds: UInt64
    public var endNanoseconds: UInt64
    /// The rules that it was failed or delayed by.
    public var injected: [String]

    public init(
        number: Int, instance: String, function: String, arguments: [(name: String, value: Value)],
        result: Value, beginNanoseconds: UInt64, endNanoseconds: UInt64, injected: [String]
    ) {
        self.number = number
        self.instance = instance
        self.function = function
        self.arguments = arguments
        self.result = result
        self.beginNanoseconds = beginNanoseconds
        self.endNanoseconds = endNanoseconds
        self.injected = injected
    }

    enum CodingKeys: String, CodingKey {
        case instance, function, arguments, result, injected
        case number = "n"
        case beginNanoseconds = "begin_ns"
        case endNanoseconds = "end_ns"
    }

    /// A key that a function's argument gives.
    private struct ArgumentKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(number, forKey: .number)
        try container.encode(instance, forKey: .instance)
        try container.encode(function, forKey: .function)
        var values = container.nestedContainer(keyedBy: ArgumentKey.self, forKey: .arguments)
        for (name, value) in arguments { try values.encode(value, forKey: ArgumentKey(stringValue: name)) }
        try container.encode(result, forKey: .result)
        try container.encode(beginNanoseconds, forKey: .beginNanoseconds)
        try container.encode(endNanoseconds, forKey: .endNanoseconds)
        if !injected.isEmpty { try container.encode(injected, forKey: .injected) }
    }
}
