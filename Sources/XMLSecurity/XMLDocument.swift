import CXMLSec

/// A document that was parsed safely (stages A and B). It proves nothing about who wrote it.
package struct XMLDocument: Sendable {
    package let root: XMLElement

    package init(parsing bytes: [UInt8], limits: XMLLimits) throws(XMLSecurityError) {
        try XMLSecurityLibrary.start()
        root = try ParsedDocument(bytes, limits: limits).read { root throws(XMLSecurityError) in
            var copier = ElementCopier()
            return try copier.copy(root)
        }
    }
}

/// Copies elements out of a parsed tree. The depth is bounded by the limits that the document passed.
struct ElementCopier {
    /// libxml2 keeps one text a namespace declaration, so the same address is the same namespace while the tree lives.
    private var namespaces: [UnsafePointer<UInt8>: String] = [:]
    private let isWanted: (XMLName) -> Bool

    /// - Parameter isWanted: which elements below the first are copied, with what is in them.
    init(isWanted: @escaping (XMLName) -> Bool = { _ in true }) { self.isWanted = isWanted }

    mutating func copy(_ node: Node) throws(XMLSecurityError) -> XMLElement {
        var attributes: [XMLElement.Attribute] = []
        for attribute in node.attributes {
            guard let value = attribute.value else { throw .doctype }
            let name = XMLName(namespace(cxs_attribute_namespace(attribute.pointer)), attribute.localName)
            attributes.append(XMLElement.Attribute(name: name, value: value))
        }
        var children: [XMLElement.Node] = []
        var hasComment = false
        for child in node.children {
            switch child.kind {
            case .element: if isWanted(name(of: child)) { children.append(.element(try copy(child))) }
            case .text: children.append(.text(child.content))
            case .comment: hasComment = true
            case .processingInstruction: throw .processingInstruction
            case .other: throw .doctype
            }
        }
        if hasComment { try refuseValue(around: children) }
        return XMLElement(name: name(of: node), attributes: attributes, children: children)
    }

    private mutating func name(of node: Node) -> XMLName {
        XMLName(namespace(cxs_node_namespace(node.pointer)), String(cxs_node_name(node.pointer)))
    }

    /// A comment may stand between elements, never beside text that is a value (THREATS S10).
    private func refuseValue(around children: [XMLElement.Node]) throws(XMLSecurityError) {
        for case .text(let text) in children where !text.utf8.allSatisfy(DocumentBytes.isBlank) { throw .comment }
    }

    private mutating func namespace(_ text: cxs_text) -> String {
        guard let bytes = text.bytes else { return "" }
        if let known = namespaces[bytes] { return known }
        let made = String(text)
        namespaces[bytes] = made
        return made
    }
}
