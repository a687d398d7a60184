import Gateway
import SAML
package import UserPools
import WireFormats

/// What an admin says of the requests to a SAML provider; nil leaves it as it is.
package struct SAMLRequestChanges: Sendable {
    package var signing: SAMLRequestSettings.Signing?
    package var binding: SAMLRequestSettings.Binding?
    package var responseBinding: SAMLRequestSettings.ResponseBinding?
    /// One of `shortFormats`, or a URI.
    package var nameIDFormat = Change<String>.keep
    package var forcesAuthn: Bool?
    /// The last part of a class of SAML (`X509`), or a URI; empty asks for none.
    package var authnContext: [String]?
    package var authnContextComparison: SAMLRequestSettings.Comparison?
    package var providerName = Change<String>.keep
    package var sendsSubject: Bool?
    package var asksPassively: Bool?
    package var scoping = SAMLScopingChanges()

    package init() {}

    private static let shortFormats = [
        "persistent": NameIDFormat.persistent, "transient": NameIDFormat.transient, "emailAddress": NameIDFormat.emailAddress,
        "unspecified": NameIDFormat.unspecified,
    ]
    /// SAML Authentication Context §3.4.
    private static let classes = "urn:oasis:names:tc:SAML:2.0:ac:classes:"

    /// The settings of that provider afterwards; nil where nothing is said of them and none were there.
    func applied(to provider: IdentityProvider) throws(AdministrationError) -> SAMLRequestSettings? {
        let before: SAMLRequestSettings?
        switch provider.kind {
        case .saml(let connection):
            before = connection.requests
            try require(connection, of: provider)
        // A member that does not take it is asked, and answers, by the binding that it takes.
        case .federation(let connection): before = connection.requests
        case .oidc: return nil
        }
        var settings = before ?? SAMLRequestSettings()
        settings.signing = signing ?? settings.signing
        settings.binding = binding ?? settings.binding
        settings.responseBinding = responseBinding ?? settings.responseBinding
        settings.nameIDFormat = try checked(nameIDFormat).applied(to: settings.nameIDFormat)
        settings.forcesAuthn = forcesAuthn ?? settings.forcesAuthn
        if let authnContext { settings.authnContext = try Self.checked(authnContext) }
        settings.authnContextComparison = authnContextComparison ?? settings.authnContextComparison
        settings.providerName = providerName.applied(to: settings.providerName)
        settings.sendsSubject = sendsSubject ?? settings.sendsSubject
        settings.asksPassively = asksPassively ?? settings.asksPassively
        settings.scoping = try scoping.applied(to: settings.scoping)
        return settings == SAMLRequestSettings() ? nil : settings
    }

    /// That the provider has the bindings that are named.
    private func require(_ connection: SAMLConnection, of provider: IdentityProvider) throws(AdministrationError) {
        // Of a plan: what an address has is known when it is fetched.
        guard binding != nil || responseBinding == .artifact, !connection.metadata.isEmpty else { return }
        let metadata: IdentityProviderMetadata
        do { metadata = try MetadataCache.read(connection, of: provider) } catch { throw .store(error) }
        if let binding, metadata.singleSignOnService(binding == .post ? .httpPOST : .httpRedirect) == nil {
            throw .invalid(
                .requestBinding, binding.rawValue, "is no binding by which the provider's metadata takes requests",
                example: .give(.requestBinding, (binding == .post ? SAMLRequestSettings.Binding.redirect : .post).rawValue))
        }
        guard responseBinding == .artifact, metadata.artifactResolutionServices.isEmpty else { return }
        throw .invalid(
            .responseBinding, SAMLRequestSettings.ResponseBinding.artifact.rawValue,
            "needs an ArtifactResolutionService by SOAP in the provider's metadata, which has none",
            example: .give(.responseBinding, SAMLRequestSettings.ResponseBinding.post.rawValue))
    }

    private func checked(_ format: Change<String>) throws(AdministrationError) -> Change<String> {
        guard case .set(let text) = format else { return format }
        let uri = Self.shortFormats[text] ?? text
        guard Self.isURI(uri) else {
            throw .invalid(
                .nameIDFormat, text, "is neither a URI nor one of \(Self.shortFormats.keys.sorted().joined(separator: ", "))",
                example: .give(.nameIDFormat, "persistent"))
        }
        return .set(uri)
    }

    private static func checked(_ given: [String]) throws(AdministrationError) -> [String]? {
        let uris = given.map { ProtocolText($0).contains(":") ? $0 : classes + $0 }
        for (text, uri) in zip(given, uris) where !isURI(uri) {
            throw .invalid(
                .authnContext, text, "is neither a URI nor the name of a class of SAML", example: .give(.authnContext, "PasswordProtectedTransport"))
        }
        return uris.isEmpty ? nil : uris
    }

    private static func isURI(_ text: String) -> Bool {
        ProtocolText(text).contains(":") && text.utf8.count <= 1024 && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
    }
}

extension SAMLRequestSettings {
    /// What is recorded of them.
    var facts: [AuditEvent.Detail] {
        [
            .init("sign_requests", (signing ?? .metadata).rawValue), .init("request_binding", binding?.rawValue ?? ""),
            .init("response_binding", (responseBinding ?? .post).rawValue),
            .init("name_id_format", nameIDFormat ?? ""), .init("force_authn", String(forcesAuthn ?? false)),
            .init("authn_context", authnContext?.joined(separator: " ") ?? ""),
            .init("authn_context_comparison", (authnContextComparison ?? .exact).rawValue), .init("provider_name", providerName ?? ""),
            .init("send_subject", String(sendsSubject ?? false)), .init("ask_passively", String(asksPassively ?? false)),
            .init("proxy_count", scoping?.proxyCount.map(String.init) ?? ""),
            .init("scope_to_idps", scoping?.identityProviders?.joined(separator: " ") ?? ""),
        ]
    }
}
