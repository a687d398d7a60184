import Administration
import Foundation
import Gateway
import GatewayServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import TokenVerifier
import Tracing
import UserPools
import WireFormats

/// The gateway's real router over a pool of its own, with every line of its log.
struct TestServer: Sendable {
    /// The host that the test client names in every request: the address of a pool whose domain it is, a forged `Host` for the others.
    static let ownDomain = "https://localhost"

    let fixture: GatewayFixture
    let log: CapturedLog
    let bodies: BodyBudget
    let gateway: GatewayApplication
    private let client: any TestClientProtocol

    static func run(
        _ configure: (inout GatewayFixture.Options) -> Void = { _ in }, over setup: TestingSetup = .router,
        bodies: BodyBudget = BodyBudget(), isBehindProxy: Bool = false, console: (GatewayFixture) -> ConsoleSettings? = { _ in nil },
        certificateEnd: (GatewayFixture) -> Date? = { _ in nil }, tracer: (any Tracer)? = nil, prepare: (GatewayApplication) -> Void = { _ in },
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        try await GatewayFixture.run(configure) { fixture in
            let log = CapturedLog()
            let gateway = fixture.application(
                bodies: bodies, isBehindProxy: isBehindProxy, console: console(fixture), certificateEnd: certificateEnd(fixture), tracer: tracer)
            prepare(gateway)
            let application = Application(router: gateway.router(), logger: log.logger)
            try await application.test(setup) { client in
                try await body(TestServer(fixture: fixture, log: log, bodies: bodies, gateway: gateway, client: client))
            }
        }
    }

    var pool: String { "/" + fixture.pool.id.text }

    /// The app of the fixture's client.
    var app: TestApp {
        TestApp(clientID: fixture.client.id.text, secret: fixture.clientSecret, redirectURI: GatewayFixture.redirectURI)
    }

    /// One more app of the same pool.
    func addApp(_ name: String, redirectURI: String, confidential: Bool = true) async throws -> TestApp {
        let made = try await fixture.addClient(name, redirectURI: redirectURI, confidential: confidential)
        return TestApp(clientID: made.client.id.text, secret: made.secret, redirectURI: redirectURI)
    }

    func send(_ method: HTTPRequest.Method, _ url: String, headers: HTTPFields = [:], body: String? = nil) async throws -> Answer {
        // The router is asked by path, as every server is.
        let host = [GatewayFixture.publicURL, Self.ownDomain].first { url.hasPrefix($0 + "/") }
        let path = host.map { String(url.dropFirst($0.count)) } ?? url
        let response = try await client.executeRequest(uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        return Answer(status: response.status.code, headers: response.headers, body: String(buffer: response.body))
    }

    /// The pool's own domain, as the test client names it; an administrator could not register `localhost`.
    func giveDomain() async throws {
        var pool = try await fixture.administration.pool(fixture.pool.id.text)
        pool.domain = "localhost"
        #expect(try await fixture.stores.pools.update(pool))
        fixture.clock.advanceUptime(by: .seconds(2))
    }

    /// The fixture's client as it is stored, changed.
    func changeClient(_ change: (inout AppClient) -> Void) async throws {
        var client = try #require(try await fixture.stores.clients.find(fixture.client.id, in: fixture.pool.id))
        change(&client)
        #expect(try await fixture.stores.clients.update(client))
        fixture.clock.advanceUptime(by: .seconds(2))
    }

    /// A resource server of the pool, for which the fixture's client may ask where `ofClient`.
    func addResource(_ uri: String, scopes: [String] = [], ofClient: Bool = true) async throws {
        var pool = try await fixture.administration.pool(fixture.pool.id.text)
        pool.resources.append(ResourceServer(uri: uri, scopes: scopes))
        #expect(try await fixture.stores.pools.update(pool))
        try await changeClient { if ofClient { $0.resources.append(uri) } }
    }

    func get(_ url: String, headers: HTTPFields = [:]) async throws -> Answer { try await send(.get, url, headers: headers) }

    func post(_ url: String, _ form: [(name: String, value: String)], headers: HTTPFields = [:]) async throws -> Answer {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await send(.post, url, headers: headers, body: formText(form))
    }

    /// Verifies tokens as a service does: by discovery and the keys that this server publishes.
    func verifier(audience: String? = nil) -> TokenVerifier {
        let clock = fixture.clock
        return TokenVerifier(issuer: fixture.issuer, audience: audience, transport: Wire(server: self), clock: { clock.now })
    }

    private struct Wire: HTTPTransport {
        let server: TestServer

        func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
            guard request.url.hasPrefix(GatewayFixture.publicURL), let answer = try? await server.get(request.url) else { throw .unreachable }
            return HTTPTransportResponse(
                status: answer.status, headers: answer.headers.map { (name: $0.name.rawName, value: $0.value) }, body: Array(answer.body.utf8))
        }
    }
}

extension GatewayFixture {
    /// The server's side over this fixture's stores.
    /// - Parameter isBehindProxy: whether all that is asked comes by a proxy that was named as trusted.
    func application(
        publicURL: String = GatewayFixture.publicURL, bodies: BodyBudget = BodyBudget(), isBehindProxy: Bool = false,
        clientCertificates: ClientCertificateSettings? = nil, console: ConsoleSettings? = nil, certificateEnd: Date? = nil,
        tracer: (any Tracer)? = nil, ready: Bool = true
    ) -> GatewayApplication {
        GatewayApplication(
            publicURL: publicURL, verifiesTwice: true, stores: stores, sealer: sealer, environment: clock.environment,
            signer: { _ in FakeIdentityProvider.Key.second.signer }, clientCertificates: clientCertificates, bodies: bodies,
            console: console, command: { remedy, place in "countersign for \(remedy) at \(place.pool ?? "no pool")" }, trusts: { _ in isBehindProxy },
            certificateEnd: { certificateEnd }, tracer: tracer, ready: { ready })
    }
}

/// What a server answered.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: String

    var location: String? { headers[.location] }
    var setCookies: [String] { headers[values: .setCookie] }

    /// A parameter of the address that the browser is sent to.
    func parameter(_ name: String) -> String? { parameters(name).first }

    func parameters(_ name: String) -> [String] {
        guard let query = location?.split(separator: "?", maxSplits: 1).dropFirst().first else { return [] }
        return (FormCoding.decode(String(query)) ?? []).filter { $0.name == name }.map(\.value)
    }

    /// The body as a JSON object; empty where it is none.
    var json: JSONObject { (try? JSONParser.parseObject(Array(body.utf8))) ?? JSONObject() }
}

/// `a=1&b=2`, percent-encoded.
func formText(_ fields: [(name: String, value: String)]) -> String { String(FormCoding.append(fields, to: "").dropFirst()) }
