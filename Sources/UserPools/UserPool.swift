package import FoundationEssentials

/// A directory of users with an issuer and settings of its own.
package struct UserPool: Sendable, Hashable, Identified {
    package typealias ID = Identifier<UserPool>

    package let id: ID
    package var name: String
    /// A host name at whose root the pool's endpoints answer too.
    package var domain: String?
    /// JWA name of the algorithm that signs the pool's tokens: `RS256`, `ES256` or `EdDSA`.
    package var signingAlgorithm: String
    package var customAttributes: [CustomAttribute]
    package var branding: Branding
    package let createdAt: Date

    package init(
        id: ID, name: String, domain: String?, signingAlgorithm: String, customAttributes: [CustomAttribute] = [], branding: Branding = Branding(),
        createdAt: Date
    ) {
        self.id = id
        self.name = name
        self.domain = domain
        self.signingAlgorithm = signingAlgorithm
        self.customAttributes = customAttributes
        self.branding = branding
        self.createdAt = createdAt
    }

    /// `REGION_` and letters or digits, at most 55 bytes, as Amazon Cognito has them.
    package static func acceptsIdentifier(_ text: String) -> Bool {
        guard text.utf8.count <= 55, let mark = text.lastIndex(of: "_") else { return false }
        return IdentifierAlphabet.accepts(String(text[..<mark]), length: 1...40, others: "-_")
            && IdentifierAlphabet.accepts(String(text[text.index(after: mark)...]), length: 1...40)
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
