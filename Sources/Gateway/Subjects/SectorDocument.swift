import WireFormats

/// The document at a `sector_identifier_uri`: a JSON array of the redirect URIs of all apps of the sector (OpenID Connect Core §8.1).
package struct SectorDocument: Sendable {
    package let url: String
    private let named: [String]

    package enum Failure: Error, Sendable {
        case fetch(FetchError)
        case noArray
    }

    private static let maximumLength = 64 << 10

    package init(at url: String, from documents: any DocumentSource) async throws(Failure) {
        let bytes: [UInt8]
        do { bytes = try await documents.fetch(url, limit: Self.maximumLength) } catch { throw .fetch(error) }
        guard let named = (try? JSONParser.parse(bytes))?.strings else { throw .noArray }
        (self.url, self.named) = (url, named)
    }

    /// The first that it does not name.
    package func missing(of redirectURIs: [String]) -> String? {
        redirectURIs.first { uri in !named.contains { $0.hasSameBytes(as: uri) } }
    }
}
