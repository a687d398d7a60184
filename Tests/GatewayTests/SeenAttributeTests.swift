import Administration
import TestSupport
import Testing
import UserPools

@Suite("`idp lint`: attributes that nobody has")
struct SeenAttributeTests {
    @Test("once somebody signed in, what is mapped and nobody has is told; groups count where anybody has one")
    func neverSeen() async throws {
        try await GatewayFixture.run { fixture in
            try await fixture.updateProvider { $0.map = ["email=mail", "nickname=nick", "groups=groups"] }
            func findings() async throws -> [ProviderFinding] {
                try await fixture.administration.findings(ofProvider: "corp", pool: fixture.pool.id.text)
            }
            func unseen() async throws -> [String] {
                try await findings().compactMap { if case .neverSeen(let attribute, _, 1) = $0 { attribute } else { nil } }
            }
            #expect(try await unseen() == [])
            let flow = Flow(fixture)
            _ = try await flow.complete(attributes: [.init("mail", "alice@example.com")])
            #expect(try await unseen() == ["nickname", "groups"])
            _ = try await flow.complete(attributes: [.init("mail", "alice@example.com"), .init("groups", "staff"), .init("nick", "al")])
            #expect(try await unseen() == [])
            try await fixture.updateProvider { $0.map = [] }
            #expect(try await findings().contains(.nothingMapped))
        }
    }
}
