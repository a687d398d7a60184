import Administration
import Foundation
import OpenIDConnect
import SAML
import TestSupport
import Testing
import UserPools
import WireFormats
import XMLSecurity

@testable import Gateway

@Suite("Our requests to SAML providers (SAML Core §3.4.1, Bindings §3.4 and §3.5)")
struct SAMLRequestTests {
    /// What a fixture's sign-in sends: the request, and the whole message.
    private func sent(
        _ fixture: GatewayFixture, _ parameters: [String: String] = [:]
    ) async throws -> (request: AuthnRequest, outcome: AuthorizationOutcome) {
        let proofKey = ProofKey(randomBytes: [UInt8](repeating: 9, count: 32))
        let usual = [
            "response_type": "code", "client_id": fixture.client.id.text, "redirect_uri": GatewayFixture.redirectURI, "scope": "openid",
            "code_challenge": proofKey.codeChallenge, "code_challenge_method": "S256",
        ].merging(parameters) { $1 }
        let outcome = try await fixture.signIn.begin(
            Parameters(usual.map { (name: $0.key, value: $0.value) }), pool: fixture.pool,
            address: PoolAddress(publicURL: GatewayFixture.publicURL, pool: fixture.pool), cookies: .init(binding: nil, session: nil))
        switch outcome {
        case .upstream(let url, _): return (try fixture.identityProvider.request(inRedirect: url).request, outcome)
        case .post(_, let fields, _):
            let decoded = try HTTPPostBinding.decodeRequest(parameters: fields.map { ($0.name, $0.value) })
            return (try AuthnRequest(parsing: decoded.request), outcome)
        case .code, .choose, .search, .consent: throw Unexpected()
        }
    }

    private struct Unexpected: Error {}

