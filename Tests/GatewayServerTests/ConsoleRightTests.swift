import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools

@testable import GatewayServer

@Suite("The right to act at the console is asked for within the transaction that acts")
struct ConsoleRightTests {
    /// Alice came in by the fixture's provider, Bob by `spare`, and both were admitted before either of them does anything.
    private struct Scene: Sendable {
        let stage: ConsoleStage
        let alice: ConsoleAdministrator
        let bob: ConsoleAdministrator
        let asAlice: Administration
        let asBob: Administration
        let spare: IdentityProvider.Name

        var fixture: GatewayFixture { stage.server.fixture }
        var pool: String { fixture.pool.id.text }

        static func run(_ body: @Sendable (Scene) async throws -> Void) async throws {
            try await ConsoleStage.run { stage in
                let first = try await stage.admin()
                let spare = try await stage.addProvider("spare")
                let second = Browser(stage.server)
                let away = try #require(try await second.get("/console").location)
                let back = try await stage.goOn(second, to: away + "&identity_provider=spare", nameID: "bob@example.com") {
                    ($0.issuer, $0.responseIssuer) = ("https://spare.example", "https://spare.example")
                }
                #expect(back.location == "/console", "\(back.body)")
                let console = try #require(stage.server.gateway.console)
                let (alice, bob) = (try await stage.administrator(first), try await stage.administrator(second))
                #expect(alice.visitor.provider == stage.server.fixture.provider && bob.visitor.provider == spare)
                try await body(
                    Scene(
                        stage: stage, alice: alice, bob: bob, asAlice: console.desk(of: alice), asBob: console.desk(of: bob), spare: spare))
            }
        }

        func disable(_ provider: IdentityProvider.Name) -> UpdateSAMLProvider {
            var settings = SAMLProviderSettings()
            settings.enabled = false
            return UpdateSAMLProvider(provider.text, pool: pool, settings: settings)
        }

        /// What Bob does is refused, whatever it is, and leaves nothing.
        func expectBobMayNothing(sourceLocation: SourceLocation = #_sourceLocation) async throws {
            let (user, lost) = (alice.visitor.user.id.text, AdministrationError.store(.rightLost))
            await #expect(throws: lost, sourceLocation: sourceLocation) { try await asBob.perform(disable(fixture.provider)) }
            await #expect(throws: lost, sourceLocation: sourceLocation) { try await asBob.perform(DeleteProvider(fixture.provider.text, pool: pool)) }
            await #expect(throws: lost, sourceLocation: sourceLocation) { try await asBob.perform(SetUserEnabled(false, user, pool: pool)) }
            await #expect(throws: lost, sourceLocation: sourceLocation) { try await asBob.perform(DeleteUser(user, pool: pool)) }
            await #expect(throws: lost, sourceLocation: sourceLocation) { try await asBob.perform(SignOutUser(user, pool: pool)) }
            await #expect(throws: AdministrationError.keys(.store(.rightLost)), sourceLocation: sourceLocation) {
                try await asBob.perform(RotateKey(pool: pool))
            }
            await #expect(throws: AdministrationError.keys(.store(.rightLost)), sourceLocation: sourceLocation) {
                try await asBob.perform(RotateSAMLKey(.signing, pool: pool))
            }
            let provider = try await fixture.stores.providers.find(fixture.provider, in: fixture.pool.id)
            #expect(provider?.enabled == true, sourceLocation: sourceLocation)
            let events = try await fixture.stores.audit.list(in: fixture.pool.id, target: nil, limit: 100)
            #expect(!events.contains { $0.actor.text.contains("bob") }, sourceLocation: sourceLocation)
            #expect(try await fixture.stores.users.find(alice.visitor.user.id, in: fixture.pool.id)?.enabled == true, sourceLocation: sourceLocation)
        }
    }

    /// By what Alice takes Bob's right.
    enum Taking: CaseIterable { case disablesProvider, deletesProvider, disablesUser, deletesUser, signsOut, takesGroup }

    @Test("case 230: who lost it after the form was let in does nothing more, nor the same to whoever took it", arguments: Taking.allCases)
    func taken(_ taking: Taking) async throws {
        try await Scene.run { scene in
            _ = try await scene.stage.server.get(scene.fixture.issuer + "/.well-known/jwks.json")
            _ = try await scene.stage.server.get(scene.stage.server.pool + "/saml2/metadata")
            let (desk, bob) = (scene.asAlice, scene.bob.visitor.user.id)
            switch taking {
            case .disablesProvider: _ = try await desk.perform(scene.disable(scene.spare))
            case .deletesProvider: try await desk.perform(DeleteProvider(scene.spare.text, pool: scene.pool))
            case .disablesUser: _ = try await desk.perform(SetUserEnabled(false, bob.text, pool: scene.pool))
            case .deletesUser: try await desk.perform(DeleteUser(bob.text, pool: scene.pool))
            case .signsOut: _ = try await desk.perform(SignOutUser(bob.text, pool: scene.pool))
            case .takesGroup: #expect(try await scene.fixture.stores.users.set([], of: bob, in: scene.fixture.pool.id))
            }
            try await scene.expectBobMayNothing()
        }
    }

    @Test("case 230: nobody takes it from themselves, also where the page of it did not see that; but they sign themselves out")
    func own() async throws {
        try await Scene.run { scene in
            let (me, lost) = (scene.bob.visitor.user, AdministrationError.store(.rightLost))
            await #expect(throws: lost) { try await scene.asBob.perform(scene.disable(scene.spare)) }
            await #expect(throws: lost) { try await scene.asBob.perform(DeleteProvider(scene.spare.text, pool: scene.pool)) }
            await #expect(throws: lost) { try await scene.asBob.perform(SetUserEnabled(false, me.id.text, pool: scene.pool)) }
            await #expect(throws: lost) { try await scene.asBob.perform(DeleteUser(me.id.text, pool: scene.pool)) }
            // Which provider it was that gave them the group changed after the page asked.
            let byCorp = [GroupMembership(group: ConsoleStage.group, origin: .provider(scene.fixture.provider))]
            #expect(try await scene.fixture.stores.users.set(byCorp, of: me.id, in: me.poolID))
            await #expect(throws: lost) { try await scene.asBob.perform(DeleteProvider(scene.fixture.provider.text, pool: scene.pool)) }
            #expect(try await scene.fixture.stores.users.find(me.id, in: me.poolID)?.enabled == true)
            for name in [scene.spare, scene.fixture.provider] {
                #expect(try await scene.fixture.stores.providers.find(name, in: me.poolID)?.enabled == true)
            }
            let ended = try await scene.asBob.perform(SignOutUser(me.id.text, pool: scene.pool)).sessions
            #expect(ended == 1)
            await #expect(throws: lost) { try await scene.asBob.perform(SignOutUser(me.id.text, pool: scene.pool)) }
        }
    }

    @Test("a right that was lost is a refusal, not a failure of the server")
    func status() {
        for error in [AdministrationError.store(.rightLost), .keys(.store(.rightLost))] {
            let failure = ConsoleFailure(error)
            #expect(failure.status == 403 && failure.error.code == "console.right_lost" && !failure.isOfServer)
        }
    }
}
