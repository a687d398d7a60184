import Administration
import Foundation
import Gateway
import OpenIDConnect
import SAML
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@Suite("Preset microsoft: Entra ID")
struct PresetMicrosoftTests {
    private typealias Fake = FakeMicrosoft
    private static let issuer = "https://login.microsoftonline.com/\(FakeMicrosoft.tenant)/v2.0"
    private static let fixed: @Sendable (inout OIDCProviderSettings) -> Void = { $0.tenant = FakeMicrosoft.tenant }
    private static let many: @Sendable (inout OIDCProviderSettings) -> Void = {
        $0.tenant = "organizations"
        $0.allowedTenants = [FakeMicrosoft.tenant]
    }

    private static func groups(_ overage: GroupOverage?) -> @Sendable (inout OIDCProviderSettings) -> Void {
        { ($0.tenant, $0.map, $0.onGroupOverage) = (FakeMicrosoft.tenant, ["groups=groups"], overage) }
    }

    @Test("one tenant, by discovery: known by oid and not by sub; the rest of the name from userinfo")
    func fixedTenant() async throws {
        try await OpenIDFlow.runPreset("microsoft", Fake.make(), Self.fixed) { flow in
            #expect(flow.fixture.clock.fetched == [Self.issuer + "/.well-known/openid-configuration"])
            let done = try await flow.signIn(as: Fake.person())
            let identity = try #require(done.user.identities.first)
            #expect(identity.subject == "690222be-ff1a-4d56-abd1-7e4f7d38e474" && identity.issuer == Self.issuer)
            #expect(done.text("given_name") == "Abe" && done.text("name") == "Abe Lincoln")
            // Another application's sub, the same person.
            #expect(try await flow.signIn(as: Fake.person(sub: "another-pairwise-sub")).user.id == done.user.id)
            #expect(try await flow.signIn(as: Fake.person(oid: "00000000-0000-0000-0000-000000000002")).user.id != done.user.id)
        }
    }

    @Test("one tenant: a user of another is refused by the issuer, before anything else is asked")
    func foreignTenant() async throws {
        try await OpenIDFlow.runPreset("microsoft", Fake.make(), Self.fixed) { flow in
            let seen = "https://login.microsoftonline.com/\(Fake.otherTenant)/v2.0"
            let error = try await flow.tokenRefusal(as: Fake.person(tenant: Fake.otherTenant))
            #expect(error == .issuer(expected: Self.issuer, seen: seen))
        }
    }

    @Test("organizations with allowed tenants: iss is the template of the tenant; another tenant is refused; the same oid elsewhere is somebody else")
    func organizations() async throws {
        try await OpenIDFlow.runPreset(
            "microsoft", Fake.make("organizations"),
            {
                $0.tenant = "organizations"
                $0.allowedTenants = [Fake.tenant, "22222222-2222-4333-8444-555555555555"]
            }
        ) { flow in
            #expect(flow.fixture.clock.fetched.isEmpty, "the document of many tenants names no issuer")
            let done = try await flow.signIn(as: Fake.person())
            #expect(done.user.identities.map(\.issuer) == [Self.issuer] && done.text("family_name") == "Lincoln")
            let elsewhere = try await flow.signIn(as: Fake.person(tenant: "22222222-2222-4333-8444-555555555555"))
            #expect(elsewhere.user.id != done.user.id && elsewhere.isNewUser)
            #expect(try await flow.refusal(as: Fake.person(tenant: Fake.otherTenant)) == .oidc(.tenant(seen: Fake.otherTenant)))
            #expect(try await flow.refusal(as: Fake.person().with(["tid": nil])) == .oidc(.tenant(seen: nil)))
        }
    }

    @Test("organizations: a token whose tid and iss are of different tenants is refused, whichever of them is allowed")
    func tenantAndIssuer() async throws {
        try await OpenIDFlow.runPreset("microsoft", Fake.make("organizations"), Self.many) { flow in
            let foreign = "https://login.microsoftonline.com/\(Fake.otherTenant)/v2.0"
            flow.provider.change { $0.claims = { $0.with(["iss": .string(foreign)]) } }
            let error = try await flow.tokenRefusal(as: Fake.person())
            #expect(error == .issuer(expected: Self.issuer, seen: foreign))
            flow.provider.change { $0.claims = { $0.with(["iss": .string(Self.issuer), "tid": .string(Fake.otherTenant)]) } }
            #expect(try await flow.refusal(as: Fake.person()) == .oidc(.tenant(seen: Fake.otherTenant)))
        }
    }

