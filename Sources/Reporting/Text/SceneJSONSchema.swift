import Scenes

/// The JSON Schema of a scene, by which editors complete and check scenes as they are written.
///
/// It is made from the table of keys. What it lets pass may still be refused by devemu: whether areas fit in memory
/// and whether a plugin has a parameter is not in a schema.
public struct SceneJSONSchema: Encodable {
    private let root: Node

    public init() {
        let node = Self.mapping(SceneKey.keys(of: nil))
        node.schema = "https://json-schema.org/draft/2020-12/schema"
        node.title = "devemu scene"
        node.description = SceneReference.introduction
        root = node
    }

    public func encode(to encoder: any Encoder) throws { try root.encode(to: encoder) }

    /// A schema of one value.
    private final class Node: Encodable {
        var schema: String?
        var title: String?
        var description: String?
        var type: [String] = []
        var choices: [Literal]?
        var pattern: String?
        var minimum: Int?
        var maximum: Int?
        var minLength: Int?
        var maxLength: Int?
        var defaultValue: Literal?
        var examples: [Literal]?
        var properties: [String: Node]?
        var required: [String]?
        var items: Node?
        /// Of the names of a mapping whose keys others define.
        var namePattern: String?
        /// False where no other keys are allowed.
        var allowsOthers: Bool?

        enum CodingKeys: String, CodingKey {
            case title, description, type, pattern, minimum, maximum, minLength, maxLength, examples,
                properties
            case required, items, propertyNames
            case schema = "$schema"
            case choices = "enum"
            case defaultValue = "default"
            case allowsOthers = "additionalProperties"
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(schema, forKey: .schema)
            try container.encodeIfPresent(title, forKey: .title)
            try container.encodeIfPresent(description, forKey: .description)
            if type.count == 1 {
                try container.encode(type[0], forKey: .type)
            } else if !type.isEmpty {
                try container.encode(type, forKey: .type)
            }
            try container.encodeIfPresent(choices, forKey: .choices)
            try container.encodeIfPresent(pattern, forKey: .pattern)
            try container.encodeIfPresent(minimum, forKey: .minimum)
            try container.encodeIfPresent(maximum, forKey: .maximum)
            try container.encodeIfPresent(minLength, forKey: .minLength)
            try container.encodeIfPresent(maxLength, forKey: .maxLength)
            try container.encodeIfPresent(defaultValue, forKey: .defaultValue)
            try container.encodeIfPresent(examples, forKey: .examples)
            try container.encodeIfPresent(properties, forKey: .properties)
            try container.encodeIfPresent(required, forKey: .required)
            try container.encodeIfPresent(items, forKey: .items)
            try container.encodeIfPresent(namePattern.map { ["pattern": $0] }, forKey: .propertyNames)
            try container.encodeIfPresent(allowsOthers, forKey: .allowsOthers)
        }
    }

    /// A text, or a number or truth value where a parser of YAML reads one.
    private enum Literal: Encodable {
        case text(String)
        case whole(Int)
        case truth(Bool)

        init(_ text: String, of key: SceneKey) {
            let number = key.kind == .whole ? Int(text) : nil
            self = number.map { .whole($0) } ?? .text(text)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .whole(let number): try container.encode(number)
            case .truth(let value): try container.encode(value)
            }
        }
    }

    private static func mapping(_ keys: [SceneKey]) -> Node {
        let node = Node()
        node.type = ["object"]
        node.properties = Dictionary(
            keys.map { ($0.name, self.node($0)) }, uniquingKeysWith: { first, _ in first })
        node.required = keys.filter(\.isRequired).map(\.name)
        node.allowsOthers = false
        return node
    }

    private static func node(_ key: SceneKey) -> Node {
        let node: Node
        switch key.kind {
        case .mapping: node = mapping(SceneKey.keys(of: key))
        case .list:
            node = Node()
            node.type = ["array"]
            node.items = mapping(SceneKey.keys(of: key))
        case .texts:
            node = Node()
            node.type = ["array"]
            node.items = Node()
            node.items?.type = ["string"]
        case .arguments:
            node = Node()
            node.type = ["object"]
            node.namePattern = "^[a-z][a-z0-9_]*$"
        case .text, .file, .whole, .size, .duration, .share, .yesOrNo, .choice: node = value(key)
        }
        node.description = "\(key.meaning) (\(SceneReference.type(of: key)))"
        return node
    }

    /// Parsers read `64` as a number and, by YAML 1.1, `off` as a truth value; devemu reads each as the text that it
    /// is.
    private static func value(_ key: SceneKey) -> Node {
        let node = Node()
        node.defaultValue = key.defaultValue.map { Literal($0, of: key) }
        node.examples = [Literal(key.example, of: key)]
        switch key.kind {
        case .whole:
            node.type = ["integer"]
            node.minimum = key.bounds?.lower.flatMap { Int($0) }
            node.maximum = key.bounds?.upper.flatMap { Int($0) }
        case .size:
            node.type = ["string", "integer"]
            node.pattern = "^(0[xX][0-9a-fA-F]+|[0-9]+(\\.[0-9]+)?([KMGTPEkmgtpe](iB)?)?)$"
        case .duration:
            node.type = ["string", "integer"]
            node.pattern = "^[0-9]+(\\.[0-9]+)?(ns|us|ms|s|min)?$"
        case .share:
            node.type = ["string", "number"]
            node.pattern = "^[0-9]+(\\.[0-9]+)?%?$"
        case .yesOrNo: node.choices = [.text("yes"), .text("no"), .truth(true), .truth(false)]
        case .choice(let words): node.choices = words.map { .text($0) }
        default:
            node.type = ["string", "number", "boolean"]
            node.minLength = key.bounds?.lower.flatMap { Int($0) }
            node.maxLength = key.bounds?.upper.flatMap { Int($0) }
        }
        return node
    }
}
