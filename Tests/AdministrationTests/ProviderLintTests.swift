import Administration
import FoundationEssentials
import SAML
import TestSupport
import Testing
import UserPools

@Suite("`idp lint`: what is wrong with a provider, or will be before long")
struct ProviderLintTests {
    private func codes(_ fixture: GatewayFixture) async throws -> [String] {
        try await fixture.administration.findings(ofProvider: "corp", pool: fixture.pool.id.text).map(\.code).sorted()
    }

    private let day: TimeInterval = 86_400

    @Test("of metadata: its end, and the ends and kinds of its keys")
    func metadata() {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        func findings(_ document: String) -> [String] {
            ProviderLint.findings(of: Array(document.utf8), entityID: nil, at: now).map { "\($0.severity.rawValue) \($0.code)" }
        }
        let plain = String(decoding: FakeIdentityProvider().metadata(), as: UTF8.self)
        let usual = findings(plain)
        #expect(usual.contains("non_blocking lint.no_single_logout") && !usual.contains { $0.hasPrefix("blocking") })
        func until(_ days: Double) -> String {
            plain.replacing("entityID=", with: "validUntil=\"\(SAMLInstant.format(now.addingTimeInterval(days * day)))\" entityID=")
        }
        #expect(findings(until(31)) == usual)
        #expect(findings(until(29)) == ["non_blocking lint.metadata_ends"] + usual)
        #expect(findings(until(-1)) == ["blocking saml.metadata_expired"])
        #expect(findings("<nothing/>") == ["blocking saml.metadata_root"])
        #expect(findings(plain.replacing("Location=\"https://", with: "Location=\"http://")).contains("blocking lint.plain_http"))
    }

    @Test("an aggregate that nobody signed")
    func aggregate() {
        var other = FakeIdentityProvider()
        other.entityID += "/other"
        let both = [FakeIdentityProvider(), other].map { String(decoding: $0.metadata(), as: UTF8.self) }.joined()
        let document = Array("<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">\(both)</md:EntitiesDescriptor>".utf8)
        let findings = ProviderLint.findings(of: document, entityID: other.entityID, at: Date(timeIntervalSince1970: 1_800_000_000))
        #expect(findings.contains(.unsignedAggregate) && findings.first?.severity == .blocking)
    }

    @Test("exceptions: without a date, near their day, and past it")
    func exceptions() async throws {
        try await GatewayFixture.run { fixture in
            func set(_ days: Double) async throws {
                try await fixture.updateProvider { $0.exceptions = [.clockSkew: fixture.clock.now.addingTimeInterval(days * day)] }
            }
            let usual = try await codes(fixture)
            try await set(31)
            #expect(try await codes(fixture) == usual)
            try await set(29)
            #expect(try await codes(fixture) == (usual + ["lint.exception_ends"]).sorted())
            try await set(-1)
            #expect(try await codes(fixture) == (usual + ["lint.exception_ended"]).sorted())
            try await fixture.updateProvider { $0.endedExceptions = [.clockSkew] }
            #expect(try await codes(fixture) == usual)
        }
    }
}
