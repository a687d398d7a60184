import Administration
import Crypto
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("A client secret at an OpenID provider is replaced in stages (decision 0087)")
struct ClientSecretTests {
    /// A pool with a provider that takes certain secrets, and what an admin does with ours.
    struct Desk {
        let fixture: GatewayFixture
        let provider: FakeOpenIDProvider

        static func run(_ change: (inout OIDCProviderSettings) -> Void = { _ in }, _ body: (Desk) async throws -> Void) async throws {
            let provider = try FakeOpenIDProvider(clientID: "us", clientSecret: "first")
            try await GatewayFixture.run({ $0.transport = provider }) { fixture in
                fixture.clock.publish(provider.discoveryDocument(), at: provider.discoveryURL)
                var settings = OIDCProviderSettings()
                (settings.issuer, settings.clientID, settings.clientSecret) = (provider.issuer, "us", SecretBytes("first"))
                change(&settings)
                _ = try await fixture.administration.perform(CreateOIDCProvider("op", pool: fixture.pool.id.text, settings: settings))
                try await body(Desk(fixture: fixture, provider: provider))
            }
        }

        var pool: String { fixture.pool.id.text }

        /// A second later, so that what was recorded last stands last.
        private func perform<Act: AdminAct>(_ act: Act) async throws -> Act.Answer {
            fixture.clock.advance(by: 1)
            return try await fixture.administration.perform(act)
        }

        /// Which the provider takes from now on.
        func accept(_ secrets: String...) {
            let headers = secrets.map { "Basic " + Data("us:\($0)".utf8).base64EncodedString() }
            provider.change { behaviour in
                behaviour.clientAuthentication = .other
                behaviour.accepts = { request, _ in headers.contains(request.header("authorization") ?? "") }
            }
        }

        func set(_ text: String) async throws {
            _ = try await perform(SetClientSecret(.secret(SecretBytes(text)), of: "op", pool: pool))
        }
        func test() async throws {
            _ = try await perform(TestClientSecret(of: "op", pool: pool, redirectURI: "https://id.example/cb"))
        }
        func finish(untested: Bool = false) async throws {
            _ = try await perform(FinishClientSecret(of: "op", pool: pool, mayBeUntested: untested))
        }
        func back() async throws { _ = try await perform(ReturnClientSecret(of: "op", pool: pool)) }
        func forget(_ stage: ForgetClientSecret.Stage) async throws {
            _ = try await perform(ForgetClientSecret(stage, of: "op", pool: pool))
        }
        func update(_ change: (inout OIDCProviderSettings) -> Void) async throws {
            var settings = OIDCProviderSettings()
            change(&settings)
            _ = try await perform(UpdateOIDCProvider("op", pool: pool, settings: settings))
        }

        func connection() async throws -> OIDCConnection {
            try #require(try await fixture.administration.provider("op", pool: pool).oidc)
        }

        /// In the order of the stages, in the clear.
        func secrets() async throws -> [String?] {
            let found = try await fixture.administration.provider("op", pool: pool)
            return try ClientSecretStage.allCases.map { try found.oidc?.openSecret($0, of: found.settings, with: fixture.sealer)?.revealText() }
        }

        func lastEvent() async throws -> AuditEvent? {
            try await fixture.administration.auditEvents(pool: pool, user: nil, limit: 1).first
        }
    }

