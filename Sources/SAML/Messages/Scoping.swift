import XMLSecurity

/// samlp:Scoping, SAML Core §3.4.1.2: through whom a provider that is a proxy itself may have the person authenticated.
package struct Scoping: Hashable, Sendable {
    /// How many proxies may stand between the provider and whoever authenticates the person; 0: it does so itself.
    package let proxyCount: Int?
    /// IDPEntry/@ProviderID of each whom it may ask; empty is anybody.
    package let identityProviders: [String]

    /// nil where nothing is said.
    package init?(proxyCount: Int?, identityProviders: [String]) {
        guard proxyCount != nil || !identityProviders.isEmpty else { return nil }
        (self.proxyCount, self.identityProviders) = (proxyCount, identityProviders)
    }

    init?(of request: XMLElement) {
        guard let element = request.first(.samlp("Scoping")) else { return nil }
        let entries = element.first(.samlp("IDPList"))?.elements(.samlp("IDPEntry")) ?? []
        self.init(
            proxyCount: element.attribute("ProxyCount").flatMap { Int($0) }, identityProviders: entries.compactMap { $0.attribute("ProviderID") })
    }

    func write(to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("samlp:Scoping", ["ProxyCount": proxyCount.map(String.init)]) { writer throws(XMLSecurityError) in
            guard !identityProviders.isEmpty else { return }
            try writer.element("samlp:IDPList") { writer throws(XMLSecurityError) in
                for entityID in identityProviders { try writer.element("samlp:IDPEntry", ["ProviderID": entityID]) }
            }
        }
    }
}
