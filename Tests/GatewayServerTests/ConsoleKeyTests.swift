import Administration
import Foundation
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import UserPools

@testable import GatewayServer

@Suite("The pool's keys at the console: rotated a step at a time, and taken back by whoever types which")
struct ConsoleKeyTests {
    private static func tokenKeys(_ stage: ConsoleStage) async throws -> [SigningKey] {
        try await stage.server.fixture.administration.listKeys(pool: stage.server.fixture.pool.id.text)
    }

    private static func samlKeys(_ use: SAMLKey.Use, _ stage: ConsoleStage) async throws -> [SAMLKey] {
        try await stage.server.fixture.administration.listSAMLKeys(use, pool: stage.server.fixture.pool.id.text)
    }

    private static func rotate(_ kind: String, _ stage: ConsoleStage, _ admin: Browser) async throws -> Answer {
        try await ConsoleDeletionTests.perform(stage.pool + "/keys/" + kind + "/rotate", typing: nil, admin)
    }

    private static func text(_ answer: Answer) -> String { PageReader(answer.body).all("main").map(\.text).joined() }

    @Test("a key that signs tokens: of the pool's own algorithm and of one that was added; one that follows too soon is refused, and says when")
    func token() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            _ = try await stage.server.get(fixture.issuer + "/.well-known/jwks.json")
            let (own, added) = (fixture.pool.signingAlgorithm, SigningAlgorithm.EdDSA)
            _ = try await fixture.administration.perform(AddSigningAlgorithm(added, to: fixture.pool.id.text))
            fixture.clock.advance(by: 61)
            for algorithm in [own, added.rawValue] {
                #expect(try await admin.get(stage.pool + "/keys").body.contains(stage.pool + "/keys/" + algorithm + "/rotate"))
                #expect(try await Self.rotate(algorithm, stage, admin).location == stage.pool + "/keys")
                let keys = try await Self.tokenKeys(stage)
                let next = try #require(keys.first { $0.phase == .upcoming && $0.algorithm == algorithm })
                let question = Self.text(try await admin.get(stage.pool + "/keys/" + algorithm + "/rotate"))
                let from = Pages.moment(try #require(next.maySignFrom))
                #expect([next.id.text, from, algorithm, "Whoever keeps a copy"].allSatisfy { question.contains($0) }, "\(question)")
                stage.expectRefused(try await Self.rotate(algorithm, stage, admin), 409, "keys.too_young")
                fixture.clock.advance(by: 16 * 60)
                #expect(try await Self.rotate(algorithm, stage, admin).location == stage.pool + "/keys")
                #expect(try await Self.tokenKeys(stage).first { $0.id == next.id }?.phase == .current)
                #expect(try await ConsoleDeletionTests.lastEvent(stage, .init(.key, next.id.text)).actor.text.hasPrefix("console ("))
            }
            #expect(try await fixture.administration.pool(fixture.pool.id.text).signingAlgorithm == own)
        }
    }

    @Test(
        "an algorithm that the pool does not have is no key's, and becomes none of the pool's", arguments: ["PS256", "none", "saml", "saml-Signing"])
    func otherAlgorithm(kind: String) async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            stage.expectRefused(try await admin.get(stage.pool + "/keys/" + kind + "/rotate"), 404, "admin.not_found")
            let fields = PageForm(try await admin.get(stage.pool + "/keys/saml-signing/rotate").body).fields
            stage.expectRefused(try await admin.post(stage.pool + "/keys/" + kind + "/rotate", fields), 404, "admin.not_found")
            let pool = fixture.pool.id
            await #expect(throws: AdministrationError.notFound(.algorithm, name: "PS256", pool: pool)) {
                try await fixture.administration.perform(RotateKey(pool: pool.text, algorithm: .PS256, movesPool: false))
            }
            #expect(try await fixture.administration.pool(pool.text).signingAlgorithms == fixture.pool.signingAlgorithms)
        }
    }

    @Test("a SAML key: the page says who has read our metadata, and what happens to who has not; the next one counts by itself")
    func saml() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            _ = try await stage.server.get(stage.server.pool + "/saml2/metadata")
            let question = Self.text(try await admin.get(stage.pool + "/keys/saml-signing/rotate"))
            let told = [fixture.entityID, "Have not read our metadata yet", fixture.provider.text, "refuses our requests from then on", "seven days"]
            #expect(told.allSatisfy { question.contains($0) }, "\(question)")
            for (use, wait) in [(SAMLKey.Use.signing, 7 * 86_400.0), (.encryption, 60)] {
                let kind = "saml-" + use.rawValue
                #expect(try await admin.get(stage.pool + "/keys").body.contains(stage.pool + "/keys/" + kind + "/rotate"))
                #expect(try await Self.rotate(kind, stage, admin).location == stage.pool + "/keys")
                let keys = try await Self.samlKeys(use, stage)
                let next = try #require(keys.first { $0.supersededAt == nil })
                #expect(keys.count == 2 && next.activeFrom.timeIntervalSince(fixture.clock.now) >= wait)
                #expect(try await ConsoleDeletionTests.lastEvent(stage, .init(.key, next.id.text)).action == .keyPublish)
                stage.expectRefused(try await Self.rotate(kind, stage, admin), 409, "saml_keys.announced")
                #expect(try await Self.samlKeys(use, stage).count == 2)
            }
        }
    }

    @Test("a key is withdrawn by whoever types its identifier: one that signs tokens, and one of SAML; not twice, and not another pool's")
    func withdrawn() async throws {
        try await ConsoleStage.run { stage in
            let (fixture, admin) = (stage.server.fixture, try await stage.admin())
            _ = try await stage.server.get(fixture.issuer + "/.well-known/jwks.json")
            _ = try await stage.server.get(stage.server.pool + "/saml2/metadata")
            let token = try #require(try await Self.tokenKeys(stage).first { $0.phase == .current }).id.text
            let saml = try #require(try await Self.samlKeys(.signing, stage).first).id.text
            for (id, other) in [(token, saml), (saml, token)] {
                let url = stage.pool + "/keys/" + id + "/withdraw"
                #expect(try await admin.get(stage.pool + "/keys").body.contains(url))
                for typed in [nil, other, String(id.dropLast())] {
                    stage.expectRefused(try await ConsoleDeletionTests.perform(url, typing: typed, admin), 400, "console.confirmation")
                }
                #expect(try await ConsoleDeletionTests.perform(url, typing: id, admin).location == stage.pool + "/keys")
                #expect(try await ConsoleDeletionTests.lastEvent(stage, .init(.key, id)).action == .keyWithdraw)
                #expect(try await !admin.get(stage.pool + "/keys").body.contains(url))
                stage.expectRefused(try await admin.get(url), 404, "admin.not_found")
            }
            #expect(try await Self.tokenKeys(stage).first { $0.id.text == token }?.phase == .withdrawn)
            #expect(try await Self.samlKeys(.signing, stage).first { $0.id.text == saml }?.withdrawnAt != nil)
            let other = try await fixture.administration.perform(CreatePool(name: "Other", domain: nil, signingAlgorithm: "ES256", region: "local"))
            let next = try #require(try await Self.tokenKeys(stage).first { $0.phase == .current }).id.text
            stage.expectRefused(try await admin.get("/console/" + other.id.text + "/keys/" + next + "/withdraw"), 404, "admin.not_found")
        }
    }
}
