import Administration
import FoundationEssentials
import TestSupport
import Testing
import UserPools

@Suite("Clients whose people have names of the sector alone (OpenID Connect Core §8.1)")
struct ClientSubjectTests {
    private static let sector = "https://example.com/apps.json"

    private func create(
        _ fixture: GatewayFixture, _ uris: ListChange, _ configure: (inout ClientSettings) -> Void = { _ in }
    ) async throws -> AppClient {
        var settings = ClientSettings()
        (settings.redirectURIs, settings.subjects.isPairwise) = (uris, true)
        configure(&settings)
        return try await fixture.administration.perform(
            CreateClient(name: "App", pool: fixture.pool.id.text, confidential: false, settings: settings)
        ).client
    }

    private func update(_ client: AppClient, _ fixture: GatewayFixture, _ configure: (inout ClientSettings) -> Void) async throws -> AppClient {
        var settings = ClientSettings()
        configure(&settings)
        return try await fixture.administration.perform(UpdateClient(client.id.text, pool: fixture.pool.id.text, settings: settings)).after
    }

    private func expectRefused(_ field: Field, _ body: () async throws -> AppClient, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        do {
            _ = try await body()
            Issue.record("accepted", sourceLocation: sourceLocation)
        } catch AdministrationError.problems(let problems) { #expect(problems.map(\.field) == [field], sourceLocation: sourceLocation) }
    }

    @Test("the sector is the one host of the redirect URIs; an app's own scheme and this machine are nobody's, so that the app is alone in it")
    func hosts() async throws {
        try await GatewayFixture.run { fixture in
            let web = try await create(fixture, ["https://App.example/cb", "https://app.example:8443/cb"])
            #expect(web.sector == .host("app.example") && web.metadata.subjectsSince == nil)
            for uris in [["com.example.app:/cb"], ["http://localhost:3000/cb"], ["http://127.0.0.1/cb", "com.example.app:/cb"]] {
                let app = try await create(fixture, ListChange(uris))
                #expect(app.sector == .client(app.id))
            }
            #expect(fixture.client.sector == nil)
            try await expectRefused(.subjectType) { try await create(fixture, ["https://app.example/cb", "https://other.example/cb"]) }
            try await expectRefused(.subjectType) { try await create(fixture, ["https://app.example/cb", "http://localhost/cb"]) }
            try await expectRefused(.subjectType) {
                try await update(web, fixture) { $0.redirectURIs = ListChange(added: ["https://other.example/"]) }
            }
        }
    }

    @Test("case 202: the document of a sector must be there, and name every redirect URI, also those that are added later")
    func documents() async throws {
        try await GatewayFixture.run { fixture in
            let uris: ListChange = ["https://app.example/cb", "https://other.example/cb"]
            func bySector(_ settings: inout ClientSettings) { settings.subjects.sectorIdentifierURI = .set(Self.sector) }
            await #expect(throws: AdministrationError.self) { try await create(fixture, uris, bySector) }
            for document in ["{}", #"["https://app.example/cb"]"#] {
                fixture.clock.publish(Array(document.utf8), at: Self.sector)
                try await expectRefused(.sectorIdentifierURI) { try await create(fixture, uris, bySector) }
            }
            fixture.clock.publish(Array(#"["https://other.example/cb","https://app.example/cb"]"#.utf8), at: Self.sector)
            let client = try await create(fixture, uris, bySector)
            #expect(client.sector == .host("example.com"))
            try await expectRefused(.sectorIdentifierURI) {
                try await update(client, fixture) { $0.redirectURIs = ListChange(added: ["https://third.example/cb"]) }
            }
            // What is not about redirect URIs reads nothing.
            fixture.clock.publish(nil, at: Self.sector)
            #expect(try await update(client, fixture) { $0.name = "Other" }.sector == .host("example.com"))
            try await expectRefused(.subjectType) { try await update(client, fixture) { $0.subjects.sectorIdentifierURI = .remove } }
            let plain = try await update(client, fixture) { $0.subjects.isPairwise = false }
            #expect(plain.sector == nil && plain.metadata.sectorIdentifierURI == nil)
            #expect(plain.metadata.subjectsSince == Int(fixture.clock.now.timeIntervalSince1970))
            try await expectRefused(.sectorIdentifierURI) { try await update(client, fixture, bySector) }
            for uri in ["http://example.com/apps.json", "https://example.com/apps.json#f", "apps"] {
                try await expectRefused(.sectorIdentifierURI) { try await create(fixture, uris) { $0.subjects.sectorIdentifierURI = .set(uri) } }
            }
        }
    }
}
