import Administration
import Foundation
import Gateway
import OpenIDConnect
import Storage
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Case 68: the process is killed in the middle of sign-ins through an OpenID provider")
struct OpenIDCrashTests {
    /// A sign-in under way, as the process that is killed finds it on the disk.
    struct Waiting: Codable, Sendable {
        let state: String
        let binding: String
        let nonce: String
        let number: Int
    }

    private static let count = 24

    @Test("after a kill -9 no state is consumed without its session, and no answer gives a second one")
    func killed() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("countersign-crash-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }

        let provider = try FakeOpenIDProvider()
        var options = GatewayFixture.Options()
        options.transport = provider
        let database = try await SQLiteDatabase.open(path: folder + "/countersign.db")
        let fixture = try await GatewayFixture(options, database: database)
        let waiting = try await Self.begin(fixture, provider)
        try JSONEncoder().encode(waiting).write(to: URL(fileURLWithPath: folder + "/waiting.json"))
        await database.close()

        await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
            try await OpenIDCrashTests.signInUntilKilled(folder)
        }

        let reopened = try await SQLiteDatabase.open(path: folder + "/countersign.db")
        let after = try await GatewayFixture.contents(of: reopened)
        #expect(after.sessions >= 5)
        #expect(after.sessions == after.acceptedProofs && after.sessions == after.codes && after.sessions == after.users)
        #expect(after.pendingSignIns == Self.count - after.sessions)

        let again = try await Self.answerAll(waiting, reopened)
        // What was being answered when the plug was pulled is not tried a second time.
        #expect(again <= after.pendingSignIns)
        let end = try await GatewayFixture.contents(of: reopened)
        #expect(end.sessions == after.sessions + again && end.pendingSignIns == Self.count - end.sessions)
        #expect(end.sessions == end.acceptedProofs && end.sessions == end.codes && end.sessions == end.users)
        await reopened.close()
    }

    private static func begin(_ fixture: GatewayFixture, _ provider: FakeOpenIDProvider) async throws -> [Waiting] {
        try await OpenIDFlow.register(provider, "op", in: fixture) {
            ($0.clientSecret, $0.map, $0.clientAuthentication) = (nil, [], OIDCConnection.ClientAuthentication.none)
        }
        let flow = OpenIDFlow(fixture: fixture, provider: provider, signIn: fixture.signIn, name: "op")
        var waiting: [Waiting] = []
        for number in 0..<count {
            let (url, binding) = try await flow.begin()
            let query = FakeOpenIDProvider.query(url)
            let cookie = String(decoding: binding.reveal(), as: UTF8.self)
            waiting.append(Waiting(state: query["state"] ?? "", binding: cookie, nonce: query["nonce"] ?? "", number: number))
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

    /// How many of them sign somebody in.
    private static func answerAll(_ waiting: [Waiting], _ database: SQLiteDatabase) async throws -> Int {
        let network = try CarelessProvider(waiting)
        var done = 0
        for sign in waiting {
            let isSignedIn = try await answer(sign, network, database)
            done += isSignedIn ? 1 : 0
        }
        return done
    }

    /// Whether the answer signs somebody in.
    private static func answer(_ waiting: Waiting, _ network: CarelessProvider, _ database: SQLiteDatabase) async throws -> Bool {
        let stores = Stores(database)
        let pool = try #require(try await stores.pools.list().first)
        // Random values of its own: two processes never draw the same.
        let environment = FixedEnvironment(seed: UUID().uuidString, transport: network).environment
        let sealer = try Sealer(masterKey: SecretBytes([UInt8](repeating: 7, count: 32)))
        let signIn = SignIn(
            settings: .init(publicURL: GatewayFixture.publicURL), directory: Directory(stores: stores, uptime: environment.uptime), stores: stores,
            keyRing: KeyRing(store: stores.keys, sealer: sealer, environment: environment), sealer: sealer, environment: environment)
        let parameters = Parameters([("code", "code-\(waiting.number)"), ("state", waiting.state)])
        let address = PoolAddress(publicURL: GatewayFixture.publicURL, pool: pool)
        let cookies = BrowserCookies(binding: SecretBytes(waiting.binding), session: nil)
        do throws(SignInFailure) {
            _ = try await signIn.completeOIDC(parameters, provider: "op", pool: pool, address: address, cookies: cookies)
        } catch {
            guard error.error == .unknownState else { throw error }
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
            nonces = Dictionary(uniqueKeysWithValues: waiting.map { ("code-\($0.number)", $0.nonce) })
        }

        func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
            answer(request)
        }

        private func answer(_ request: HTTPTransportRequest) -> HTTPTransportResponse {
            guard request.url.hasSuffix("/token") else { return FakeOpenIDProvider.json(PublishedKeySet([key.publicJWK]).body) }
            let code = request.form["code"] ?? ""
            let claims: JSONObject = [
                "iss": "https://op.example", "aud": "countersign-1", "sub": .string(code), "nonce": .string(nonces[code] ?? ""),
                "iat": 1_795_000_000, "exp": 1_795_000_300,
            ]
            let token = (try? key.sign(header: "JWT", claims: claims)) ?? ""
            return FakeOpenIDProvider.json(["access_token": "a", "token_type": "Bearer", "id_token": .string(token)])
        }
    }
}
