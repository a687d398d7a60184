package import FoundationEssentials
import Metrics
import Telemetry
package import UserPools
package import WireFormats

/// Signing in: from an app's request to the code it gets. `begin` sends the browser upstream or answers from its session,
/// `answerSAML` and `answerOIDC` take the provider's answer; to prove, to map and to finish are apart, since a dry sign-in ends before the last.
package struct SignIn: Sendable {
    package struct Settings: Sendable {
        /// Scheme, host and port, without a slash at the end.
        package let publicURL: String
        /// How long a person may take at the identity provider.
        package var pendingLifetime: TimeInterval = 30 * 60
        /// How long the browser's session lasts, unless the provider says shorter.
        package var sessionLifetime: TimeInterval = 12 * 3600

        /// Whether a second verifier of signatures must agree to every SAML response that the first accepts.
        package var verifiesTwice = false

        /// Looks at once whether a provider has new keys; whether it has, and they count from now on.
        package var findNewKeys: (@Sendable (IdentityProvider) async -> Bool)?

        /// Whose people may use the console; nil: there is none.
        package var consolePool: UserPool.ID?

        /// Fetches a member of a federation that comes by a query of its own (MDQ).
        package var fetchMember: (@Sendable (_ federation: IdentityProvider, _ entityID: String) async -> MemberFetch)?

        package init(publicURL: String) { self.publicURL = publicURL }
    }

    package let settings: Settings
    let directory: Directory
    let stores: Stores
    let keyRing: KeyRing
    /// Our own keys towards SAML providers.
    package let samlKeys: SAMLKeyRing
    let sealer: Sealer
    let environment: Environment
    /// From it the nonces and PKCE keys of upstream sign-ins are made.
    let upstreamKey: SecretBytes
    let verifiers: UpstreamVerifiers
    let requestObjects: RequestObjects
    /// Clients that bring the address of their metadata.
    package let documents: ClientDocuments
    package let started: SignInRateLimiter
    /// Codes that a session gave without asking anybody: each is a row, and may become a family of tokens (THREATS case 139).
    let codes: TokenBuckets<Session.ID>
    /// What the pool has set.
    package let limits: RateLimiter
    /// How many codes one session gives at once, and until when all of them come back.
    package static let maximumCodes = 100
    static let codesComeBack = Duration.seconds(3600)
    package let answers: AnswerRateLimiter
    package let records: SignInRecords
    package let verification = VerificationThreads()
    let verificationTimer = Metric.verification.timer()
    /// Apart, so that no hostile answer stands before somebody who begins.
    let signing = VerificationThreads()

    package init(settings: Settings, directory: Directory, stores: Stores, keyRing: KeyRing, sealer: Sealer, environment: Environment) {
        self.settings = settings
        self.directory = directory
        self.stores = stores
        self.keyRing = keyRing
        samlKeys = SAMLKeyRing(store: stores.samlKeys, sealer: sealer, environment: environment)
        self.sealer = sealer
        self.environment = environment
        upstreamKey = sealer.deriveKey(for: "upstream sign-ins")
        verifiers = UpstreamVerifiers(environment: environment)
        requestObjects = RequestObjects(verifiers: ClientAssertionVerifiers(environment: environment))
        documents = ClientDocuments(stores: stores, keyRing: keyRing, environment: environment)
        started = SignInRateLimiter(uptime: environment.uptime)
        limits = RateLimiter(uptime: environment.uptime)
        codes = TokenBuckets(maximum: Self.maximumCodes, refill: Self.codesComeBack, maximumKeys: 50_000, uptime: environment.uptime)
        records = SignInRecords(store: stores.signInRecords, sealer: sealer, environment: environment)
        answers = AnswerRateLimiter(pendingLifetime: .seconds(settings.pendingLifetime), uptime: environment.uptime)
    }

    /// What is limited is limited for all servers of the database together: each gives its share.
    package func shareLimits(among servers: Int) {
        started.share(among: servers)
        answers.share(among: servers)
        codes.share(among: servers)
        limits.share(among: servers)
        documents.shareLimits(among: servers)
    }

    /// A new secret of 256 bits, in the form that goes into a cookie or an address.
    func makeSecret() -> SecretBytes { SecretBytes(environment.random(32).base64URLText) }

    /// A new value of the cookie that tells a browser from every other.
    package func makeBinding() -> SecretBytes { makeSecret() }

    func makeText(bytes count: Int) -> String { environment.random(count).base64URLText }
}

/// What a browser carries: the values of our two cookies; and from where it comes.
package struct BrowserCookies: Sendable {
    /// Tells the browser that began a sign-in from every other.
    package let binding: SecretBytes?
    package let session: SecretBytes?
    /// The client's address, which counts for limits alone.
    package private(set) var address: String?
    /// Of what kind the browser says it is, in our words.
    package let browserName: String?

    package init(binding: SecretBytes?, session: SecretBytes?, browserName: String? = nil) {
        self.binding = binding
        self.session = session
        self.browserName = browserName
    }

    package func withClientAddress(from address: String?) -> BrowserCookies {
        var cookies = self
        cookies.address = address
        return cookies
    }
}
