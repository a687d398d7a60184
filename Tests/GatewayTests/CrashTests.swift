import Administration
import Foundation
import Gateway
import OpenIDConnect
import SAML
import Storage
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Case 68: the process is killed in the middle of sign-ins, through SAML and through an OpenID provider")
struct CrashTests {
    /// A sign-in under way, as the process that is killed finds it on the disk.
    struct Waiting: Codable, Sendable {
        enum Answer: Codable, Sendable {
            case saml(response: [UInt8])
            case oidc(state: String, nonce: String, code: String)
        }

        let answer: Answer
        let binding: String
    }

    private static let count = 24

    @Test(
        "case 68: after a kill -9 nothing is consumed without its session, and no answer gives a second one", arguments: ["SAML", "OpenID Connect"])
    func killed(way: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("countersign-crash-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }

        let database = try await SQLiteDatabase.open(path: folder + "/countersign.db")
        let waiting = way == "SAML" ? try await Self.beginSAML(database) : try await Self.beginOIDC(database)
        try JSONEncoder().encode(waiting).write(to: URL(fileURLWithPath: folder + "/waiting.json"))
        await database.close()

        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
            try await CrashTests.signInUntilKilled(folder)
        }

        let reopened = try await SQLiteDatabase.open(path: folder + "/countersign.db")
        let after = try await GatewayFixture.contents(of: reopened)
        #expect(after.sessions >= 5)
        #expect(after.sessions == after.acceptedProofs && after.sessions == after.codes && after.sessions == after.users)
        #expect(after.pendingSignIns == Self.count - after.sessions)

        let network = try CarelessProvider(waiting)
        var again = 0
        for sign in waiting where try await Self.answer(sign, network, reopened) { again += 1 }
        // A provider is not asked a second time about what was being answered when the plug was pulled.
        #expect(way == "SAML" ? again == after.pendingSignIns : again <= after.pendingSignIns)
        let end = try await GatewayFixture.contents(of: reopened)
        #expect(end.sessions == after.sessions + again && end.pendingSignIns == Self.count - end.sessions)
        #expect(end.sessions == end.acceptedProofs && end.sessions == end.codes && end.sessions == end.users)
        await reopened.close()
    }

    private static func beginSAML(_ database: any SQLDatabase) async throws -> [Waiting] {
        let fixture = try await GatewayFixture(.init(), database: database)
        let flow = Flow(fixture)
        var waiting: [Waiting] = []
        for number in 0..<count {
            let (request, binding) = try await flow.begin()
            let response = fixture.identityProvider.respond(to: request, nameID: "user\(number)@example.com", at: fixture.clock.now)
            waiting.append(Waiting(answer: .saml(response: response), binding: binding.revealText()))
        }
        return waiting
    }

    private static func beginOIDC(_ database: any SQLDatabase) async throws -> [Waiting] {
        let provider = try FakeOpenIDProvider()
        var options = GatewayFixture.Options()
        options.transport = provider
        let fixture = try await GatewayFixture(options, database: database)
        try await OpenIDFlow.register(provider, "op", in: fixture) {
            ($0.clientSecret, $0.map, $0.clientAuthentication) = (nil, [], OIDCConnection.ClientAuthentication.none)
        }
        let flow = OpenIDFlow(fixture: fixture, provider: provider, signIn: fixture.signIn, name: "op")
        var waiting: [Waiting] = []
        for number in 0..<count {
            let (url, binding) = try await flow.begin()
            let query = FakeOpenIDProvider.query(url)
            let answer = Waiting.Answer.oidc(state: query["state"] ?? "", nonce: query["nonce"] ?? "", code: "code-\(number)")
            waiting.append(Waiting(answer: answer, binding: binding.revealText()))
        }
        return waiting
    }

    /// All of them at once; the fifth that is answered pulls the plug while others are under way.
    private static func signInUntilKilled(_ folder: String) async throws {
        let waiting = try JSONDecoder().decode([Waiting].self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/waiting.json")))
        let database = try await SQLiteDatabase.open(path: folder + "/countersign.db")
        let network = try CarelessProvider(waiting)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for sign in waiting { group.addTask { try await answer(sign, network, database) } }
            var answered = 0
            while let done = try await group.next() {
                answered += done ? 1 : 0
                if answered == 5 { kill(getpid(), SIGKILL) }
            }
        }
    }

    /// Whether the answer signs somebody in.
    private static func answer(_ waiting: Waiting, _ network: CarelessProvider, _ database: any SQLDatabase) async throws -> Bool {
        let stores = Stores(database)
        let pool = try #require(try await stores.pools.list().first)
        // Random values of its own: two processes never draw the same.
        let environment = FixedEnvironment(seed: UUID().uuidString, transport: network).environment
        let sealer = try Sealer(masterKey: SecretBytes([UInt8](repeating: 7, count: 32)))
        let signIn = SignIn(
            settings: .init(publicURL: GatewayFixture.publicURL), directory: Directory(stores: stores, uptime: environment.uptime), stores: stores,
            keyRing: KeyRing(store: stores.keys, sealer: sealer, environment: environment), sealer: sealer, environment: environment)
        let address = PoolAddress(publicURL: GatewayFixture.publicURL, pool: pool)
        let cookies = BrowserCookies(binding: SecretBytes(waiting.binding), session: nil)
        do throws(SignInFailure) {
            switch waiting.answer {
            case .saml(let response):
                let form = HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: nil)
                _ = try await signIn.completeSAML(form, pool: pool, address: address, cookies: cookies)
            case .oidc(let state, _, let code):
                let parameters = Parameters([("code", code), ("state", state)])
                _ = try await signIn.completeOIDC(parameters, provider: "op", pool: pool, address: address, cookies: cookies)
            }
        } catch {
            guard error.error == .unknownRequest || error.error == .unknownState else { throw error }
            return false
        }
        return true
    }

    /// It takes each code as often as it comes, so that only we stand between one answer and two sessions.
    private final class CarelessProvider: HTTPTransport {
        let key: TokenSigningKey
        let nonces: [String: String]

        init(_ waiting: [Waiting]) throws {
            key = try TokenSigningKey.generate(.ES256)
            nonces = waiting.reduce(into: [:]) { if case .oidc(_, let nonce, let code) = $1.answer { $0[code] = nonce } }
        }

        func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
            guard request.url.hasSuffix("/token") else { return FakeOpenIDProvider.json(PublishedKeySet([key.publicJWK]).body) }
            let code = request.form["code"] ?? ""
            let claims: JSONObject = [
                "iss": "https://op.example", "aud": "countersign-1", "sub": .string(code), "nonce": .string(nonces[code] ?? ""),
                "iat": 1_795_000_000, "exp": 1_795_000_300,
            ]
            guard let token = try? key.sign(header: "JWT", claims: claims) else { throw .unreachable }
            return FakeOpenIDProvider.json(["access_token": "a", "token_type": "Bearer", "id_token": .string(token)])
        }
    }
}
