import Testing

@testable import OpenIDConnect

@Suite("RFC 6749 §4.1.1, OpenID Connect Core §3.1.2: the authorization request, cases 97 to 102 and 111 to 113")
struct AuthorizationRequestTests {
    @Test("a good request is read in full") func good() throws {
        let request = try Requests.authorize([
            "prompt": "login consent", "max_age": "0", "login_hint": "a@b.example", "ui_locales": "de en", "acr_values": "1 2",
            "identity_provider": "corp",
            "idp_identifier": "b.example", "resource": "https://orders.example.com", "response_mode": "form_post", "claims": #"{"id_token":{}}"#,
        ])
        #expect(request.clientID == "app")
        #expect(request.redirectURI.value == Requests.redirectURI)
        #expect(request.scope.names == ["openid", "email"])
        #expect(request.state == "s-1")
        #expect(request.nonce == "n-1")
        #expect(request.codeChallenge?.value == Requests.challenge)
        #expect(request.prompt == [.login, .consent])
        #expect(request.maxAge == 0)
        #expect(request.uiLocales == ["de", "en"])
        #expect(request.acrValues == ["1", "2"])
        #expect(request.identityProvider == "corp")
        #expect(request.idpIdentifier == "b.example")
        #expect(request.resource == "https://orders.example.com")
        #expect(request.responseMode == .formPost)
    }

    @Test("acr_values: each once, by bytes; more than anybody can mean are refused") func acrValues() throws {
        #expect(try Requests.authorize(["acr_values": "2  1 2 1 A a"]).acrValues == ["2", "1", "A", "a"])
        let (most, tooMany) = ((1...20).map(String.init), (1...21).map(String.init))
        #expect(try Requests.authorize(["acr_values": most.joined(separator: " ")]).acrValues == most)
        #expect(Requests.refusal(["acr_values": tooMany.joined(separator: " ")]) == Refusal(.invalidRequest, "acr_values"))
        #expect(Requests.refusal(["acr_values": String(repeating: "a", count: 1025)]) == Refusal(.invalidRequest, "acr_values"))
    }

    @Test("RFC 6749 §3.1: an unknown parameter is ignored, an empty one counts as missing") func lenient() throws {
        #expect(Requests.refusal(["unknown": "x"], more: [("unknown", "y")]) == nil)
        let request = try Requests.authorize(["state": "", "nonce": "", "prompt": "", "max_age": ""])
        #expect(request.state == nil && request.nonce == nil && request.prompt.isEmpty && request.maxAge == nil)
    }

    @Test("case 97: no client_id; one that no client can have") func client() {
        #expect(Requests.refusal(["client_id": nil]) == Refusal(.invalidRequest, "client_id"))
        #expect(Requests.refusal(["client_id": String(repeating: "c", count: 513)]) == Refusal(.invalidClient, "client_id"))
        #expect(Requests.refusal(["client_id": "a\u{0}"]) == Refusal(.invalidClient, "client_id"))
    }

    @Test("case 97: a redirect URI that is proven for another client") func otherClient() throws {
        let request = try AuthorizationParameters(Requests.parameters())
        let redirect = try request.redirectURI(of: SomeClient(registeredID: "other", redirectURIs: [Requests.redirectURI]))
        let refusal = Refusal { () throws(OAuthError) in try AuthorizationRequest(request, redirectURI: redirect, policy: Requests.policy) }
        #expect(refusal == Refusal(.invalidRequest, "redirect_uri"))
    }

    @Test(
        "case 100: each parameter at most once",
        arguments: [
            "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce", "code_challenge", "code_challenge_method",
            "prompt",
            "max_age", "login_hint", "id_token_hint", "ui_locales", "acr_values", "identity_provider", "idp_identifier", "claims",
        ])
    func duplicates(name: String) {
        let good = ["response_mode": "query", "prompt": "login", "max_age": "1"][name] ?? Requests.parameters()[name] ?? "{}"
        #expect(Requests.refusal([name: good], more: [(name, good)]) == Refusal(.invalidRequest, name))
    }

    @Test("case 101: only response_type=code", arguments: [nil, "", "token", "id_token", "code token", "code id_token", "none", "CODE", " code"])
    func responseType(value: String?) {
        #expect(Requests.refusal(["response_type": value]) == Refusal(.unsupportedResponseType, "response_type"))
    }

