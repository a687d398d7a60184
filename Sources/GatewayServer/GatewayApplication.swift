import Administration
package import FoundationEssentials
package import Gateway
import HTTPTypes
import Logging
package import Hummingbird
package import Tracing
package import UserPools

/// The HTTP side of the gateway: what its endpoints call, and the router over them.
///
/// A class, for every endpoint holds it, and a request would copy all that is in it more than once.
package final class GatewayApplication: Sendable {
    package let publicURL: String
    package let directory: Directory
    package let keyRing: KeyRing
    package let signIn: SignIn
    package let tokens: Tokens
    package let registrations: ClientRegistrations
    package let devices: DeviceSignIn
    package let signOut: SignOut
    package let singleLogout: SingleLogout
    package let backChannelLogout: BackChannelLogout
    let frontChannelLogout: FrontChannelLogout
    let providerLogout: ProviderLogout
    package let forwardAuth: ForwardAuth
    let account: Account
    let cookies: CookieJar
    let formToken: FormToken
    let lastChoice: LastChoice
    let checkupPass: CheckupPass
    let now: @Sendable () -> Date
    let fetches: MetadataFetches
    private let bodies: BodyBudget
    /// Whether we learn of the certificates of clients (RFC 8705).
    let takesClientCertificates: Bool
    /// Where they are asked for one, with its `Host`; nil where that is the public URL.
    let certificateURL: (url: String, authority: String)?
    /// nil where nobody may use one.
    let console: Console?
    /// What an admin does because of a dry sign-in.
    let advise: @Sendable (TrialReport) -> TrialAdvice
    /// Whether the other end of the connection is a proxy that was named as trusted.
    let trusts: @Sendable (GatewayContext) -> Bool
    /// Records requests; nil: nobody does.
    let tracer: (any Tracer)?
    /// Whether the database answers.
    package let ready: @Sendable () async -> Bool

    package init(
        publicURL: String, verifiesTwice: Bool = false, stores: Stores, sealer: Sealer, environment: Gateway.Environment,
        signer: SingleLogout.Signer? = nil, clientCertificates: ClientCertificateSettings? = nil, bodies: BodyBudget = BodyBudget(),
        findNewKeys: (@Sendable (IdentityProvider) async -> Bool)? = nil,
        fetchMember: (@Sendable (IdentityProvider, String) async -> MemberFetch)? = nil,
        console consoleSettings: ConsoleSettings? = nil, command: @escaping @Sendable (Remedy, Place) -> String = { _, _ in "" },
        advise: @escaping @Sendable (TrialReport) -> TrialAdvice = { _ in TrialAdvice() },
        trusts: @escaping @Sendable (GatewayContext) -> Bool = { _ in false }, certificateEnd: @escaping @Sendable () -> Date? = { nil },
        tracer: (any Tracer)? = nil, ready: @escaping @Sendable () async -> Bool
    ) {
        self.publicURL = publicURL
        directory = Directory(stores: stores, uptime: environment.uptime)
        keyRing = KeyRing(store: stores.keys, sealer: sealer, environment: environment)
        var settings = SignIn.Settings(publicURL: publicURL)
        settings.verifiesTwice = verifiesTwice
        settings.findNewKeys = findNewKeys
        settings.consolePool = consoleSettings?.pool
        settings.fetchMember = fetchMember
        signIn = SignIn(
            settings: settings, directory: directory, stores: stores, keyRing: keyRing, sealer: sealer,
            environment: environment)
        tokens = Tokens(
            publicURL: publicURL, directory: directory, stores: stores, keyRing: keyRing, sealer: sealer, environment: environment,
            upstream: signIn, certificateAuthorities: clientCertificates?.authorities, documents: signIn.documents,
            limits: signIn.limits)
        takesClientCertificates = clientCertificates != nil
        certificateURL = clientCertificates?.url.map { ($0, String($0.dropFirst("https://".utf8.count))) }
        registrations = ClientRegistrations(keyRing: keyRing, stores: stores, environment: environment)
        devices = DeviceSignIn(publicURL: publicURL, directory: directory, stores: stores, sealer: sealer, environment: environment)
        singleLogout = SingleLogout(signIn: signIn, signer: signer)
        signOut = SignOut(
            publicURL: publicURL, directory: directory, stores: stores, keyRing: keyRing, environment: environment, singleLogout: singleLogout)
        backChannelLogout = BackChannelLogout(
            publicURL: publicURL, directory: directory, stores: stores, keyRing: keyRing, environment: environment)
        frontChannelLogout = FrontChannelLogout(
            publicURL: publicURL, directory: directory, stores: stores, keyRing: keyRing, environment: environment)
        providerLogout = ProviderLogout(signIn: signIn, singleLogout: singleLogout)
        forwardAuth = ForwardAuth(
            publicURL: publicURL, directory: directory, stores: stores, keyRing: keyRing, sealer: sealer, tokens: tokens, environment: environment)
        self.trusts = trusts
        account = Account(signIn: signIn, singleLogout: singleLogout)
        let (keyRing, signIn) = (self.keyRing, self.signIn)
        console = consoleSettings.map { settings in
            Console(
                access: ConsoleAccess(settings, signIn: signIn), command: command, publicURL: publicURL, now: environment.now,
                certificateEnd: certificateEnd,
                desk: { stores, actor in Administration(stores: stores, keyRing: keyRing, sealer: sealer, environment: environment, actor: actor) },
                stores: stores)
        }
        cookies = CookieJar(publicURL: publicURL)
        formToken = FormToken(sealer: sealer)
        lastChoice = LastChoice(sealer: sealer)
        checkupPass = CheckupPass(sealer: sealer)
        now = environment.now
        fetches = MetadataFetches(stores: stores, environment: environment)
        self.bodies = bodies
        self.advise = advise
        self.tracer = tracer
        self.ready = ready
    }

    /// Whoever asks from now on is answered by what the database says now.
    package func expireConfiguration() {
        directory.expire()
        keyRing.expire()
        signIn.samlKeys.expire()
        forwardAuth.expire()
    }

    /// Everything that is served, by kinds of callers.
    var surfaces: [any Surface] {
        [PagesSurface(server: self), OAuthSurface(server: self), ForwardAuthSurface(server: self), OperationsSurface(server: self)]
            + (console.map { [ConsoleSurface(server: self, console: $0)] } ?? [])
    }

    package func router() -> Router<GatewayContext> {
        let router = Router(context: GatewayContext.self)
        if let tracer { router.add(middleware: TracedRequests(tracer: tracer, trusts: trusts)) }
        router.add(middleware: ResponseHeaders(isHTTPS: publicURL.hasPrefix("https://")))
        // What is at no address of a surface is refused by a page.
        router.add(middleware: Refusals(surface: PagesSurface(server: self)))
        router.add(middleware: CountedBodies(budget: bodies))
        for surface in surfaces { mount(surface, on: router) }
        return router
    }

    /// What is served where clients are asked for certificates (RFC 8705 §5): a few endpoints, and nothing that a browser opens.
    package func certificateRouter() -> Router<GatewayContext> {
        let surface = CertificateSurface(server: self)
        let router = Router(context: GatewayContext.self)
        if let tracer { router.add(middleware: TracedRequests(tracer: tracer, trusts: trusts)) }
        router.add(middleware: ResponseHeaders(isHTTPS: true))
        router.add(middleware: Refusals(surface: surface))
        router.add(middleware: CountedBodies(budget: bodies))
        mount(surface, on: router)
        return router
    }

    /// What the paths of a pool's endpoints are appended to there.
    func certificateBase(of pool: UserPool) -> String? { certificateURL.map { $0.url + "/" + pool.id.text } }
}
