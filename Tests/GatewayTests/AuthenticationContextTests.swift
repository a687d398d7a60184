import Administration
import Foundation
import OpenIDConnect
import SAML
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Gateway

/// `acr_values` of an app (OpenID Connect Core §3.1.2.1) through the table of a provider, and back.
@Suite("Authentication contexts: what apps ask for, and whether it was done")
struct AuthenticationContextTests {
    static let password = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
    static let refeds = "https://refeds.org/profile/mfa"
    static let microsoft = "http://schemas.microsoft.com/claims/multipleauthn"
    static let mapped: @Sendable (inout GatewayFixture.Options) -> Void = { options in
        options.providerSettings = { settings in
            settings.contexts = ContextMappingSettings(["pwd=PasswordProtectedTransport", "mfa=\(refeds)", "mfa=\(microsoft)", "pwd=\(refeds)"])
        }
    }

    @Test("SAML Core §3.3.2.2.1: what the provider knows is asked for exactly, the most wanted first and each class once; the rest has no effect")
    func requested() async throws {
        try await GatewayFixture.run(Self.mapped) { fixture in
            func classes(_ values: String) async throws -> RequestedAuthnContext? {
                try await Flow(fixture).begin([("acr_values", values)]).request.requestedAuthnContext
            }
            let both = try await classes("mfa")
            #expect(both == RequestedAuthnContext([Self.refeds, Self.microsoft]))
            #expect(try await classes("mfa other pwd") == RequestedAuthnContext([Self.refeds, Self.microsoft, Self.password]))
            #expect(try await classes("pwd mfa") == RequestedAuthnContext([Self.password, Self.refeds, Self.microsoft]))
            for unknown in ["other", "MFA", "mf", "mfa2 \(Self.refeds)"] { #expect(try await classes(unknown) == nil, "\(unknown)") }
        }
    }

    @Test("an app chooses among the classes that the admin demands of everybody, and no other is asked for")
    func amongDemanded() async throws {
        try await GatewayFixture.run(Self.mapped) { fixture in
            let flow = Flow(fixture)
            func classes(_ values: String) async throws -> RequestedAuthnContext? {
                try await flow.begin([("acr_values", values)]).request.requestedAuthnContext
            }
            try await fixture.updateProvider { $0.requests.authnContext = [Self.refeds, Self.microsoft] }
            #expect(try await classes("pwd") == RequestedAuthnContext([Self.refeds]))
            #expect(try await classes("other") == RequestedAuthnContext([Self.refeds, Self.microsoft]))
            // How others compare to it the provider alone knows.
            try await fixture.updateProvider { $0.requests.authnContextComparison = .minimum }
            #expect(try await classes("pwd mfa") == RequestedAuthnContext([Self.refeds, Self.microsoft], comparison: .minimum))
        }
    }

    @Test("case 158: whoever writes the address of a sign-in takes nothing away from what the admin demands, whatever the table maps")
    func notInsteadOfDemanded() async throws {
        try await GatewayFixture.run(Self.mapped) { fixture in
            let flow = Flow(fixture)
            try await fixture.updateProvider { $0.requests.authnContext = [Self.microsoft] }
            for (seen, code) in [(Self.password, "saml.authn_statement"), (Self.microsoft, "sign_in.unmet_authentication_requirements")] {
                let (request, binding) = try await flow.begin([("acr_values", "pwd")])
                #expect(request.requestedAuthnContext == RequestedAuthnContext([Self.microsoft]))
                let refusal = try await fixture.refusal { try await flow.answer(request, binding) { $0.authnContextClassRef = seen } }
                #expect(refusal?.code == code)
            }
        }
    }

    @Test(
        "case 157: only an answer by one of the classes that were asked for is one; another, none, and one that is like it by Unicode alone are refused"
    )
    func answered() async throws {
        try await GatewayFixture.run(Self.mapped) { fixture in
            let flow = Flow(fixture)
            func complete(_ asked: String, by reference: String, otherwise change: (inout FakeResponse) -> Void = { _ in }) async throws
                -> CompletedSignIn
            {
                let (request, binding) = try await flow.begin([("acr_values", asked)])
                return try await flow.answer(request, binding) {
                    $0.authnContextClassRef = reference
                    change(&$0)
                }
            }
            for good in [("mfa", Self.refeds), ("mfa", Self.microsoft), ("mfa pwd", Self.password), ("pwd", Self.refeds), ("other", Self.password)] {
                _ = try await complete(good.0, by: good.1)
            }
            for bad in [("mfa", Self.password), ("pwd", Self.microsoft), ("mfa", Self.refeds + "\u{FEFF}"), ("mfa", Self.refeds.uppercased())] {
                let refusal = try await fixture.refusal { try await complete(bad.0, by: bad.1) }
                #expect(refusal?.code == "sign_in.unmet_authentication_requirements", "\(bad)")
            }
        }
    }

    @Test("an answer counts by the table at its time: what was taken from it since was not asked for in vain")
    func tableOfTheTime() async throws {
        try await GatewayFixture.run(Self.mapped) { fixture in
            let flow = Flow(fixture)
            let (request, binding) = try await flow.begin([("acr_values", "mfa")])
            try await fixture.updateProvider { $0.contexts = ContextMappingSettings([]) }
            let refusal = try await fixture.refusal { try await flow.answer(request, binding) { $0.authnContextClassRef = Self.refeds } }
            #expect(refusal?.code == "sign_in.unmet_authentication_requirements")
        }
    }

    @Test("SAML Core §3.2.2.2: NoAuthnContext is the app's answer where the app asked, and the provider's refusal where the admin did")
    func noAuthnContext() async throws {
        try await GatewayFixture.run(Self.mapped) { fixture in
            let flow = Flow(fixture)
            for (asked, code) in [("mfa", "sign_in.unmet_authentication_requirements"), ("other", "saml.status")] {
                let (request, binding) = try await flow.begin([("acr_values", asked)])
                let refusal = try await fixture.refusal {
                    try await flow.answer(request, binding) {
                        $0.status = "urn:oasis:names:tc:SAML:2.0:status:Responder"
                        $0.substatus = "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext"
                        ($0.hasAssertion, $0.signed) = (false, .none)
                    }
                }
                #expect(refusal?.code == code)
            }
        }
    }

    @Test("the same of an OpenID Connect provider: acr_values upstream, and acr of the ID token that comes back")
    func openID() async throws {
        try await OpenIDFlow.run(register: { settings in
            settings.acrValues = "everybody gold silver"
            settings.contexts = ContextMappingSettings(["mfa=silver", "mfa=gold", "pwd=bronze"])
        }) { flow in
            func asked(_ values: String) async throws -> String? {
                FakeOpenIDProvider.query(try await flow.begin([("acr_values", values)]).url)["acr_values"]
            }
            #expect(try await asked("mfa other") == "silver gold")
            #expect(try await asked("other") == "everybody gold silver")
            #expect(try await asked("pwd") == "everybody gold silver")
            func refusal(_ acr: JSONValue?) async throws -> String? {
                flow.provider.change { $0.claims = { $0.with(["acr": acr]) } }
                return try await flow.refusal([("acr_values", "mfa")])?.code
            }
            for bad: JSONValue? in [nil, "bronze", "mfa", "Gold", 2, ["gold"]] {
                #expect(try await refusal(bad) == "sign_in.unmet_authentication_requirements")
            }
            flow.provider.change { $0.claims = { $0.with(["acr": "gold"]) } }
            _ = try await flow.signIn([("acr_values", "mfa")])
            // What the provider says of itself (Unmet Authentication Requirements 1.0) is what the app is told.
            flow.provider.change { $0.refusal = { _ in "unmet_authentication_requirements" } }
            #expect(try await flow.refusal([("acr_values", "mfa")])?.code == "sign_in.unmet_authentication_requirements")
            #expect(try await flow.refusal([("acr_values", "other")])?.code == "oidc.provider_error")
        }
    }
}