    @Test("common and organizations without allowed tenants, and allowed tenants with one tenant, are refused where they are configured")
    func configuration() async throws {
        let wrong: [(field: Field, register: @Sendable (inout OIDCProviderSettings) -> Void)] = [
            (.allowedTenant, { $0.tenant = "common" }), (.allowedTenant, { $0.tenant = "organizations" }), (.tenant, { _ in }),
            (.tenant, { $0.tenant = "contoso.example" }),
            (.allowedTenant, { ($0.tenant, $0.allowedTenants) = (Fake.tenant, [Fake.otherTenant]) }),
            (.allowedTenant, { ($0.tenant, $0.allowedTenants) = ("common", ["contoso.example"]) }),
            (.allowedTenant, { ($0.tenant, $0.allowedTenants) = ("common", [Fake.tenant.uppercased()]) }),
        ]
        for (field, register) in wrong {
            await expectProblem(field) {
                try await OpenIDFlow.runPreset("microsoft", Fake.make(), register) { _ in }
            }
        }
        // Another preset has no tenants.
        await expectProblem(.tenant) {
            try await OpenIDFlow.runPreset("google", FakeGoogle.make(), { $0.tenant = Fake.tenant }) { _ in }
        }
    }

    @Test("--tenant of an update is refused: everybody would be somebody else; the tenants that may sign in can change")
    func otherTenant() async throws {
        try await OpenIDFlow.runPreset("microsoft", Fake.make("organizations"), Self.many) { flow in
            await expectProblem(.tenant) { try await flow.update { $0.tenant = Fake.tenant } }
            try await flow.update { $0.allowedTenants = [Fake.otherTenant] }
            _ = try await flow.signIn(as: Fake.person(tenant: Fake.otherTenant))
        }
    }

    @Test("nOAuth: the address counts only with xms_edov, whatever email_verified says")
    func email() async throws {
        try await OpenIDFlow.runPreset("microsoft", Fake.make(), { ($0.tenant, $0.domains) = (Fake.tenant, ["example.com"]) }) { flow in
            func signIn(_ oid: String, _ more: JSONObject) async throws -> CompletedSignIn {
                try await flow.signIn(as: Fake.person(oid: oid, sub: oid, more))
            }
            let victim = try await signIn("victim", ["xms_edov": true])
            #expect(victim.isEmailVerified == true)
            let attempts: [JSONObject] = [
                [:], ["email_verified": true], ["xms_edov": false, "email_verified": true], ["xms_edov": "0"], ["xms_edov": 0],
                ["xms_edov": .null], ["xms_edov": "true"], ["verified_primary_email": ["abeli@example.com"]],
            ]
            for (number, claims) in attempts.enumerated() {
                let done = try await signIn("attacker-\(number)", claims)
                #expect(done.user.id != victim.user.id && done.isEmailVerified == false && !done.isLinked, "\(claims)")
            }
            for (number, flag) in ([true, 1, "1"] as [JSONValue]).enumerated() {
                #expect(try await signIn("vouched-for-\(number)", ["xms_edov": flag]).isEmailVerified == true)
            }
        }
    }

    @Test("a token without oid names nobody")
    func withoutObject() async throws {
        try await OpenIDFlow.runPreset("microsoft", Fake.make(), Self.fixed) { flow in
            for oid: JSONValue? in [nil, "", 7] {
                let code = try await flow.tokenRefusal(as: Fake.person().with(["oid": oid]))?.code
                #expect(code == "token.claim", "\(String(describing: oid))")
            }
        }
    }

