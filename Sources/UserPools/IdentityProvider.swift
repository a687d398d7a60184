package import FoundationEssentials

/// An upstream that a pool trusts to say who somebody is, as the admin configured it.
package struct IdentityProvider: Sendable, Hashable, Identified {
    package typealias Name = Identifier<IdentityProvider>

    /// What only one kind of provider has.
    package enum Kind: Sendable, Hashable {
        case saml(SAMLConnection)
        case oidc(OIDCConnection)
        case federation(FederationConnection)
    }

    package let poolID: UserPool.ID
    package let name: Name
    package var kind: Kind
    package var attributeMapping: AttributeMapping
    /// E-mail domains that this provider owns, by the admin's word; lower case.
    package var domains: [String]
    package var enabled: Bool
    /// What its button on the sign-in page says; nil is the name.
    package var displayName: String?
    package var logo: ImageReference?
    package let createdAt: Date
    package var updatedAt: Date

    package init(
        poolID: UserPool.ID, name: Name, kind: Kind, attributeMapping: AttributeMapping, domains: [String] = [], enabled: Bool = true,
        displayName: String? = nil, logo: ImageReference? = nil, createdAt: Date, updatedAt: Date
    ) {
        self.poolID = poolID
        self.name = name
        self.kind = kind
        self.attributeMapping = attributeMapping
        self.domains = domains
        self.enabled = enabled
        self.displayName = displayName
        self.logo = logo
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// 1 to 128 bytes: no white space, no `_`, no control characters; it stands in usernames as `NAME_subject`. A new one is shorter.
    package static func acceptsIdentifier(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && text.unicodeScalars.allSatisfy(mayStandInIdentifier)
    }

    private static func mayStandInIdentifier(_ scalar: Unicode.Scalar) -> Bool {
        // Unicode's tables are dear, and a name is read with each of a user's identities and groups.
        if scalar.isASCII { return (0x21...0x7E).contains(scalar.value) && scalar != "_" && scalar != "/" }
        let properties = scalar.properties
        return !properties.isWhitespace && properties.generalCategory != .control && properties.generalCategory != .format
    }
}

/// A SAML 2.0 identity provider: its metadata, which is the trust, and what is tolerated from it.
package struct SAMLConnection: Sendable, Hashable, Codable {
    /// The `EntityDescriptor` as it was registered.
    package var metadata: String
    package var entityID: String
    package var metadataURL: String?
    /// Whether a response that answers no request of ours may begin a session (SAML Profiles §4.1.5).
    package var allowsIDPInitiated: Bool
    /// nil only where an earlier version let it begin: then nobody is taken to an app.
    package var initiated: SAMLInitiatedSettings?
    /// Until when SHA-1 signatures and RSA keys below 2048 bits pass; nil is never.
    package var allowsSHA1Until: Date?
    /// Made by a version that asked for no date; see `exceptions`.
    package internal(set) var allowsMissingAuthnStatement: Bool
    package internal(set) var allowsAnySignatureOrder: Bool
    /// nil is `refuse`.
    package var onGroupOverage: GroupOverage?
    /// The attribute that names the person, by its Name, or `friendly:` and its FriendlyName; nil is the NameID.
    package var subjectAttribute: String?
    /// nil: as the provider's metadata has it.
    package var logout: SAMLLogoutSettings?
    package var exceptions: SAMLExceptions?
    package var requests: SAMLRequestSettings?
    /// nil where nobody said whether the document is followed: it is not.
    package var following: MetadataFollowing?
    package var contextMapping: AuthenticationContextMapping?

    package init(
        metadata: String, entityID: String, metadataURL: String? = nil, allowsIDPInitiated: Bool = false, allowsSHA1Until: Date? = nil,
        allowsMissingAuthnStatement: Bool = false, allowsAnySignatureOrder: Bool = false
    ) {
        self.metadata = metadata
        self.entityID = entityID
        self.metadataURL = metadataURL
        self.allowsIDPInitiated = allowsIDPInitiated
        self.allowsSHA1Until = allowsSHA1Until
        self.allowsMissingAuthnStatement = allowsMissingAuthnStatement
        self.allowsAnySignatureOrder = allowsAnySignatureOrder
    }
}
