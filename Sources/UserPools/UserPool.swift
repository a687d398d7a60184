package import FoundationEssentials

/// A directory of users with an issuer and settings of its own.
package struct UserPool: Sendable, Hashable, Identified {
    package typealias ID = Identifier<UserPool>

    package let id: ID
    package var name: String
    /// A host name at whose root the pool's endpoints answer too.
    package var domain: String?
    /// JWA name of the algorithm that signs the pool's access tokens, and all for which no client asks for another: `RS256`, `PS256`, `ES256` or
    /// `EdDSA`.
    package var signingAlgorithm: String
    package var customAttributes: [CustomAttribute]
    package var branding: Branding
    /// Whether deleting the pool is refused until this is taken back.
    package var deletionProtection: Bool
    /// The services for which its tokens may be.
    package var resources: [ResourceServer]
    /// Whether its SAML metadata has a certificate to encrypt for: some identity providers encrypt as soon as they read one.
    package var publishesEncryptionKey: Bool
    /// So many days a SAML key of it counts before another takes its place by itself; nil: until an admin rotates it.
    package var samlKeyDays: Int?
    /// What else is set of it.
    package var settings = PoolSettings()
    package let createdAt: Date

    package init(
        id: ID, name: String, domain: String?, signingAlgorithm: String, customAttributes: [CustomAttribute] = [], branding: Branding = Branding(),
        deletionProtection: Bool = true, resources: [ResourceServer] = [], publishesEncryptionKey: Bool = true, samlKeyDays: Int? = nil,
        createdAt: Date
    ) {
        self.id = id
        self.name = name
        self.domain = domain
        self.signingAlgorithm = signingAlgorithm
        self.customAttributes = customAttributes
        self.branding = branding
        self.deletionProtection = deletionProtection
        self.resources = resources
        self.publishesEncryptionKey = publishesEncryptionKey
        self.samlKeyDays = samlKeyDays
        self.createdAt = createdAt
    }

    /// All by which it signs: its own first, then those for which clients ask.
    package var signingAlgorithms: [String] { [signingAlgorithm] + (settings.signingAlgorithms ?? []).filter { $0 != signingAlgorithm } }

    /// The pictures that its pages show.
    package var logos: [ImageReference] { [branding.logo, settings.pages?.darkLogo].compactMap(\.self) }

    /// `REGION_` and letters or digits, at most 55 bytes, as Amazon Cognito has them.
    package static func acceptsIdentifier(_ text: String) -> Bool {
        guard text.utf8.count <= 55, let mark = text.utf8.lastIndex(of: UInt8(ascii: "_")) else { return false }
        return IdentifierAlphabet.accepts(text.utf8[..<mark], length: 1...40, others: "-_")
            && IdentifierAlphabet.accepts(text.utf8[mark...].dropFirst(), length: 1...40)
    }
}

/// An attribute that a pool adds to the standard ones; written `custom:NAME` in mappings and claims.
package struct CustomAttribute: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Codable, CaseIterable { case string, number, boolean }

    package let name: String
    package let type: Kind
    package let multivalued: Bool

    /// Fails where `name` is not 1 to 20 letters, digits, `_`, `-` or `.`.
    package init?(name: String, type: Kind, multivalued: Bool) {
        guard IdentifierAlphabet.accepts(name, length: 1...20, others: "_-.") else { return nil }
        self.name = name
        self.type = type
        self.multivalued = multivalued
    }
}

/// A service for which a pool's access tokens may be: what `resource` names (RFC 8707), and the scopes that are its own.
package struct ResourceServer: Sendable, Hashable, Codable {
    package let uri: String
    package var scopes: [String]

    package init(uri: String, scopes: [String] = []) {
        self.uri = uri
        self.scopes = scopes
    }
}

/// A scope of a resource server as an admin names it for a client: the server's URI, a space, the scope.
package struct ResourceScope: Sendable, Hashable {
    package let uri: String
    package let scope: String

    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        (uri, scope) = (String(Substring(parts[0])), String(Substring(parts[1])))
    }
}
