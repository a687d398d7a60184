import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import GatewayServer

/// A server with a console for the group `staff` of its pool, and how somebody gets there.
struct ConsoleStage: Sendable {
    static let group = "staff"

    let server: TestServer

    static func run(
        acr: String? = nil, certificateEndsIn seconds: TimeInterval? = nil,
        _ configure: (inout GatewayFixture.Options) -> Void = { _ in }, _ body: @Sendable (ConsoleStage) async throws -> Void
    ) async throws {
        try await TestServer.run(
            configure, console: { ConsoleSettings(pool: $0.pool.id, group: group, acr: acr) },
            certificateEnd: { fixture in seconds.map { fixture.clock.now.addingTimeInterval($0) } },
            { server in try await body(ConsoleStage(server: server)) })
    }

    var pool: String { "/console/" + server.fixture.pool.id.text }

    static func attributes(groups: [String], email: String = "alice@example.com") -> [FakeResponse.Attribute] {
        var attribute = FakeResponse.Attribute("groups")
        attribute.values = groups
        return [.init("urn:oid:0.9.2342.19200300.100.1.3", email), .init("displayName", "Alice Example")] + (groups.isEmpty ? [] : [attribute])
    }

    /// From the console by the provider back to it: what is answered where the sign-in comes back to.
    func signIn(
        _ browser: Browser, to page: String = "/console", groups: [String] = [group], nameID: String = "alice@example.com",
        attributes: [FakeResponse.Attribute]? = nil, configure: (inout FakeResponse) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let away = try await browser.get(page)
        #expect(away.status == 303, "\(away.status) \(away.body)", sourceLocation: sourceLocation)
        return try await goOn(
            browser, to: try #require(away.location, sourceLocation: sourceLocation), groups: groups, nameID: nameID, attributes: attributes,
            configure: configure)
    }

    func goOn(
        _ browser: Browser, to authorize: String, groups: [String] = [group], nameID: String = "alice@example.com",
        attributes: [FakeResponse.Attribute]? = nil, configure: (inout FakeResponse) -> Void = { _ in }
    ) async throws -> Answer {
        let location = try #require(try await browser.get(authorize).location)
        let request = try server.fixture.identityProvider.request(inRedirect: location).request
        let done = try await browser.answer(
            request, nameID: nameID, attributes: attributes ?? Self.attributes(groups: groups, email: nameID), configure: configure)
        return try await browser.get(try #require(done.location, "\(done.status)"))
    }

    /// A SAML provider as the fixture's is, with the entity ID `https://spare.example`.
    func addProvider(_ name: String, to pool: UserPool.ID? = nil) async throws -> IdentityProvider.Name {
        let fixture = server.fixture
        var provider = try #require(try await fixture.stores.providers.find(fixture.provider, in: fixture.pool.id))
        guard case .saml(var connection) = provider.kind else { throw Missing() }
        connection.entityID = "https://spare.example"
        connection.metadata = connection.metadata.replacing(
            try #require(connection.metadata.firstMatch(of: /entityID="([^"]+)"/)).1, with: connection.entityID)
        provider = IdentityProvider(
            poolID: pool ?? provider.poolID, name: IdentityProvider.Name(name)!, kind: .saml(connection), attributeMapping: provider.attributeMapping,
            domains: [], createdAt: provider.createdAt, updatedAt: provider.updatedAt)
        try await fixture.stores.providers.insert(provider)
        return provider.name
    }

    private struct Missing: Error {}

    /// The admin of a browser, as the form of an act lets them in.
    func administrator(_ browser: Browser) async throws -> ConsoleAdministrator {
        let cookies = browser.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        let access = try #require(server.gateway.console).access
        return try await access.administrator(server.gateway.cookies.read([.cookie: cookies], pool: server.fixture.pool.id))
    }

    /// Somebody who may see it.
    func admin(sourceLocation: SourceLocation = #_sourceLocation) async throws -> Browser {
        let browser = Browser(server)
        let back = try await signIn(browser, sourceLocation: sourceLocation)
        #expect(back.status == 303 && back.location == "/console", "\(back.body)", sourceLocation: sourceLocation)
        return browser
    }

    /// Refused with that code: on the page and in the log, and nothing is shown.
    func expectRefused(_ answer: Answer, _ status: Int, _ code: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(answer.status == status && answer.body.contains(code), "\(answer.status) \(answer.body)", sourceLocation: sourceLocation)
        let line = server.log.lines.last { $0.metadata["code"] == code }
        #expect(line?.metadata["remedy"]?.isEmpty == false, sourceLocation: sourceLocation)
        #expect(answer.body.contains(line?.metadata["reference"] ?? "-"), sourceLocation: sourceLocation)
        #expect(!answer.body.contains("<nav"), sourceLocation: sourceLocation)
    }

    /// Sent to sign in at the pool of the console, and nothing is shown.
    func expectSentToSignIn(_ answer: Answer, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(answer.status == 303 && answer.body.isEmpty, "\(answer.body)", sourceLocation: sourceLocation)
        #expect(answer.location?.hasPrefix(server.fixture.issuer + "/oauth2/authorize?") == true, sourceLocation: sourceLocation)
        #expect(answer.parameter("client_id") == "countersign-console", sourceLocation: sourceLocation)
    }
}
