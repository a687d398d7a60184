import Administration
import Foundation
import Gateway
import Logging
import SAML
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("Housekeeping")
struct HousekeepingTests {
    @Test("it forgets what has expired and leaves what lives")
    func clean() async throws {
        try await TestServer.run { server in
            let fixture = server.fixture
            _ = try await Browser(server).begin(server.app)
            let tokens = try await server.app.redeem(try await Browser(server).signIn(server.app), at: server)
            let refresh = try #require(tokens.json["refresh_token"]?.string)
            let housekeeping = Housekeeping(stores: fixture.stores, environment: fixture.clock.environment, logger: server.log.logger)
            await housekeeping.clean()
            #expect(try await fixture.contents() == .init(pendingSignIns: 1, acceptedProofs: 1, users: 1, sessions: 1, codes: 1, refreshTokens: 1))
            fixture.clock.advance(by: 2 * 24 * 3600)
            await housekeeping.clean()
            #expect(try await fixture.contents() == .init(users: 1, refreshTokens: 1))
            #expect(try await server.app.refresh(refresh, at: server).status == 200)
            fixture.clock.advance(by: 40 * 24 * 3600)
            await housekeeping.clean()
            #expect(try await fixture.contents() == .init(users: 1))
            #expect(!server.log.lines.contains { $0.level >= .warning })
        }
    }

    @Test("a sign-in that gets no answer from a provider that wants signed requests is told in the log, with the likely reason; others are not")
    func unanswered() async throws {
        let metadata = String(decoding: FakeIdentityProvider().metadata(), as: UTF8.self)
            .replacingOccurrences(of: "<md:IDPSSODescriptor ", with: "<md:IDPSSODescriptor WantAuthnRequestsSigned=\"true\" ")
        for wantsSigned in [false, true] {
            try await TestServer.run({ options in
                if wantsSigned { options.providerSettings = { $0.metadata = .document(Array(metadata.utf8)) } }
            }) { server in
                let fixture = server.fixture
                let request = try await Browser(server).begin(server.app)
                _ = try await Browser(server).signIn(server.app)
                let housekeeping = Housekeeping(stores: fixture.stores, environment: fixture.clock.environment, logger: server.log.logger)
                await housekeeping.clean()
                fixture.clock.advance(by: 31 * 60)
                await housekeeping.clean()
                await housekeeping.clean()
                let told = server.log.lines.filter { $0.metadata["request"] == request.id }
                #expect(told.count == (wantsSigned ? 1 : 0))
                #expect(told.allSatisfy { $0.metadata["provider"] == "corp" && $0.text.contains("signed requests") })
            }
        }
    }

    @Test("it removes a retired key when no token that it signed can be alive, and not before; keys that sign or will sign stay")
    func retiredKeys() async throws {
        try await TestServer.run { server in
            let (fixture, pool) = (server.fixture, server.fixture.pool.id.text)
            let housekeeping = Housekeeping(stores: fixture.stores, environment: fixture.clock.environment, logger: server.log.logger)
            let (_, keys) = try await fixture.administration.perform(RotateKey(pool: pool, atOnce: true))
            let until = try #require(keys.compactMap(\.publishedUntil).first)
            #expect(until == fixture.clock.now + TimeInterval(AppClient.Lifetimes.longestToken + 3600))
            let staying = keys.filter { $0.phase != .retired }.map(\.id)
            #expect(staying.count == 2)
            fixture.clock.setNow(until - 1)
            await housekeeping.clean()
            #expect(try await fixture.administration.listKeys(pool: pool).map(\.id) == keys.map(\.id))
            fixture.clock.setNow(until)
            await housekeeping.clean()
            #expect(try await fixture.administration.listKeys(pool: pool).map(\.id) == staying)
            fixture.clock.setNow(.now + 10 * 365 * 24 * 3600)
            await housekeeping.clean()
            #expect(try await fixture.administration.listKeys(pool: pool).map(\.id) == staying)
        }
    }
}
