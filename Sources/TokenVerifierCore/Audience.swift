internal import WireFormats

/// The claim `aud`: one text or several (RFC 7519 §4.1.3).
public struct Audience: Sendable, Hashable {
    /// The audiences in their order; empty only in access tokens of Cognito, which may have none (`AccessTokenProfile.cognito`).
    public let values: [String]

    /// Whether `audience` is one of them, byte by byte.
    public func contains(_ audience: String) -> Bool { values.contains { $0.hasSameBytes(as: audience) } }

    static let none = Audience(values: [])

    private init(values: [String]) { self.values = values }

    /// A text or an array of texts that is not empty; anything else is no audience.
    init?(_ value: JSONValue) {
        switch value {
        case .string(let text): values = [text]
        case .array:
            guard let texts = value.strings, !texts.isEmpty else { return nil }
            values = texts
        case .null, .bool, .integer, .number, .object: return nil
        }
    }
}