    /// The key that our metadata publishes.
    private func published(_ fixture: GatewayFixture) async throws -> TrustedKey {
        let keys = try await fixture.signIn.samlKeys.keys(of: fixture.pool).published
        return try TrustedKey(certificateDER: try #require(keys.first { $0.use == .signing }).certificateDER)
    }

    private func settings(_ configure: @escaping @Sendable (inout SAMLRequestChanges) -> Void) -> (inout GatewayFixture.Options) -> Void {
        { options in options.providerSettings = { settings in configure(&settings.requests) } }
    }

    @Test("Redirect: the signature is over just the octets that travel, in their order (Bindings §3.4.4.1), and OpenSSL verifies it")
    func redirect() async throws {
        try await GatewayFixture.run({ $0.identityProvider.wantsSignedRequests = true }) { fixture in
            let (request, outcome) = try await sent(fixture)
            guard case .upstream(let url, _) = outcome else { throw Unexpected() }
            let query = try #require(url.split(separator: "?", maxSplits: 1).last)
            let (octets, signature) = try #require(query.split(separator: "&Signature=", maxSplits: 1).map(String.init).pair)
            #expect(octets.split(separator: "&").map { $0.prefix { $0 != "=" } } == ["SAMLRequest", "RelayState", "SigAlg"])
            #expect(FormCoding.decode(octets)?.first { $0.name == "RelayState" }?.value == request.id)
            let algorithm = try #require(FormCoding.decode(octets)?.first { $0.name == "SigAlg" }?.value)
            #expect(algorithm == SignatureAlgorithm.rsaSHA256.rawValue)
            let bytes = try Base64.decode(try #require(FormCoding.decode("s=" + signature)?.first?.value))
            let key = try await published(fixture)
            try key.verify(bytes, over: Array(octets.utf8), algorithm: algorithm, policy: .strict)
            // Whoever changes what travels breaks the signature.
            #expect(throws: XMLSecurityError.self) {
                try key.verify(bytes, over: Array((octets + "&").utf8), algorithm: algorithm, policy: .strict)
            }
        }
    }

    @Test("POST: enveloped behind the Issuer, and both judges accept it; what they digested is the request")
    func post() async throws {
        try await GatewayFixture.run({
            $0.identityProvider.wantsSignedRequests = true
            $0.identityProvider.bindings = [.httpPOST]
        }) { fixture in
            let (request, outcome) = try await sent(fixture)
            guard case .post(let action, let fields, _) = outcome else { throw Unexpected() }
            #expect(action == fixture.identityProvider.singleSignOnLocation && fields.map(\.name) == ["SAMLRequest", "RelayState"])
            let message = try HTTPPostBinding.decodeRequest(parameters: fields.map { ($0.name, $0.value) }).request
            let verifier = SignatureVerifier(keys: [try await published(fixture)], policy: .strict, judges: .both)
            let name = XMLName("urn:oasis:names:tc:SAML:2.0:protocol", "AuthnRequest")
            let signed = try verifier.verifyRoot(
                message, named: name, issuer: XMLName("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer"),
                limits: .message)
            #expect(signed.element.attribute("ID") == request.id && signed.element.attribute("Destination") == action)
            #expect(request.relayStateIs(in: fields))
        }
    }

    @Test(
        "whether a request is signed: always, never, or as the provider's metadata wants it",
        arguments: [
            (nil, nil, false), (nil, true, true), (nil, false, false), (.always, nil, true), (.never, true, false), (.metadata, true, true),
        ] as [(SAMLRequestSettings.Signing?, Bool?, Bool)])
    func signing(_ row: (chosen: SAMLRequestSettings.Signing?, wants: Bool?, isSigned: Bool)) async throws {
        try await GatewayFixture.run({ options in
            options.identityProvider.wantsSignedRequests = row.wants
            options.providerSettings = { settings in settings.requests.signing = row.chosen }
        }) { fixture in
            guard case .upstream(let url, _) = try await sent(fixture).outcome else { throw Unexpected() }
            #expect(url.contains("&Signature=") == row.isSigned && url.contains("&SigAlg=") == row.isSigned)
        }
    }

    @Test("a provider without a Redirect endpoint is asked by POST, one with both as the admin chose; one that it lacks is refused")
    func binding() async throws {
        try await GatewayFixture.run(settings { $0.binding = .post }) { fixture in
            guard case .post(_, let fields, _) = try await sent(fixture).outcome else { throw Unexpected() }
            #expect(fields.map(\.name) == ["SAMLRequest", "RelayState"])
            try await fixture.updateProvider { $0.requests.binding = .redirect }
            guard case .upstream = try await sent(fixture).outcome else { throw Unexpected() }
        }
        try await GatewayFixture.run({ $0.identityProvider.bindings = [.httpPOST] }) { fixture in
            let error = await #expect(throws: AdministrationError.self) { try await fixture.updateProvider { $0.requests.binding = .redirect } }
            #expect(error?.code == "admin.invalid")
            guard case .post = try await sent(fixture).outcome else { throw Unexpected() }
        }
    }

    @Test("what an admin asks for stands in the request: format, classes with comparison, a name, whom the app expects")
    func options() async throws {
        let changes = settings { changes in
            changes.nameIDFormat = .set("persistent")
            changes.authnContext = ["X509", "https://refeds.org/profile/mfa"]
            changes.authnContextComparison = .minimum
            changes.providerName = .set("Staff & Guests")
            changes.sendsSubject = true
        }
        try await GatewayFixture.run(changes) { fixture in
            let request = try await sent(fixture, ["login_hint": "ann@example.com"]).request
            #expect(request.nameIDPolicyFormat == NameIDFormat.persistent && request.providerName == "Staff & Guests")
            let classes = ["urn:oasis:names:tc:SAML:2.0:ac:classes:X509", "https://refeds.org/profile/mfa"]
            #expect(request.requestedAuthnContext == RequestedAuthnContext(classes, comparison: .minimum))
            #expect(request.subject == "ann@example.com" && !request.forceAuthn && !request.isPassive)
            try await fixture.updateProvider { settings in
                settings.requests.nameIDFormat = .remove
                settings.requests.authnContext = []
                settings.requests.providerName = .remove
                settings.requests.sendsSubject = false
            }
            let plain = try await sent(fixture, ["login_hint": "ann@example.com"]).request
            #expect(plain.nameIDPolicyFormat == nil && plain.requestedAuthnContext == nil && plain.providerName == nil && plain.subject == nil)
        }
    }

    @Test("Scoping (Core §3.4.1.2): how many proxies, and whom they may ask; nothing of it where nothing is said")
    func scoping() async throws {
        let changes = settings { changes in
            changes.scoping.proxyCount = .set("0")
            changes.scoping.identityProviders = ["https://a.example/idp", "urn:b?c&d"]
        }
        try await GatewayFixture.run(changes) { fixture in
            let asked = try await sent(fixture).request.scoping
            #expect(asked == Scoping(proxyCount: 0, identityProviders: ["https://a.example/idp", "urn:b?c&d"]))
            try await fixture.updateProvider { $0.requests.scoping.identityProviders = [] }
            #expect(try await sent(fixture).request.scoping == Scoping(proxyCount: 0, identityProviders: []))
            try await fixture.updateProvider { $0.requests.scoping.proxyCount = .remove }
            #expect(try await sent(fixture).request.scoping == nil)
            for bad in ["-1", "", "1 ", "101", "\u{661}", "99999999999999999999"] {
                await #expect(throws: AdministrationError.self) { try await fixture.updateProvider { $0.requests.scoping.proxyCount = .set(bad) } }
            }
            for bad in ["", "a b", "urn:\u{E9}", "urn:" + String(repeating: "a", count: 1024)] {
                await #expect(throws: AdministrationError.self) { try await fixture.updateProvider { $0.requests.scoping.identityProviders = [bad] } }
            }
        }
    }

    @Test("an answer by another class than those that are asked for exactly is refused (Core §3.3.2.2.1); 'minimum' is for the provider to judge")
    func authnContext() async throws {
        try await GatewayFixture.run(settings { $0.authnContext = ["X509"] }) { fixture in
            #expect(try await Flow(fixture).refusal()?.code == "saml.authn_statement")
            try await fixture.updateProvider { $0.requests.authnContextComparison = .minimum }
            _ = try await Flow(fixture).complete()
            try await fixture.updateProvider { settings in
                settings.requests.authnContextComparison = .exact
                settings.requests.authnContext = ["X509", "PasswordProtectedTransport"]
            }
            _ = try await Flow(fixture).complete()
        }
    }

    @Test("Entra ID and AD FS say the class of the first factor, and the others beside it in an attribute: what is asked for may be one of these")
    func authenticationMethods() async throws {
        let multiple = "http://schemas.microsoft.com/claims/multipleauthn"
        try await GatewayFixture.run(settings { $0.authnContext = [multiple] }) { fixture in
            let flow = Flow(fixture)
            func methods(_ values: [String]) -> [FakeResponse.Attribute] {
                var attribute = FakeResponse.Attribute("http://schemas.microsoft.com/claims/authnmethodsreferences")
                attribute.values = values
                return FakeResponse.usualAttributes + [attribute]
            }
            let password = "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password"
            _ = try await flow.complete(attributes: methods([password, multiple]))
            for values in [[password], [], [multiple + "/"]] {
                let refusal = try await flow.refusal(attributes: methods(values))
                #expect(refusal?.code == "saml.authn_statement", "\(values)")
            }
            #expect(try await flow.refusal()?.code == "saml.authn_statement")
        }
    }

    @Test("everybody anew: ForceAuthn, and an older authentication is refused (decision 0019)")
    func forceAuthn() async throws {
        try await GatewayFixture.run(settings { $0.forcesAuthn = true }) { fixture in
            let flow = Flow(fixture)
            #expect(try await flow.begin().request.forceAuthn)
            let refused = try await flow.refusal { $0.authnInstant = fixture.clock.now - 3600 }
            #expect(refused?.code == "saml.authn_statement")
            _ = try await flow.complete()
        }
    }

    @Test("prompt=none without a session: refused at once, or asked silently where the admin allows it")
    func passive() async throws {
        try await GatewayFixture.run { fixture in
            await #expect(throws: SignInFailure.self) { try await sent(fixture, ["prompt": "none"]) }
            try await fixture.updateProvider { $0.requests.asksPassively = true }
            let request = try await sent(fixture, ["prompt": "none"]).request
            #expect(request.isPassive && !request.forceAuthn)
            #expect(try await !sent(fixture).request.isPassive)
            // What is not to be answered without a new sign-in is not asked for silently either.
            try await fixture.updateProvider { $0.requests.forcesAuthn = true }
            await #expect(throws: SignInFailure.self) { try await sent(fixture, ["prompt": "none"]) }
        }
    }
}

extension AuthnRequest {
    fileprivate func relayStateIs(in fields: [BrowserMessage.Field]) -> Bool {
        fields.last.map { $0.name == "RelayState" && $0.value == id } ?? false
    }
}

extension Array {
    fileprivate var pair: (Element, Element)? { count == 2 ? (self[0], self[1]) : nil }
}
