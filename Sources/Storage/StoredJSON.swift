import FoundationEssentials
import UserPools

/// Lists, attribute values and nested settings stand in one column as JSON text.
enum StoredJSON {
    private static let encoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .millisecondsSince1970
        return encoder
    }()
    private static let decoder = {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .millisecondsSince1970
        return decoder
    }()

    static func value<Value: Encodable>(_ value: Value, of what: String) throws(StoreError) -> SQLValue {
        do {
            return .text(String(decoding: try encoder.encode(value), as: UTF8.self))
        } catch {
            // A number that is not finite: no mapping makes one.
            throw .corrupt(what: what)
        }
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from text: String, of what: String) throws(StoreError) -> Value {
        do {
            return try decoder.decode(type, from: Data(text.utf8))
        } catch {
            throw .corrupt(what: what)
        }
    }
}

/// An attribute value as plain JSON: a string, a number, a boolean or an array of them.
struct StoredAttribute: Codable {
    let value: AttributeValue

    init(_ value: AttributeValue) { self.value = value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            value = .text(text)
        } else if let boolean = try? container.decode(Bool.self) {
            value = .boolean(boolean)
        } else if let number = try? container.decode(Double.self) {
            value = .number(number)
        } else {
            value = .list(try container.decode([StoredAttribute].self).map(\.value))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .boolean(let boolean): try container.encode(boolean)
        case .list(let list): try container.encode(list.map { StoredAttribute($0) })
        }
    }
}
