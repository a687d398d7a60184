import Administration
import FoundationEssentials
import Gateway
import TestSupport
import Testing
import UserPools

@Suite("SAML presets, and what is tolerated of one provider until a day")
struct SAMLPresetTests {
    private func made(_ fixture: GatewayFixture, _ configure: (inout SAMLProviderSettings) -> Void) async throws -> IdentityProvider {
        var other = FakeIdentityProvider()
        other.entityID += "/other"
        var settings = SAMLProviderSettings()
        settings.metadata = .document(other.metadata())
        configure(&settings)
        return try await fixture.administration.perform(CreateSAMLProvider("other", pool: fixture.pool.id.text, settings: settings)).settings
    }

    private func exceptions(_ provider: IdentityProvider) -> [SAMLException] {
        if case .saml(let connection) = provider.kind { connection.madeExceptions } else { [] }
    }

    @Test("each maps by the product's names, and what is given comes on top", arguments: SAMLPreset.all.map(\.name))
    func maps(_ name: String) async throws {
        try await GatewayFixture.run { fixture in
            let provider = try await made(fixture) {
                $0.preset = name
                $0.map = ["email=other", "groups=a", "groups=b"]
            }
            let rules = provider.attributeMapping.rules
            #expect(rules.filter { $0.attribute == "email" }.map(\.source) == ["other"])
            #expect(rules.filter { $0.attribute == "groups" }.map(\.source) == ["a", "b"])
            #expect(rules.contains { $0.attribute == "family_name" } && rules.allSatisfy { !$0.required })
            #expect(exceptions(provider).map(\.quirk) == (name == "auth0" ? [.anySignatureOrder] : []))
        }
    }

    @Test("an unknown one is refused")
    func unknown() async throws {
        try await GatewayFixture.run { fixture in
            let error = await #expect(throws: AdministrationError.self) { _ = try await made(fixture) { $0.preset = "none" } }
            guard case .problems(let problems)? = error else { return }
            #expect(problems.map(\.field) == [.preset])
        }
    }

    @Test("an exception ends on its day by itself, or when it is ended; its reason is kept, and it is listed until then")
    func exceptionsEnd() async throws {
        try await GatewayFixture.run { fixture in
            let day = fixture.clock.now.addingTimeInterval(86_400), pool = fixture.pool.id.text
            func saml() async throws -> SAMLConnection {
                let provider = try await fixture.administration.provider("corp", pool: pool)
                return try #require(provider.saml?.settings)
            }
            for quirk in SAMLExceptions.Quirk.allCases {
                try await fixture.updateProvider { ($0.exceptions, $0.exceptionReason) = ([quirk: day], "ticket 7") }
                #expect(try await saml().madeExceptions == [SAMLException(quirk: quirk, until: day, reason: "ticket 7")])
                #expect(try await saml().allows(quirk, at: day.addingTimeInterval(-1)))
                #expect(try await !saml().allows(quirk, at: day))
                // Another date alone keeps the reason.
                try await fixture.updateProvider { $0.exceptions = [quirk: fixture.clock.now] }
                #expect(try await saml().madeExceptions.map(\.reason) == ["ticket 7"])
                #expect(try await saml().madeExceptions.allSatisfy { !$0.isInForce(at: fixture.clock.now) })
                try await fixture.updateProvider { $0.endedExceptions = [quirk] }
                #expect(try await saml().madeExceptions == [])
            }
        }
    }
}
