import Administration
import Foundation
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("client create --require-group: who may use an app")
struct RequiredGroupTests {
    private static func attributes(groups: [String]) -> [FakeResponse.Attribute] {
        var attribute = FakeResponse.Attribute("groups")
        attribute.values = groups
        return FakeResponse.usualAttributes.filter { $0.name != "groups" } + (groups.isEmpty ? [] : [attribute])
    }

    private func signIn(_ browser: Browser, groups: [String], _ changes: [String: String?] = [:]) async throws -> Answer {
        try await browser.answer(try await browser.begin(browser.server.app, changes), attributes: Self.attributes(groups: groups))
    }

    private func expectDenied(_ answer: Answer, by server: TestServer, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(answer.parameters("error") == ["access_denied"], "\(answer.location ?? answer.body)", sourceLocation: sourceLocation)
        #expect(answer.parameters("state") == [server.app.state] && answer.parameter("code") == nil, sourceLocation: sourceLocation)
        #expect(answer.parameters("iss") == [server.fixture.issuer], sourceLocation: sourceLocation)
        #expect(answer.location?.hasPrefix(server.app.redirectURI + "?") == true, sourceLocation: sourceLocation)
    }

    @Test("who is in one of the groups gets a code; who is in none, or in one whose name is spelled otherwise, access_denied at the app, and no code")
    func signIn() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.requiredGroups = ["orders", "caf\u{E9}"] } }) { server in
            for groups in [["orders"], ["x", "caf\u{E9}"], ["orders", "y"]] {
                let answer = try await signIn(Browser(server), groups: groups)
                #expect(answer.parameter("code") != nil && answer.parameter("error") == nil, "\(groups)")
            }
            for groups in [[], ["staff"], ["Orders"], ["orders "], ["cafe\u{301}"]] {
                let before = try await server.fixture.contents().codes
                expectDenied(try await signIn(Browser(server), groups: groups), by: server)
                #expect(try await server.fixture.contents().codes == before)
                let line = try #require(server.log.lines.last { $0.metadata["code"] == "sign_in.not_admitted" })
                let reference = try #require(line.metadata["reference"])
                #expect(line.metadata["expected"] == "one of: orders, caf\u{E9}" && line.metadata["client_id"] == server.app.clientID)
                #expect(line.metadata["provider"] == "corp" && line.metadata["remedy"]?.isEmpty == false)
                #expect(reference.count == 12 && server.log.lines.count { $0.metadata["reference"] == reference } == 1)
            }
        }
    }

    @Test("a session is the person's, and no way around the groups: with prompt=none access_denied, else the provider is asked whether they changed")
    func session() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.requiredGroups = ["orders"] } }) { server in
            let browser = Browser(server)
            expectDenied(try await signIn(browser, groups: ["staff"]), by: server)
            #expect(browser.sessionCookie != nil)
            // Another app of the pool takes it.
            let other = try await server.addApp("Other", redirectURI: "https://other.example/cb")
            #expect(try await browser.get(other.authorizeURL(server)).parameter("code") != nil)
            expectDenied(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])), by: server)
            #expect(try await signIn(browser, groups: ["orders"]).parameter("code") != nil)
            // From now on the session will do.
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
        }
    }

    @Test("at redemption and at each refresh it is looked at again: invalid_grant, nothing is used up by a refusal, and it is good again afterwards")
    func refresh() async throws {
        try await TestServer.run { server in
            let answer = try await server.app.redeem(
                try #require(try await signIn(Browser(server), groups: ["orders"]).parameter("code")), at: server)
            let refresh = try #require(answer.json["refresh_token"]?.string)
            let waiting = try #require(try await signIn(Browser(server), groups: ["orders"]).parameter("code"))
            try await server.fixture.updateClient { $0.requiredGroups = ["managers"] }
            try await server.expectError("invalid_grant") { try await server.app.redeem(waiting, at: server) }
            for _ in 1...2 { try await server.expectError("invalid_grant") { try await server.app.refresh(refresh, at: server) } }
            #expect(try await server.app.introspect(refresh, at: server).json["active"] == false)
            try await server.fixture.updateClient { $0.requiredGroups = ListChange(added: ["orders"]) }
            #expect(try await server.app.refresh(refresh, at: server).status == 200)
        }
    }
}
