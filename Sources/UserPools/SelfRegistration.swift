package import FoundationEssentials

/// That an app became a client by itself, how, and what it says of itself beside what counts for its requests (RFC 7591 §2).
package struct SelfRegistration: Sendable, Hashable, Codable {
    package enum Way: String, Sendable, Codable {
        /// With an initial access token (RFC 7591 §3).
        case token
        /// By a metadata document, whose address is the client's identifier.
        case document
    }

    package var way: Way
    /// Which initial access token it came with, by the name that admins see.
    package var initialToken: String?
    /// Of the token by which it reads and changes its registration (RFC 7592 §3): SHA-256 in base64url.
    package var accessToken: String?
    /// To which hosts it may have itself redirected, as its initial access token says; nil: to all.
    package var redirectHosts: [String]?
    /// `web` or `native`.
    package var applicationType: String?
    package var clientURI: String?
    package var logoURI: String?
    package var policyURI: String?
    package var termsURI: String?
    package var contacts: [String]?
    package var softwareID: String?
    package var softwareVersion: String?
    package var sectorIdentifierURI: String?
    /// Of the document by which it came: which one was read last.
    package var documentDigest: String?

    package init(_ way: Way) { self.way = way }

    package var accessTokenHash: SecretHash? { accessToken.flatMap { SecretHash(base64URLText: $0) } }
}

/// Whether apps may register themselves in a pool, and what they get then; nil is the default.
package struct RegistrationSettings: Sendable, Hashable, Codable {
    /// With an initial access token (RFC 7591 §3).
    package var byToken: Bool?
    /// By documents at their client_id (draft-ietf-oauth-client-id-metadata-document).
    package var byDocument: Bool?
    /// Hosts of such documents; nil: any.
    package var documentHosts: [String]?
    /// So many clients of each way may have registered themselves.
    package var maximum: Int?
    /// After so many days in which nobody got a token by it such a client is deleted.
    package var unusedDays: Int?
    /// Services of the pool for which such clients may ask.
    package var resources: [String]?

    package init() {}

    package static let defaultMaximum = 1_000
    package static let defaultUnusedDays = 90

    package var takesDocuments: Bool { byDocument ?? false }
    package var takesTokens: Bool { byToken ?? false }
    package var maximumClients: Int { maximum ?? Self.defaultMaximum }
    package var unusedLifetime: TimeInterval { TimeInterval(unusedDays ?? Self.defaultUnusedDays) * 24 * 3600 }
}
