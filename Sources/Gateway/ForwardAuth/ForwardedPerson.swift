import FoundationEssentials
import OpenIDConnect
import UserPools
import WireFormats

/// Who it is, as the proxy passes it on to the app, in values that are fit for a header.
package struct ForwardedPerson: Sendable {
    /// The name for people, unique in the pool; where the client may not know who it is elsewhere, `subject`.
    package let username: String
    /// `sub`: never changes.
    package let subject: String
    /// Empty where there is none.
    package let email: String
    package let isEmailVerified: Bool
    package let name: String
    /// Between commas. A comma, or a percent sign, in a name of a group is percent-encoded, so that no name passes for two.
    package let groups: String
    /// A signed access token (RFC 9068) for the app's host, for apps that want proof.
    package private(set) var token = ""
    private let groupNames: [String]
    private let subjects: Subjects

    /// Proxies take headers of 4 KiB at least. More groups than fit are left out, the last ones.
    private static let longestGroups = 2048

    init(_ user: User, as subjects: Subjects, groups: [String]) {
        func text(_ name: String) -> String { if case .text(let text)? = user.attributes[name] { Self.fit(text) } else { "" } }
        (subject, self.subjects) = (subjects.subject(of: user.id), subjects)
        username = subjects.isPairwise ? subject : Self.fit(user.username)
        (email, name) = (text("email"), text("name"))
        isEmailVerified = user.attributes["email_verified"] == .boolean(true)
        var (names, length): ([String], Int) = ([], 0)
        for group in groups {
            length += Self.fit(group, encodesCommas: true).utf8.count + 1
            guard length <= Self.longestGroups else { break }
            names.append(group)
        }
        groupNames = names
        self.groups = names.map { Self.fit($0, encodesCommas: true) }.joined(separator: ",")
    }

    /// The same with a token of its own.
    func signed(
        for subject: ForwardAuth.Subject, session: Session, issuer: String, by keyRing: KeyRing, _ environment: Environment
    ) async throws -> ForwardedPerson {
        let now = environment.now()
        let key = try await keyRing.keys(of: subject.pool).current
        var attributes: JSONObject = [:]
        if !email.isEmpty {
            attributes.append("email", .string(email))
            attributes.append("email_verified", .bool(isEmailVerified))
        }
        if !name.isEmpty { attributes.append("name", .string(name)) }
        let claims = AccessTokenClaims(
            issuer: issuer, subject: self.subject, audience: subject.host.audience, clientID: subject.client.id.text, scope: Scope(names: []),
            expiresAt: min(now.addingTimeInterval(Self.tokenLifetime), session.expiresAt), issuedAt: now,
            authenticatedAt: session.authenticatedAt, tokenID: environment.uuidText(), sessionID: subjects.sessionID(session.id), groups: groupNames,
            username: subjects.isPairwise ? nil : username, attributes: attributes)
        var person = self
        person.token = try await key.sign(header: "at+jwt", claims: claims.claims())
        return person
    }

    /// Of the token: longer than any answer is kept, and than a request takes.
    private static let tokenLifetime = 120.0

    /// Fit for the value of a header (RFC 9110 §5.5): control characters, and blanks at the ends, which readers take away, are percent-encoded. Apps read other text as UTF-8.
    static func fit(_ text: String, encodesCommas: Bool = false) -> String {
        let bytes = Array(text.utf8)
        var fit: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            let isBlankAtEnd = byte == 0x20 && (index == 0 || index == bytes.count - 1)
            if byte < 0x20 || byte == 0x7F || isBlankAtEnd || (encodesCommas && (byte == UInt8(ascii: ",") || byte == UInt8(ascii: "%"))) {
                fit += Array("%".utf8) + Array([byte].hexText.uppercased().utf8)
            } else {
                fit.append(byte)
            }
        }
        return String(decoding: fit, as: UTF8.self)
    }
}
