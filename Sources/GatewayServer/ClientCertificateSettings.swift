package import OpenIDConnect

/// How we learn of the certificates of clients (RFC 8705), and whose we take for a name.
package struct ClientCertificateSettings: Sendable {
    /// The header of a trusted proxy.
    package let header: String
    /// nil: clients are known by their very certificates alone.
    package let authorities: CertificateAuthorities?

    package init(header: String, authorities: CertificateAuthorities?) { (self.header, self.authorities) = (header, authorities) }
}
