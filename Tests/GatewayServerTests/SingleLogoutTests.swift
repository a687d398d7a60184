import Administration
import Foundation
import Gateway
import HTTPTypes
import TestSupport
import Testing
import UserPools
import WireFormats
import XMLSecurity

@testable import SAML

@Suite("Single logout with a SAML provider, both ways (SAML Profiles §4.4, THREATS S39, case 73)")
struct SingleLogoutTests {
    private static let location = "https://idp.example/saml/slo"
    private static let bindings = [Binding.httpRedirect, .httpPOST]

    private static func identityProvider(_ binding: Binding? = nil, responses: String? = nil) -> FakeIdentityProvider {
        var identityProvider = FakeIdentityProvider()
        identityProvider.singleLogoutLocation = location
        identityProvider.singleLogoutResponseLocation = responses
        if let binding { identityProvider.singleLogoutBindings = [binding] }
        return identityProvider
    }

    /// A server whose provider takes part in single logout, and somebody who is signed in there.
    private static func run(
        _ identityProvider: FakeIdentityProvider = identityProvider(),
        _ body: @Sendable (TestServer, Browser, _ hint: String, _ refreshToken: String) async throws -> Void
    ) async throws {
        try await TestServer.run({ options in options.providerSettings = { $0.metadata = .document(identityProvider.metadata()) } }) { server in
            let browser = Browser(server)
            let tokens = try await server.app.redeem(try await browser.signIn(server.app), at: server).json
            let (hint, refresh) = (try #require(tokens["id_token"]?.string), try #require(tokens["refresh_token"]?.string))
            try await body(server, browser, hint, refresh)
        }
    }

    private static func service(_ server: TestServer) -> String { server.fixture.issuer + "/saml2/logout" }

    private static func logoutURL(_ server: TestServer, _ hint: String) -> String {
        FormCoding.append(
            [("id_token_hint", hint), ("post_logout_redirect_uri", GatewayFixture.logoutURI), ("state", "s 1")],
            to: server.fixture.issuer + "/logout")
    }

    /// What our answer takes to the provider, its signature verified by both judges.
    private static func message(in answer: Answer, at location: String = location, named name: String) throws -> ReceivedMessage {
        let message: ReceivedMessage
        if let url = answer.location {
            #expect(url.hasPrefix(location + "?"))
            message = try ReceivedMessage(query: String(url.dropFirst(location.count + 1)))
        } else {
            let page = PageForm(answer.body)
            #expect(page.action == location)
            message = try ReceivedMessage(form: page.fields)
        }
        let key = try TrustedKey(certificateDER: FakeIdentityProvider.Key.second.certificateDER)
        _ = try MessageVerifier(keys: [key], policy: .strict, judges: .bothAlways).verify(message, named: .samlp(name))
        return message
    }

    private static func deliver(_ message: BrowserMessage, by browser: Browser) async throws -> Answer {
        switch message {
        case .redirect(let url): try await browser.get(url)
        case .form(let action, let fields): try await browser.post(action, fields.map { ($0.name, $0.value) }, fromAnotherSite: true)
        }
    }

    private static func expectOver(_ server: TestServer, _ browser: Browser, _ refresh: String) async throws {
        #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("error") == "login_required")
        #expect(try await server.app.refresh(refresh, at: server).json["error"]?.string == "invalid_grant")
    }

    private static func expectAlive(_ server: TestServer, _ browser: Browser) async throws {
        #expect(try await browser.get(server.app.authorizeURL(server, ["prompt": "none"])).parameter("code") != nil)
    }

    private static func record(_ server: TestServer) async throws -> LogoutRecord {
        let reference = try #require(server.log.lines.last { $0.message == "signed out" }?.metadata["reference"])
        let id = try #require(LogoutRecord.Reference(reference))
        return try #require(try await server.fixture.stores.logouts.find(id, in: server.fixture.pool.id))
    }

    @Test("a sign-out goes on to the provider by a signed request, and with its answer to the app", arguments: bindings, bindings)
    func upstream(_ binding: Binding, _ back: Binding) async throws {
        let identityProvider = Self.identityProvider(binding)
        try await Self.run(identityProvider) { server, browser, hint, refresh in
            let answer = try await browser.get(Self.logoutURL(server, hint))
            let message = try Self.message(in: answer, named: "LogoutRequest")
            // Whatever comes of it, here it is over.
            try await Self.expectOver(server, browser, refresh)
            #expect(try await Self.record(server).parties.map(\.result) == [.ended, .asked])
            let request = try LogoutRequest(parsing: message.bytes)
            #expect(request.nameID == NameID(value: "alice@example.com", format: NameIDFormat.emailAddress))
            #expect(request.sessionIndexes.count == 1 && request.destination == Self.location && request.issuer == server.fixture.entityID)
            #expect(request.notOnOrAfter == server.fixture.clock.now.addingTimeInterval(300))
            let response = try identityProvider.answer(
                request, at: Self.service(server), by: back, relayState: message.relayState, now: server.fixture.clock.now)
            let done = try await Self.deliver(response, by: browser)
            #expect(done.status == 303 && done.location == GatewayFixture.logoutURI + "?state=s%201")
            let record = try await Self.record(server)
            #expect(record.parties.map(\.result) == [.ended, .signedOut] && record.parties[1].name == "corp")
            #expect(record.initiator == .app(server.fixture.client.id) && record.userID != nil)
            // Once more, as by the back button: nothing changes.
            #expect(try await Self.deliver(response, by: browser).location == GatewayFixture.logoutURI + "?state=s%201")
            #expect(try await Self.record(server) == record)
        }
    }

    @Test("an answer that says no, says in part, or cannot be believed: the page says so, with the reference, and leads back to the app")
    func partly() async throws {
        let identityProvider = Self.identityProvider()
        for (status, key, result) in [
            (Status.partlyLoggedOut, FakeIdentityProvider.Key.first, LogoutRecord.Party.Result.partial), (.logoutFailed, .first, .failed),
            (.loggedOut, .second, .answerRefused),
        ] {
            try await Self.run(identityProvider) { server, browser, hint, refresh in
                let message = try Self.message(in: try await browser.get(Self.logoutURL(server, hint)), named: "LogoutRequest")
                let response = try identityProvider.answer(
                    try LogoutRequest(parsing: message.bytes), at: Self.service(server), status: status, key: key, now: server.fixture.clock.now)
                let page = try await Self.deliver(response, by: browser)
                let record = try await Self.record(server)
                #expect(page.status == 200 && page.body.contains("You are signed out here only") && page.body.contains(record.reference.text))
                #expect(page.body.contains("href=\"\(GatewayFixture.logoutURI)?state=s%201\""))
                #expect(record.parties.map(\.result) == [.ended, result])
                #expect(record.parties[1].detail == (result == .answerRefused ? "saml.signature_invalid" : nil))
                try await Self.expectOver(server, browser, refresh)
            }
        }
    }

    @Test("apps with frames have them on the way to the provider, or on the way back to it where it began", arguments: bindings)
    func frames(_ binding: Binding) async throws {
        let (uri, refresh) = ("https://app.example/frontchannel", HTTPField.Name("Refresh")!)
        for beginsThere in [false, true] {
            try await Self.run(Self.identityProvider(binding)) { server, browser, hint, _ in
                try await server.fixture.updateClient { $0.logout.frontchannelURI = .set(uri) }
                let request = try server.fixture.identityProvider.logout(at: Self.service(server), now: server.fixture.clock.now).sent()
                let answer = try await beginsThere ? Self.deliver(request, by: Browser(server)) : browser.get(Self.logoutURL(server, hint))
                #expect(answer.status == 200 && answer.body.contains("<iframe src=\"\(uri)?"), "\(beginsThere)")
                #expect(answer.headers[.contentSecurityPolicy]?.contains("frame-src https://app.example; ") == true)
                if binding == .httpRedirect {
                    #expect(answer.headers[refresh]?.hasPrefix("3; url=" + Self.location + "?SAML") == true)
                } else {
                    #expect(PageForm(answer.body).action == Self.location)
                }
            }
        }
    }

    @Test("an answer to a logout that nobody began, and to that of another pool's")
    func unknownAnswer() async throws {
        let identityProvider = Self.identityProvider()
        try await Self.run(identityProvider) { server, browser, _, _ in
            let request = LogoutRequest(
                id: "_somebody-elses-request", issueInstant: server.fixture.clock.now, destination: nil, issuer: "", notOnOrAfter: nil,
                nameID: NameID(value: "alice"), sessionIndexes: [])
            let response = try identityProvider.answer(request, at: Self.service(server), now: server.fixture.clock.now)
            let answer = try await Self.deliver(response, by: browser)
            #expect(answer.status == 400 && answer.body.contains("The sign-out did not work"))
            #expect(server.log.lines.last { $0.metadata["code"] == "sign_out.unknown_request" } != nil)
            try await Self.expectAlive(server, browser)
        }
    }

    @Test("where the button of our page was pressed, the browser sets out anew: no policy of ours holds the provider's redirects")
    func confirmed() async throws {
        try await Self.run { server, browser, _, refresh in
            let answer = try await browser.post(
                server.fixture.issuer + "/logout", [("confirm", "yes")], headers: [.origin: GatewayFixture.publicURL])
            #expect(answer.status == 200 && answer.location == nil)
            let refresh1 = try #require(answer.headers[HTTPField.Name("Refresh")!])
            #expect(refresh1.hasPrefix("0; url=" + Self.location + "?SAMLRequest="))
            try await Self.expectOver(server, browser, refresh)
            #expect(try await Self.record(server).initiator == .person)
        }
    }

    @Test("by a form of another site the browser goes on to the provider as well; who has only the hint learns nothing of the person")
    func withoutCookie() async throws {
        try await Self.run { server, browser, hint, refresh in
            let form = [(name: "id_token_hint", value: hint), (name: "post_logout_redirect_uri", value: GatewayFixture.logoutURI)]
            let sent = try await browser.post(server.fixture.issuer + "/logout", form, fromAnotherSite: true)
            #expect(sent.status == 303)
            let answer = try await browser.get(try #require(sent.location))
            // The page of the form may have a policy that ends the way here.
            #expect(answer.status == 200)
            #expect(answer.headers[HTTPField.Name("Refresh")!]?.hasPrefix("0; url=" + Self.location + "?SAMLRequest=") == true)
            try await Self.expectOver(server, browser, refresh)
        }
        try await Self.run { server, browser, hint, refresh in
            let answer = try await Browser(server).get(Self.logoutURL(server, hint))
            #expect(answer.location == GatewayFixture.logoutURI + "?state=s%201" && !answer.body.contains("SAMLRequest"))
            try await Self.expectOver(server, browser, refresh)
        }
    }

    @Test("who has no address for it, or is switched off, is not asked: signed out as ever")
    func notAsked() async throws {
        try await Self.run(FakeIdentityProvider()) { server, browser, hint, refresh in
            #expect(try await browser.get(Self.logoutURL(server, hint)).location == GatewayFixture.logoutURI + "?state=s%201")
            try await Self.expectOver(server, browser, refresh)
            #expect(try await Self.record(server).parties[1].detail == "no_logout_service")
        }
        try await Self.run { server, browser, hint, refresh in
            try await server.fixture.updateProvider { $0.singleLogout = false }
            #expect(try await browser.get(Self.logoutURL(server, hint)).location == GatewayFixture.logoutURI + "?state=s%201")
            #expect(try await Self.record(server).parties[1].detail == "switched_off")
            let request = try server.fixture.identityProvider.logout(at: Self.service(server), now: server.fixture.clock.now).sent()
            #expect(try await Self.deliver(request, by: browser).status == 400)
            #expect(server.log.lines.last { $0.metadata["code"] == "sign_out.switched_off" } != nil)
        }
    }

    @Test("a provider's request ends the session and its tokens, and is answered by its binding at its address for answers", arguments: bindings)
    func fromProvider(_ binding: Binding) async throws {
        let responses = "https://idp.example/saml/slo-answers"
        try await Self.run(Self.identityProvider(responses: responses)) { server, browser, _, refresh in
            let request = server.fixture.identityProvider.logout(at: Self.service(server), now: server.fixture.clock.now) {
                ($0.binding, $0.relayState) = (binding, "their state/1")
            }
            // Nobody's cookie counts: the browser may be any.
            let answer = try await Self.deliver(try request.sent(), by: Browser(server))
            let message = try Self.message(in: answer, at: responses, named: "LogoutResponse")
            let response = try LogoutResponse(parsing: message.bytes)
            #expect(message.binding == binding && message.relayState == "their state/1")
            #expect(response.inResponseTo == request.id && response.status == .loggedOut && response.destination == responses)
            try await Self.expectOver(server, browser, refresh)
            let record = try await Self.record(server)
            #expect(record.initiator == .provider(server.fixture.provider) && record.userID != nil)
            #expect(record.parties.map(\.result) == [.ended, .answered])
        }
    }

    @Test("case 73: unsigned, expired, another's, replayed, another provider's session: refused, or ends nothing of anybody", arguments: bindings)
    func refused(_ binding: Binding) async throws {
        let other = FakeIdentityProvider(entityID: "https://other.example/metadata", key: .curve)
        try await Self.run { server, browser, _, _ in
            try await server.fixture.addProvider("other", other)
            let now = server.fixture.clock.now
            func code(_ message: BrowserMessage) async throws -> String? {
                let answer = try await Self.deliver(message, by: Browser(server))
                guard answer.status != 200 || binding == .httpPOST, answer.status == 400 else { return nil }
                #expect(answer.body.contains("The sign-out did not work"))
                return server.log.lines.last { $0.message == "single logout refused" }?.metadata["code"]
            }
            func request(
                _ identityProvider: FakeIdentityProvider? = nil, _ configure: (inout FakeIdentityProvider.Logout) -> Void = { _ in }
            ) throws -> BrowserMessage {
                try (identityProvider ?? server.fixture.identityProvider).logout(at: Self.service(server), now: now) {
                    $0.binding = binding
                    configure(&$0)
                }.sent()
            }
            #expect(try await code(try request { $0.key = .second }) == "saml.signature_invalid")
            #expect(try await code(try request { $0.notOnOrAfter = now.addingTimeInterval(-61) }) == "saml.expired")
            #expect(
                try await code(try request { $0.beforeSigning = { $0.replacing("/saml2/logout\"", with: "/saml2/logout/\"") } }) == "saml.destination"
            )
            #expect(try await code(try request(other) { $0.issuer = "https://stranger.example" }) == "sign_out.unknown_provider")
            // Signed by whom it says, who has no say here.
            #expect(try await code(try request(other) { $0.issuer = server.fixture.identityProvider.entityID }) == "saml.signature_invalid")
            #expect(try await code(try request(other)) == nil)
            #expect(try await code(try request { ($0.id, $0.sessionIndexes) = ("_guess", ["not-this-one"]) }) == nil)
            try await Self.expectAlive(server, browser)
            #expect(try await code(try request { $0.nameID = NameID(value: "bob@example.com", format: NameIDFormat.emailAddress) }) == nil)
            // By now the ID of the usual request is taken.
            #expect(try await code(try request()) == "saml.replay")
            try await Self.expectAlive(server, browser)
        }
    }

    @Test("our metadata says where, by both bindings, where a key can sign")
    func metadata() async throws {
        try await Self.run { server, _, _, _ in
            let metadata = try await server.get(server.fixture.entityID).body
            for binding in Self.bindings {
                #expect(metadata.contains("<md:SingleLogoutService Binding=\"\(binding.uri)\" Location=\"\(Self.service(server))\"/>"))
            }
        }
    }
}

/// The form of a page that posts itself.
/// The only form of a page, but for its buttons.
struct PageForm {
    let action: String?
    let fields: [(name: String, value: String)]

    init(_ html: String) {
        func plain(_ text: Substring) -> String {
            String(text).replacing("&#43;", with: "+").replacing("&amp;", with: "&").replacing("&quot;", with: "\"")
        }
        action = html.firstMatch(of: #/<form method="post" action="([^"]*)"/#).map { plain($0.output.1) }
        let html = html.replacing(#/<button [^>]*>/#, with: "")
        fields = html.matches(of: #/name="([^"]*)" value="([^"]*)"/#).map { (plain($0.output.1), plain($0.output.2)) }
    }
}
