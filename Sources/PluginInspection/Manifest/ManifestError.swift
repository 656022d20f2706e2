import TextSupport

/// Why a note is not the description of a plugin.
public struct ManifestError: Error, Equatable, Sendable {
    public enum Code: Equatable, Sendable {
        // The payload as a whole.
        case tooLarge, tooManyFields, notUTF8, controlCharacter, notKeyValue, malformedKey
        case duplicateKey, missingKey, emptyValue
        // abi-min, abi, id.
        case malformedABI, reversedABI, malformedID
        // kind.
        case unknownKind, strategySignature
        // entry.
        case malformedEntry, malformedSymbol, malformedSignature, duplicateEntry
        case unnamedArgument, hostArgumentType, unknownArgument, argumentType
        // param.
        case malformedParameter, malformedName, reservedName, parameterType, duplicateParameter
        // cycle.
        case malformedCycle, unknownOperation
        case recordRange, malformedRange, malformedChoices, malformedBound, reversedRange, malformedDefault
    }

    public let code: Code
    /// The key that the error is about; empty when it has none yet.
    public let key: String
    /// Bytes from the start of the payload; the size of the payload when something is missing.
    public let offset: Int
    /// What stands there, or the name of the entry or parameter.
    public let found: String
    /// What should stand there, or the part of `found` that is wrong.
    public let expected: String
    /// The cause of `malformedSignature`.
    public let signature: SignatureError?
    /// The cause of `malformedDefault` and `malformedBound`.
    public let value: ParameterError?

    init(
        code: Code, key: String = "", offset: Int, found: String = "", expected: String = "",
        signature: SignatureError? = nil, value: ParameterError? = nil
    ) {
        self.code = code
        self.key = key
        self.offset = offset
        self.found = found
        self.expected = expected
        self.signature = signature
        self.value = value
    }
}

extension ManifestError: CustomStringConvertible {
    /// One line: the place, what is wrong and what would be right.
    public var description: String {
        "note byte \(offset): " + (key.isEmpty ? "" : "\(key)= ") + wording
    }

    private var wording: String {
        switch code {
        case .tooLarge: "has \(found) bytes; at most \(PluginManifest.maximumSize) are read"
        case .tooManyFields: "more than \(PluginManifest.maximumFields) strings; merge or drop some"
        case .notUTF8: "the string is not UTF-8; write the source file in UTF-8"
        case .controlCharacter: "control character \(quoted(found)); every value is one line of plain text"
        case .notKeyValue: "\(quoted(found)) has no '='; write key=value, each ended by \\0"
        case .malformedKey: "\(quoted(found)) is not a key; use a-z, then a-z, 0-9 and -"
        case .duplicateKey: "stands twice; keep one of the two"
        case .missingKey: "is missing; add \"\(key)=\(Self.examples[key] ?? "...")\\0\""
        case .emptyValue: "is empty; write \(key)=\(Self.examples[key] ?? "...")"
        case .malformedABI: "\(quoted(found)) is not an ABI revision; write a number from 1 to 999999"
        case .reversedABI: "\(found) is above abi=\(expected); the oldest revision comes first"
        case .malformedID:
            "\(quoted(found)) is not a reverse-domain name; write one such as org.example.hello"
        case .malformedCycle:
            "is for workloads and names operations, with spaces between; write cycle=start stop"
        case .unknownOperation where expected.isEmpty: "\(quoted(found)) is no operation of the plugin"
        case .unknownOperation: "\(quoted(found)) is no operation of the plugin; did you mean \(expected)?"
        case .unknownKind: "\(quoted(found)) is no kind of plugin; write workload or strategy"
        default: key == "entry" ? entryWording : parameterWording
        }
    }

    private var entryWording: String {
        switch code {
        case .malformedEntry: "\(quoted(found)) has no ':'; write SYMBOL:RESULT(ARGUMENT, ...)"
        case .malformedSymbol: "\(quoted(found)) is not the name of a C function"
        case .malformedSignature: "\(found): \(signature?.description ?? "")"
        case .strategySignature:
            "\(found): a strategy's entry is \(PluginManifest.strategySignature)"
        case .duplicateEntry: "\(found) stands twice; keep one of the two"
        case .unnamedArgument: "\(found): argument \(expected) has no name; write TYPE NAME"
        case .hostArgumentType: "\(found): the argument host receives the host table; write ptr host"
        case .unknownArgument where expected.isEmpty:
            "argument '\(found)' has no param; add one of that name and type"
        case .unknownArgument: "argument '\(found)' has no param; did you mean \(expected)?"
        case .argumentType: "argument '\(found)' has a param of type \(expected); make the two types the same"
        default: ""
        }
    }

    private var parameterWording: String {
        switch code {
        case .malformedParameter:
            "\(quoted(found)) has fewer than 5 parts; write NAME:TYPE:DEFAULT:RANGE:HELP"
        case .malformedName: "\(quoted(found)) is not a name; use a-z, then a-z, 0-9 and _"
        case .reservedName: "\(found) names the host table; choose another name"
        case .parameterType: "\(found): \(quoted(expected)) is not the type of a param; \(Self.types)"
        case .duplicateParameter: "\(found) stands twice; keep one of the two"
        case .malformedRange: "\(found): \(quoted(expected)) is not a range; write LOW..HIGH or nothing"
        case .recordRange: "\(found): a record has no range; leave \(quoted(expected)) out"
        case .malformedChoices: "\(found): \(quoted(expected)) has an empty or repeated choice; write A|B|C"
        case .malformedBound: "range of \(value?.description ?? found)"
        case .reversedRange: "\(found): range \(quoted(expected)) is empty; write the lower bound first"
        case .malformedDefault: "default of \(value?.description ?? found)"
        default: ""
        }
    }

    private static let types =
        "the types are i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 size cstr and records such as {u32,u32}"

    private static let examples = [
        "abi-min": "1", "abi": "1", "id": "org.example.hello", "version": "1.0",
        "license": "Apache-2.0", "summary": "what the plugin does", "entry": "run:i32(ptr host)",
    ]
}
