import Administration
import Foundation
import HTTPTypes
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@testable import Gateway

/// An app's host behind a proxy, and the browser that opens it.
struct ForwardedAppHost {
    let name: String
    let client: AppClient
    let server: TestServer
    /// The cookies of the app's host.
    let browser: Browser
    /// The same browser at the gateway.
    let gateway: Browser

    init(_ name: String, _ client: AppClient, _ server: TestServer, gateway: Browser? = nil) {
        (self.name, self.client, self.server) = (name, client, server)
        (browser, self.gateway) = (Browser(server), gateway ?? Browser(server))
    }

    var base: String { server.pool + "/forward-auth/" + client.id.text }

    /// What the proxy asks about a request for `path`.
    func ask(_ way: String = "", path: String = "/", _ headers: HTTPFields = [.accept: "text/html,*/*"]) async throws -> Answer {
        var headers = headers
        headers[HTTPField.Name("X-Forwarded-Host")!] = name
        headers[HTTPField.Name("X-Forwarded-Uri")!] = path
        return try await browser.get(base + way, headers: headers)
    }

    /// An address below `/_countersign/` of the host, brought by the proxy.
    func open(_ url: String) async throws -> Answer {
        let mark = "https://\(name)/_countersign/"
        #expect(url.hasPrefix(mark))
        return try await browser.get(
            base + "/" + url.dropFirst(mark.count), headers: [HTTPField.Name("X-Forwarded-Host")!: name, .accept: "text/html"])
    }

    /// To the address at the host where the sign-in comes back.
    func leave(for path: String = "/", groups: [String] = ["staff"]) async throws -> String {
        let sent = try #require(try await ask(path: path).location)
        let authorize = try #require(try await open(sent).location)
        let answer = try await gateway.get(authorize)
        if let location = answer.location, location.hasPrefix("https://\(name)/") { return location }
        let request = try server.fixture.identityProvider.request(inRedirect: try #require(answer.location, "\(answer.body)")).request
        var attribute = FakeResponse.Attribute("groups")
        attribute.values = groups
        let attributes = FakeResponse.usualAttributes.filter { $0.name != "groups" } + [attribute]
        return try #require(try await gateway.answer(request, attributes: attributes).location)
    }

    func signIn(for path: String = "/", groups: [String] = ["staff"]) async throws -> Answer {
        try await open(try await leave(for: path, groups: groups))
    }
}

extension Answer {
    fileprivate func header(_ name: String) -> String? { headers[HTTPField.Name(name)!] }
}

@Suite("forward authentication: apps behind a proxy")
struct ForwardAuthTests {
    private func run(_ hosts: String..., body: @Sendable @escaping (TestServer, AppClient) async throws -> Void) async throws {
        try await TestServer.run(isBehindProxy: true) { server in
            try await body(server, try await Self.client(hosts.isEmpty ? ["wiki.example.com"] : hosts, server))
        }
    }

    private static func client(_ hosts: [String], _ server: TestServer, groups: [String] = []) async throws -> AppClient {
        var settings = ClientSettings()
        settings.forwardedHosts = ListChange(hosts)
        settings.requiredGroups = ListChange(groups)
        settings.grantTypes = ["authorization_code"]
        return try await server.fixture.administration.perform(
            CreateClient(name: "Wiki", pool: server.fixture.pool.id.text, confidential: false, settings: settings)
        ).client
    }

    private func expectLogged(
        _ code: String, _ answer: Answer, _ status: Int, _ server: TestServer, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == status && answer.location == nil && answer.setCookies == [], sourceLocation: sourceLocation)
        #expect(server.log.lines.last { $0.metadata["code"] != nil }?.metadata["code"] == code, "\(server.log.text)", sourceLocation: sourceLocation)
    }

