import Foundation
import TestSupport
import UserPools

@testable import Storage

extension Example {
    var federation: IdentityProvider.Name { IdentityProvider.Name("edu")! }

    func federation(_ name: String = "edu") -> IdentityProvider {
        var connection = FederationConnection(
            metadataURL: "https://federation.example/all.xml", source: .aggregate, signers: FederationSigners(["c2lnbmVy"])!)
        connection.filters.categories = ["http://refeds.org/category/research-and-scholarship"]
        return IdentityProvider(
            poolID: poolID, name: IdentityProvider.Name(name)!, kind: .federation(connection), attributeMapping: AttributeMapping(),
            createdAt: now, updatedAt: now)
    }

    var federationSettings: FederationConnection {
        guard case .federation(let connection) = federation().kind else { preconditionFailure("a federation") }
        return connection
    }

    func member(_ entityID: String, _ name: String, in language: String = "en", validUntil: Date? = nil) -> FederationMember {
        FederationMember(
            entityID: entityID, metadata: "<EntityDescriptor entityID='\(entityID)'/>", displayNames: [language: name],
            keywords: ["en": ["science"]], logo: "https://logo.example/\(name.utf8.count).png", registrationAuthority: "https://registrar.example",
            entityAttributes: ["urn:a": ["1", "2"]], scopes: [FederationScope(value: "example.edu"), FederationScope(value: "^.*$", isRegexp: true)],
            validUntil: validUntil)
    }

    /// Imports members as one generation.
    func importing(_ members: [FederationMember], _ stores: Stores, until: Date? = nil, acceptsOlder: Bool = false) async throws -> FederationStatus?
    {
        guard let staged = try await stores.federations.begin(newGeneration(), of: federation, in: poolID, at: now, lease: now.addingTimeInterval(60))
        else { return nil }
        guard try await stores.federations.stage(members, staged, lease: now.addingTimeInterval(60)) else { return nil }
        guard case .federation(let settings)? = try await stores.providers.find(federation, in: poolID)?.kind else { return nil }
        let status = try await stores.federations.complete(
            staged, read: settings, validUntil: until, acceptsOlder: acceptsOlder, at: now
        ) { _, _ in nil }
        if status == nil { try await stores.federations.abandon(staged) }
        return status
    }

    func newGeneration() -> FederationImport.Generation { FederationImport.Generation(random())! }
}
