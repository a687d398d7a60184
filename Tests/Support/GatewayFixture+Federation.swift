package import Foundation
package import UserPools

extension GatewayFixture {
    package static let federationName = "edu"

    /// A federation of the pool, as an admin and an import leave it.
    @discardableResult
    package func addFederation(
        _ members: [FederationMember], map: [AttributeMapping.Rule] = [], _ configure: (inout FederationConnection) -> Void = { _ in }
    ) async throws -> IdentityProvider.Name {
        var connection = FederationConnection(
            metadataURL: "https://federation.example/all.xml", source: .aggregate, signers: FederationSigners(["c2lnbmVy"])!)
        configure(&connection)
        let name = IdentityProvider.Name(Self.federationName)!
        let provider = IdentityProvider(
            poolID: pool.id, name: name, kind: .federation(connection), attributeMapping: AttributeMapping(rules: map),
            displayName: "Research & Education",
            createdAt: clock.now, updatedAt: clock.now)
        try await stores.providers.insert(provider)
        try await importMembers(members)
        return name
    }

    /// One whole import; what was there before is gone.
    package func importMembers(_ members: [FederationMember]) async throws {
        let (name, lease) = (IdentityProvider.Name(Self.federationName)!, clock.now.addingTimeInterval(60))
        let generation = FederationImport.Generation(UUID().uuidString)!
        let provider = try await stores.providers.find(name, in: pool.id)
        guard case .federation(let connection)? = provider?.kind else { preconditionFailure("a federation") }
        let staged = try await stores.federations.begin(generation, of: name, in: pool.id, at: clock.now, lease: lease)!
        for start in stride(from: 0, to: members.count, by: 100) {
            _ = try await stores.federations.stage(Array(members[start..<min(start + 100, members.count)]), staged, lease: lease)
        }
        _ = try await stores.federations.complete(staged, read: connection, validUntil: nil, acceptsOlder: false, at: clock.now) { _, _ in nil }
        clock.advanceUptime(by: .seconds(2))
    }
}

extension FakeIdentityProvider {
    /// A member of a federation, which speaks for these domains.
    package static func member(_ host: String, key: Key = .first) -> FakeIdentityProvider {
        FakeIdentityProvider(
            entityID: "https://\(host)/idp", key: key, singleSignOnLocation: "https://\(host)/sso", displayName: "University of \(host)")
    }

    package func asMember(scopes: [String], validUntil: Date? = nil) -> FederationMember {
        FederationMember(
            entityID: entityID, metadata: String(decoding: metadata(), as: UTF8.self), displayNames: ["en": displayName ?? entityID],
            scopes: scopes.map { FederationScope(value: $0) }, validUntil: validUntil)
    }
}
