import FoundationEssentials
import Gateway
import UserPools
import WireFormats

/// What an admin says of the names that people have at a client (OpenID Connect Core §8); what is not given stays.
package struct ClientSubjectSettings: Sendable {
    /// Whether they have others at each sector.
    package var isPairwise: Bool?
    /// Where all redirect URIs of its sector are named.
    package var sectorIdentifierURI = Change<String>.keep

    package init() {}

    /// - Parameter client: with the redirect URIs that it is to have.
    func apply(to client: inout AppClient) throws(AdministrationError) {
        var changed = client
        if let isPairwise { changed.metadata.subjectType = isPairwise ? .pairwise : nil }
        if case .set(let uri) = sectorIdentifierURI {
            guard WebAddress.isAllowed(uri) else {
                throw .invalid(
                    .sectorIdentifierURI, uri, "is no https address without a fragment",
                    example: .give(.sectorIdentifierURI, "https://example.com/apps.json"))
            }
            guard changed.metadata.subjectType == .pairwise else {
                throw .invalid(.sectorIdentifierURI, uri, "is of pairwise subjects", example: .give(.subjectType, "pairwise"))
            }
        }
        let uri = sectorIdentifierURI.applied(to: client.metadata.sectorIdentifierURI)
        changed.metadata.sectorIdentifierURI = changed.metadata.subjectType == .pairwise ? uri : nil
        guard !changed.lacksSector else {
            throw .invalid(
                .subjectType, "pairwise", "needs one host in all redirect URIs, or an address where the sector names all of them",
                example: .give(.sectorIdentifierURI, "https://example.com/apps.json"))
        }
        client = changed
    }
}

extension Administration {
    /// The document of the client's sector, where it must be read for what the client becomes.
    func sectorDocument(of client: AppClient, since before: AppClient?) async throws(AdministrationError) -> SectorDocument? {
        guard let uri = client.sectorToProve(since: before) else { return nil }
        do { return try await SectorDocument(at: uri, from: environment.documents) } catch {
            switch error {
            case .fetch(let error): throw .fetch(error, url: uri)
            case .noArray:
                throw .invalid(
                    .sectorIdentifierURI, uri, "has no JSON array of URIs",
                    example: .words("publish an array of the redirect URIs of all apps of the sector there"))
            }
        }
    }
}

extension AppClient {
    /// Whose document must name all redirect URIs, where it was not read for them before.
    fileprivate func sectorToProve(since before: AppClient?) -> String? {
        guard metadata.subjectType == .pairwise, let uri = sectorIdentifierURI else { return nil }
        guard let before, before.sector != nil, before.sectorIdentifierURI?.hasSameBytes(as: uri) == true else { return uri }
        return before.redirectURIs.elementsEqual(redirectURIs, by: { $0.hasSameBytes(as: $1) }) ? nil : uri
    }

    /// - Parameter document: that was read for this change.
    func requireSector(_ document: SectorDocument?, since before: AppClient?) throws(AdministrationError) {
        guard let uri = sectorToProve(since: before) else { return }
        // Somebody else changed it meanwhile.
        guard let document, document.url.hasSameBytes(as: uri) else { throw .store(.conflict(what: "client \(id)")) }
        guard let missing = document.missing(of: redirectURIs) else { return }
        throw .invalid(
            .sectorIdentifierURI, uri, "does not name the redirect URI \(missing)",
            example: .words("add it to the array that is published there, and give the command again"))
    }
}
