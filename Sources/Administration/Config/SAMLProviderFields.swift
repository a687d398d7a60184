import Gateway
import SAML
import UserPools
import WireFormats

/// A SAML provider with its connection.
struct SAMLSubject: Sendable {
    var provider: IdentityProvider
    let connection: SAMLConnection

    /// nil for a provider of another kind.
    init?(_ provider: IdentityProvider) {
        guard case .saml(let connection) = provider.kind else { return nil }
        (self.provider, self.connection) = (provider, connection)
    }
}

extension ConfigFields where Subject == SAMLSubject, Settings == SAMLProviderSettings {
    static var saml: ConfigFields<SAMLSubject, SAMLProviderSettings> { samlFields }
}

private typealias SAMLField = ConfigField<SAMLSubject, SAMLProviderSettings>

private let samlFields = ConfigFields<SAMLSubject, SAMLProviderSettings>(
    documentFields + habitFields + requestFields.map { $0.inside({ $0.connection.requests ?? SAMLRequestSettings() }, \.requests) }
        + providerFields.map { $0.inside({ $0.provider }, \.common) })

private let documentFields: [SAMLField] = [
    SAMLField.text("preset", { _ in nil }, { $0.preset = $1 }).forCreation(),
    .text("metadata_url", { $0.connection.metadataURL }, { $0.metadata = .url($1) }),
    .document("metadata", { $0.connection.metadataURL == nil ? $0.connection.metadata : nil }, { $0.metadata = .document($1) }),
    .text("entity_id", { $0.connection.entityID }, { $0.entityID = $1 }),
    // Which of the two is usual hangs on where the document is from: it is always written.
    SAMLField.flag("follow_metadata", { $0.connection.following?.isOn ?? false }, { $0.following.isOn = $1 }).usually(.absent),
    .list(
        "metadata_signers", as: .pems, { ConfigPEM.texts($0.connection.following?.signers ?? []) },
        { $0.following.signers = $1.given.map { Array($0.utf8) } }),
]

private let habitFields: [SAMLField] = [
    SAMLField.text("subject", { $0.connection.subjectAttribute ?? SAMLProviderSettings.nameID }, { $0.subjectAttribute = $1 })
        .stored { setting, _ in .text(SAMLProviderSettings.subjectAttribute(named: setting.text ?? "") ?? SAMLProviderSettings.nameID) }
        .fixed().usually(.text(SAMLProviderSettings.nameID)),
    SAMLField.list("exceptions", as: .exceptions, { $0.connection.madeExceptions.map(ConfigException.text) }, { $0.setExceptions($1.given) })
        .stored { setting, subject in .list(ConfigException.dated(setting.list, by: subject.connection.madeExceptions)) },
    SAMLField.text(
        "on_group_overage", as: .choice([GroupOverage.refuse, .ignore].map(\.rawValue)), { ($0.connection.onGroupOverage ?? .refuse).rawValue },
        { $0.onGroupOverage = GroupOverage(rawValue: $1) }
    ).usually(.text(GroupOverage.refuse.rawValue)),
    .flag("single_logout", usually: true, { $0.connection.logout?.isEnabled ?? true }, { $0.singleLogout = $1 }),
]

typealias RequestField = ConfigField<SAMLRequestSettings, SAMLRequestChanges>

/// Of one provider, and of all members of a federation.
let requestFields: [RequestField] = [
    RequestField.text(
        "sign_requests", as: .choice(SAMLRequestSettings.Signing.allCases.map(\.rawValue)), { ($0.signing ?? .metadata).rawValue },
        { $0.signing = SAMLRequestSettings.Signing(rawValue: $1) }
    ).usually(.text(SAMLRequestSettings.Signing.metadata.rawValue)),
    .text(
        "request_binding", as: .choice(SAMLRequestSettings.Binding.allCases.map(\.rawValue)), { $0.binding?.rawValue },
        { $0.binding = SAMLRequestSettings.Binding(rawValue: $1) }),
    RequestField.text(
        "response_binding", as: .choice(SAMLRequestSettings.ResponseBinding.allCases.map(\.rawValue)), { ($0.responseBinding ?? .post).rawValue },
        { $0.responseBinding = SAMLRequestSettings.ResponseBinding(rawValue: $1) }
    ).usually(.text(SAMLRequestSettings.ResponseBinding.post.rawValue)),
    .optionalText("name_id_format", { $0.nameIDFormat }, { $0.nameIDFormat = $1 }),
    .flag("force_authn", { $0.forcesAuthn ?? false }, { $0.forcesAuthn = $1 }),
    .list("authn_context", { $0.authnContext ?? [] }, { $0.authnContext = $1.given }),
    RequestField.text(
        "authn_context_comparison", as: .choice(SAMLRequestSettings.Comparison.allCases.map(\.rawValue)),
        { ($0.authnContextComparison ?? .exact).rawValue }, { $0.authnContextComparison = SAMLRequestSettings.Comparison(rawValue: $1) }
    ).usually(.text(SAMLRequestSettings.Comparison.exact.rawValue)),
    .optionalText("provider_name", { $0.providerName }, { $0.providerName = $1 }),
    .flag("send_subject", { $0.sendsSubject ?? false }, { $0.sendsSubject = $1 }),
    .flag("ask_passively", { $0.asksPassively ?? false }, { $0.asksPassively = $1 }),
    .optionalNumber("proxy_count", { $0.scoping?.proxyCount }, { $0.scoping.proxyCount = $1.map { String($0) } }),
    .list("scope_to_idps", { $0.scoping?.identityProviders ?? [] }, { $0.scoping.identityProviders = $1.given }),
]

extension SAMLProviderSettings {
    /// Those, and no others.
    mutating func setExceptions(_ texts: [String]) {
        let exceptions = texts.compactMap(ConfigException.init)
        self.exceptions = Dictionary(exceptions.compactMap { one in one.until.map { (one.quirk, $0) } }, uniquingKeysWith: { first, _ in first })
        undatedExceptions = Set(exceptions.filter { $0.until == nil }.map(\.quirk))
        exceptionReasons = Dictionary(exceptions.map { ($0.quirk, $0.reason) }, uniquingKeysWith: { first, _ in first })
        endedExceptions = Set(SAMLExceptions.Quirk.allCases).subtracting(exceptions.map(\.quirk))
    }
}
