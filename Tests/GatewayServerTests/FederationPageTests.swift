import Foundation
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import GatewayServer
@testable import SAML

/// From the sign-in page to a member of a federation and back, over HTTP.
@Suite("A person looks for their organisation in a federation")
struct FederationPageTests {
    private static let member: FakeIdentityProvider = {
        var member = FakeIdentityProvider.member("one.example.edu")
        member.singleLogoutLocation = "https://one.example.edu/slo"
        return member
    }()
    private static let other: FakeIdentityProvider = {
        var member = FakeIdentityProvider.member("other.example.edu", key: .second)
        member.singleLogoutLocation = "https://other.example.edu/slo"
        return member
    }()

    private static func run(_ body: @Sendable (TestServer, Browser) async throws -> Void) async throws {
        try await TestServer.run { server in
            var twin = Self.other.asMember(scopes: [])
            twin.displayNames = ["en": "University of Zurich", "de": "Universität Zürich"]
            var first = Self.member.asMember(scopes: [])
            first.displayNames = twin.displayNames
            var lookalike = FakeIdentityProvider.member("zurlch.example.net", key: .curve).asMember(scopes: [])
            lookalike.displayNames = ["en": "University of Zurich\u{200B}"]
            try await server.fixture.addFederation([first, twin, lookalike])
            try await body(server, Browser(server))
        }
    }

