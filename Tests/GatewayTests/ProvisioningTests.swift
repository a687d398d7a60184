import Administration
import Foundation
import Gateway
import OpenIDConnect
import SAML
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("From a proven identity to a user of the pool (CONTRACT, `--map`)")
struct ProvisioningTests {
    private static let mail = "urn:oid:0.9.2342.19200300.100.1.3"

    @Test("the first sign-in makes the user: a UUID as sub, NAME_subject as username, attributes, groups, identity")
    func first() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let completed = try await flow.complete()
            #expect(completed.isNewUser && completed.provider == fixture.provider && completed.client == fixture.client.id)
            let user = try await flow.user()
            #expect(UUID(uuidString: user.id.text) != nil)
            #expect(user.username == "corp_alice@example.com" && user.enabled)
            #expect(
                user.attributes == ["email": .text("alice@example.com"), "email_verified": .boolean(false), "name": .text("Alice Example")])
            #expect(user.groups == ["staff", "engineers"])
            #expect(user.identities.map(\.subject) == ["alice@example.com"])
            #expect(user.identities.map(\.issuer) == [fixture.identityProvider.entityID])
            #expect(user.createdAt == fixture.clock.now)
        }
    }

    @Test("a later sign-in keeps sub, username and the time of creation, and updates attributes and groups")
    func later() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            _ = try await flow.complete()
            let before = try await flow.user()
            fixture.clock.advance(by: 3600)
            let attributes: [FakeResponse.Attribute] = [
                .init(Self.mail, "alice.married@example.com"), .init("displayName", "Alice Married"), .init("groups", "leads"),
            ]
            #expect(try await !flow.complete(attributes: attributes).isNewUser)
            let after = try await flow.user()
            #expect(after.id == before.id && after.createdAt == before.createdAt && after.updatedAt == fixture.clock.now)
            #expect(after.attributes["email"] == .text("alice.married@example.com") && after.attributes["name"] == .text("Alice Married"))
            #expect(after.groups == ["leads"])
            #expect(try await fixture.users().count == 1)
        }
    }

    @Test("the same NameID in another format, of another case, or of another provider is somebody else (S38)")
    func somebodyElse() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let first = try await flow.complete()
            let other = try await flow.complete { $0.nameIDFormat = NameIDFormat.persistent }
            let upper = try await flow.complete(nameID: "Alice@example.com")
            let qualified = try await flow.complete { $0.spNameQualifier = fixture.entityID }
            #expect(Set([first, other, upper, qualified].map(\.user.id)).count == 4)
            #expect(Set([first, other, upper, qualified].map(\.user.username)).count == 4)
            #expect(other.user.username == "corp_alice@example.com~2")
            #expect(try await flow.complete().user.id == first.user.id)
        }
    }

    @Test("a transient NameID is refused: it names somebody new each time")
    func transient() async throws {
        try await GatewayFixture.run { fixture in
            let error = try await Flow(fixture).refusal { $0.nameIDFormat = NameIDFormat.transient }
            #expect(error == .transientSubject)
        }
    }

    @Test("an attribute names the person where the admin says so, whatever the NameID is: one value, and the same one is the same user (S38)")
    func subjectAttribute() async throws {
        let name = SubjectAttribute.eduPersonTargetedID
        try await GatewayFixture.run({ $0.providerSettings = { $0.subjectAttribute = "eduPersonTargetedID" } }) { fixture in
            let flow = Flow(fixture)
            func signIn(_ attribute: FakeResponse.Attribute, nameID: String) async throws -> CompletedSignIn {
                try await flow.complete(nameID: nameID, attributes: [attribute]) { $0.nameIDFormat = NameIDFormat.transient }
            }
            func refusal(_ attributes: [FakeResponse.Attribute]) async throws -> String? {
                guard case .saml(.subjectAttribute(name, let reason, _)) = try await flow.refusal(attributes: attributes) else { return nil }
                return reason
            }
            let first = try await signIn(.init(name, "a1"), nameID: "_1")
            #expect(first.user.username == "corp_a1" && first.user.identities.map(\.format) == ["attribute " + name])
            #expect(try await signIn(.init(name, "a1", "a1"), nameID: "_2").user.id == first.user.id)
            #expect(try await signIn(.init(name, "A1"), nameID: "_1").user.id != first.user.id)
            #expect(try await refusal([]) == "it is missing, or has no value")
            #expect(try await refusal([.init(name, "a1", "a2")]) == "it has 2 values")
            #expect(try await refusal([.init(name, "")]) == "its value is empty")
            #expect(try await refusal([.init(name, "a\u{202E}1")]) != nil)
            // Now that people are known by it, another one would make somebody else of each.
            for other in ["NameID", "subject-id"] {
                await #expect(throws: AdministrationError.self) { try await fixture.updateProvider { $0.subjectAttribute = other } }
            }
            try await fixture.updateProvider { $0.subjectAttribute = name }
        }
    }

    @Test("pairwise-id and subject-id: capitals mean nothing (SAML Subject Identifier Attributes §3.3.1, §3.4.1)")
    func caselessSubject() async throws {
        for name in [SubjectAttribute.pairwiseID, SubjectAttribute.subjectID] {
            try await GatewayFixture.run({ $0.providerSettings = { $0.subjectAttribute = name } }) { fixture in
                let flow = Flow(fixture)
                let first = try await flow.complete(attributes: [.init(name, "HA2TKNZZ@example.edu")])
                #expect(first.user.username == "corp_ha2tknzz@example.edu")
                #expect(try await flow.complete(attributes: [.init(name, "ha2tknzz@EXAMPLE.edu")]).user.id == first.user.id)
            }
        }
    }

    @Test("a required source that is not sent refuses the sign-in and names the attribute, also for a known user")
    func required() async throws {
        try await GatewayFixture.run({ $0.providerSettings = { $0.require = ["email"] } }) { fixture in
            let flow = Flow(fixture)
            func expected(_ arrived: String...) -> SignInError {
                .attribute(.missingSource(attribute: "email", source: Self.mail), arrived: arrived)
            }
            #expect(try await flow.refusal(attributes: []) == expected())
            _ = try await flow.complete()
            let refused = try await flow.refusal(attributes: [.init("groups", "staff"), .init("urn:example:m", friendlyName: "mail", "a@b.example")])
            #expect(refused == expected("groups", "urn:example:m (mail)") && refused?.seen == "groups, urn:example:m (mail)")
            #expect(try await flow.refusal(attributes: [.init(Self.mail, "")]) == expected(Self.mail))
        }
    }

    @Test("several values: groups and multivalued attributes take all, from all their sources; a wrong one is an error that names its attribute")
    func severalValues() async throws {
        try await GatewayFixture.run { fixture in
            let pool = fixture.pool.id.text
            _ = try await fixture.administration.perform(AddCustomAttribute("team", type: .string, multivalued: true, to: pool))
            _ = try await fixture.administration.perform(AddCustomAttribute("level", type: .number, multivalued: false, to: pool))
            try await fixture.updateProvider { $0.map = ["custom:team=team", "custom:level=level", "groups=groups", "groups=roles"] }
            let flow = Flow(fixture)
            let user = try await flow.complete(attributes: [
                .init("team", "blue", "red", "blue"), .init("level", "7"), .init("groups", "a", "b"), .init("roles", "b", "c"),
            ]).user
            #expect(user.attributes == ["custom:team": .list([.text("blue"), .text("red")]), "custom:level": .number(7)])
            #expect(user.groups == ["a", "b", "c"])
            #expect(
                try await flow.refusal(attributes: [.init("level", "7", "8")])
                    == .attribute(.severalValues(attribute: "custom:level", source: "level", count: 2)))
            #expect(
                try await flow.refusal(attributes: [.init("level", "seven")])
                    == .attribute(.wrongType(attribute: "custom:level", expected: "number")))
        }
    }

    @Test("SAML Core §2.7.3.1: a source is a Name; FriendlyName identifies where the mapping says so, and NameID is a source too")
    func sources() async throws {
        let map = ["email=friendly:mail", "name=displayName", "nickname=NameID", "given_name=givenName"]
        try await GatewayFixture.run({ $0.providerSettings = { $0.map = .init(map) } }) { fixture in
            let flow = Flow(fixture)
            let done = try await flow.complete(attributes: [
                .init("urn:oid:0.9.2342.19200300.100.1.3", friendlyName: "mail", "friendly@example.com"),
                .init("urn:oid:2.16.840.1.113730.3.1.241", friendlyName: "displayName", "by FriendlyName"), .init("displayName", "by Name"),
                .init("urn:oid:2.5.4.42", friendlyName: "givenName", "never asked for"), .init("mail", "not@asked.example"),
            ])
            #expect(done.user.attributes["email"] == .text("friendly@example.com"))
            #expect(done.user.attributes["name"] == .text("by Name"))
            #expect(done.user.attributes["nickname"] == .text("alice@example.com"))
            #expect(done.user.attributes["given_name"] == nil && done.unfilled == ["given_name"])
        }
    }

    @Test(
        "case 131: an attribute that no mapping wants never refuses: markup, a photograph, encrypted, many values; where it is mapped its name is told",
        arguments: [
            "<saml:Attribute Name=\"other\"><saml:AttributeValue><b>x</b></saml:AttributeValue></saml:Attribute>",
            "<saml:Attribute Name=\"other\"><saml:AttributeValue>\(String(repeating: "QUJD", count: 5_000))</saml:AttributeValue></saml:Attribute>",
            "<saml:EncryptedAttribute><x xmlns=\"urn:x\"/></saml:EncryptedAttribute>",
        ])
    func unmapped(_ xml: String) async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let user = try await flow.complete {
                $0.beforeSigning = { $0.replacingOccurrences(of: "<saml:AttributeStatement>", with: "<saml:AttributeStatement>\(xml)") }
            }.user
            #expect(user.attributes["email"] == .text("alice@example.com"))
            try await fixture.updateProvider { $0.map = .init(["email=other"]) }
            guard xml.contains("<b>") || xml.contains("QUJD") else { return }
            let refused = try await Flow(fixture).refusal {
                $0.beforeSigning = { $0.replacingOccurrences(of: "<saml:AttributeStatement>", with: "<saml:AttributeStatement>\(xml)") }
            }
            #expect(refused?.code == "saml.attribute" && refused?.seen?.hasPrefix("other ") == true)
        }
    }

    @Test("case 130, SAML Core §8.3.7: a persistent NameID is one user, with its default qualifiers written out or left out")
    func qualifiers() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let (ours, theirs) = (fixture.entityID, fixture.identityProvider.entityID)
            var users: Set<User.ID> = []
            for (name, service) in [(nil, nil), (nil, ours), (theirs, nil), (theirs, ours)] as [(String?, String?)] {
                let done = try await flow.complete {
                    ($0.nameIDFormat, $0.nameQualifier, $0.spNameQualifier) = (NameIDFormat.persistent, name, service)
                }
                users.insert(done.user.id)
            }
            #expect(users.count == 1)
            // Where the standard gives no default, a qualifier still makes another name of it.
            let plain = try await flow.complete { $0.nameIDFormat = NameIDFormat.unspecified }
            let qualified = try await flow.complete { ($0.nameIDFormat, $0.nameQualifier) = (NameIDFormat.unspecified, "CORP") }
            #expect(users.union([plain.user.id, qualified.user.id]).count == 3)
        }
    }

    @Test("a sign-in without a proven time of authentication claims none")
    func noAuthnStatement() async throws {
        try await GatewayFixture.run({
            $0.providerSettings = { $0.exceptions = [.missingAuthnStatement: Date(timeIntervalSince1970: 4_000_000_000)] }
        }) { fixture in
            let flow = Flow(fixture)
            let done = try await flow.complete { $0.authnInstant = nil }
            let answer = try await flow.redeem(flow.code(done))
            for token in [answer.idToken ?? "", answer.accessToken] {
                let claims = FakeOpenIDProvider.payload(token)
                #expect(claims["auth_time"] == nil && claims["iat"] != nil)
            }
        }
    }

    @Test(
        "S33: an address is verified where the admin says that the provider owns its domain, and nowhere else",
        arguments: [
            ("alice@example.com", nil, true), ("alice@EXAMPLE.com", "true", true), ("alice@example.org", "true", false),
            ("alice@sub.example.com", nil, false),
        ] as [(String, String?, Bool)])
    func verified(address: String, claimed: String?, expected: Bool) async throws {
        try await GatewayFixture.run({
            $0.providerSettings = {
                $0.domains = ["example.com"]
                $0.map = ["email=mail", "email_verified=verified"]
            }
        }) { fixture in
            let attributes = [FakeResponse.Attribute("mail", address)] + (claimed.map { [.init("verified", $0)] } ?? [])
            let flow = Flow(fixture)
            let first = try await flow.complete(attributes: [.init("mail", "alice@example.com")])
            // An address that changes to one outside the provider's domains is no longer verified.
            let later = try await flow.complete(attributes: attributes)
            #expect(first.isEmailVerified == true && later.isEmailVerified == expected)
        }
    }

    @Test("IdP-initiated: a session and no code; the same assertion once; a provider that may not is refused")
    func idpInitiated() async throws {
        try await GatewayFixture.run { fixture in
            let response = fixture.identityProvider.respond(
                requestID: nil, acs: fixture.assertionConsumerService, audience: fixture.entityID, at: fixture.clock.now)
            func post() async throws -> CompletedSignIn {
                try await fixture.signIn.completeSAML(
                    HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: "https://evil.example"), pool: fixture.pool,
                    address: Flow(fixture).address, cookies: BrowserCookies(binding: nil, session: nil))
            }
            #expect(try await fixture.refusal(post) == .unsolicited(issuer: fixture.identityProvider.entityID))
            try await fixture.allowInitiatedSignIns()
            let completed = try await post()
            #expect(completed.response == nil && completed.client == nil && completed.isNewUser)
            #expect(try await fixture.refusal(post) == .replayed)
            try await fixture.updateProvider { $0.enabled = false }
            #expect(try await fixture.refusal(post) == .providerDisabled("corp"))
        }
    }
}
