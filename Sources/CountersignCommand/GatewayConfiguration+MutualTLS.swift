import GatewayServer
import HTTPTypes
import OpenIDConnect
import WireFormats

extension SettingReading {
    struct MutualTLS {
        var certificates: ClientCertificateSettings?
        var listen: GatewayConfiguration.ListenAddress?
        /// The name of their file.
        var authorities: String?
    }

    /// How we learn of the certificates of clients (RFC 8705): by TLS of our own on a listener that asks for them, or by the header of a proxy.
    mutating func mutualTLS(trustsProxy: Bool, hasTLS: Bool, publicURL: String, serving: Bool) -> MutualTLS {
        let header = value(.clientCertificateHeader) { HTTPField.Name($0) == nil ? .failure("is not the name of a header") : .success($0) }
        let authorities = value(.clientCertificateAuthorities, ClientAuthorities.read)
        let listen = value(.mtlsListen, GatewayConfiguration.listenAddress)
        var url = value(.mtlsURL) { text -> Reading<String> in
            switch GatewayConfiguration.publicURL(text) {
            case .success(let url) where !url.hasPrefix("https://"): .failure("must be https")
            case .success(let url) where url.hasSameBytes(as: publicURL): .failure("is the public URL, and browsers would be asked for certificates")
            case let read: read
            }
        }
        if header != nil, !trustsProxy {
            add(
                .clientCertificateHeader, "\(given.origin(of: .clientCertificateHeader)) is given, and no proxy whose header would be believed.",
                remedy: "Name the proxy, for example: \(Setting.trustedProxy.usage)")
        }
        if listen != nil, !hasTLS {
            add(
                .mtlsListen, "\(given.origin(of: .mtlsListen)) is given, and no certificate of this server.",
                remedy: "Give --tls-certificate and --tls-key; a proxy that does TLS passes on what clients show: "
                    + "\(Setting.clientCertificateHeader.usage)")
        }
        for (setting, isGiven) in [(Setting.clientCertificateAuthorities, authorities != nil), (.mtlsURL, url != nil)]
        where isGiven && header == nil && listen == nil {
            add(
                setting, "\(given.origin(of: setting)) is given, and nothing by which certificates come.",
                remedy: "For example: \(Setting.mtlsListen.usage)")
        }
        if let listen, url == nil {
            if listen.port == 0, serving {
                add(
                    .mtlsURL, "With port 0 the system chooses the port, so the address for clients with certificates cannot be guessed.",
                    remedy: "For example: \(Setting.mtlsURL.usage)")
            }
            let host = WebAddress(publicURL)?.host ?? "localhost"
            let guessed = "https://" + (host.contains(":") ? "[\(host)]" : host) + (listen.port == 443 ? "" : ":\(listen.port)")
            if guessed.hasSameBytes(as: publicURL), serving {
                add(
                    .mtlsURL, "The port is that of the public URL, so clients with certificates need another host.",
                    remedy: "For example: \(Setting.mtlsURL.usage)")
            }
            url = guessed
        }
        guard header != nil || listen != nil else { return MutualTLS() }
        return MutualTLS(
            certificates: ClientCertificateSettings(header: header, authorities: authorities, url: url), listen: listen,
            authorities: authorities == nil ? nil : given[.clientCertificateAuthorities])
    }
}
