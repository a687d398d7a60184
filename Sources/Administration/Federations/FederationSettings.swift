import FoundationEssentials
package import Gateway
import SAML
import UserPools
import WireFormats

/// What an admin says of a federation; nil leaves it as it is (at creation: the default).
package struct FederationSettings: Sendable {
    package enum Source: Sendable {
        /// The address of a signed aggregate.
        case aggregate(String)
        /// The base address of a metadata query service.
        case query(String)
        /// A signed aggregate that an admin has.
        case file(SpooledDocument)
        /// One that an admin gives later.
        case later
    }

    package var source: Source?
    /// Certificates or public keys in PEM, one of which must have signed.
    package var signers: [[UInt8]]?
    package var registrationAuthorities: [String]?
    package var categories: [String]?
    /// `NAME=VALUE`.
    package var entityAttributes: [String]?
    package var included: [String]?
    package var excluded: [String]?
    /// What every SAML provider takes, of which the metadata and who may begin sign-ins are not for a federation.
    package var saml = SAMLProviderSettings()

    package init() {}

    static let mostValues = 1_000

    func connection(insteadOf before: FederationConnection?, at now: Date) throws(AdministrationError) -> FederationConnection {
        let signers = try signers(insteadOf: before)
        var connection: FederationConnection
        switch source {
        case .aggregate(let url): connection = FederationConnection(metadataURL: try checked(url), source: .aggregate, signers: signers)
        case .query(let url): connection = FederationConnection(metadataURL: try checked(url), source: .mdq, signers: signers)
        case .file, .later: connection = FederationConnection(metadataURL: "", source: .aggregate, signers: signers)
        case nil:
            guard let before else {
                throw .invalid(
                    .metadataURL, "", "is needed, or the address of a metadata query service, or a file",
                    example: .give(.metadataURL, "https://federation.example.org/metadata.xml"))
            }
            connection = before
        }
        if let before, source != nil {
            let (url, source) = (connection.metadataURL, connection.source)
            connection = before
            (connection.metadataURL, connection.source) = (url, source)
        }
        connection.signers = signers
        connection.filters = try filters(insteadOf: connection.filters)
        if let attribute = saml.subjectAttribute { connection.subjectAttribute = SAMLProviderSettings.subjectAttribute(named: attribute) }
        if let singleLogout = saml.singleLogout { connection.logout = SAMLLogoutSettings(isEnabled: singleLogout) }
        // The same exceptions as of one provider, made by the same rules.
        var one = connection.connection(to: FederationMember(entityID: "", metadata: ""))
        saml.applyExceptions(to: &one, at: now)
        (connection.exceptions, connection.allowsSHA1Until) = (one.exceptions, one.allowsSHA1Until)
        return connection
    }

    private func signers(insteadOf before: FederationConnection?) throws(AdministrationError) -> FederationSigners {
        guard let given = signers else {
            if let before { return before.signers }
            throw .invalid(
                .metadataSigner, "", "is needed: whoever serves metadata that nobody signed would be every member",
                example: .words("the certificate that the federation's operator publishes, in PEM"))
        }
        guard let signers = FederationSigners(try given.map { pem throws(AdministrationError) in try MetadataSigner.read(pem) }),
            signers.all.count <= 8
        else { throw .invalid(.metadataSigner, "", "is needed once, and up to eight times", example: .words("the operator's certificate in PEM")) }
        return signers
    }

    private func filters(insteadOf before: FederationFilters) throws(AdministrationError) -> FederationFilters {
        var filters = before
        filters.registrationAuthorities = registrationAuthorities ?? before.registrationAuthorities
        filters.categories = categories ?? before.categories
        filters.included = included ?? before.included
        filters.excluded = excluded ?? before.excluded
        if let entityAttributes {
            filters.entityAttributes = try entityAttributes.map { text throws(AdministrationError) in
                guard let (name, value) = ProtocolText(text).cut(at: "="), !name.isEmpty, !value.isEmpty else {
                    throw .invalid(
                        .entityAttribute, text, "is not NAME=VALUE",
                        example: .give(.entityAttribute, "http://macedir.org/entity-category-support=https://example.org/category"))
                }
                return FederationFilters.EntityAttribute(name: name.string, value: value.string)
            }
        }
        let counts = [filters.registrationAuthorities.count, filters.categories.count, filters.included.count, filters.excluded.count]
        guard counts.allSatisfy({ $0 <= Self.mostValues }), filters.entityAttributes.count <= Self.mostValues else {
            throw .invalid(.entityAttribute, "", "and each other filter takes \(Self.mostValues) values", example: .words("fewer of them"))
        }
        return filters
    }

    private func checked(_ url: String) throws(AdministrationError) -> String {
        guard let address = WebAddress(url), address.isHTTPS || WebAddress.isLoopbackHTTP(url) else {
            throw .invalid(
                .metadataURL, url, "is no https address", example: .give(.metadataURL, "https://federation.example.org/metadata.xml"))
        }
        return url
    }
}
