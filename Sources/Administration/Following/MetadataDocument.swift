import FoundationEssentials
import Gateway
import SAML
import UserPools
import WireFormats
import XMLSecurity

/// A metadata document that may be a provider's: it was read, signed where that is demanded, and names an address to which people can be sent.
struct MetadataDocument: Sendable {
    /// The largest that is read, in bytes.
    static let limit = 1 << 20

    let text: String
    let metadata: IdentityProviderMetadata
    /// Where it comes from; nil of a file.
    let url: String?

    /// - Parameters:
    ///   - entityID: which entity it must be; nil is the only one in the document.
    ///   - signers: who must have signed it as a whole; nobody need where there are none.
    init(reading bytes: [UInt8], from url: String?, entityID: String?, signers: [TrustedKey], at now: Date) throws(AdministrationError) {
        do { metadata = try IdentityProviderMetadata(parsing: bytes, entityID: entityID, signers: signers, at: now) } catch { throw .metadata(error) }
        let endpoints = [metadata.singleSignOnService(.httpRedirect), metadata.singleSignOnService(.httpPOST)].compactMap(\.self)
        if let endpoint = endpoints.first(where: { $0.isPlainHTTP && !WebAddress.isLoopbackHTTP($0.location) }) {
            throw .invalid(
                .metadata, endpoint.location, "is a sign-in address without https, where anybody on the way reads along",
                example: .words("have the identity provider publish an https address, as https://idp.example.com/sso"))
        }
        // The parser has read it as UTF-8 already.
        (text, self.url) = (String(decoding: bytes, as: UTF8.self), url)
    }
}

extension Administration {
    func read(
        _ source: MetadataSource, entityID: String?, signers: [TrustedKey], at now: Date
    ) async throws(AdministrationError) -> MetadataDocument {
        let bytes: [UInt8]
        switch source {
        case .document(let given): bytes = given
        case .url(let url):
            do { bytes = try await environment.documents.fetch(url, limit: MetadataDocument.limit) } catch { throw .fetch(error, url: url) }
        }
        return try MetadataDocument(reading: bytes, from: source.url, entityID: entityID, signers: signers, at: now)
    }
}

extension IdentityProviderMetadata {
    /// What of it counts at a sign-in, as the record of a change has it.
    var facts: [AuditEvent.Detail] {
        func list(_ endpoints: [Endpoint]) -> String {
            // Nobody has more; a record of a change is read by people.
            endpoints.prefix(20).map { "\($0.binding.uri) \($0.location)" + ($0.responseLocation.map { " \($0)" } ?? "") }.joined(separator: " ")
        }
        return [
            // SHA-256 of each certificate or key that counts: who replaces one replaces whom we trust.
            .init("signing_certificates", signingKeys.map(\.sha256).joined(separator: " ")),
            .init("single_sign_on_services", list(singleSignOnServices)), .init("single_logout_services", list(singleLogoutServices)),
            .init("artifact_resolution_services", list(artifactResolutionServices)),
            .init("name_id_formats", nameIDFormats.joined(separator: " ")),
            .init("wants_signed_requests", String(wantsAuthnRequestsSigned)), .init("metadata_display_name", displayName ?? ""),
            .init("metadata_valid_until", validUntil.map(SAMLInstant.format) ?? ""),
        ]
    }
}
