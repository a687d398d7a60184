import Foundation
import TestSupport
import Testing
import UserPools

@testable import Administration

@Suite("What an admin may not give a federation")
struct FederationLimitsTests {
    private func apply(_ settings: (inout ProviderSettings) -> Void) throws(AdministrationError) -> IdentityProvider {
        let pool = UserPool(
            id: UserPool.ID("local_Ab3")!, name: "p", domain: nil, signingAlgorithm: "ES256", createdAt: Date(timeIntervalSince1970: 0))
        let connection = FederationConnection(
            metadataURL: "https://federation.example/all.xml", source: .aggregate, signers: FederationSigners(["c2lnbmVy"])!)
        var provider = IdentityProvider(
            poolID: pool.id, name: IdentityProvider.Name("edu")!, kind: .federation(connection), attributeMapping: AttributeMapping(),
            createdAt: pool.createdAt, updatedAt: pool.createdAt)
        var given = ProviderSettings()
        settings(&given)
        try given.apply(to: &provider, in: pool, logo: .success(.keep))
        return provider
    }

    @Test("case 154: groups by an attribute whose values have a domain, and by no other")
    func groups() throws {
        for source in ["urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "friendly:eduPersonScopedAffiliation"] {
            #expect(try apply { $0.map = ListChange(["groups=" + source]) }.attributeMapping.rules.map(\.source) == [source])
        }
        for source in ["groups", "NameID", "friendly:isMemberOf", "urn:oid:1.3.6.1.4.1.5923.1.1.1.90", "friendly:friendly:eppn"] {
            #expect(fields { try apply { $0.map = ListChange(["groups=" + source]) } } == [.map], "\(source)")
        }
    }

    @Test("no e-mail domain leads to a federation, or is owned by it")
    func domains() {
        #expect(fields { try apply { $0.domains = ListChange(["example.edu"]) } } == [.emailDomain])
    }

    @Test("a federation whose metadata nobody signs is none, neither made nor read")
    func signers() throws {
        #expect(FederationSigners([]) == nil)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(FederationSigners.self, from: Data("[]".utf8)) }
        #expect(try JSONDecoder().decode(FederationSigners.self, from: Data(#"["a"]"#.utf8)).all == ["a"])
    }

    private func fields(_ body: () throws -> IdentityProvider) -> [Field] {
        do { _ = try body() } catch {
            if case .problems(let problems)? = error as? AdministrationError { return problems.map(\.field) }
        }
        return []
    }
}
