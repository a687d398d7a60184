/// A JSON value (RFC 8259) with its exact type kept: `1` is an integer, `1.0` and `1e0` are not.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// A number written without fraction and exponent that fits in 64 bits.
    case integer(Int)
    /// Any other number.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The text, nil where the value is no string.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The truth value, nil where the value is not `true` or `false` (the string "true" is not).
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The integer, nil for every other type and for `1.0` or `1e3`.
    public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    /// The number as a floating point value, nil where the value is no number.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .null, .bool, .string, .array, .object: nil
        }
    }
    /// The elements, nil where the value is no array.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    /// The members, nil where the value is no object.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }
    /// The elements as text, nil where the value is no array or one element is no string.
    public var strings: [String]? {
        guard case .array(let values) = self else { return nil }
        var texts: [String] = []
        texts.reserveCapacity(values.count)
        for value in values {
            guard case .string(let text) = value else { return nil }
            texts.append(text)
        }
        return texts
    }
}

/// A JSON object: members in their order, each name once.
///
/// A list and not a dictionary: claims are few, the order of what we write stays ours, and nobody can aim at a hash table from outside.
public struct JSONObject: Sendable, Hashable {
    /// One name and its value.
    public struct Member: Sendable, Hashable {
        /// The name, unescaped.
        public let name: String
        /// The value.
        public let value: JSONValue
    }

    /// The members in their order.
    public private(set) var members: [Member]

    /// An object without members.
    public init() { members = [] }

    /// The value of the member `name`, nil where there is none.
    public subscript(name: String) -> JSONValue? { place(of: name).map { members[$0].value } }

    /// By places: a loop over the members copies each with all that its value holds.
    private func place(of name: String) -> Int? { members.indices.first { members[$0].name.hasSameBytes(as: name) } }

    /// The names in their order.
    public var names: [String] { members.map(\.name) }
    /// How many members there are.
    public var count: Int { members.count }
    /// Whether there is no member.
    public var isEmpty: Bool { members.isEmpty }

    /// Adds a member at the end; `false`, and nothing is changed, where the name is already there.
    @discardableResult
    package mutating func append(_ name: String, _ value: JSONValue) -> Bool {
        guard place(of: name) == nil else { return false }
        members.append(Member(name: name, value: value))
        return true
    }

    /// Adds the member only where there is a value.
    package mutating func append(_ name: String, ifPresent value: String?) {
        if let value { append(name, .string(value)) }
    }

    /// Two objects are equal when they have the same members, in whatever order (RFC 8259 §4).
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(members.count) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }

    /// The members in their order; of a name given twice the first one counts.
    public init(_ elements: [(String, JSONValue)]) {
        self.init()
        for (name, value) in elements { append(name, value) }
    }
}
