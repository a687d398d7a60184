import ArgumentParser
import FoundationEssentials
import Hummingbird
import Logging
import SampleServer
import TokenVerifier

/// An app that signs its people in through Countersign, as any OpenID Connect app does.
@main
struct SampleApp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "An app for `make demo` that signs in through Countersign. For development only.")

    @Option(help: "Where to listen, HOST:PORT.") var listen = ListenAddress.loopback(8082)
    @Option(help: "The issuer: the user pool's URL.") var issuer: String
    @Option(name: .customLong("client-id"), help: "This app's client_id in the pool.") var clientID: String
    @Option(help: "The sample service's URL, to call it with the access token.") var service: String?
    @Option(help: "What the service expects as the audience of access tokens: a resource that is registered for this app.") var resource: String?
    @Option(help: "With --once: the words on the button of the sign-in page to press.") var choose: String?
    @Flag(help: "Sign in as alice without a browser, print the verified claims as JSON, exit.") var once = false

    private var logger: Logger { Logger(label: "sample-app") }

    func run() async throws {
        if once {
            do { return try await signInOnce() } catch { throw SignInFailure(Pages.sentence(error)) }
        }
        let client = try await OpenIDClient(issuer: issuer, clientID: clientID, redirectURI: listen.url + "/callback", resource: resource)
        var app = Application(router: router(client), configuration: listen.configuration, logger: logger)
        app.logger.notice("For development only. Open \(listen.url)")
        app.logger.logLevel = .warning
        try await app.runService()
    }

    /// The whole sign-in with a browser of some 100 lines.
    private func signInOnce() async throws {
        let client = try await OpenIDClient(issuer: issuer, clientID: clientID, redirectURI: listen.url + "/callback", resource: resource)
        let pending = try client.begin()
        var browser = FormBrowser(fills: ["username": "alice", "password": "alice"], presses: choose)
        let callback = try await browser.follow(pending.url, until: client.redirectURI)
        let signedIn = try await client.finish(pending, callback: queryFields(callback))
        if let answer = try await callService(signedIn) { logger.notice("The service answered \(answer)") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(Claim(.object(signedIn.verified.claims.members))), as: UTF8.self))
    }

    private func router(_ client: OpenIDClient) -> Router<BasicRequestContext> {
        let sessions = Sessions()
        let router = Router()
        router.get("/") { request, _ in
            if case .signedIn(let signedIn) = await sessions.find(request) { return Pages.signedIn(signedIn, service: service) }
            return Pages.signedOut()
        }
        router.post("sign-in") { request, _ in
            let pending = try client.begin()
            var response = Response.redirect(to: pending.url)
            response.setCookie(await sessions.begin(.pending(pending), for: request))
            return response
        }
        router.get("callback") { request, context -> Response in
            do {
                guard case .pending(let pending) = await sessions.find(request) else { throw SignInFailure("This browser began no sign-in.") }
                let signedIn = try await client.finish(pending, callback: queryFields(request.uri.string))
                var response = Response.redirect(to: "/")
                response.setCookie(await sessions.begin(.signedIn(signedIn), for: request))
                return response
            } catch {
                return Pages.failed(error).response(from: request, context: context)
            }
        }
        router.post("call-service") { request, _ in
            guard case .signedIn(let signedIn) = await sessions.find(request) else { return Pages.signedOut() }
            do { return Pages.signedIn(signedIn, service: service, serviceAnswer: try await callService(signedIn)) } catch {
                return Pages.failed(error)
            }
        }
        router.post("refresh") { request, context -> Response in
            guard case .signedIn(let signedIn) = await sessions.find(request) else { return .redirect(to: "/") }
            do {
                await sessions.replace(request, with: try await client.refresh(signedIn))
                return .redirect(to: "/")
            } catch {
                return Pages.failed(error).response(from: request, context: context)
            }
        }
        router.post("sign-out") { request, _ -> Response in
            guard case .signedIn(let signedIn) = await sessions.find(request) else { return .redirect(to: "/") }
            await sessions.remove(request)
            return .redirect(to: client.signOutURL(signedIn, returningTo: listen.url + "/") ?? "/")
        }
        return router
    }

    /// The service's answer to the access token: its status, and its body or why it refused.
    private func callService(_ signedIn: SignedIn) async throws -> String? {
        guard let service else { return nil }
        let headers = [(name: "Authorization", value: "Bearer \(signedIn.accessToken)")]
        let answer = try await AsyncHTTPTransport().send(HTTPTransportRequest(url: service + "/orders", headers: headers))
        let text = "\(answer.status) \(answer.header("WWW-Authenticate") ?? String(decoding: answer.body, as: UTF8.self))"
        guard answer.status == 200 || !once else { throw SignInFailure("The service refused the access token: \(text)") }
        return text
    }
}
