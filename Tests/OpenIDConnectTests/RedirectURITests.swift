import Testing

@testable import OpenIDConnect

@Suite("RFC 6749 §3.1.2, RFC 9700 §2.1: redirect URIs, cases 98 and 99")
struct RedirectURITests {
    private let registered = ["https://app.example.com/callback", "https://app.example.com/other?x=1"]

    @Test("an equal string matches") func equal() throws {
        for uri in registered { #expect(try RegisteredRedirectURI(uri, of: SomeClient(redirectURIs: registered)).value == uri) }
    }

    @Test(
        "case 98: anything else is refused",
        arguments: [
            "https://app.example.com/callback/", "https://app.example.com/callbac", "https://app.example.com/callback2",
            "https://app.example.com/Callback",
            "https://App.example.com/callback", "https://app.example.com/callback?x=1", "https://app.example.com/callback#x",
            "https://u@app.example.com/callback",
            "https://app.example.com%2Fcallback", "https://app.example.com/%63allback", "https://app.example.com/./callback",
            "https://app.example.com/x/../callback",
            "https://app.example.com/%2e/callback", "https://app.example.com\\callback", "https://app.example.com./callback",
            "https://аpp.example.com/callback",
            "https://app.example.com:443/callback", "https://app.example.com:8443/callback", "http://app.example.com/callback",
            "//app.example.com/callback",
            " https://app.example.com/callback", "https://app.example.com/callback ", "https://app.example.com/other?x=1&y=2",
            "https://app.example.com/other", "", "HTTPS://app.example.com/callback", "https://app.example.com@evil.example/callback",
            "https://xn--pp-7ka.example.com/callback", "https:\\\\app.example.com/callback", "javascript:alert(1)",
        ])
    func other(uri: String) {
        #expect(
            Refusal { () throws(OAuthError) in try RegisteredRedirectURI(uri, of: SomeClient(redirectURIs: registered)) }
                == Refusal(.invalidRequest, "redirect_uri")
        )
    }

