import FoundationEssentials
import SAML
import Synchronization
import UserPools
import WireFormats

/// Writes down how far a real sign-in comes, for its record: names, counts and times. It is kept in memory, and nothing of it where nobody wants a record.
package final class SignInSteps: Sendable {
    private struct Noted {
        var checks: [SignInCheck] = []
        /// Those of the provider's answer, and which of ours stands for them where nobody wrote them down.
        var answer: [SignInCheck] = []
        var position: Int?
        var proven: (identity: ProvenIdentity, provider: IdentityProvider)?
        var user: User?
        var isOfBrowser = false
        var isWanted = false
        var examination: (@Sendable () async -> [Check])?
        var proof: (@Sendable () async -> Bool)?
        var message: [UInt8]?
        var redacted: RedactedMessage?
    }

    /// What an OpenID provider's answer is asked.
    let oidc = OIDCSteps()
    /// When the answer came.
    private let began: Duration
    private let noted = Mutex(Noted())

    init(at uptime: Duration) { began = uptime }

    /// One more is asked; whatever was begun before is good then.
    func begin(_ name: String, section: String? = nil, expected: String? = nil) {
        noted.withLock { $0.checks.begin(name, section: section, expected: expected) }
    }

    /// The provider's answer is next, in one line, unless somebody writes down what is asked of it.
    func beginAnswer(_ name: String, section: String, expected: String?) {
        noted.withLock { noted in
            noted.position = noted.checks.count
            noted.checks.begin(name, section: section, expected: expected)
        }
    }

    /// What was asked of a SAML answer; of two examinations the last counts.
    func examined(_ checks: [Check]) { noted.withLock { $0.answer = checks.map { SignInCheck($0) } } }

    /// Who it is, before anything is stored.
    func proved(_ identity: ProvenIdentity, by provider: IdentityProvider) { noted.withLock { $0.proven = (identity, provider) } }

    func signedIn(_ user: User) { noted.withLock { $0.user = user } }

    /// It came from the browser that had begun.
    func cameFromBrowser() { noted.withLock { $0.isOfBrowser = true } }

    var standing: RefusalStanding { noted.withLock { $0.proven != nil || $0.user != nil ? .person : $0.isOfBrowser ? .browser : .nobody } }

    /// Whether there is a record also of a sign-in that is accepted.
    var isWanted: Bool {
        get { noted.withLock(\.isWanted) }
        set { noted.withLock { $0.isWanted = newValue } }
    }

    /// Examines a SAML answer that was refused, check by check. It waits until nothing else may let the person in: keys that the provider has now, say.
    var examination: (@Sendable () async -> [Check])? {
        get { noted.withLock(\.examination) }
        set { noted.withLock { $0.examination = newValue } }
    }

    /// Finds out whether a key of the provider signed what was refused, for us and for now, were only that tolerated for which it was.
    var proof: (@Sendable () async -> Bool)? {
        get { noted.withLock(\.proof) }
        set { noted.withLock { $0.proof = newValue } }
    }

    /// A SAML message as it came.
    var message: [UInt8]? {
        get { noted.withLock(\.message) }
        set { noted.withLock { $0.message = newValue } }
    }

    /// What goes with the record, where somebody looks into the provider.
    var redacted: RedactedMessage? {
        get { noted.withLock(\.redacted) }
        set { noted.withLock { $0.redacted = newValue } }
    }

    /// The check of a SAML answer that says whose it is.
    private static let ofSignature = "signature"

    /// Writes all of it into a record.
    /// - Parameter error: what refused it; nil: nothing did.
    func tell(_ record: inout SignInRecord, error: SignInError?, at uptime: Duration) {
        var noted = noted.withLock { $0 }
        if noted.answer.isEmpty { noted.answer = oidc.checks }
        if let position = noted.position, !noted.answer.isEmpty { noted.checks.replaceSubrange(position...position, with: noted.answer) }
        if let error, !noted.checks.contains(where: { $0.outcome == .failed }) { noted.checks.fail(expected: error.expected, seen: error.seen) }
        if case .saml(.status) = error {
            for place in noted.checks.indices where noted.checks[place].outcome == .failed { noted.checks[place].seen = error?.seen }
        }
        record.report.checks = noted.checks.prefix(60).map(\.bounded)
        record.report.mapping = noted.proven.map { Self.mapping(of: $0.identity, by: $0.provider) } ?? []
        record.username = (noted.user?.username ?? noted.proven?.identity.username).map { SignInRecord.boundedName($0) }
        record.userID = noted.user?.id
        record.isProven = noted.answer.contains { $0.outcome == .ok && $0.name == Self.ofSignature } || oidc.hasTokens
        let took = (uptime - began).components
        record.report.milliseconds = Int(took.seconds) * 1000 + Int(took.attoseconds / 1_000_000_000_000_000)
    }

    /// Of each rule how many values came: not which.
    private static func mapping(of identity: ProvenIdentity, by provider: IdentityProvider) -> [SignInRecord.MappingStep] {
        provider.attributeMapping.rules.prefix(100).map { rule in
            SignInRecord.MappingStep(
                attribute: SignInRecord.bounded(rule.attribute, 200), source: SignInRecord.bounded(rule.source, 200),
                values: identity.values(of: rule.source).count { !$0.isEmpty }, required: rule.required)
        }
    }
}

extension SignInCheck {
    fileprivate var bounded: SignInCheck {
        SignInCheck(
            name, section: section, expected: expected.map { SignInRecord.bounded($0, 400) }, seen: seen.map { SignInRecord.bounded($0, 400) },
            outcome)
    }
}
