import XMLSecurity

/// The body of an exchange by SOAP 1.1 (SAML Bindings §3.2): an envelope around one message.
enum SOAPEnvelope {
    private static let namespace = "http://schemas.xmlsoap.org/soap/envelope/"
    private static let envelope = XMLName(namespace, "Envelope")
    private static let header = XMLName(namespace, "Header")
    private static let body = XMLName(namespace, "Body")
    private static let fault = XMLName(namespace, "Fault")

    static func around(_ message: [UInt8]) -> [UInt8] {
        let (start, end) = ("<soap:Envelope xmlns:soap=\"\(namespace)\"><soap:Body>", "</soap:Body></soap:Envelope>")
        return Array(start.utf8) + message + Array(end.utf8)
    }

    /// The one message in an answer's body, as a document of its own.
    static func message(_ name: XMLName, in document: [UInt8]) throws(SAMLError) -> [UInt8] {
        do {
            let root = try XMLDocument(parsing: document, limits: .message).root
            guard root.name == envelope else {
                throw XMLSecurityError.unexpectedRoot(expected: envelope.description, found: root.name.description)
            }
            try refuseHeaders(of: root)
            let bodies = root.elements(body)
            guard let content = bodies.first, bodies.count == 1 else { throw SAMLError.artifactResolution("its envelope has \(bodies.count) bodies") }
            if let fault = content.first(fault) {
                // In no namespace (SOAP 1.1 §4.4).
                let words = (try? fault.first(XMLName("", "faultstring"))?.text()) ?? ""
                throw SAMLError.artifactResolution("the provider refused it: \(words.isEmpty ? "it does not say why" : words.shortened)")
            }
            guard content.elements.count == 1 else {
                throw SAMLError.artifactResolution("its body has \(content.elements.count) messages")
            }
            return try EnclosedElement.lift([envelope, body, name], from: document, limits: .message)
        } catch let error as XMLSecurityError { throw .xml(error) } catch let error as SAMLError { throw error } catch {
            throw .artifactResolution("it cannot be read")
        }
    }

    /// What the body has in it, for people; nil where it is no envelope around one element.
    static func content(of root: XMLElement) -> XMLElement? {
        guard root.name == envelope, let content = root.first(body)?.elements, content.count == 1 else { return nil }
        return content.first
    }

    /// What must be understood is not understood here (SOAP 1.1 §4.2.3).
    private static func refuseHeaders(of root: XMLElement) throws(SAMLError) {
        for block in root.elements(header).flatMap(\.elements) {
            let demands = block.attributes.contains { $0.name == XMLName(namespace, "mustUnderstand") && $0.value == "1" }
            guard !demands else { throw .artifactResolution("its envelope has a header that must be understood: \(block.name.localName.shortened)") }
        }
    }
}