    @Test("byte by byte: a canonically equivalent text is another one") func bytes() {
        let one = "https://a.example/caf\u{E9}", two = "https://a.example/cafe\u{301}"
        #expect(one == two)
        #expect(
            Refusal { () throws(OAuthError) in try RegisteredRedirectURI(one, of: SomeClient(redirectURIs: [two])) }
                == Refusal(.invalidRequest, "redirect_uri"))
    }

    @Test("case 98: missing with several registered is refused; with one it means that one, but not for OpenID Connect") func missing() throws {
        let one = ["https://app.example.com/callback"]
        #expect(try RegisteredRedirectURI(nil, of: SomeClient(redirectURIs: one)).value == one[0])
        #expect(
            Refusal { () throws(OAuthError) in try RegisteredRedirectURI(nil, of: SomeClient(redirectURIs: registered)) }
                == Refusal(.invalidRequest, "redirect_uri"))
        #expect(
            Refusal { () throws(OAuthError) in try RegisteredRedirectURI(nil, of: SomeClient(redirectURIs: [])) }
                == Refusal(.invalidRequest, "redirect_uri"))
        let openID = try AuthorizationParameters(Requests.parameters(["redirect_uri": nil]))
        #expect(
            Refusal { () throws(OAuthError) in try openID.redirectURI(of: SomeClient(redirectURIs: one)) } == Refusal(.invalidRequest, "redirect_uri")
        )
        let plain = try AuthorizationParameters(Requests.parameters(["redirect_uri": nil, "scope": "email"]))
        #expect(try plain.redirectURI(of: SomeClient(redirectURIs: one)).value == one[0])
    }

    @Test(
        "case 99, RFC 8252 §7.3: loopback addresses match with any port",
        arguments: [
            ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"), ("http://127.0.0.1:1234/cb", "http://127.0.0.1:51004/cb"),
            ("http://127.0.0.1:1234/cb", "http://127.0.0.1/cb"), ("http://[::1]/cb?x=1", "http://[::1]:65535/cb?x=1"),
            ("http://127.0.0.1", "http://127.0.0.1:1"),
        ])
    func loopback(registered: String, requested: String) throws {
        #expect(try RegisteredRedirectURI(requested, of: SomeClient(redirectURIs: [registered])).value == requested)
    }

    @Test(
        "case 99: the name localhost, other paths, queries, hosts, schemes and ports that are none",
        arguments: [
            ("http://localhost/cb", "http://localhost:5000/cb"), ("http://127.0.0.1/cb", "http://127.0.0.1:5000/cb2"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:5000/cb?x"),
            ("http://[::1]:7000/cb?a=1", "http://[::1]:1/cb"), ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:5000@evil.example/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:/cb"), ("http://127.0.0.1/cb", "http://127.0.0.1:0/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:65536/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:99999999999999999999/cb"), ("http://127.0.0.1/cb", "https://127.0.0.1:5000/cb"),
            ("http://127.0.0.1/cb", "http://[::1]:5000/cb"), ("http://127.0.0.1/cb", "http://127.0.0.2:5000/cb"),
            ("https://127.0.0.1/cb", "https://127.0.0.1:5000/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:50 00/cb"), ("http://127.0.0.1/cb", "http://127.1:5000/cb"),
        ])
    func notLoopback(registered: String, requested: String) {
        #expect(
            Refusal { () throws(OAuthError) in try RegisteredRedirectURI(requested, of: SomeClient(redirectURIs: [registered])) }
                == Refusal(.invalidRequest, "redirect_uri"))
    }

    @Test(
        "registration: https, http on this machine, private-use schemes",
        arguments: [
            "https://app.example.com", "https://app.example.com/cb?x=1&y=%20", "https://app.example.com:8443/cb", "http://localhost:3000/cb",
            "http://127.0.0.1/cb",
            "http://[::1]:8080/", "com.example.app:/cb", "com.example.app://cb", "https://[2001:db8::1]/cb", "https://xn--bcher-kva.example/",
        ])
    func registrable(uri: String) throws { try RedirectURIRegistration.validate(uri) }

    @Test(
        "registration refuses",
        arguments: [
            ("http://app.example.com/cb", .insecure), ("http://localhost.evil.example/", .insecure),
            ("https://u:p@app.example.com/cb", .userInformation),
            ("https://app.example.com/cb#x", .fragment), ("https://app.example.com/a/../b", .dotSegment),
            ("https://app.example.com/./b", .dotSegment),
            ("https://app.example.com/%2e%2E/b", .dotSegment), ("https://app.example.com/.%2e", .dotSegment),
            ("https://app.example.com\\@evil.example/", .characters),
            ("https://app.example.com/*", .characters), ("https://app.example.com/a b", .characters), ("https://bücher.example/", .characters),
            ("https://app.example.com/\n", .characters), ("https:///cb", .host), ("https://", .host), ("https://app.example.com./cb", .host),
            ("https://app.example.com:0/cb", .host), ("https://app.example.com:x/cb", .host), ("https://[::1/cb", .host),
            ("https:app.example.com", .scheme),
            ("HTTPS://app.example.com", .scheme), ("javascript:alert(1)", .scheme), ("data:text/html,x", .scheme), ("myapp:/cb", .scheme),
            ("/cb", .scheme),
            ("", .scheme), ("app.example.com", .scheme), ("com.example.app:", .scheme), ("1com.example:/x", .scheme),
        ] as [(String, RedirectURIError)])
    func refused(uri: String, error: RedirectURIError) { #expect(throws: error) { try RedirectURIRegistration.validate(uri) } }

    @Test("registration refuses more than 2,048 bytes") func tooLong() {
        #expect(throws: RedirectURIError.tooLong) {
            try RedirectURIRegistration.validate("https://a.example/" + String(repeating: "a", count: 2048))
        }
    }

    @Test("every error of the module has a code of its own, a message and a remedy") func errors() {
        #expect(Set(RedirectURIError.allCases.map(\.code)).count == RedirectURIError.allCases.count)
        #expect(RedirectURIError.allCases.allSatisfy { !$0.message.isEmpty && !$0.remedy.isEmpty })
        #expect(Set(SigningKeyError.ofSoftware.map(\.code)).count == SigningKeyError.ofSoftware.count)
        for code in OAuthError.Code.allCases {
            let error = OAuthError(code, "A sentence.", parameter: "scope", seen: String(repeating: "x", count: 999))
            #expect(
                error.code == "oauth.\(code.rawValue)" && !error.remedy.isEmpty && error.seen?.count == 200 && (400...503).contains(error.httpStatus))
        }
    }
}
