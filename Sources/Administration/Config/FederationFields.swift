import Gateway
import SAML
import UserPools
import WireFormats

/// A federation with its connection.
struct FederationSubject: Sendable {
    var provider: IdentityProvider
    let connection: FederationConnection

    /// nil for a provider of another kind.
    init?(_ provider: IdentityProvider) {
        guard case .federation(let connection) = provider.kind else { return nil }
        (self.provider, self.connection) = (provider, connection)
    }
}

extension ConfigFields where Subject == FederationSubject, Settings == FederationSettings {
    static var federation: ConfigFields<FederationSubject, FederationSettings> { federationFields }
}

private typealias FederationField = ConfigField<FederationSubject, FederationSettings>

/// A federation speaks for no domain, and each of its members for its own.
private let federationFields = ConfigFields<FederationSubject, FederationSettings>(
    sourceFields + filterFields + habitFields
        + requestFields.map { $0.inside({ $0.connection.requests ?? SAMLRequestSettings() }, \.saml.requests) }
        + providerFields.filter { $0.name != "domains" }.map { $0.inside({ $0.provider }, \.saml.common) })

private let sourceFields: [FederationField] = [
    // Nothing is there of one whose aggregate an admin gives.
    .optionalText(
        "metadata_url", { $0.address(of: .aggregate) },
        { settings, url in
            if let url = url.given { settings.source = .aggregate(url) } else if settings.source == nil { settings.source = .later }
        }),
    .text("mdq_url", { $0.address(of: .mdq) }, { $0.source = .query($1) }),
    FederationField.list(
        "metadata_signers", as: .pems, { ConfigPEM.texts($0.connection.signers.all) }, { $0.signers = $1.given.map { Array($0.utf8) } }
    ).neverEmpty(),
]

private let filterFields: [FederationField] = [
    .list("registration_authorities", { $0.connection.filters.registrationAuthorities }, { $0.registrationAuthorities = $1.given }),
    .list("entity_categories", { $0.connection.filters.categories }, { $0.categories = $1.given }),
    .pairs(
        "entity_attributes", { $0.connection.filters.entityAttributes.map { "\($0.name)=\($0.value)" } }, { $0.entityAttributes = $1.given }),
    .list("included_members", { $0.connection.filters.included }, { $0.included = $1.given }),
    .list("excluded_members", { $0.connection.filters.excluded }, { $0.excluded = $1.given }),
]

private let habitFields: [FederationField] = [
    FederationField.text(
        "subject", { $0.connection.subjectAttribute ?? SAMLProviderSettings.nameID }, { $0.saml.subjectAttribute = $1 }
    )
    .stored { setting, _ in .text(SAMLProviderSettings.subjectAttribute(named: setting.text ?? "") ?? SAMLProviderSettings.nameID) }
    .fixed().usually(.text(SAMLProviderSettings.nameID)),
    FederationField.list(
        "exceptions", as: .exceptions, { $0.connection.madeExceptions.map(ConfigException.text) }, { $0.saml.setExceptions($1.given) }
    )
    .stored { setting, subject in .list(ConfigException.dated(setting.list, by: subject.connection.madeExceptions)) },
    .flag("single_logout", usually: true, { $0.connection.logout?.isEnabled ?? true }, { $0.saml.singleLogout = $1 }),
]

extension FederationSubject {
    /// Whether its aggregate has no address that could be read again.
    var isByHand: Bool { connection.source == .aggregate && connection.metadataURL.isEmpty }

    fileprivate func address(of source: FederationConnection.Source) -> String? {
        connection.source == source && !connection.metadataURL.isEmpty ? connection.metadataURL : nil
    }
}
