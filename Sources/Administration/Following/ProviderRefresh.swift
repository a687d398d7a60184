import FoundationEssentials
package import Gateway
import SAML
import UserPools
import WireFormats

/// What a provider becomes by the document that its own address has now.
struct ProviderRefresh: Sendable {
    enum Document: Sendable {
        case metadata(MetadataDocument)
        case discovery(OIDCConnection.Endpoints)
    }

    let before: IdentityProvider
    let document: Document
    let pool: UserPool
    let sealer: Sealer
    let now: Date

    /// Whoever changed meanwhile what this would replace was first.
    func apply(to provider: inout IdentityProvider) throws(AdministrationError) {
        switch (document, before.kind, provider.kind) {
        case (.metadata(let document), .saml(let old), .saml(var connection))
        where connection.metadata.hasSameBytes(as: old.metadata) && Array((connection.metadataURL ?? "").utf8) == Array((document.url ?? "").utf8)
            && connection.following?.signers ?? [] == old.following?.signers ?? []:
            connection.take(document)
            provider.kind = .saml(connection)
            // The moment at which the metadata was found to be valid.
            provider.updatedAt = now
        case (.discovery(let endpoints), .oidc(let old), .oidc(var connection))
        where connection.isDiscovered && connection.endpoints == old.endpoints && connection.issuer.hasSameBytes(as: old.issuer):
            connection.endpoints = endpoints
            provider.updatedAt = now
            try OIDCProviderSettings().apply(to: &provider, connection, in: pool, logo: .success(.keep), sealer: sealer)
        default: throw .store(.conflict(what: "identity provider \(provider.name)"))
        }
    }

    /// What would become another: each fact as it was and as it would be. Nothing is changed.
    func differences() throws(AdministrationError) -> [AuditEvent.Detail] {
        var after = before
        try apply(to: &after)
        return after.differences(since: before)
    }
}

extension Administration {
    /// The document from where the provider's came.
    fileprivate func fetchRefresh(_ name: String, pool id: String) async throws(AdministrationError) -> ProviderRefresh {
        let pool = try await pool(id)
        let known = try await provider(name, pool: id)
        let now = environment.now()
        let document: ProviderRefresh.Document
        switch known.connection {
        case .saml(let saml):
            guard let url = saml.settings.metadataURL else {
                throw .invalid(.name, name, "was registered from a file, so there is no address to fetch", example: .act(.replaceMetadata))
            }
            document = .metadata(
                try await read(.url(url), entityID: saml.settings.entityID, signers: try saml.settings.metadataSigners(), at: now))
        case .oidc(let connection):
            guard connection.isDiscovered else {
                throw .invalid(
                    .name, name, "has addresses given by hand, so there is nothing to fetch", example: .words("give the addresses that changed"))
            }
            document = .discovery(try await discover(connection.issuer))
        case .federation:
            throw .invalid(.name, name, "is a federation, whose members are imported", example: .act(.showProvider))
        }
        return ProviderRefresh(before: known.settings, document: document, pool: pool, sealer: sealer, now: now)
    }

    func perform(_ refresh: ProviderRefresh) async throws(AdministrationError) -> Changed<ConfiguredProvider> {
        try await changeProvider(refresh.before) { (provider) throws(AdministrationError) in
            try refresh.apply(to: &provider)
        }
    }
}

/// Fetches a provider's metadata or discovery document again from where it came; what was there stays where that fails.
package struct RefreshProvider: AdminAct {
    let provider: String
    let pool: String

    package init(_ provider: String, pool: String) { (self.provider, self.pool) = (provider, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredProvider {
        try await desk.perform(try await desk.fetchRefresh(provider, pool: pool)).after
    }
}

/// The same without doing it: what would become another, as it was and as it would be.
package struct PreviewRefresh: AdminAct {
    let provider: String
    let pool: String

    package init(_ provider: String, pool: String) { (self.provider, self.pool) = (provider, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> [FactChange] {
        FactChange.list(of: try await desk.fetchRefresh(provider, pool: pool).differences())
    }
}

/// A fact that became another, or would.
package struct FactChange: Sendable, Hashable {
    package let fact: String
    package let before: String
    package let after: String

    /// Of the details of a change, in which each fact stands twice.
    static func list(of details: [AuditEvent.Detail]) -> [FactChange] {
        var changes: [FactChange] = []
        for detail in details {
            guard let before = details.first(where: { $0.name == detail.name + "_before" }) else { continue }
            changes.append(FactChange(fact: detail.name, before: before.value, after: detail.value))
        }
        return changes
    }
}
