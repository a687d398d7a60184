package import OpenIDConnect

/// How we learn of the certificates of clients (RFC 8705), and whose we take for a name.
package struct ClientCertificateSettings: Sendable {
    /// The header of a trusted proxy; nil: no proxy tells.
    package let header: String?
    /// nil: clients are known by their very certificates alone.
    package let authorities: CertificateAuthorities?
    /// Where they are asked for one, without a slash at its end; nil: at the public URL.
    package let url: String?

    package init(header: String? = nil, authorities: CertificateAuthorities? = nil, url: String? = nil) {
        (self.header, self.authorities, self.url) = (header, authorities, url)
    }
}