    @Test("too many groups, refused by default; a user of few groups, and a mapping without groups, are not concerned")
    func overageRefused() async throws {
        let overages: [JSONObject] = [Fake.overage, ["hasgroups": true]]
        try await OpenIDFlow.runPreset(
            "microsoft", Fake.make(),
            Self.groups(nil)
        ) { flow in
            for overage in overages { #expect(try await flow.refusal(as: Fake.person(overage)) == .groupOverage(canFetch: true)) }
            let few = try await flow.signIn(as: Fake.person(["groups": ["a", "b"]]))
            #expect(few.user.groups == ["a", "b"])
            // None at all are none.
            #expect(try await flow.signIn(as: Fake.person()).user.groups.isEmpty)
        }
        try await OpenIDFlow.runPreset("microsoft", Fake.make(), Self.fixed) { flow in
            let done = try await flow.signIn(as: Fake.person(Fake.overage))
            #expect(!done.leftOutGroups)
        }
    }

    @Test("too many groups, fetched from Graph over pages with the token at hand; the address in the token is not asked")
    func overageFetched() async throws {
        let provider = try Fake.make()
        Fake.serveGroups(250, provider)
        try await OpenIDFlow.runPreset("microsoft", provider, Self.groups(.fetch)) { flow in
            #expect(try await flow.scopes().contains("https://graph.microsoft.com/User.Read"))
            for overage in [Fake.overage, ["hasgroups": true]] as [JSONObject] {
                let done = try await flow.signIn(as: Fake.person(overage))
                #expect(done.user.groups.count == 250 && done.user.groups.last == "group-249" && !done.leftOutGroups)
            }
            #expect(flow.provider.requests.allSatisfy { !$0.url.contains("graph.windows.net") })
        }
    }

    @Test("Graph that refuses, or sends us to another address for the next page, ends the sign-in: groups are never lost silently")
    func graphRefuses() async throws {
        for next in ["https://evil.example/v1.0/me", "https://graph.microsoft.com.evil.example/v1.0/", "http://graph.microsoft.com/v1.0/me"] {
            let provider = try Fake.make()
            Fake.serveGroups(250, provider, next: next)
            try await OpenIDFlow.runPreset("microsoft", provider, Self.groups(.fetch)) { flow in
                let code = try await flow.refusal(as: Fake.person(Fake.overage))?.code
                #expect(code == "oidc.answer", "\(next)")
                #expect(flow.provider.requests.allSatisfy { !$0.url.contains("evil") })
                flow.provider.change { $0.api = [:] }
                guard case .oidc? = try await flow.refusal(as: Fake.person(Fake.overage)) else {
                    Issue.record("Graph is not there")
                    return
                }
            }
        }
    }

    @Test("too many groups, ignored: signed in without, and it is told")
    func overageIgnored() async throws {
        try await OpenIDFlow.runPreset("microsoft", Fake.make(), Self.groups(.ignore)) { flow in
            let done = try await flow.signIn(as: Fake.person(Fake.overage))
            #expect(done.leftOutGroups && done.user.groups.isEmpty)
            #expect(!(try await flow.signIn(as: Fake.person(["groups": ["a"]])).leftOutGroups))
        }
    }

    @Test(
        "SAML: the attribute groups.link in the place of the groups is refused, or ignored and told; to fetch them is refused where it is configured")
    func saml() async throws {
        let link = FakeResponse.Attribute(
            "http://schemas.microsoft.com/claims/groups.link", "https://graph.windows.net/\(Fake.tenant)/users/690222be/getMemberObjects")
        let groups = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
        try await GatewayFixture.run({ $0.providerSettings = { $0.map = ["groups=\(groups)"] } }) { fixture in
            #expect(try await Flow(fixture).refusal(attributes: [link]) == .groupOverage(canFetch: false))
            #expect(try await Flow(fixture).complete(attributes: [.init(groups, "a", "b")]).user.groups == ["a", "b"])
            try await fixture.updateProvider { $0.onGroupOverage = .ignore }
            let done = try await Flow(fixture).complete(attributes: [link])
            #expect(done.leftOutGroups && done.user.groups.isEmpty)
            await expectProblem(.onGroupOverage) { try await fixture.updateProvider { $0.onGroupOverage = .fetch } }
        }
        // Who maps no groups loses none.
        try await GatewayFixture.run { fixture in
            let done = try await Flow(fixture).complete(attributes: [link])
            #expect(!done.leftOutGroups)
        }
    }
}
