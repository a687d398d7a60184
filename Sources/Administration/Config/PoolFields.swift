import UserPools
import WireFormats

extension ConfigFields where Subject == UserPool, Settings == UpdatePool {
    static var pool: ConfigFields<UserPool, UpdatePool> { poolFields }
    /// What names something that is in the pool, and is set when that is there.
    static var lastOfPool: Set<String> { ["registration_resources"] }
}

private typealias PoolField = ConfigField<UserPool, UpdatePool>

private let poolFields = ConfigFields<UserPool, UpdatePool>(ownFields + pageFields + registrationFields)

private let ownFields: [PoolField] = [
    .text("name", { $0.name }, { $0.name = $1 }),
    PoolField.text("region", { $0.id.region }, { _, _ in }).fixed().usually(.text("local")),
    PoolField.text("signing_algorithm", as: .choice(["RS256", "PS256", "ES256", "EdDSA"]), { $0.signingAlgorithm }, { _, _ in })
        .fixed().usually(.text("RS256")),
    .optionalText("domain", { $0.domain }, { $0.domain = $1.given ?? "" }),
    .flag("deletion_protection", usually: true, { $0.deletionProtection }, { $0.deletionProtection = $1 }),
    .flag("saml_encryption", usually: true, { $0.publishesEncryptionKey }, { $0.publishesEncryptionKey = $1 }),
    .optionalNumber("rotate_saml_keys_every_days", { $0.samlKeyDays }, { $0.samlKeyDays = $1 }),
    .optionalNumber("rotate_keys_every_days", { $0.settings.signingKeyDays }, { $0.signingKeyDays = $1 }),
    .optionalNumber("keep_accepted_signins_days", { $0.settings.acceptedSignInDays }, { $0.acceptedSignInDays = $1 }),
]

private let pageFields: [PoolField] = [
    .optionalText("display_name", { $0.branding.displayName }, { $0.branding.displayName = $1 }),
    .picture("logo", { $0.branding.logo }, { $0.branding.logo = $1 }),
    .picture("dark_logo", { $0.settings.pages?.darkLogo }, { $0.branding.pages.darkLogo = $1 }),
    .optionalText("accent", { $0.branding.accent }, { $0.branding.accent = $1 }),
    .optionalText("dark_accent", { $0.branding.darkAccent }, { $0.branding.darkAccent = $1 }),
    .optionalText("privacy_url", { $0.branding.privacyURL }, { $0.branding.privacyURL = $1 }),
    .optionalText("terms_url", { $0.branding.termsURL }, { $0.branding.termsURL = $1 }),
    .optionalText("support_url", { $0.settings.pages?.supportURL }, { $0.branding.pages.supportURL = $1 }),
    // Of a logo that is wide enough it is usual that the name is not shown: where there is a logo it is always written.
    PoolField.flag("show_name", { $0.settings.pages?.hidesName != true }, { $0.branding.pages.showsName = $1 }).usually(.absent)
        .saying { $0.branding.logo != nil || $0.settings.pages?.hidesName == true },
    .list("provider_order", { $0.settings.pages?.providerOrder ?? [] }, { $0.branding.pages.providerOrder = $1 }),
    .optionalNumber("limit_per_address", { $0.settings.rateLimits?.perAddress }, { $0.limits.perAddress = $1 }),
    .optionalNumber("limit_per_client", { $0.settings.rateLimits?.perClient }, { $0.limits.perClient = $1 }),
    .optionalNumber("limit_per_user", { $0.settings.rateLimits?.perUser }, { $0.limits.perUser = $1 }),
]

private let registrationFields: [PoolField] = [
    PoolField.text(
        "registration", as: .choice(["off", "token"]), { $0.registration.takesTokens ? "token" : "off" }, { $0.registration.byToken = $1 == "token" }
    ).usually(.text("off")),
    .number(
        "registration_maximum", usually: RegistrationSettings.defaultMaximum, { $0.registration.maximumClients }, { $0.registration.maximum = $1 }),
    .number(
        "registration_unused_days", usually: RegistrationSettings.defaultUnusedDays,
        { $0.registration.unusedDays ?? RegistrationSettings.defaultUnusedDays }, { $0.registration.unusedDays = $1 }),
    .list("registration_resources", { $0.registration.resources ?? [] }, { $0.registration.resources = $1 }),
    .flag("client_id_metadata_documents", { $0.registration.takesDocuments }, { $0.registration.byDocument = $1 }),
    .list("client_id_metadata_hosts", { $0.registration.documentHosts ?? [] }, { $0.registration.documentHosts = $1 }),
]

extension UserPool {
    fileprivate var registration: RegistrationSettings { settings.registration ?? RegistrationSettings() }
}

extension Identifier<UserPool> {
    /// What it begins with.
    fileprivate var region: String {
        String(decoding: text.utf8[..<(text.utf8.lastIndex(of: UInt8(ascii: "_")) ?? text.utf8.endIndex)], as: UTF8.self)
    }
}
