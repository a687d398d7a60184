import UserPools
import WireFormats

extension ConfigFields where Subject == UserPool, Settings == UpdatePool {
    static var pool: ConfigFields<UserPool, UpdatePool> { poolFields }
}

private typealias PoolField = ConfigField<UserPool, UpdatePool>

private let poolFields = ConfigFields<UserPool, UpdatePool>(ownFields + pageFields)

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
    .optionalText("accent", { $0.branding.accent }, { $0.branding.accent = $1 }),
    .optionalText("dark_accent", { $0.branding.darkAccent }, { $0.branding.darkAccent = $1 }),
    .optionalText("privacy_url", { $0.branding.privacyURL }, { $0.branding.privacyURL = $1 }),
    .optionalText("terms_url", { $0.branding.termsURL }, { $0.branding.termsURL = $1 }),
    .optionalText("support_url", { $0.settings.pages?.supportURL }, { $0.branding.pages.supportURL = $1 }),
    .flag("show_name", usually: true, { $0.settings.pages?.hidesName != true }, { $0.branding.pages.showsName = $1 }),
    .list("provider_order", { $0.settings.pages?.providerOrder ?? [] }, { $0.branding.pages.providerOrder = $1 }),
    .optionalNumber("limit_per_address", { $0.settings.rateLimits?.perAddress }, { $0.limits.perAddress = $1 }),
    .optionalNumber("limit_per_client", { $0.settings.rateLimits?.perClient }, { $0.limits.perClient = $1 }),
    .optionalNumber("limit_per_user", { $0.settings.rateLimits?.perUser }, { $0.limits.perUser = $1 }),
]

extension Identifier<UserPool> {
    /// What it begins with.
    fileprivate var region: String {
        String(decoding: text.utf8[..<(text.utf8.lastIndex(of: UInt8(ascii: "_")) ?? text.utf8.endIndex)], as: UTF8.self)
    }
}
