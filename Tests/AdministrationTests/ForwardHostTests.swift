import Administration
import TestSupport
import Testing
import UserPools

@Suite("hosts behind a proxy are a public client's, and have redirect URIs of their own")
struct ForwardHostTests {
    private func settings(_ configure: (inout ClientSettings) -> Void) -> ClientSettings {
        var settings = ClientSettings()
        configure(&settings)
        return settings
    }

    private func create(_ fixture: GatewayFixture, confidential: Bool = false, _ configure: (inout ClientSettings) -> Void) async throws -> AppClient
    {
        try await fixture.administration.perform(
            CreateClient(name: "x", pool: fixture.pool.id.text, confidential: confidential, settings: settings(configure))
        ).client
    }

    @Test("registered with groups or without, changed, and taken away with their redirect URIs")
    func hosts() async throws {
        try await GatewayFixture.run { fixture in
            func update(_ client: AppClient, _ configure: (inout ClientSettings) -> Void) async throws -> AppClient {
                try await fixture.administration.perform(
                    UpdateClient(client.id.text, pool: fixture.pool.id.text, settings: settings(configure))
                ).after
            }
            var client = try await create(fixture) { $0.forwardedHosts = ["a.example", "b.example=x"] }
            #expect(client.redirectURIs == ["https://a.example/_countersign/callback", "https://b.example/_countersign/callback"])
            #expect(client.forwardedHost("B.example")?.requiredGroups == ["x"] && client.forwardedHost("c.example") == nil)
            client = try await update(client) { $0.forwardedHosts = ListChange(added: ["b.example=y"], removed: ["a.example"]) }
            #expect(client.forwardedHosts == [.init(host: "b.example", requiredGroups: ["x", "y"])])
            #expect(client.redirectURIs == ["https://b.example/_countersign/callback"])
            // Another change leaves them alone, and so does a list of redirect URIs in place of the one before.
            client = try await update(client) { $0.redirectURIs = ["https://c.example/cb"] }
            #expect(client.redirectURIs == ["https://c.example/cb", "https://b.example/_countersign/callback"])
            client = try await update(client) { $0.forwardedHosts = ListChange(removed: ["b.example=x", "b.example=y"]) }
            #expect(client.forwardedHosts == [] && client.metadata.forwardedHosts == nil && client.redirectURIs == ["https://c.example/cb"])
        }
    }

    @Test(
        "what is no host, and no group, is refused",
        arguments: ["", "https://a.example", "a.example/", "A.example", "a.example:443", "*.example", "a.example=", "=x", "a.example=x\n", "a b"])
    func refused(entry: String) async throws {
        try await GatewayFixture.run { fixture in
            await expectInvalid(.forwardHost) { _ = try await create(fixture) { $0.forwardedHosts = ListChange([entry]) } }
        }
    }

    @Test("neither a confidential client, nor one that must push its requests, that signs nobody in, or without the scope openid, has such hosts")
    func plain() async throws {
        try await GatewayFixture.run { fixture in
            await expectInvalid(.forwardHost) { _ = try await create(fixture, confidential: true) { $0.forwardedHosts = ["a.example"] } }
            await expectInvalid(.forwardHost) {
                _ = try await create(fixture) { ($0.forwardedHosts, $0.requiresPushedRequests) = (["a.example"], true) }
            }
            await expectInvalid(.forwardHost) { _ = try await create(fixture) { ($0.forwardedHosts, $0.scopes) = (["a.example"], ["email"]) } }
            // And none of it comes later.
            let client = try await create(fixture) { $0.forwardedHosts = ["a.example"] }
            await expectInvalid(.forwardHost) {
                _ = try await fixture.administration.perform(
                    UpdateClient(client.id.text, pool: fixture.pool.id.text, settings: settings { $0.requiresPushedRequests = true }))
            }
        }
    }
}

private func expectInvalid(_ field: Field, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void) async {
    do {
        try await body()
        Issue.record("nothing was refused", sourceLocation: sourceLocation)
    } catch AdministrationError.problems(let problems) {
        #expect(problems.map(\.field) == [field], sourceLocation: sourceLocation)
    } catch { Issue.record("\(error)", sourceLocation: sourceLocation) }
}
