import TokenVerifier
import UserPools
import WireFormats

/// What a provider says of a user, from several answers of which the first that has a claim counts: the ID token, then userinfo.
struct UpstreamClaims: Sendable {
    private static let booleans: Set<String> = ["email_verified", "phone_number_verified"]

    private var answers: [JSONObject]

    init(_ answers: [JSONObject]) { self.answers = answers }

    mutating func append(_ answer: JSONObject) { answers.append(answer) }
    mutating func prepend(_ answer: JSONObject) { answers.insert(answer, at: 0) }

    subscript(name: String) -> JSONValue? {
        for answer in answers {
            if let value = answer[name], value != .null { return value }
        }
        return nil
    }

    /// The values of a mapping's source: a claim, or the path to a member of one (`realm_access.roles`).
    func values(of source: String) -> [String] {
        guard let value = self[source] ?? member(at: source) else { return [] }
        // The word "true" in quotation marks is no truth value: whoever sends it may mean anything (case 95).
        if Self.booleans.contains(source), value.bool == nil { return [] }
        // OpenID Connect Core §5.1.1: an object, of which the mapping's `address` is the text for people.
        if source == "address", let formatted = value.object?["formatted"] { return Self.texts(formatted) }
        return Self.texts(value)
    }

    /// The address that is said to be verified, by the very answer that names it (OpenID Connect Core §5.7).
    func verifiedEmail(of provider: IdentityProvider) -> String? {
        guard let email = self["email"]?.string, let address = EmailAddress(exactly: email),
            let answer = answers.first(where: { $0["email"]?.string?.hasSameBytes(as: email) == true && $0["email_verified"] != nil }),
            answer["email_verified"]?.bool == true
        else { return nil }
        // Google speaks for its own addresses, and for a company's only where `hd` says that the account is the company's.
        if case .oidc(let connection) = provider.kind, Google.isIssuer(of: connection) {
            let (domain, hosted) = (address.domain, answer["hd"]?.string.flatMap { EmailDomain(ProtocolText($0)) })
            guard domain.text == "gmail.com" || hosted == domain || hosted.map({ provider.domains.contains($0.text) }) == true else { return nil }
        }
        return email
    }

    /// Every claim once, as it counts.
    var all: [(name: String, value: JSONValue)] {
        var found: [(name: String, value: JSONValue)] = []
        for member in answers.flatMap(\.members) where !found.contains(where: { $0.name.hasSameBytes(as: member.name) }) {
            found.append((member.name, member.value))
        }
        return found
    }

    /// What arrived, for people: each claim once, but for those of the token itself.
    var arrived: [String] {
        var shown: [String] = []
        // More than a hundred nobody reads.
        for name in answers.flatMap(\.members).map(\.name) where shown.count < 100 && !Self.ofToken.contains(name) {
            let text = ProtocolText(name).prefix(200).string
            if !shown.contains(where: { $0.hasSameBytes(as: text) }) { shown.append(text) }
        }
        return shown
    }

    /// OpenID Connect Core §2 and RFC 7519 §4.1, `sub` excepted.
    private static let ofToken: Set = [
        "iss", "aud", "exp", "nbf", "iat", "jti", "azp", "nonce", "auth_time", "acr", "amr", "at_hash", "c_hash", "s_hash", "sid",
    ]

    func has(_ source: String) -> Bool { self[source] != nil || member(at: source) != nil }

    private func member(at path: String) -> JSONValue? {
        let names = ProtocolText(path).split(at: ".").map(\.string)
        guard names.count > 1, names.count <= 8, var value = self[names[0]] else { return nil }
        for name in names.dropFirst() {
            guard let next = value.object?[name] else { return nil }
            value = next
        }
        return value
    }

    private static func texts(_ value: JSONValue) -> [String] {
        switch value {
        case .string(let text): [text]
        case .bool(let flag): [flag ? "true" : "false"]
        case .integer(let number): [String(number)]
        case .number(let number): [String(number)]
        case .array(let values): values.flatMap { $0.array == nil ? texts($0) : [] }
        case .null, .object: []
        }
    }
}
