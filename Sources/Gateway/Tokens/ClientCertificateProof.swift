import FoundationEssentials
import OpenIDConnect
import UserPools
import WireFormats

/// Believes the certificates of clients (RFC 8705 §2). Whoever holds the connection has seen that the client has the key of what it shows.
struct ClientCertificateProof: Sendable {
    /// Who may issue those of clients that are known by a name; nil: nobody.
    let authorities: CertificateAuthorities?

    /// The certificate of a client that proves by it who it is.
    /// - Throws: `invalid_client`; the log says what was wrong.
    func prove(_ client: AppClient, by presented: PresentedCertificate?, at now: Date) throws(OAuthError) -> ClientCertificate {
        guard let presented else { throw ClientCredentials.refused(seen: "no client certificate") }
        guard let certificate = presented.read() else { throw ClientCredentials.refused(seen: "client certificate: does not read") }
        guard certificate.isValid(at: now) else { throw ClientCredentials.refused(seen: "client certificate: not valid now") }
        let registered = client.metadata.certificates
        if client.authentication == .ownCertificate {
            let known = registered?.thumbprints ?? []
            guard known.contains(where: { $0.hasSameBytes(as: certificate.thumbprint) }) else {
                throw ClientCredentials.refused(expected: known.joined(separator: " "), seen: "client certificate: \(certificate.thumbprint)")
            }
            return certificate
        }
        guard let authorities, authorities.issued(certificate, at: now) else {
            throw ClientCredentials.refused(seen: "client certificate: of no authority that is trusted for it")
        }
        guard let kind = registered?.kind, let name = registered?.name, certificate.has(kind.name(name)) else {
            throw ClientCredentials.refused(expected: registered?.name, seen: "client certificate: \(certificate.subject)")
        }
        return certificate
    }
}

extension ClientCertificates.NameKind {
    fileprivate func name(_ text: String) -> ClientCertificate.Name {
        switch self {
        case .subjectDN: .subject(text)
        case .dns: .dns(text)
        case .uri: .uri(text)
        case .ip: .ip(text)
        case .email: .email(text)
        }
    }
}

extension AuthenticatedClient {
    /// Whether its tokens are bound to the certificate that it shows.
    var bindsToCertificate: Bool { app.metadata.certificateBoundTokens == true }
}

extension Tokens {
    /// RFC 8705 §3: of a client whose tokens are bound to its certificate, the one that it shows.
    func boundCertificate(
        _ presented: PresentedCertificate?, of client: AuthenticatedClient
    ) throws(OAuthError) -> ClientCertificate? {
        guard client.bindsToCertificate else { return nil }
        guard let certificate = client.certificate ?? presented?.read() else {
            throw OAuthError(.invalidRequest, "The tokens of this client are bound to its certificate, and the request came with none.")
        }
        return certificate
    }
}