    @Test("a browser is sent to the sign-in and comes back to where it was going; then the app is told who it is, with a token that proves it")
    func wholeWay() async throws {
        try await run { server, client in
            #expect(client.redirectURIs == ["https://wiki.example.com/_countersign/callback"])
            let host = ForwardedAppHost("wiki.example.com", client, server)
            let sent = try await host.ask(path: "/page?a=1&b=%2F")
            #expect(sent.status == 302 && sent.setCookies == [])
            #expect(sent.location == "https://wiki.example.com/_countersign/start?return=%2Fpage%3Fa%3D1%26b%3D%252F")
            let arrived = try await host.signIn(for: "/page?a=1&b=%2F")
            #expect(arrived.status == 302 && arrived.location == "https://wiki.example.com/page?a=1&b=%2F")
            let cookie = try #require(arrived.setCookies.first)
            #expect(cookie.hasPrefix("__Host-countersign-forward=") && cookie.hasSuffix("; HttpOnly; Secure; SameSite=Lax"))
            #expect(cookie.contains("; Path=/; Max-Age=") && !cookie.contains("Domain"))

            for way in ["", "/verify", "/envoy/page"] {
                let answer = try await host.ask(way)
                #expect(answer.status == 200 && answer.body.isEmpty && answer.headers[.cacheControl] == "no-store")
                let user = try #require(try await server.fixture.users().first)
                #expect(answer.header("Remote-User") == user.username && answer.header("Remote-Sub") == user.id.text)
                #expect(answer.header("Remote-Email") == "alice@example.com" && answer.header("Remote-Groups") == "staff")
                let token = try await server.verifier(audience: "forward-auth:wiki.example.com").verify(
                    accessToken: try #require(answer.header("Remote-Token")), anyGroup: ["staff"])
                #expect(token.subject == user.id.text && token.username == user.username && token.clientID == client.id.text && token.scopes.isEmpty)
                #expect(token.claims.string("email") == "alice@example.com" && token.expiresAt == server.fixture.clock.now + 120)
            }
        }
    }

    @Test("who is not signed in: 401 to nginx and to scripts, a redirect for whoever looks at it")
    func unknown() async throws {
        try await run { server, client in
            let host = ForwardedAppHost("wiki.example.com", client, server)
            #expect(try await host.ask("/verify").status == 401)
            #expect(try await host.ask("", [.accept: "application/json"]).status == 401)
            #expect(try await host.ask("", [:]).status == 401)
            let method = HTTPField.Name("X-Forwarded-Method")!, mode = HTTPField.Name("Sec-Fetch-Mode")!
            #expect(try await host.ask("", [.accept: "text/html", method: "POST"]).status == 401)
            #expect(try await host.ask("", [.accept: "text/html", mode: "cors"]).status == 401)
            #expect(try await host.ask("", [.accept: "*/*", mode: "navigate", method: "GET"]).status == 302)
            // Envoy asks by the method and the path of the request itself, and with its host.
            let answer = try await server.send(
                .get, host.base + "/envoy/a/b?c=1", headers: [.accept: "text/html", HTTPField.Name("X-Forwarded-Host")!: "Wiki.example.com"])
            #expect(answer.location == "https://wiki.example.com/_countersign/start?return=%2Fa%2Fb%3Fc%3D1")
            for verb in [HTTPRequest.Method.post, .options, .put, .delete, .patch] {
                let answer = try await server.send(verb, host.base + "/envoy/a", headers: [HTTPField.Name("X-Forwarded-Host")!: "wiki.example.com"])
                #expect(answer.status == 401)
            }
        }
    }

    @Test("case 194: who is no trusted proxy learns nothing, and neither does one that asks about a host that is not the client's, or names two")
    func whoAsks() async throws {
        try await TestServer.run { server in
            let host = ForwardedAppHost("wiki.example.com", try await Self.client(["wiki.example.com"], server), server)
            for way in ["", "/verify", "/envoy/x", "/start", "/callback?code=a&state=b", "/sign-out"] {
                expectLogged("forward_auth.untrusted_proxy", try await host.ask(way), 403, server)
            }
        }
        try await run("wiki.example.com", "docs.example.com:8443") { server, client in
            let name = HTTPField.Name("X-Forwarded-Host")!
            for wrong in [
                "evil.example", "wiki.example.com.evil.example", "docs.example.com", "wiki.example.com:443", "wiki.example.com, evil.example",
                "wiki.example.com@evil.example", "", "wiki.example.com.",
            ] {
                let answer = try await server.get(server.pool + "/forward-auth/\(client.id.text)", headers: [name: wrong, .accept: "text/html"])
                expectLogged("forward_auth.host", answer, 403, server)
            }
            var twice: HTTPFields = [.accept: "text/html"]
            twice.append(HTTPField(name: name, value: "wiki.example.com"))
            twice.append(HTTPField(name: name, value: "wiki.example.com"))
            expectLogged("forward_auth.host", try await server.get(server.pool + "/forward-auth/\(client.id.text)", headers: twice), 403, server)
            // Without a word of the proxy it is the request's own host, which is ours.
            expectLogged("forward_auth.host", try await server.get(server.pool + "/forward-auth/\(client.id.text)"), 403, server)
            for wrong in ["nobody", server.fixture.client.id.text + "x"] {
                expectLogged(
                    "forward_auth.client", try await server.get(server.pool + "/forward-auth/\(wrong)", headers: [name: "wiki.example.com"]), 404,
                    server)
            }
            // A client without such hosts.
            let other = server.fixture.client.id.text
            expectLogged(
                "forward_auth.host", try await server.get(server.pool + "/forward-auth/\(other)", headers: [name: "wiki.example.com"]), 403, server)
            #expect(try await ForwardedAppHost("DOCS.example.com:8443", client, server).ask("/verify").status == 401)
        }
    }

    @Test(
        "case 195: no way back leads to another host: what stands behind the host is put behind it, and what is no path is its first page",
        arguments: [
            ("//evil.example/x", "//evil.example/x"), ("https://evil.example/", "/"), ("/\\evil.example", "/"), ("", "/"), ("evil", "/"),
            ("/_countersign/start?return=/", "/"), ("/a b", "/"), ("/a\u{E9}", "/"), ("@evil.example/", "/"), (".evil.example/", "/"),
            ("/" + String(repeating: "a", count: 2048), "/"), ("/" + String(repeating: "b", count: 2047), "/" + String(repeating: "b", count: 2047)),
            ("/ok?u=https://evil.example", "/ok?u=https://evil.example"),
        ])
    func wayBack(path: String, expected: String) async throws {
        #expect(ForwardAuth.path(path) == expected)
        try await run { server, client in
            let host = ForwardedAppHost("wiki.example.com", client, server)
            let start = FormCoding.append([("return", path)], to: "https://wiki.example.com/_countersign/start")
            let authorize = try #require(try await host.open(start).location)
            #expect(authorize.hasPrefix(server.fixture.issuer + "/oauth2/authorize?"))
            let request = try server.fixture.identityProvider.request(inRedirect: try #require(try await host.gateway.get(authorize).location))
                .request
            let back = try #require(try await host.gateway.answer(request).location)
            #expect(try await host.open(back).location == "https://wiki.example.com" + expected)
        }
    }

    @Test("case 195: a state that we did not write, of another host, client or time, or that comes with another browser's cookie, is none")
    func state() async throws {
        try await run("wiki.example.com", "docs.example.com") { server, client in
            let host = ForwardedAppHost("wiki.example.com", client, server)
            let back = try await host.leave(for: "/secret")
            let query = try #require(FormCoding.decode(String(back.split(separator: "?")[1])))
            func callback(_ host: ForwardedAppHost, _ change: (name: String, value: String?)) async throws -> Answer {
                let fields = query.compactMap { pair in pair.name == change.name ? change.value.map { (name: pair.name, value: $0) } : pair }
                return try await host.open(FormCoding.append(fields, to: "https://\(host.name)/_countersign/callback"))
            }
            let state = try #require(query.first { $0.name == "state" }?.value)
            for forged in [nil, "", "x", state + "A", String(state.reversed())] {
                expectLogged("forward_auth.state", try await callback(host, ("state", forged)), 400, server)
            }
            expectLogged("forward_auth.state", try await callback(host, ("iss", "https://evil.example")), 400, server)
            // Another host of the same client, with the same cookies even.
            let docs = ForwardedAppHost("docs.example.com", client, server)
            docs.browser.cookies = host.browser.cookies
            expectLogged("forward_auth.state", try await callback(docs, ("", nil)), 400, server)
            // Login CSRF: somebody else's browser, without a cookie, and with its own.
            let other = ForwardedAppHost("wiki.example.com", client, server)
            expectLogged("forward_auth.state", try await callback(other, ("", nil)), 400, server)
            _ = try await other.leave()
            expectLogged("forward_auth.state", try await callback(other, ("", nil)), 400, server)
        }
        try await run { server, client in
            let host = ForwardedAppHost("wiki.example.com", client, server)
            let back = try await host.leave()
            server.fixture.clock.advance(by: 601)
            expectLogged("forward_auth.state", try await host.open(back), 400, server)
        }
    }

    @Test("case 197: a code serves once; two tabs that sign in at once both arrive")
    func tabs() async throws {
        try await run { server, client in
            let host = ForwardedAppHost("wiki.example.com", client, server)
            let first = try await host.leave(for: "/1"), second = try await host.leave(for: "/2")
            #expect(try await host.open(first).location == "https://wiki.example.com/1")
            #expect(try await host.open(second).location == "https://wiki.example.com/2")
            expectLogged("forward_auth.state", try await host.open(second), 400, server)
        }
    }

    @Test("case 196: no name of a group passes for two, and no value of a person for a header of its own")
    func headers() async throws {
        #expect(ForwardedPerson.fit("a,admins", encodesCommas: true) == "a%2Cadmins")
        #expect(ForwardedPerson.fit("50%2C", encodesCommas: true) == "50%252C")
        #expect(ForwardedPerson.fit(" admins", encodesCommas: true) == "%20admins")
        #expect(ForwardedPerson.fit("x\r\nRemote-User: root\u{0}") == "x%0D%0ARemote-User: root%00")
        #expect(ForwardedPerson.fit("José, Maria 100%") == "José, Maria 100%")
        try await run { server, client in
            let host = ForwardedAppHost("wiki.example.com", client, server)
            _ = try await host.signIn(groups: ["staff,admins", "night"])
            let answer = try await host.ask("/verify", [HTTPField.Name("Remote-User")!: "root", HTTPField.Name("Remote-Groups")!: "admins"])
            #expect(answer.header("Remote-Groups") == "staff%2Cadmins,night")
            #expect(answer.header("Remote-User") != "root")
            // Every header is there, so that a proxy which copies them leaves none of the client's.
            for name in ["Remote-User", "Remote-Sub", "Remote-Email", "Remote-Email-Verified", "Remote-Name", "Remote-Groups", "Remote-Token"] {
                #expect(answer.header(name) != nil, "\(name)")
            }
        }
    }

    @Test("case 196: more groups than a header takes are left out, the last ones, in the token as well")
    func manyGroups() async throws {
        try await run { server, client in
            let host = ForwardedAppHost("wiki.example.com", client, server)
            let groups = (0..<300).map { "group-\($0)-with-a-long-name" }
            _ = try await host.signIn(groups: groups)
            let answer = try await host.ask("/verify")
            let shown = try #require(answer.header("Remote-Groups")).split(separator: ",").map(String.init)
            #expect((50..<300).contains(shown.count) && shown == Array(groups.prefix(shown.count)))
            let token = try await server.verifier(audience: "forward-auth:wiki.example.com").verify(
                accessToken: try #require(answer.header("Remote-Token")))
            #expect(token.groups == shown)
        }
    }

    @Test("rules of the client and of the host: who is in none of the groups is told so, and gets in when they are in one")
    func groups() async throws {
        try await run("wiki.example.com", "admin.example.com=admins", "admin.example.com=ops") { server, client in
            let browser = Browser(server)
            let wiki = ForwardedAppHost("wiki.example.com", client, server, gateway: browser),
                admin = ForwardedAppHost("admin.example.com", client, server, gateway: browser)
            _ = try await wiki.signIn(groups: ["staff"])
            // The second host of the same browser asks nobody for a password.
            _ = try await admin.signIn()
            #expect(try await wiki.ask("/verify").status == 200)
            let denied = try await admin.ask()
            #expect(denied.status == 403 && denied.header("Remote-User") == nil && denied.body.contains("may not use this app"))
            let other = ForwardedAppHost("admin.example.com", client, server)
            _ = try await other.signIn(groups: ["ops"])
            #expect(try await other.ask("/verify").status == 200)
        }
        try await TestServer.run(isBehindProxy: true) { server in
            let host = ForwardedAppHost("wiki.example.com", try await Self.client(["wiki.example.com"], server, groups: ["admins"]), server)
            expectLogged("forward_auth.denied", try await host.signIn(groups: ["staff"]), 403, server)
            #expect(try await host.ask("/verify").status == 401)
        }
    }

    @Test("case 197: within 5 seconds a session that ended, a user who was disabled, a group that was lost and a host that was taken away are seen")
    func revoked() async throws {
        try await run { server, client in
            let host = ForwardedAppHost("wiki.example.com", client, server)
            _ = try await host.signIn()
            #expect(try await host.ask("/verify").status == 200)
            let user = try #require(try await server.fixture.users().first)
            _ = try await server.fixture.administration.perform(SignOutUser(user.id.text, pool: server.fixture.pool.id.text))
            server.fixture.clock.advanceUptime(by: .milliseconds(4_999))
            #expect(try await host.ask("/verify").status == 200)
            server.fixture.clock.advanceUptime(by: .milliseconds(1))
            #expect(try await host.ask("/verify").status == 401)
        }
        try await run { server, client in
            let host = ForwardedAppHost("wiki.example.com", client, server)
            _ = try await host.signIn()
            #expect(try await host.ask("/verify").status == 200)
            var settings = ClientSettings()
            settings.requiredGroups = ["admins"]
            func update(_ settings: ClientSettings) async throws {
                _ = try await server.fixture.administration.perform(
                    UpdateClient(client.id.text, pool: server.fixture.pool.id.text, settings: settings))
                server.fixture.clock.advanceUptime(by: .seconds(5))
            }
            try await update(settings)
            #expect(try await host.ask("/verify").status == 403)
            settings = ClientSettings()
            settings.requiredGroups = ListChange([])
            try await update(settings)
            #expect(try await host.ask("/verify").status == 200)
            settings = ClientSettings()
            settings.redirectURIs = ["https://wiki.example.com/other"]
            settings.forwardedHosts = ListChange(["new.example.com"])
            try await update(settings)
            #expect(try await host.ask("/verify").status == 403)
            let stored = try #require(try await server.fixture.stores.clients.find(client.id, in: server.fixture.pool.id))
            #expect(stored.redirectURIs == ["https://wiki.example.com/other", "https://new.example.com/_countersign/callback"])
        }
    }

    @Test("case 197: a session's end by its own time is seen, and a cookie of another host, another client, or one that was altered, is none")
    func cookies() async throws {
        try await run("wiki.example.com", "docs.example.com") { server, client in
            let host = ForwardedAppHost("wiki.example.com", client, server)
            _ = try await host.signIn()
            let cookie = try #require(host.browser.cookies["__Host-countersign-forward"])
            func status(_ value: String, at name: String = "wiki.example.com", _ other: AppClient? = nil) async throws -> Int {
                let path = server.pool + "/forward-auth/" + (other ?? client).id.text + "/verify"
                return try await server.get(
                    path, headers: [HTTPField.Name("X-Forwarded-Host")!: name, .cookie: "__Host-countersign-forward=\(value)"]
                ).status
            }
            #expect(try await status(cookie) == 200)
            #expect(try await status(cookie, at: "docs.example.com") == 401)
            #expect(try await status(cookie, try await Self.client(["wiki.example.com"], server)) == 401)
            #expect(try await status(String(cookie.dropLast(3)) + "AAA") == 401)
            #expect(try await status("x") == 401)
            #expect(try await status(cookie + "; __Host-countersign-forward=\(cookie)") == 401)
            server.fixture.clock.advance(by: 3650 * 24 * 3600)
            #expect(try await status(cookie) == 401)
        }
    }

    @Test("sign-out: the host's cookie goes, and the browser to the sign-out of all apps")
    func signOut() async throws {
        try await run { server, client in
            let host = ForwardedAppHost("wiki.example.com", client, server)
            _ = try await host.signIn()
            let answer = try await host.open("https://wiki.example.com/_countersign/sign-out")
            #expect(answer.status == 303 && answer.location == server.fixture.issuer + "/logout?client_id=" + client.id.text)
            #expect(answer.setCookies == ["__Host-countersign-forward=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"])
            #expect(try await host.ask("/verify").status == 401)
        }
    }
}
