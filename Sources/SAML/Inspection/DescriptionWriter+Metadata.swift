import XMLSecurity

extension DescriptionWriter {
    /// An EntityDescriptor, or a group of them.
    mutating func metadata(_ root: XMLElement) {
        instant(root, "validUntil")
        line("cacheDuration", root.attribute("cacheDuration"))
        signature(of: root)
        if root.name == .metadata("EntityDescriptor") { return entity(root) }
        let entities = root.elements(.metadata("EntityDescriptor"))
        line("Entities", "\(entities.count)")
        for descriptor in entities.prefix(50) {
            group("Entity", descriptor.attribute("entityID") ?? "without entityID") { $0.roles(of: descriptor) }
        }
    }

    private mutating func entity(_ descriptor: XMLElement) {
        line("Entity ID", descriptor.attribute("entityID") ?? "none")
        roles(of: descriptor)
    }

    private mutating func roles(of descriptor: XMLElement) {
        for role in descriptor.elements where role.attribute("protocolSupportEnumeration") != nil {
            group("Role", role.name.localName) { writer in
                writer.line("Protocols", role.attribute("protocolSupportEnumeration"))
                writer.line("Display name", MetadataReading.displayName(of: role, in: descriptor))
                writer.attributes(role, ["WantAuthnRequestsSigned", "AuthnRequestsSigned", "WantAssertionsSigned"])
                writer.keys(of: role)
                writer.endpoints(of: role)
                for format in role.elements(.metadata("NameIDFormat")) { writer.line("NameIDFormat", DescriptionWriter.text(format)?.trimmed) }
            }
        }
    }

    private mutating func keys(of role: XMLElement) {
        for descriptor in role.elements(.metadata("KeyDescriptor")) {
            group("Key", descriptor.attribute("use") ?? "signing and encryption") { writer in
                for data in descriptor.first(.signature("KeyInfo"))?.elements(.signature("X509Data")) ?? [] {
                    for certificate in data.elements(.signature("X509Certificate")) { writer.certificate(certificate, label: "Certificate") }
                }
            }
        }
    }

    private mutating func endpoints(of role: XMLElement) {
        for element in role.elements {
            guard let binding = element.attribute("Binding"), let location = element.attribute("Location") else { continue }
            let short = binding.split(separator: ":").last.map(String.init) ?? binding
            line(element.name.localName, "\(short) \(location)")
        }
    }
}
