import Administration
import Foundation
import Gateway
import SAML
import TestSupport
import Testing
import UserPools

/// THREATS case 74: a provider changes its key between two of its looks.
@Suite("An answer that is signed with a key that nobody knows")
struct NewKeyTests {
    private static let url = "https://idp.example/metadata"

    private func signIn(_ fixture: GatewayFixture) -> SignIn {
        let follower = DocumentFollower(
            Administration(
                stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer, environment: fixture.clock.environment, actor: .system))
        var settings = SignIn.Settings(publicURL: GatewayFixture.publicURL)
        settings.findNewKeys = { provider in (try? await follower.lookNow(provider.name, in: provider.poolID))?.isChange == true }
        return SignIn(
            settings: settings, directory: fixture.directory, stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer,
            environment: fixture.clock.environment)
    }

    @Test("is accepted where the metadata has that key by now, in the same sign-in; where it has not, it is refused")
    func renewed() async throws {
        try await GatewayFixture.run { fixture in
            fixture.clock.publish(fixture.identityProvider.metadata(), at: Self.url)
            try await fixture.updateProvider { $0.metadata = .url(Self.url) }
            let flow = Flow(fixture), signIn = signIn(fixture)
            var renewed = fixture.identityProvider
            (renewed.key, renewed.publishedKeys) = (.second, [.second])

            let (request, binding) = try await flow.begin()
            let answer = renewed.respond(to: request, audience: fixture.entityID, at: fixture.clock.now)
            func complete() async throws -> CompletedSignIn {
                try await signIn.completeSAML(
                    HTTPPostBinding.autoSubmitFields(samlResponse: answer, relayState: request.id), pool: fixture.pool, address: flow.address,
                    cookies: BrowserCookies(binding: binding, session: nil))
            }
            let refusal = await #expect(throws: SignInFailure.self) { try await complete() }
            #expect(refusal?.error.code == "saml.signature_invalid")
            fixture.clock.publish(renewed.metadata(), at: Self.url)
            // A stranger's tries do not make us ask more than once a minute.
            let asked = fixture.clock.fetched.count
            await #expect(throws: SignInFailure.self) { try await complete() }
            #expect(fixture.clock.fetched.count == asked)
            fixture.clock.advance(by: 60)
            _ = try await complete()
            #expect(fixture.clock.fetched.count == asked + 1)
            let found = try await fixture.administration.provider("corp", pool: fixture.pool.id.text)
            #expect(found.saml?.metadata.signingKeys == renewed.identityProviderMetadata(at: fixture.clock.now).signingKeys)
        }
    }
}
