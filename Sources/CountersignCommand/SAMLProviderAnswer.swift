import Crypto
import FoundationEssentials
import Gateway
import SAML
import TokenVerifier
import UserPools
import WireFormats
import XMLSecurity

extension SAMLProvider {
    /// - Parameter consumerServices: the default first; a pool with a domain of its own has a second one there.
    func document(_ address: PoolAddress, _ name: IdentityProvider.Name, _ consumerServices: [String]) -> JSONObject {
        let time = ConfiguredProvider.time
        return [
            "type": "saml", "entity_id": .string(settings.entityID),
            "sso_url": .string((metadata.singleSignOnService(requestBinding) ?? metadata.preferredSingleSignOnService).location),
            "signing_certificates": .array(
                metadata.signingKeys.map { ["sha256": .string($0.sha256), "not_after": time($0.notAfter), "key": .string($0.description)] }),
            "sp_entity_id": .string(address.serviceProviderEntityID), "acs_url": .string(address.assertionConsumerService),
            "acs_urls": .array(consumerServices.map(JSONValue.string)), "sp_metadata_url": .string(address.serviceProviderMetadata(for: name)),
            "metadata_url": settings.metadataURL.map(JSONValue.string) ?? .null, "metadata_valid_until": time(metadata.validUntil),
            "idp_initiated_client": settings.initiated.map { .string($0.clientID) } ?? .null,
            "follow_metadata": .bool(settings.following?.isOn ?? false),
            "metadata_signers": .array(signers.map(JSONValue.string)),
            "allow_idp_initiated": .bool(settings.allowsIDPInitiated),
            "exceptions": .array(
                settings.madeExceptions.map { exception in
                    [
                        "name": .string(exception.quirk.rawValue), "until": time(exception.until),
                        "reason": exception.reason.map(JSONValue.string) ?? .null,
                    ]
                }),
            "wants_signed_requests": .bool(metadata.wantsAuthnRequestsSigned), "requests": .object(requestDocument),
            "subject": .string(settings.subjectAttribute ?? "NameID"),
            "on_group_overage": .string((settings.onGroupOverage ?? .refuse).rawValue),
            "single_logout": .bool(settings.logout?.isEnabled ?? true),
            "slo_url": singleLogoutService.map { .string($0.location) } ?? .null, "sp_slo_url": .string(address.singleLogoutService),
        ]
    }

    /// SHA-256 of each certificate or key that may sign the document.
    private var signers: [String] {
        (settings.following?.signers ?? []).map { text in
            (try? Base64.decode(text)).map { SHA256.hash(data: $0).map { $0 }.hexText } ?? ""
        }
    }

    func describe(to fields: inout FieldList, at now: Date) {
        fields.append("type", "saml")
        fields.append("entity ID", settings.entityID)
        fields.append("sign-in address", metadata.singleSignOnService(requestBinding)?.location)
        fields.append(
            "signing certificates", metadata.signingKeys.map { "\($0.description), \(Self.end($0.notAfter, at: now)), SHA-256 \($0.sha256)" })
        fields.append("single logout", singleLogout)
        fields.append("metadata from", settings.metadataURL ?? "a file")
        fields.append("metadata signed by", signers.map { "SHA-256 \($0)" })
        fields.append("metadata valid until", metadata.validUntil.map(SAMLInstant.format))
        fields.append("sign-in requests", requestSummary)
        fields.append("people known by", settings.subjectAttribute.map { "the attribute \($0)" })
        fields.append("exceptions", exceptions(at: now))
    }

    private var singleLogout: String {
        guard settings.logout?.isEnabled ?? true else { return "switched off" }
        return singleLogoutService.map { "\($0.location)" } ?? "the provider's metadata has no address for it"
    }

    private func exceptions(at now: Date) -> [String] {
        var list: [String] = []
        if settings.allowsIDPInitiated {
            list.append(
                "the provider may begin sign-ins"
                    + (settings.initiated.map { ", which go on at the client \($0.clientID)" } ?? ", which lead to no app"))
        }
        list += settings.madeExceptions.map { exception in
            let end = exception.until.map { now < $0 ? "until \(SAMLInstant.format($0))" : "ended \(SAMLInstant.format($0))" } ?? "without a date"
            return exception.quirk.text + ", " + end + (exception.reason.map { ": \($0)" } ?? "")
        }
        if settings.onGroupOverage == .ignore { list.append("sign-ins without groups where they are too many") }
        return list
    }

    /// The pinned key counts and not the certificate's dates; who plans a change of keys wants to know them.
    private static func end(_ date: Date?, at now: Date) -> String {
        guard let date else { return "no date" }
        return date < now ? "ended \(SAMLInstant.format(date)), still trusted" : "until \(SAMLInstant.format(date))"
    }
}

extension SAMLExceptions.Quirk {
    fileprivate var text: String {
        switch self {
        case .sha1: "SHA-1 and short RSA keys"
        case .missingAuthnStatement: "no AuthnStatement needed"
        case .anySignatureOrder: "signature at any place"
        case .clockSkew: "a clock that is wrong by three minutes"
        case .cbc: "AES-CBC in signed responses"
        case .latin1: "documents in ISO-8859-1"
        case .inclusiveC14N: "inclusive canonicalization"
        }
    }
}
