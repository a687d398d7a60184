package import FoundationEssentials
import WireFormats

/// A federation: many SAML identity providers that one operator registers and signs for, as one provider of a pool.
///
/// Its members are not configured one by one: they are rows of `FederationStore`, and all of them have these settings.
package struct FederationConnection: Sendable, Hashable, Codable {
    /// How members come here.
    package enum Source: String, Sendable, Hashable, Codable, CaseIterable {
        /// One signed document of all of them (SAML Metadata §2.3.1).
        case aggregate
        /// One at a time, when somebody asks for it (draft-young-md-query).
        case mdq
    }

    /// Of the aggregate, or of the metadata query service.
    package var metadataURL: String
    package var source: Source
    /// Who signs what is read there.
    package var signers: FederationSigners
    /// Which members are taken.
    package var filters: FederationFilters
    package var requests: SAMLRequestSettings?
    /// The attribute that names a person, as `SAMLConnection.subjectAttribute`.
    package var subjectAttribute: String?
    /// Which authentication contexts of its members mean what to apps.
    package var contextMapping: AuthenticationContextMapping?
    /// nil: as each member's metadata has it.
    package var logout: SAMLLogoutSettings?
    /// What is tolerated of every member.
    package var exceptions: SAMLExceptions?
    /// Beside `exceptions`, as with one provider.
    package var allowsSHA1Until: Date?

    package init(metadataURL: String, source: Source, signers: FederationSigners, filters: FederationFilters = FederationFilters()) {
        (self.metadataURL, self.source, self.signers, self.filters) = (metadataURL, source, signers, filters)
    }

    /// Whether what is read by the one would be read by the other as well: from there, signed by them, and with these filters.
    package func readsAs(_ other: FederationConnection) -> Bool { hasSameOrigin(as: other) && filters == other.filters }

    /// Whether members come from the same place, and by the word of the same signers.
    package func hasSameOrigin(as other: FederationConnection) -> Bool {
        source == other.source && metadataURL.hasSameBytes(as: other.metadataURL)
            && signers.all.elementsEqual(other.signers.all) { $0.hasSameBytes(as: $1) }
    }

    /// A member as a provider of its own: its metadata, and the settings that all members have. Nobody signs in unasked.
    package func connection(to member: FederationMember) -> SAMLConnection {
        var connection = SAMLConnection(metadata: member.metadata, entityID: member.entityID, allowsSHA1Until: allowsSHA1Until)
        connection.subjectAttribute = subjectAttribute
        connection.logout = logout
        connection.exceptions = exceptions
        connection.requests = requests
        connection.contextMapping = contextMapping
        return connection
    }
}

/// Who signs a federation's metadata: each a certificate or SubjectPublicKeyInfo in DER and base64. There is always one: a document that nobody need
/// sign would let whoever serves it be every member.
package struct FederationSigners: Sendable, Hashable, Codable {
    package let all: [String]

    /// nil where there is none.
    package init?(_ all: [String]) {
        guard !all.isEmpty else { return nil }
        self.all = all
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let signers = FederationSigners(try container.decode([String].self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no signer")
        }
        self = signers
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(all)
    }
}

/// Which of the entities of a federation become members: those that fit all that is said here. Nothing said is no condition.
package struct FederationFilters: Sendable, Hashable, Codable {
    /// mdrpi:RegistrationInfo/@registrationAuthority, one of these.
    package var registrationAuthorities: [String] = []
    /// Values of the entity attribute `http://macedir.org/entity-category`, all of them.
    package var categories: [String] = []
    /// Other entity attributes (SAML V2.0 Metadata Extension for Entity Attributes), all of them.
    package var entityAttributes: [EntityAttribute] = []
    /// Entity IDs of which nobody else is taken; empty where anybody is.
    package var included: [String] = []
    /// Entity IDs that are left out.
    package var excluded: [String] = []

    package struct EntityAttribute: Sendable, Hashable, Codable {
        package let name: String
        package let value: String

        package init(name: String, value: String) { (self.name, self.value) = (name, value) }
    }

    package init() {}
}
