import Foundation
import Gateway
import SAML
import Storage
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("Case 68: the process is killed in the middle of sign-ins")
struct CrashTests {
    /// A sign-in under way, as the process that is killed finds it on the disk.
    struct Waiting: Codable, Sendable {
        let response: [UInt8]
        let binding: String
    }

    private static let count = 24

    @Test("after a kill -9 no request is consumed without its session, and no response gives a second one")
    func killed() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("countersign-crash-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }

        let database = try await SQLiteDatabase.open(path: folder + "/countersign.db")
        let fixture = try await GatewayFixture(.init(), database: database)
        let flow = Flow(fixture)
        var waiting: [Waiting] = []
        for number in 0..<Self.count {
            let (request, binding) = try await flow.begin()
            let response = fixture.identityProvider.respond(to: request, nameID: "user\(number)@example.com", at: fixture.clock.now)
            waiting.append(Waiting(response: response, binding: String(decoding: binding.reveal(), as: UTF8.self)))
        }
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

        var again = 0
        for sign in waiting where try await Self.post(sign, to: reopened) { again += 1 }
        #expect(again == after.pendingSignIns)
        let end = try await GatewayFixture.contents(of: reopened)
        #expect(end == .init(acceptedProofs: Self.count, users: Self.count, sessions: Self.count, codes: Self.count))
        await reopened.close()
    }

    /// All of them at once; the fifth that is answered pulls the plug while others are under way.
    private static func signInUntilKilled(_ folder: String) async throws {
        let waiting = try JSONDecoder().decode([Waiting].self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/waiting.json")))
        let database = try await SQLiteDatabase.open(path: folder + "/countersign.db")
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for sign in waiting { group.addTask { try await post(sign, to: database) } }
            var answered = 0
            while let done = try await group.next() {
                answered += done ? 1 : 0
                if answered == 5 { kill(getpid(), SIGKILL) }
            }
        }
    }

    /// Whether the response signs somebody in.
    private static func post(_ waiting: Waiting, to database: SQLiteDatabase) async throws -> Bool {
        let stores = Stores(database)
        let pool = try #require(try await stores.pools.list().first)
        // Random values of its own: two processes never draw the same.
        let environment = FixedEnvironment(seed: UUID().uuidString).environment
        let sealer = try Sealer(masterKey: SecretBytes([UInt8](repeating: 7, count: 32)))
        let signIn = SignIn(
            settings: .init(publicURL: GatewayFixture.publicURL), directory: Directory(stores: stores, uptime: environment.uptime), stores: stores,
            keyRing: KeyRing(store: stores.keys, sealer: sealer, environment: environment), sealer: sealer, environment: environment)
        do {
            _ = try await signIn.completeSAML(
                HTTPPostBinding.autoSubmitFields(samlResponse: waiting.response, relayState: nil), pool: pool,
                address: PoolAddress(publicURL: GatewayFixture.publicURL, pool: pool),
                cookies: BrowserCookies(binding: SecretBytes(waiting.binding), session: nil))
            return true
        } catch let failure where failure.error == .unknownRequest { return false }
    }
}
