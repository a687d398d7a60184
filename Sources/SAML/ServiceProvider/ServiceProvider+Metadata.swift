import XMLSecurity

extension ServiceProvider {
    /// Our own EntityDescriptor, SAML Metadata §2.4.4: what an identity provider needs to know of us.
    ///
    /// - Parameter keys: our own, also those that will count later.
    package func metadata(keys: [PublishedKey] = []) -> [UInt8] {
        var writer = XMLWriter()
        return (try? write(keys, to: &writer)).map { writer.bytes } ?? []
    }

    private static let nameIDFormats = [NameIDFormat.persistent, NameIDFormat.emailAddress, NameIDFormat.unspecified]

    /// Without AuthnRequestsSigned: it speaks of all our requests, which are signed where a provider wants it. "true" would have those refuse us that
    /// take it as a promise, and with "false" SimpleSAMLphp takes unsigned ones although it was set to refuse them.
    private func write(_ keys: [PublishedKey], to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("md:EntityDescriptor", ["xmlns:md": Namespace.metadata, "entityID": entityID]) { writer throws(XMLSecurityError) in
            try writer.element(
                "md:SPSSODescriptor",
                ["WantAssertionsSigned": "true", "protocolSupportEnumeration": Namespace.messages]
            ) { writer throws(XMLSecurityError) in
                try writeDisplayName(to: &writer)
                for key in keys { try key.write(to: &writer) }
                // §2.4.2 has them before the NameIDFormats.
                for location in singleLogoutServices {
                    for binding in [Binding.httpRedirect, .httpPOST] {
                        try writer.element("md:SingleLogoutService", ["Binding": binding.uri, "Location": location])
                    }
                }
                for format in ServiceProvider.nameIDFormats { try writer.element("md:NameIDFormat", text: format) }
                // By POST first: what a provider takes that is not told.
                let services = [Binding.httpPOST, .httpArtifact].flatMap { binding in assertionConsumerServices.map { (binding, $0) } }
                for (index, (binding, location)) in services.enumerated() {
                    try writer.element(
                        "md:AssertionConsumerService",
                        ["Binding": binding.uri, "Location": location, "index": "\(index)", "isDefault": index == 0 ? "true" : nil])
                }
            }
        }
    }

    /// SAML Metadata Extensions for Login and Discovery User Interface §2.1.
    private func writeDisplayName(to writer: inout XMLWriter) throws(XMLSecurityError) {
        guard let displayName else { return }
        try writer.element("md:Extensions") { writer throws(XMLSecurityError) in
            try writer.element("mdui:UIInfo", ["xmlns:mdui": Namespace.userInterface]) { writer throws(XMLSecurityError) in
                try writer.element("mdui:DisplayName", ["xml:lang": "en"], text: displayName)
            }
        }
    }
}