    @Test("case 101: response_mode", arguments: ["fragment", "fragment.jwt", "JWT", "QUERY", "x"])
    func responseMode(value: String) { #expect(Requests.refusal(["response_mode": value]) == Refusal(.invalidRequest, "response_mode")) }

    @Test("case 102: PKCE missing, plain, no method, 42 and 129 characters, bad characters") func proofKey() {
        #expect(Requests.refusal(["code_challenge": nil]) == Refusal(.invalidRequest, "code_challenge"))
        #expect(Requests.refusal(["code_challenge": ""]) == Refusal(.invalidRequest, "code_challenge"))
        for method in ["plain", nil, "s256", "S256 "] {
            #expect(Requests.refusal(["code_challenge_method": method]) == Refusal(.invalidRequest, "code_challenge_method"))
        }
        for text in [
            String(repeating: "a", count: 42), String(repeating: "a", count: 129), String(repeating: "a", count: 42) + "=",
            String(repeating: "é", count: 43),
        ] {
            #expect(Requests.refusal(["code_challenge": text]) == Refusal(.invalidRequest, "code_challenge"))
        }
        #expect(Requests.refusal(["code_challenge": nil, "code_challenge_method": nil]) == Refusal(.invalidRequest, "code_challenge"))
        for count in [43, 128] { #expect(Requests.refusal(["code_challenge": String(repeating: "a", count: count)]) == nil) }
    }

    @Test("case 102: a confidential client may be registered without PKCE; a method alone and a bad challenge are refused all the same")
    func proofKeyOptional() throws {
        let policy = ClientPolicy(scopes: ["openid"], requiresProofKey: false, resources: [])
        #expect(try Requests.authorize(["code_challenge": nil, "code_challenge_method": nil], policy: policy).codeChallenge == nil)
        #expect(try Requests.authorize(policy: policy).codeChallenge?.value == Requests.challenge)
        #expect(Requests.refusal(["code_challenge": nil], policy: policy) == Refusal(.invalidRequest, "code_challenge"))
        #expect(Requests.refusal(["code_challenge_method": "plain"], policy: policy) == Refusal(.invalidRequest, "code_challenge_method"))
        #expect(Requests.refusal(["code_challenge": "short"], policy: policy) == Refusal(.invalidRequest, "code_challenge"))
    }

    @Test("case 111: scope unknown is left out, none left is refused; 10 KB, characters no scope has; none at all is the client's default")
    func scope() throws {
        #expect(try Requests.authorize(["scope": "openid admin groups"]).scope.names == ["openid", "groups"])
        #expect(Requests.refusal(["scope": "admin root"]) == Refusal(.invalidScope, "scope"))
        #expect(Requests.refusal(["scope": String(repeating: "openid ", count: 1500)]) == Refusal(.invalidScope, "scope"))
        #expect(Requests.refusal(["scope": "openid\temail"]) == Refusal(.invalidScope, "scope"))
        #expect(Requests.refusal(["scope": #"openid "email""#]) == Refusal(.invalidScope, "scope"))
        #expect(try Requests.authorize(["scope": nil]).scope.names == ["openid", "email", "profile"])
        #expect(try Requests.authorize(["scope": " "]).scope.names == ["openid", "email", "profile"])
        #expect(try Requests.authorize(["scope": "email  email openid"]).scope.names == ["email", "openid"])
    }

    @Test("OpenID Connect Core §11: offline_access that may not be given is left out, not refused") func offlineAccess() throws {
        #expect(try Requests.authorize(["scope": "openid offline_access"]).scope.names == ["openid"])
    }

    @Test(
        "case 111: a claims parameter that is no JSON object",
        arguments: ["x", "[]", "{", "1", #"{"a":1,"a":2}"#, String(repeating: "[", count: 9000)])
    func claims(value: String) { #expect(Requests.refusal(["claims": value]) == Refusal(.invalidRequest, "claims")) }

    @Test(
        "OpenID Connect Core §5.5: a claims parameter whose members are not as the standard has them",
        arguments: [
            #"{"userinfo":[]}"#, #"{"id_token":"x"}"#, #"{"userinfo":{"name":1}}"#, #"{"userinfo":{"name":[]}}"#,
            #"{"userinfo":{"name":{"essential":"true"}}}"#, #"{"id_token":{"acr":{"values":"mfa"}}}"#, #"{"id_token":{"acr":{"value":1}}}"#,
            #"{"id_token":{"sub":{"values":["a","b"]}}}"#,
            #"{"id_token":{"acr":{"values":["# + (0...20).map { "\"\($0)\"" }.joined(separator: ",") + "]}}}",
        ])
    func malformedClaims(value: String) { #expect(Requests.refusal(["claims": value]) == Refusal(.invalidRequest, "claims")) }

    @Test("OpenID Connect Core §5.5.1: essential, value and values; what is asked for in each place, and what is demanded") func requestedClaims()
        throws
    {
        let text = #"{"userinfo":{"name":null,"x":{"essential":true}},"id_token":{"acr":{"essential":true,"values":["a","b"]},"sub":{"value":"s"}}}"#
        let request = try Requests.authorize(["claims": text, "acr_values": "c"])
        #expect(request.claims?.userInfo == ["name", "x"] && request.claims?.idToken == ["acr", "sub"] && request.claims?.subject == "s")
        #expect(request.acrValues == ["a", "b"] && request.demandsACR)
        let wish = try Requests.authorize(["claims": #"{"id_token":{"acr":{"value":"a"}}}"#, "acr_values": "c a"])
        #expect(wish.acrValues == ["a", "c"] && !wish.demandsACR)
        #expect(try Requests.authorize(["claims": "{}"]).claims?.userInfo == [])
    }

    @Test("case 112: request, request_uri and registration have errors of their own, even empty, and before anything else") func requestObjects() {
        for value in ["x", ""] {
            #expect(Requests.refusal(["request": value, "response_type": "x"]) == Refusal(.requestNotSupported, "request"))
            #expect(Requests.refusal(["request_uri": value]) == Refusal(.requestURINotSupported, "request_uri"))
            #expect(Requests.refusal(["registration": value]) == Refusal(.registrationNotSupported, "registration"))
        }
    }

    @Test("case 113: prompt=none with another, unknown values; max_age negative, no number, too large") func promptAndAge() throws {
        #expect(try Requests.authorize(["prompt": "none"]).prompt == [.none])
        for value in ["none login", "create", "LOGIN", "login,consent"] {
            #expect(Requests.refusal(["prompt": value]) == Refusal(.invalidRequest, "prompt"))
        }
        for value in ["-1", "abc", "1.5", "1e3", "+1", " 1", "99999999999", "１"] {
            #expect(Requests.refusal(["max_age": value]) == Refusal(.invalidRequest, "max_age"))
        }
    }

    @Test("caps: state 4096 bytes, nonce 1024, hints; no control characters") func caps() {
        #expect(Requests.refusal(["state": String(repeating: "s", count: 4096)]) == nil)
        for (name, count) in [
            ("state", 4097), ("nonce", 1025), ("login_hint", 1025), ("id_token_hint", 16_385), ("ui_locales", 1025), ("identity_provider", 257),
        ] {
            #expect(Requests.refusal([name: String(repeating: "s", count: count)]) == Refusal(.invalidRequest, name))
        }
        for name in ["state", "nonce", "login_hint"] { #expect(Requests.refusal([name: "a\r\nb"]) == Refusal(.invalidRequest, name)) }
    }

    @Test(
        "RFC 8707 §2: each resource is an absolute URI without fragment",
        arguments: [
            "orders", "/orders", "https://a.example/#x", "https:", ":x", "https://a b", "1https://a", "https://a.example/\"",
        ])
    func resource(value: String) {
        #expect(Requests.refusal(["resource": value]) == Refusal(.invalidTarget, "resource"))
        #expect(Requests.refusal(["resource": "urn:orders"], more: [("resource", value)]) == Refusal(.invalidTarget, "resource"))
        #expect(Requests.refusal(["resource": "urn:orders"]) == nil)
        #expect(Requests.refusal(["resource": "urn:other"]) == Refusal(.invalidTarget, "resource"))
    }

    @Test("RFC 6749 §4.1.2.1: what an error answer needs is there, but never a doubtful state") func errorFacts() throws {
        let request = try AuthorizationParameters(Requests.parameters(["response_mode": "form_post"]))
        #expect(request.state == "s-1" && request.responseMode == .formPost)
        #expect(try AuthorizationParameters(Requests.parameters(more: [("state", "s-2")])).state == nil)
        #expect(try AuthorizationParameters(Requests.parameters(["response_mode": "fragment"])).responseMode == .query)
    }
}

@Suite("RFC 6749 §4.1.2: the authorization response")
struct AuthorizationResponseTests {
    private func redirect(_ uri: String) throws -> RegisteredRedirectURI { try RegisteredRedirectURI(uri, of: SomeClient(redirectURIs: [uri])) }

    @Test("code, state and iss (RFC 9207), percent-encoded") func success() throws {
        let response = AuthorizationResponse(
            code: "c/1+2", state: "a b&c=é\"#", issuer: "https://id.example.com/p", to: try redirect("https://app.example.com/cb"))
        #expect(
            response.unsigned?.location
                == "https://app.example.com/cb?code=c%2F1%2B2&state=a%20b%26c%3D%C3%A9%22%23&iss=https%3A%2F%2Fid.example.com%2Fp")
        #expect(response.fields.map(\.name) == ["code", "state", "iss"])
    }

    @Test(
        "§3.1.2: a query that is there already is kept",
        arguments: [
            ("https://a.example/cb?x=1", "https://a.example/cb?x=1&code=c&iss=i"), ("https://a.example/cb?", "https://a.example/cb?code=c&iss=i"),
            ("https://a.example", "https://a.example?code=c&iss=i"), ("com.example.app:/cb", "com.example.app:/cb?code=c&iss=i"),
        ])
    func query(uri: String, location: String) throws {
        #expect(AuthorizationResponse(code: "c", state: nil, issuer: "i", to: try redirect(uri)).unsigned?.location == location)
    }

    @Test("§4.1.2.1: error, description, state, iss; no line breaks get out") func failure() throws {
        let error = OAuthError(.accessDenied, "No\r\nSet-Cookie: \"x\"")
        let response = AuthorizationResponse(error: error, state: "s\r\n", issuer: "i", to: try redirect("https://a.example/cb"), mode: .formPost)
        #expect(try #require(response.unsigned).location.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
        #expect(response.fields.map(\.name) == ["error", "error_description", "state", "iss"])
        #expect(error.description == "No??Set-Cookie: ?x?")
    }
}
