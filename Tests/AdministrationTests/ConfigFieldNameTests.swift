import Testing

@testable import Administration

@Suite("Configuration as a document: what a refusal calls a field is what the document calls it")
struct ConfigFieldNameTests {
    /// What no document has.
    private static let elsewhere: Set<Field> = [.validFor, .uses, .redirectHost, .oldValidFor, .keyIdentifier]

    @Test("each field that an act may refuse is one of a document, by the name that it has there")
    func known() {
        let fields = ConfigFields.pool.names + ConfigFields.oidc.names + ConfigFields.saml.names + ConfigFields.federation.names
        let parts = [
            "uri", "scopes", "signing_algorithms", "client_id", "client_secret", "client_key", "idp_initiated_client", "issuer", "subject", "client",
            "jwks", "jwks_uri", "id",
        ]
        let known = Set(fields + ConfigFields.client.names + parts)
        for field in Field.allCases where !Self.elsewhere.contains(field) {
            for name in field.documentNames { #expect(known.contains(name), "\(field): \(name)") }
        }
        for field in Self.elsewhere { #expect(!known.contains(field.documentName), "\(field)") }
    }
}
