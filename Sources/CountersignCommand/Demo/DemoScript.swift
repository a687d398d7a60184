import Administration
import FoundationEssentials
import Gateway
import Glibc
import ServiceLifecycle
import Synchronization
import TokenVerifier
import UserPools
import WireFormats

/// What an admin would do: registers everybody with everybody, by the acts that the command line has, too. Then it says what to try, or tries it.
final class DemoScript: Service, CustomStringConvertible {
    let description = "demonstration"

    let composition: Composition
    let providers: [DemoProvider]
    let app: DemoApp
    let isOnce: Bool
    let isKept: Bool
    let folder: String
    private let failure = Mutex<(any Error)?>(nil)

    init(_ composition: Composition, providers: [DemoProvider], app: DemoApp, isOnce: Bool, isKept: Bool, folder: String) {
        (self.composition, self.providers, self.app) = (composition, providers, app)
        (self.isOnce, self.isKept, self.folder) = (isOnce, isKept, folder)
    }

    /// Throws what went wrong. It ends the server in order all the same.
    func outcome() throws {
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    func run() async {
        do {
            let pool = try await register()
            if isOnce { return try await signIn() }
            Output.write(greeting(pool), to: STDOUT_FILENO)
        } catch {
            return failure.withLock { $0 = (error as? DemoClient.Refused).map { CommandFailure.demoFailed($0.reason) } ?? error }
        }
        try? await gracefulShutdown()
    }

    private func register() async throws -> UserPool {
        let administration = composition.administration
        let pool = try await administration.perform(CreatePool(name: "demo", domain: nil, signingAlgorithm: "ES256", region: "local"))
        let address = PoolAddress(publicURL: composition.configuration.publicURL, pool: pool)
        for provider in providers {
            let client = DemoProvider.Client(
                id: "countersign", secret: SecretBytes(Base64URL.encode(composition.environment.random(32))),
                redirectURI: address.redirectURI(of: provider.name))
            await provider.register(client)
            var settings = OIDCProviderSettings()
            (settings.issuer, settings.clientID, settings.clientSecret) = (provider.issuer, client.id, client.secret)
            settings.common.displayName = .set(provider.title)
            settings.common.map = ["email=email", "name=name", "given_name=given_name", "family_name=family_name", "groups=groups"]
            _ = try await administration.perform(CreateOIDCProvider(provider.name, pool: pool.id.text, settings: settings))
        }
        _ = try await administration.perform(AddPoolResource(app.resource, scopes: [], to: pool.id.text))
        var settings = ClientSettings()
        (settings.redirectURIs, settings.postLogoutRedirectURIs, settings.resources) = ([app.redirectURI], [app.logoutURI], [app.resource])
        let made = try await administration.perform(
            CreateClient(name: "sample-app", pool: pool.id.text, confidential: false, settings: settings))
        try await app.use(issuer: address.issuer, clientID: made.client.id.text)
        return pool
    }

    private func signIn() async throws {
        let began = ContinuousClock.now
        var visitor = DemoVisitor()
        let claims = try await visitor.signIn(at: app, by: providers[0], as: DemoProvider.Person.all[0].name)
        guard Output.write(JSONWriter.pretty(.object(claims)) + "\n", to: STDOUT_FILENO) else {
            throw CommandFailure.answerLost(SystemError.text(errno))
        }
        let now = ContinuousClock.now
        Output.note(
            "signed in through \(providers[0].title) in \((now - began).wholeMilliseconds) ms, \((now - Countersign.start).wholeMilliseconds) ms after the start"
        )
    }

    private func greeting(_ pool: UserPool) -> String {
        func command(_ words: String...) -> String {
            composition.installation.command(quoted: words.map(Shell.quoted) + ["--pool", Shell.quoted(pool.id.text)])
        }
        let address = PoolAddress(publicURL: composition.configuration.publicURL, pool: pool)
        return """

            A demonstration of Countersign \(Countersign.version). It listens on loopback alone, and its providers
            let in whoever comes: never show it to anybody else.

              Open  \(app.url)  and press "Sign in".

            What to try then:
              Call the service: it verifies the access token by itself.
              Sign out and in again by the other provider: that is another user.
              "Refuse me" at the provider: the app is told, and here you are told why.
                \(command("signin", "list"))
              Who has signed in, and how often:
                \(command("user", "list"))
                \(command("signin", "stats"))
              What every OpenID Connect client reads first:
                \(address.discovery)

            The data are in \(folder)\(isKept ? "" : ", and gone at the end"). Ctrl-C ends it.

            """
    }
}
