import FoundationEssentials
import OpenIDConnect
import SAML
import Synchronization
import TokenVerifier
import UserPools
import WireFormats

/// Writes down what is checked while an OpenID provider's answer is proven, for a dry sign-in, or for the record of a real one.
final class OIDCSteps: Sendable {
    enum Step: String, CaseIterable {
        case answer, code
        case idToken = "id_token"
        case userInfo = "user_info"
        case groups

        var section: String {
            switch self {
            case .answer: "RFC 6749 §4.1.2, RFC 9207 §2.4"
            case .code: "RFC 6749 §4.1.3"
            case .idToken: "OpenID Connect Core §3.1.3.7"
            case .userInfo: "OpenID Connect Core §5.3"
            case .groups: "OpenID Connect Core §5.6.2"
            }
        }
    }

    private struct Noted {
        var checks: [SignInCheck] = []
        /// Whose ID token is read by whoever asks for its claims, and by nobody else.
        var exchange: TokenEndpointResponse?
        var came: UpstreamClaims?
    }

    private let noted = Mutex(Noted())

    /// What was begun before is good then.
    func begin(_ step: Step, expected: String?) {
        noted.withLock { $0.checks.append(SignInCheck(step.rawValue, section: step.section, expected: expected, .ok)) }
    }

    /// The ID token is next: what it claims, before anybody has verified it.
    func begin(_ step: Step, unverified exchange: TokenEndpointResponse) {
        begin(step, expected: nil)
        noted.withLock { $0.exchange = exchange }
    }

    /// What the ID token claims, without what is personal.
    var redacted: RedactedMessage? { RedactedMessage(claims: noted.withLock(\.exchange)?.unverifiedClaims ?? []) }

    func verified(_ token: VerifiedIDToken, expecting issuer: String, client: String) {
        let section = Step.idToken.section
        noted.withLock { noted in
            func note(_ name: String, _ expected: String?, _ seen: String) {
                noted.checks.append(SignInCheck(name, section: section, expected: expected, seen: seen, .ok))
            }
            note("issuer", issuer, token.issuer)
            note("audience", client, client)
            note("nonce", "that of this sign-in", "the same")
            note("expires", nil, SAMLInstant.format(token.expiresAt))
            note("authenticated", nil, token.authenticatedAt.map(SAMLInstant.format) ?? "(not told)")
            noted.checks.append(SignInCheck("organisation", section: nil, .ok))
        }
    }

    func came(_ claims: UpstreamClaims) {
        noted.withLock { $0.came = claims }
    }

    /// Whether the provider gave us tokens for the code: every later step is of them.
    var hasTokens: Bool { noted.withLock { noted in noted.checks.contains { ![Step.answer, .code].map(\.rawValue).contains($0.name) } } }

    /// Everything that was begun.
    var checks: [SignInCheck] { noted.withLock(\.checks) }

    /// What came so far, as it came.
    var arrived: [TrialReport.Arrived] {
        let (came, exchange) = noted.withLock { ($0.came, $0.exchange) }
        let claims = came.map { $0.all.map { ($0.name, $0.value) } } ?? exchange?.unverifiedClaims ?? []
        return claims.map { TrialReport.Arrived($0.0, TrialReport.texts($0.1)) }
    }
}

extension TrialReport {
    /// A claim as it is shown: each text for itself, everything else as JSON.
    static func texts(_ value: JSONValue) -> [String] {
        switch value {
        case .array(let values): values.flatMap { $0.array == nil ? texts($0) : [json($0)] }
        case .string(let text): [text]
        default: [json(value)]
        }
    }

    private static func json(_ value: JSONValue) -> String { String(decoding: JSONWriter.encode(value: value), as: UTF8.self) }
}
