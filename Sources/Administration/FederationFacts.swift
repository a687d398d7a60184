import Crypto
import Gateway
import SAML
import UserPools
import WireFormats

extension FederationConnection {
    /// For the audit record.
    var facts: [AuditEvent.Detail] {
        // The exceptions are those of one provider, by the same names.
        [
            .init("metadata_url", metadataURL), .init("federation_source", source.rawValue),
            .init("metadata_signers", signers.all.map { SHA256.hash(data: Array($0.utf8)).map { $0 }.hexText }.joined(separator: " ")),
            .init("registration_authorities", filters.registrationAuthorities.joined(separator: " ")),
            .init("entity_categories", filters.categories.joined(separator: " ")),
            .init("entity_attributes", filters.entityAttributes.map { "\($0.name)=\($0.value)" }.joined(separator: " ")),
            .init("included_members", filters.included.joined(separator: " ")),
            .init("excluded_members", filters.excluded.joined(separator: " ")),
            .init("exceptions", madeExceptions.map(\.fact).joined(separator: ", ")), .init("subject", subjectAttribute ?? "NameID"),
            .init("single_logout", String(logout?.isEnabled ?? true)),
        ] + (requests ?? SAMLRequestSettings()).facts
    }
}
