import FoundationEssentials
import Gateway
import GatewayServer
import HTTPTypes
import Hummingbird
import OpenIDConnect
import TokenVerifier
import WireFormats

/// A sample app, and the service that it calls. It knows of each browser what it was told of, in memory.
actor DemoApp {
    private enum Session { case pending(DemoClient.Pending), signedIn(DemoClient.SignedIn) }

    private static let cookie = "demo_app"
    private static let site = "Sample app"

    nonisolated let url: String
    nonisolated var redirectURI: String { url + "/callback" }
    nonisolated var logoutURI: String { url + "/" }
    /// Whom access tokens are for (RFC 8707): the service, which is the app's neighbour here.
    nonisolated var resource: String { url + "/service" }
    private let environment: Gateway.Environment
    private var client: DemoClient?
    private var service: TokenVerifier?
    private var sessions: [String: Session] = [:]

    init(at url: String, environment: Gateway.Environment) { (self.url, self.environment) = (url, environment) }

    /// From now on people can sign in.
    func use(issuer: String, clientID: String) async throws {
        client = try await DemoClient(issuer: issuer, clientID: clientID, redirectURI: redirectURI, resource: resource, environment: environment)
        service = TokenVerifier(issuer: issuer, audience: resource)
    }

    nonisolated func router() -> Router<GatewayContext> {
        let router = Router(context: GatewayContext.self)
        router.get("/") { request, _ in await self.page(request) }
        router.get("claims") { request, _ in await self.claims(request) }
        router.get("service") { request, _ in await self.serve(request) }
        router.get("callback") { request, _ in await self.attempt { try await self.signedIn(request) } }
        router.post("sign-in") { request, _ in await self.attempt { try await self.signIn(request) } }
        router.post("call") { request, _ in await self.attempt { try await self.call(request) } }
        router.post("refresh") { request, _ in await self.attempt { try await self.refresh(request) } }
        router.post("sign-out") { request, _ in await self.attempt { try await self.signOut(request) } }
        return router
    }

    private func page(_ request: Request) -> Response {
        guard case .signedIn(let signedIn) = session(of: request) else {
            return DemoPage(
                title: "You are signed out", site: Self.site, colour: .app,
                body: """
                    <p>This app knows nobody. It sends people to Countersign to sign in, and gets back who they are.</p>
                    \(.button("Sign in", to: "/sign-in"))
                    """
            ).response
        }
        return page(of: signedIn)
    }

    private func page(of signedIn: DemoClient.SignedIn, answer: String? = nil) -> Response {
        let rows: [DemoMarkup] = signedIn.verified.claims.members.members.map { member in
            "<tr><th>\(member.name)</th><td>\(member.value.string ?? String(decoding: JSONWriter.encode(value: member.value), as: UTF8.self))</td></tr>"
        }
        let told: DemoMarkup = answer.map { "<p>The service answered:</p><pre>\($0)</pre>" } ?? ""
        return DemoPage(
            title: "You are signed in as \(signedIn.verified.claims.string("name") ?? signedIn.verified.subject)", site: Self.site, colour: .app,
            body: """
                \(told)\(.button("Call the service", to: "/call"))\(.button("Refresh", to: "/refresh"))\(.button("Sign out", to: "/sign-out"))
                <p>The claims of your ID token, verified:</p>
                <table>\(rows)</table>
                """
        ).response
    }

    /// The same for programs.
    private func claims(_ request: Request) -> Response {
        guard case .signedIn(let signedIn) = session(of: request) else { return DemoHTTP.json([:], status: .unauthorized) }
        return DemoHTTP.json(signedIn.verified.claims.members)
    }

    private func signIn(_ request: Request) async throws -> Response {
        let provider = try await DemoHTTP.form(of: request).single("provider")
        guard let client else { throw DemoClient.Refused(reason: "The gateway is not ready yet.") }
        let pending = client.begin(at: provider)
        return begin(.pending(pending), for: request, then: pending.url)
    }

    private func signedIn(_ request: Request) async throws -> Response {
        guard let client, case .pending(let pending) = session(of: request) else {
            throw DemoClient.Refused(reason: "This browser began no sign-in.")
        }
        return begin(.signedIn(try await client.finish(pending, callback: DemoHTTP.query(of: request))), for: request, then: "/")
    }

    private func call(_ request: Request) async throws -> Response {
        guard case .signedIn(let signedIn) = session(of: request) else { return Self.redirect(to: "/") }
        let answer = try await AsyncHTTPTransport().send(
            HTTPTransportRequest(url: resource, headers: [("Authorization", "Bearer " + signedIn.accessToken)]))
        return page(of: signedIn, answer: "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
    }

    private func refresh(_ request: Request) async throws -> Response {
        guard let client, case .signedIn(let signedIn) = session(of: request) else { return Self.redirect(to: "/") }
        return begin(.signedIn(try await client.refresh(signedIn)), for: request, then: "/")
    }

    private func signOut(_ request: Request) async throws -> Response {
        guard let client, case .signedIn(let signedIn) = session(of: request) else { return Self.redirect(to: "/") }
        sessions[Self.name(of: request)] = nil
        return Self.redirect(to: client.signOutURL(signedIn, returningTo: logoutURI))
    }

    /// The service: it takes an access token, and asks nobody.
    private func serve(_ request: Request) async -> Response {
        guard case .token(let token) = BearerCredentials(request.headers[values: .authorization]), let service else {
            return DemoHTTP.json(["error": "invalid_token"], status: .unauthorized)
        }
        do throws(TokenError) {
            let verified = try await service.verify(accessToken: token)
            return DemoHTTP.json(["hello": .string(verified.subject), "scopes": .array(verified.scopes.sorted().map(JSONValue.string))])
        } catch { return DemoHTTP.json(["error": "invalid_token", "error_description": .string(error.code)], status: .unauthorized) }
    }

    private nonisolated func attempt(_ body: @Sendable () async throws -> Response) async -> Response {
        do { return try await body() } catch {
            let reason = (error as? DemoClient.Refused)?.reason ?? "\(error)"
            return DemoPage(
                title: "That did not work", site: Self.site, colour: .app, status: .badRequest,
                body: "<p>\(reason)</p><p><a href=\"/\">Begin again</a></p>"
            ).response
        }
    }

    private static func redirect(to address: String) -> Response { Response(status: .seeOther, headers: [.location: address]) }

    private static func name(of request: Request) -> String { request.cookies[cookie]?.value ?? "" }

    private func session(of request: Request) -> Session? { sessions[Self.name(of: request)] }

    /// Under a new name: one that somebody planted before the sign-in is worth nothing after it.
    private func begin(_ session: Session, for request: Request, then address: String) -> Response {
        sessions[Self.name(of: request)] = nil
        if sessions.count >= 1_000 { sessions = [:] }
        let name = Base64URL.encode(environment.random(32))
        sessions[name] = session
        var response = Self.redirect(to: address)
        response.setCookie(Cookie(name: Self.cookie, value: name, path: "/", httpOnly: true, sameSite: .lax))
        return response
    }
}