    private static func links(_ answer: Answer) -> [String] {
        answer.body.matches(of: /href="(\?[^"]*)"/).map { String($0.1).replacing("&amp;", with: "&") }
    }

    private static func follow(_ link: String, _ browser: Browser, _ server: TestServer) async throws -> Answer {
        try await browser.get(server.fixture.issuer + "/oauth2/authorize" + link)
    }

    @Test("from the button to the search, to the member, to the app; and the next time the member stands first")
    func wholeWay() async throws {
        try await Self.run { server, browser in
            let choice = try await browser.get(server.app.authorizeURL(server))
            #expect(choice.body.contains("Continue with Research &amp; Education"))
            let link = try #require(Self.links(choice).first { $0.contains("identity_provider=edu") })
            let search = try await Self.follow(link, browser, server)
            server.expectPage(search)
            #expect(search.body.contains("role=\"search\"") && search.body.contains("Research &amp; Education"))
            #expect(Self.links(search) == [])

            let form = try ShownChoice(search).searchForm ?? []
            #expect(form.contains { $0.name == "identity_provider" && $0.value == "edu" })
            let typed = form.filter { $0.name != "search" } + [("search", "zürich univ")]
            let found = try await browser.get(FormCoding.append(typed, to: server.fixture.issuer + "/oauth2/authorize"))
            server.expectPage(found)
            // Whoever has a name, or one that looks like it, is told apart by where they are; no picture comes from elsewhere.
            for host in ["one.example.edu", "other.example.edu", "zurlch.example.net"] {
                #expect(found.body.contains("<bdi class=\"where hint\">\(host)</bdi>"), "\(host)")
            }
            #expect(!found.body.contains("<img"))
            let german = try await browser.get(
                FormCoding.append(typed.filter { $0.name != "ui_locales" } + [("ui_locales", "de")], to: server.fixture.issuer + "/oauth2/authorize"))
            #expect(german.body.contains("Universität Zürich") && german.body.contains("one.example.edu</bdi>"))
            let nothing = try await browser.get(
                FormCoding.append(form.filter { $0.name != "search" } + [("search", "<b>")], to: server.fixture.issuer + "/oauth2/authorize"))
            #expect(!nothing.body.contains("<b>"))
            let none = try await browser.get(
                FormCoding.append(form.filter { $0.name != "search" } + [("search", "nowhere")], to: server.fixture.issuer + "/oauth2/authorize"))
            #expect(none.body.contains("role=\"alert\"") && none.body.contains("Nothing was found"))

            let chosen = try #require(Self.links(found).first { $0.contains("one.example.edu") })
            let sent = try await Self.follow(chosen, browser, server)
            #expect(sent.status == 302 && sent.location?.hasPrefix("https://one.example.edu/sso?SAMLRequest=") == true)
            let request = try Self.member.request(inRedirect: try #require(sent.location)).request
            let answered = try await browser.answer(request, nameID: "alice", by: Self.member)
            #expect(answered.parameter("code") != nil && answered.parameters("state") == [server.app.state])
            #expect(try await server.fixture.users().map(\.username) == ["edu_https://one.example.edu/idp!alice"])

            let again = try await browser.get(server.app.authorizeURL(server, ["prompt": "select_account", "identity_provider": "edu"]))
            #expect(again.body.contains("You chose this last time") && Self.links(again).count == 1)
            #expect(Self.links(again)[0].contains("entityID=https%3A%2F%2Fone.example.edu%2Fidp"))
        }
    }

    @Test("a refused answer names the member in the log, and the app is told nothing of it")
    func refused() async throws {
        try await Self.run { server, browser in
            let entityID = Self.member.entityID
            let sent = try await browser.get(server.app.authorizeURL(server, ["identity_provider": "edu", "entityID": entityID]))
            let request = try Self.member.request(inRedirect: try #require(sent.location)).request
            let answer = try await browser.answer(request, by: Self.other)
            #expect(answer.parameter("error") == "server_error")
            let line = try #require(server.log.lines.last { $0.message.contains("refused") })
            #expect(line.metadata["member"] == entityID && line.metadata["provider"] == "edu")
        }
    }

    @Test("single logout: the member that signed somebody in is asked, and only its word ends that session")
    func logout() async throws {
        try await Self.run { server, browser in
            let service = server.fixture.issuer + "/saml2/logout"
            func signIn() async throws -> String {
                let changes = ["identity_provider": "edu", "entityID": Self.member.entityID, "prompt": "login"]
                let sent = try await browser.get(server.app.authorizeURL(server, changes))
                let request = try Self.member.request(inRedirect: try #require(sent.location)).request
                let code = try #require(try await browser.answer(request, nameID: "alice", by: Self.member).parameter("code"))
                return try #require(try await server.app.redeem(code, at: server).json["id_token"]?.string)
            }
            func isAlive() async throws -> Bool {
                try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil
            }
            func request(_ member: FakeIdentityProvider) throws -> BrowserMessage {
                try member.logout(at: service, now: server.fixture.clock.now) {
                    $0.nameID = NameID(value: "alice", format: NameIDFormat.emailAddress)
                }.sent()
            }
            _ = try await signIn()
            for (member, alive) in [(Self.other, true), (Self.member, false)] {
                guard case .redirect(let url) = try request(member) else { throw Failure() }
                #expect(try await browser.get(url).location?.hasPrefix(member.singleLogoutLocation! + "?SAMLResponse=") == true)
                #expect(try await isAlive() == alive)
            }
            let hint = try await signIn()
            let sent = try await browser.get(FormCoding.append([("id_token_hint", hint)], to: server.fixture.issuer + "/logout"))
            #expect(sent.location?.hasPrefix("https://one.example.edu/slo?SAMLRequest=") == true)
            let query = try #require(sent.location?.split(separator: "?", maxSplits: 1).last)
            let message = try ReceivedMessage(query: String(query))
            let response = try Self.member.answer(
                try LogoutRequest(parsing: message.bytes), at: service, relayState: message.relayState, now: server.fixture.clock.now)
            guard case .redirect(let back) = response else { throw Failure() }
            #expect(try await browser.get(back).body.contains("You are signed out"))
        }
    }

    @Test("single logout: a member whose metadata ended ends nobody's session, and nobody is sent there")
    func logoutOfEnded() async throws {
        try await Self.run { server, browser in
            let (fixture, service) = (server.fixture, server.fixture.issuer + "/saml2/logout")
            let changes = ["identity_provider": "edu", "entityID": Self.member.entityID]
            let asked = try await browser.get(server.app.authorizeURL(server, changes))
            let request = try Self.member.request(inRedirect: try #require(asked.location)).request
            let code = try #require(try await browser.answer(request, nameID: "alice", by: Self.member).parameter("code"))
            let hint = try #require(try await server.app.redeem(code, at: server).json["id_token"]?.string)

            try await fixture.importMembers([Self.member.asMember(scopes: [], validUntil: fixture.clock.now)])
            let logout = try Self.member.logout(at: service, now: fixture.clock.now) {
                $0.nameID = NameID(value: "alice", format: NameIDFormat.emailAddress)
            }.sent()
            guard case .redirect(let url) = logout else { throw Failure() }
            let refused = try await browser.get(url)
            #expect(refused.status == 400 && refused.location == nil)
            #expect(try #require(server.log.lines.last { $0.metadata["code"] != nil }).metadata["code"] == "sign_out.member_expired")

            try await fixture.importMembers([Self.member.asMember(scopes: [])])
            #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
            try await fixture.importMembers([Self.member.asMember(scopes: [], validUntil: fixture.clock.now)])
            let out = try await browser.get(FormCoding.append([("id_token_hint", hint)], to: fixture.issuer + "/logout"))
            #expect(out.location == nil && out.body.contains("You are signed out"))
        }
    }

    private struct Failure: Error {}
}
