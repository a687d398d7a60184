internal import WireFormats

/// An expanded name (Namespaces in XML §2.1): namespace and local part, never the prefix. The namespace "" is "none".
package struct XMLName: Hashable, Sendable {
    package let namespace: String
    package let localName: String

    package init(_ namespace: String, _ localName: String) {
        self.namespace = namespace
        self.localName = localName
    }

    // By bytes, as XML compares names: Swift's own comparison takes U+212A for "K".
    package static func == (left: XMLName, right: XMLName) -> Bool {
        left.localName.hasSameBytes(as: right.localName) && left.namespace.hasSameBytes(as: right.namespace)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in localName.utf8 { hasher.combine(byte) }
        hasher.combine(namespace.utf8.count)
    }

    /// `{namespace}local`, for messages to people.
    package var description: String { namespace.isEmpty ? localName : "{\(namespace)}\(localName)" }

    static let xmlNamespace = "http://www.w3.org/XML/1998/namespace"
    static let signatureNamespace = "http://www.w3.org/2000/09/xmldsig#"
    static let signature = XMLName(signatureNamespace, "Signature")

    static func ds(_ localName: String) -> XMLName { XMLName(signatureNamespace, localName) }
}
