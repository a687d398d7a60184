import CXMLSec

/// An element that travelled inside another document, made a document of its own: a message in the body of an envelope (SAML Bindings §3.2.3).
///
/// Nothing of it is proven by that: it goes through every gate as if it had come alone. Its inclusive canonical form carries the namespaces that stood
/// around it, so that a signature over it, or in it, digests the octets that it has at its place.
package enum EnclosedElement {
    /// - Parameter path: from the root down to the element; each is the only one of its name in the one before.
    package static func lift(_ path: [XMLName], from document: [UInt8], limits: XMLLimits) throws(XMLSecurityError) -> [UInt8] {
        try XMLSecurityLibrary.start()
        return try ParsedDocument(document, limits: limits).read { root throws(XMLSecurityError) in
            guard let first = path.first, root.isElement(first) else {
                throw .unexpectedRoot(expected: path.first?.description ?? "", found: root.name.description)
            }
            try StructuralGate.checkNodes(of: root, allowsComments: false) { node throws(XMLSecurityError) in
                guard node.declaresOnlyCanonicalNamespaces else { throw .canonicalization }
            }
            var element = root
            for name in path.dropFirst() {
                let found = element.elements.filter { $0.isElement(name) }
                guard let one = found.first, found.count == 1 else {
                    throw .unexpectedContent("\(found.count) elements \(name.localName) in \(element.name.localName)")
                }
                element = one
            }
            try StructuralGate.boundWork(of: [(element, Int(CXS_EVERY_PREFIX_COUNT))], limits: limits)
            return try element.canonicalForm(inclusivePrefixes: CXS_EVERY_PREFIX, expectedCount: document.count)
        }
    }
}
