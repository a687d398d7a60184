import ArgumentParser
import Hummingbird
import Logging
import SampleServer
import TokenVerifier
import TokenVerifierHummingbird

/// A service that answers whoever brings a valid access token. What it takes: a context with room for the token, and one line of middleware.
@main
struct SampleService: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "A service for `make demo` that verifies access tokens. For development only.")

    @Option(help: "Where to listen, HOST:PORT.") var listen = ListenAddress.loopback(8083)
    @Option(help: "The issuer whose tokens are accepted: the user pool's URL.") var issuer: String
    @Option(help: "What the token's `aud` must contain. (default: the issuer, for apps that ask for no resource)") var audience: String?
    @Option(help: "A scope that the token must have; may be given again.") var scope: [String] = []

    func run() async throws {
        let verifier = TokenVerifier(issuer: issuer, audience: audience)
        let router = Router(context: OrdersContext.self)
        router.get("/") { _, _ in "A sample service. GET /orders wants an access token of \(issuer)\n" }

        router.group("orders")
            .add(middleware: BearerTokenMiddleware(verifier: verifier, requiredScopes: Set(scope)))
            .get { _, context in try Orders(for: context.accessToken) }

        var app = Application(router: router, configuration: listen.configuration, logger: Logger(label: "sample-service"))
        app.logger.notice("For development only. \(listen.url)/orders wants an access token of \(issuer)")
        app.logger.logLevel = .warning
        try await app.runService()
    }
}

/// The context of a request, with the verified token that the middleware puts into it.
struct OrdersContext: BearerTokenRequestContext {
    var coreContext: CoreRequestContextStorage
    var accessToken: VerifiedAccessToken?

    init(source: Source) { coreContext = .init(source: source) }
}

/// The answer: who asked, and what the token says about them.
struct Orders: ResponseEncodable {
    let subject: String
    let groups: [String]
    let scopes: [String]
    let orders: [String]

    init(for token: VerifiedAccessToken?) throws {
        guard let token else { throw HTTPError(.unauthorized) }
        (subject, groups, scopes) = (token.subject, token.groups, token.scopes.sorted())
        orders = groups.contains("admins") ? ["1 ladder", "2 lanterns", "3 ropes"] : ["2 lanterns"]
    }
}
