import FoundationEssentials
import SAML
package import UserPools
import WireFormats

/// What a provider sent in one sign-in, in labelled lines, without what it says of the person and without anything that could be used: where a value
/// was stands how long it is. Only what is known to be harmless is written; everything else is left out or measured.
package struct RedactedMessage: Sendable, Equatable {
    package struct Line: Sendable, Equatable {
        package let label: String
        package let value: String
        package let depth: Int
    }

    package let lines: [Line]

    /// Maximum of lines, and of bytes of each of them.
    private static let maximum = (lines: 400, bytes: 400)

    /// - Parameter description: of a message that was described redacted.
    init(_ description: MessageDescription) {
        self.init(
            [Line(label: "Message", value: description.kind.rawValue, depth: 0)]
                + description.lines.map { Line(label: $0.label, value: $0.value, depth: $0.depth) })
    }

    /// The claims of an ID token, whether it verified or not.
    init?(claims: [(name: String, value: JSONValue)]) {
        guard !claims.isEmpty else { return nil }
        self.init(
            [Line(label: "ID token", value: "not verified", depth: 0)]
                + claims.map { Line(label: $0.name, value: Self.shown($0.name, $0.value), depth: 1) })
    }

    private init(_ lines: [Line]) {
        self.lines = lines.prefix(Self.maximum.lines).map {
            Line(
                label: SignInRecord.bounded($0.label, Self.maximum.bytes), value: SignInRecord.bounded($0.value, Self.maximum.bytes), depth: $0.depth)
        }
    }

    /// Claims that say something of the token and nothing of the person.
    private static let ofToken: Set<String> = ["iss", "aud", "azp", "exp", "iat", "nbf", "auth_time", "acr", "amr", "tid", "ver"]

    private static func shown(_ name: String, _ value: JSONValue) -> String {
        if ofToken.contains(name) {
            if case .string(let text) = value { return text }
            return String(decoding: JSONWriter.encode(value: value), as: UTF8.self)
        }
        return switch value {
        case .string(let text): "(text of \(text.utf8.count) bytes)"
        case .array(let values): "(a list of \(values.count))"
        case .object(let object): "(an object of \(object.count))"
        case .bool: "(true or false)"
        case .integer, .number: "(a number)"
        case .null: "(null)"
        }
    }
}

extension RedactedMessage {
    var bytes: [UInt8] {
        let lines = lines.map { JSONValue.array([.string($0.label), .string($0.value), .integer($0.depth)]) }
        return JSONWriter.encode(value: .array(lines))
    }

    /// As it was sealed for its record.
    package init?(_ message: SignInMessage, with sealer: Sealer) {
        guard let opened = try? sealer.open(message.sealed, context: Self.context(message.poolID, message.reference)),
            let lines = (try? JSONParser.parse(opened.reveal()))?.array
        else { return nil }
        self.lines = lines.compactMap { line in
            guard let parts = line.array, parts.count == 3, let label = parts[0].string, let value = parts[1].string,
                case .integer(let depth) = parts[2]
            else { return nil }
            return Line(label: label, value: value, depth: max(0, min(depth, 20)))
        }
    }

    func sealed(
        for record: SignInRecord, of provider: IdentityProvider.Name, with sealer: Sealer
    ) -> SignInMessage? {
        guard let sealed = try? sealer.seal(bytes, context: Self.context(record.poolID, record.reference)) else { return nil }
        return SignInMessage(
            reference: record.reference, poolID: record.poolID, provider: provider, at: record.at, sealed: sealed,
            expiresAt: record.at.addingTimeInterval(DebuggedProvider.longest))
    }

    private static func context(_ pool: UserPool.ID, _ reference: SignInRecord.Reference) -> String { "sign-in message \(pool) \(reference)" }
}
