import FoundationEssentials
import UserPools

/// A request of ours at a provider, whose answer is proven by what is known of it: a real one or a dry one.
protocol AwaitedAnswer: Sendable {
    /// The ID of the request, or `state`.
    var requestID: String { get }
    /// SHA-256 of the browser's binding cookie.
    var browser: SecretHash { get }
    /// Where the answer must come.
    var responseAddress: String { get }
    /// The authentication must not be older.
    var authenticatedAfter: Date? { get }
    var expiresAt: Date { get }
    /// Keeps what is derived for requests of one kind from those of the other.
    static var derivation: String { get }
}

extension PendingSignIn: AwaitedAnswer {
    var requestID: String { id.text }
    static var derivation: String { "" }
}

extension TrialSignIn: AwaitedAnswer {
    var requestID: String { id.text }
    var authenticatedAfter: Date? { nil }
    static var derivation: String { "trial " }
}

/// Who may be signed in by an answer: a sign-in that waits, or one that a provider may begin. A dry one is none, so that its proof fits nothing
/// which completes a sign-in.
protocol RealSignIn: Sendable {
    /// nil: no app waits.
    var app: WaitingSignIn? { get }
}

/// An identity, and by the answer to what it was proven. `Proven<TrialSignIn>` never becomes a `Proven` of a real sign-in.
struct Proven<Request: Sendable>: Sendable {
    let identity: ProvenIdentity
    let request: Request
}
