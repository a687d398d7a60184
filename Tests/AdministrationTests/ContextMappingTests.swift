import Administration
import Gateway
import OpenIDConnect
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("What an admin maps for acr_values")
struct ContextMappingTests {
    private func rules(_ fixture: GatewayFixture) async throws -> [String] {
        let provider = try await fixture.administration.provider("corp", pool: fixture.pool.id.text)
        return provider.settings.contextMapping?.rules.map(\.text) ?? []
    }

    @Test("a list as others are: replaced, added to, removed from by rule or by acr, and emptied; a class of SAML by its last part")
    func list() async throws {
        try await GatewayFixture.run { fixture in
            func change(_ change: ListChange) async throws -> [String] {
                try await fixture.updateProvider { $0.contexts = ContextMappingSettings(change) }
                return try await rules(fixture)
            }
            let x509 = "cert=urn:oasis:names:tc:SAML:2.0:ac:classes:X509"
            #expect(try await change(["cert=X509", "mfa=https://refeds.org/profile/mfa"]) == [x509, "mfa=https://refeds.org/profile/mfa"])
            let added = try await change(ListChange(added: ["cert=X509", "mfa=urn:a=b"]))
            #expect(added == [x509, "mfa=https://refeds.org/profile/mfa", "mfa=urn:a=b"])
            #expect(try await change(ListChange(removed: ["cert=X509"])) == ["mfa=https://refeds.org/profile/mfa", "mfa=urn:a=b"])
            // What else is changed leaves it.
            try await fixture.updateProvider { $0.singleLogout = false }
            #expect(try await rules(fixture).count == 2)
            #expect(try await change(ListChange(removed: ["mfa"])) == [])
            #expect(try await change(["a=b"]) == ["a=urn:oasis:names:tc:SAML:2.0:ac:classes:b"])
            #expect(try await change([]) == [])
        }
    }

    @Test(
        "what is not ACR=CLASS of printable ASCII without blanks is refused, and nothing is changed",
        arguments: [
            "mfa", "=urn:a", "mfa=", "m fa=urn:a", "mfa=urn:a b", "m\u{E9}=urn:a", "mfa=urn:\u{7}", String(repeating: "a", count: 256) + "=urn:a",
            "a=urn:" + String(repeating: "a", count: 1024),
        ])
    func malformed(_ text: String) async throws {
        try await GatewayFixture.run { fixture in
            let error = await #expect(throws: AdministrationError.self) {
                try await fixture.updateProvider { $0.contexts = ContextMappingSettings(["mfa=urn:a", text]) }
            }
            guard case .problems(let problems) = error else { throw StoreError.corrupt(what: "problem") }
            #expect(problems.map(\.field) == [.mapACR])
            #expect(try await rules(fixture) == [])
        }
    }

    @Test("more rules than anybody needs, one that is not there to be removed, and a provider without ID tokens")
    func refused() async throws {
        try await GatewayFixture.run { fixture in
            await #expect(throws: AdministrationError.self) {
                try await fixture.updateProvider { $0.contexts = ContextMappingSettings(ListChange((0...50).map { "a=urn:\($0)" })) }
            }
            await #expect(throws: AdministrationError.self) {
                try await fixture.updateProvider { $0.contexts = ContextMappingSettings(ListChange(removed: ["mfa"])) }
            }
            var settings = OIDCProviderSettings()
            (settings.preset, settings.clientID) = ("github", "us")
            settings.clientSecret = SecretBytes(Array("secret".utf8))
            settings.contexts = ContextMappingSettings(["mfa=2"])
            let act = CreateOIDCProvider("hub", pool: fixture.pool.id.text, settings: settings)
            await #expect(throws: AdministrationError.self) { try await fixture.administration.perform(act) }
        }
    }
}