    private func expect(_ expected: ClientSecretError, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async {
        let error = await #expect(throws: AdministrationError.self, sourceLocation: sourceLocation) { try await body() }
        #expect(error == .clientSecret(expected), sourceLocation: sourceLocation)
    }

    @Test("set, test, finish, back: each is recorded, with what became of which stage, and no secret is")
    func stages() async throws {
        try await Desk.run { desk in
            desk.accept("first", "second")
            try await desk.set("second")
            #expect(try await desk.secrets() == ["second", "first", nil])
            #expect(try await desk.lastEvent()?.action == .providerSetSecret)
            #expect(try await desk.lastEvent()?.detail("pending_client_secret") == "given")

            await expect(.untested) { try await desk.finish() }
            try await desk.test()
            #expect(try await desk.connection().pendingSecret?.testedAt == desk.fixture.clock.now)
            #expect(try await desk.lastEvent()?.action == .providerTestSecret)
            #expect(try await desk.lastEvent()?.detail("pending_client_secret_tested") == "true")

            try await desk.finish()
            #expect(try await desk.secrets() == [nil, "second", "first"])
            let finished = try #require(try await desk.lastEvent())
            #expect(finished.action == .providerFinishSecret && finished.detail("client_secret") == "replaced")
            #expect(finished.detail("pending_client_secret") == "removed" && finished.detail("previous_client_secret") == "given")
            #expect(finished.detail("pending_client_secret_tested_before") == "true")

            try await desk.back()
            #expect(try await desk.secrets() == ["second", "first", nil])
            #expect(try await desk.connection().pendingSecret?.testedAt == nil)
            #expect(try await desk.lastEvent()?.action == .providerReturnSecret)
            await expect(.untested) { try await desk.finish() }

            try await desk.forget(.pending)
            #expect(try await desk.secrets() == [nil, "first", nil])
            #expect(try await desk.lastEvent()?.action == .providerForgetSecret)
            let events = try await desk.fixture.administration.auditEvents(pool: desk.pool, user: nil, limit: 100)
            #expect(!events.flatMap(\.details).contains { $0.value.contains("first") || $0.value.contains("second") })
        }
    }

    @Test("what is not there is not tested, used or forgotten; going back loses nothing that is pending")
    func missing() async throws {
        try await Desk.run { desk in
            await expect(.notPending(isKey: false)) { try await desk.test() }
            await expect(.notPending(isKey: false)) { try await desk.finish(untested: true) }
            await expect(.notPending(isKey: false)) { try await desk.forget(.pending) }
            await expect(.noPrevious) { try await desk.back() }
            await expect(.noPrevious) { try await desk.forget(.previous) }
            try await desk.set("second")
            try await desk.finish(untested: true)
            try await desk.set("third")
            await expect(.stillPending) { try await desk.back() }
            #expect(try await desk.secrets() == ["third", "second", "first"])
            try await desk.forget(.previous)
            #expect(try await desk.secrets() == ["third", "second", nil])
        }
    }

    @Test("a secret that the provider refuses is not proven, and one that it refuses by now is proven no more; an outage says neither")
    func refused() async throws {
        try await Desk.run { desk in
            desk.accept("first")
            try await desk.set("wrong")
            await expect(.refused(seen: "invalid_client, status 401", isKey: false)) { try await desk.test() }
            #expect(try await desk.connection().pendingSecret?.testedAt == nil)
            desk.accept("first", "wrong")
            try await desk.test()
            desk.provider.goDown(true)
            let error = await #expect(throws: AdministrationError.self) { try await desk.test() }
            #expect(error == .relyingParty(.unreachable(.token, .unreachable)))
            desk.provider.goDown(false)
            #expect(try await desk.connection().pendingSecret?.testedAt != nil)
            desk.accept("first")
            await expect(.refused(seen: "invalid_client, status 401", isKey: false)) { try await desk.test() }
            #expect(try await desk.connection().pendingSecret?.testedAt == nil)
        }
    }

    @Test("a provider that looks at the code first proves nothing")
    func everybody() async throws {
        try await Desk.run { desk in
            desk.provider.change { $0.clientAuthentication = .other }
            try await desk.set("second")
            await expect(.unclear(seen: "the same answer to a secret that nobody has")) { try await desk.test() }
            await expect(.untested) { try await desk.finish() }
        }
    }

    @Test("an update replaces at once and keeps the one before, which is not itself; 'back' undoes it")
    func update() async throws {
        try await Desk.run { desk in
            try await desk.update { $0.clientSecret = SecretBytes("second") }
            try await desk.update { $0.clientSecret = SecretBytes("second") }
            #expect(try await desk.secrets() == [nil, "second", "first"])
            try await desk.back()
            #expect(try await desk.secrets() == ["second", "first", nil])
        }
    }

    @Test("what waits goes where it was given for something else, another client or a key for a secret; by another method it is proven anew")
    func foreign() async throws {
        try await Desk.run { desk in
            func stage() async throws {
                try await desk.set("second")
                try await desk.finish(untested: true)
                try await desk.set("third")
            }
            try await stage()
            desk.accept("third")
            try await desk.test()
            try await desk.update { $0.clientAuthentication = .clientSecretPost }
            #expect(try await desk.secrets() == ["third", "second", "first"])
            #expect(try await desk.connection().pendingSecret?.testedAt == nil)
            try await desk.update { $0.clientID = "another" }
            #expect(try await desk.secrets() == [nil, "second", nil])
            try await desk.update { $0.clientID = "us" }
            try await stage()
            try await desk.update { $0.clientKey = SecretBytes(P256.Signing.PrivateKey().pemRepresentation) }
            let keys = try await desk.secrets()
            #expect(keys[0] == nil && keys[1]?.hasPrefix("-----BEGIN") == true && keys[2] == nil)
            let event = try await desk.lastEvent()
            #expect(event?.detail("pending_client_secret") == "removed" && event?.detail("previous_client_secret") == "removed")
        }
    }

    @Test("a secret takes no key's place, nor a key a secret's; a key keeps the name that the provider has for it")
    func kinds() async throws {
        func refusal(_ body: () async throws -> Void) async -> Field? {
            let error = await #expect(throws: AdministrationError.self) { try await body() }
            guard case .problems(let problems)? = error else { return nil }
            return problems.first?.field
        }
        let (first, second) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
        try await Desk.run { desk in
            let act = SetClientSecret(.key(SecretBytes(first.pemRepresentation), id: nil), of: "op", pool: desk.pool)
            #expect(await refusal { _ = try await desk.fixture.administration.perform(act) } == .clientKey)
            #expect(await refusal { try await desk.set("two\nlines") } == .clientSecret)
            await #expect(throws: AdministrationError.self) { _ = try await desk.fixture.administration.openIDProvider("corp", pool: desk.pool) }
        }
        try await Desk.run({ settings in
            (settings.clientSecret, settings.clientKey, settings.keyID) = (nil, SecretBytes(first.pemRepresentation), "2026")
        }) { desk in
            #expect(await refusal { try await desk.set("second") } == .clientSecret)
            desk.provider.change { behaviour in
                behaviour.clientAuthentication = .other
                behaviour.accepts = { _, form in
                    let parts = (form["client_assertion"] ?? "").split(separator: ".").map { Array($0.utf8) }
                    guard parts.count == 3, let signature = Base64URL.decode(parts[2]) else { return false }
                    guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
                    return second.publicKey.isValidSignature(signature, for: parts[0] + [UInt8(ascii: ".")] + parts[1])
                }
            }
            let act = SetClientSecret(.key(SecretBytes(second.pemRepresentation), id: "2027"), of: "op", pool: desk.pool)
            _ = try await desk.fixture.administration.perform(act)
            try await desk.test()
            let pending = try await desk.fixture.administration.provider("op", pool: desk.pool)
            #expect(desk.fixture.administration.publicClientKey(of: pending, .pending)?["kid"] == "2027")
            #expect(desk.fixture.administration.publicClientKey(of: pending)?["kid"] == "2026")
            try await desk.finish()
            let after = try await desk.connection()
            #expect(after.keyID == "2027" && after.previousSecret?.keyID == "2026")
            #expect(try await desk.lastEvent()?.detail("key_id") == "2027")
        }
    }
}
