import Administration
import Foundation
import Gateway
import OpenIDConnect
import Storage
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("Codes and refresh tokens as flows (RFC 9700 §4.14, THREATS P2, P4)")
struct GrantTests {
    @Test("within the grace a rotated token gives the same successor again; after it, its family ends")
    func grace() async throws {
        try await GatewayFixture.run({ $0.clientSettings = { $0.refreshGrace = 10 } }) { fixture in
            let flow = Flow(fixture)
            let first = try await token(flow)
            let second = try await flow.refresh(first).refreshToken
            fixture.clock.advance(by: 10)
            #expect(try await flow.refresh(first).refreshToken == second)
            fixture.clock.advance(by: 1)
            await expectInvalidGrant { try await flow.refresh(first) }
            await expectInvalidGrant { try await flow.refresh(try #require(second)) }
        }
    }

    @Test("case 108: without grace the second use ends the family at once, also where it asks for more than was granted")
    func noGrace() async throws {
        try await GatewayFixture.run({ $0.clientSettings = { $0.refreshGrace = 0 } }) { fixture in
            let flow = Flow(fixture)
            let first = try await token(flow)
            let second = try #require(try await flow.refresh(first).refreshToken)
            await expectInvalidGrant { try await flow.refresh(first, scope: "openid phone address") }
            await expectInvalidGrant { try await flow.refresh(second) }
        }
    }

    @Test("case 140: after a change of the master key a token that was used before it still ends its family, and only its own client can do that")
    func usedBeforeReseal() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let first = try await token(flow)
            let second = try #require(try await flow.refresh(first).refreshToken)
            fixture.clock.advance(by: 60)
            let later = try await flow.resealed()
            // Of a client that has the token and not its family's credentials it ends nothing.
            let other = try await fixture.addClient("Other", redirectURI: "https://other.example/cb")
            await expectInvalidGrant { try await later.refresh(first, as: other) }
            let third = try #require(try await later.refresh(second).refreshToken)
            await expectInvalidGrant { try await later.refresh(first) }
            await expectInvalidGrant { try await later.refresh(third) }
        }
    }

    @Test("after several changes of the master key: the current token counts, a lost answer signs nobody out, and a used token ends its family")
    func currentAtReseal() async throws {
        try await GatewayFixture.run({ $0.clientSettings = { $0.refreshGrace = 10 } }) { fixture in
            let flow = Flow(fixture)
            let first = try await token(flow)
            let later = try await flow.resealed().resealed(8)
            let second = try #require(try await later.refresh(first).refreshToken)
            #expect(try await later.refresh(first).refreshToken == second)
            fixture.clock.advance(by: 11)
            await expectInvalidGrant { try await later.refresh(first) }
            await expectInvalidGrant { try await later.refresh(second) }
        }
    }

    @Test("case 108: a used token ends its family also while its provider is disabled; a current one is good again when it is enabled")
    func usedWhileDisabled() async throws {
        try await GatewayFixture.run({ $0.clientSettings = { $0.refreshGrace = 0 } }) { fixture in
            let flow = Flow(fixture)
            let (first, current) = (try await token(flow), try await token(flow))
            let second = try #require(try await flow.refresh(first).refreshToken)
            try await fixture.updateProvider { $0.enabled = false }
            for token in [first, current] { await expectInvalidGrant { try await flow.refresh(token) } }
            try await fixture.updateProvider { $0.enabled = true }
            await expectInvalidGrant { try await flow.refresh(second) }
            #expect(try await flow.refresh(current).refreshToken != nil)
        }
    }

    @Test("nobody without the master key can compute a token's successor")
    func successor() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let first = try await token(flow)
            let second = try #require(try await flow.refresh(first).refreshToken)
            let other = try Sealer(masterKey: SecretBytes([UInt8](repeating: 8, count: 32)))
            #expect(other.deriveKey(for: "refresh token rotation").reveal() != fixture.sealer.deriveKey(for: "refresh token rotation").reveal())
            #expect(!second.contains(first) && second.utf8.count == 123)
        }
    }

    @Test(
        "case 104: a second use of a code ends the family, long after the code has expired, and where it is wrong besides",
        arguments: [nil, "https://evil.example"])
    func codeTwice(redirectURI: String?) async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let code = try flow.code(try await flow.complete())
            let refresh = try #require(try await flow.redeem(code).refreshToken)
            fixture.clock.advance(by: 3600)
            await expectInvalidGrant { try await flow.redeem(code, redirectURI: redirectURI ?? GatewayFixture.redirectURI) }
            await expectInvalidGrant { try await flow.refresh(refresh) }
        }
    }

    @Test("neither codes, cookies nor refresh tokens lie in the database in the clear")
    func hashed() async throws {
        // What lies there is seen in the file itself.
        try await TemporaryDatabase.with { file in
            let database = try await file.open()
            let fixture = try await GatewayFixture(.init(), database: database)
            let flow = Flow(fixture)
            let completed = try await flow.complete()
            let code = try flow.code(completed)
            let refresh = try #require(try await flow.redeem(code).refreshToken)
            let cookie = String(decoding: completed.sessionCookie.reveal(), as: UTF8.self)
            let secret = try #require(fixture.clientSecret)
            var stored: [UInt8] = []
            for suffix in ["", "-wal"] { stored += Array((try? Data(contentsOf: URL(fileURLWithPath: file.path + suffix))) ?? Data()) }
            // The search itself works: the client's ID is there.
            #expect(stored.contains(Array(fixture.client.id.text.utf8)))
            for clear in [code, refresh, cookie, secret] { #expect(!stored.contains(Array(clear.utf8))) }
            await database.close()
        }
    }

    private func token(_ flow: Flow) async throws -> String {
        try #require(try await flow.redeem(try flow.code(try await flow.complete())).refreshToken)
    }

    private func expectInvalidGrant(sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> TokenResponse) async {
        let error = await #expect(throws: OAuthError.self, sourceLocation: sourceLocation) { _ = try await body() }
        #expect(error?.error == .invalidGrant, sourceLocation: sourceLocation)
    }
}
