/// One ds:Signature, read strictly (XML Signature §4, SAML Core §5.4): nothing in it that the recipe of THREATS §1.1 does not name.
struct SignatureStructure {
    let node: Node
    let parent: Node
    /// The parent's ID attribute, which the only reference names.
    let identifier: AttributeNode
    let signedInfo: Node
    /// What SignedInfo says, before anybody knows who said it.
    var claimed: SignedInfo
    /// Decoded; empty, and so made by no key, where it is not base64.
    let value: [UInt8]

    init(reading node: Node, of parent: Node, policy: SignaturePolicy) throws(XMLSecurityError) {
        let children = try node.structure(attributes: ["Id"])
        guard children.count == 2 || children.count == 3, children[0].isElement(.ds("SignedInfo")), children[1].isElement(.ds("SignatureValue"))
        else {
            throw .signatureStructure("the children are not SignedInfo, SignatureValue and at most one KeyInfo")
        }
        if children.count == 3 { try SignatureStructure.checkKeyInfo(children[2]) }
        guard try children[1].structure(attributes: ["Id"], allowsText: true).isEmpty else { throw .signatureStructure("SignatureValue is not text") }
        value = children[1].base64
        let identifier = parent.attribute("ID")
        claimed = try SignedInfo(reading: children[0], of: identifier?.value, policy: policy)
        guard let identifier else { throw .referenceMismatch(expected: nil, found: claimed.id) }
        self.identifier = identifier
        self.node = node
        self.parent = parent
        signedInfo = children[0]
    }

    /// KeyInfo is never used: the key is pinned. It may hold what products put there, and nothing that could be mistaken for content.
    private static func checkKeyInfo(_ keyInfo: Node) throws(XMLSecurityError) {
        guard keyInfo.isElement(.ds("KeyInfo")) else { throw .signatureStructure("the third child is not KeyInfo") }
        for child in try keyInfo.structure(attributes: ["Id"]) where !keyInfoChildren.contains(child.name) {
            throw .signatureStructure("KeyInfo has a child other than X509Data, KeyValue and KeyName")
        }
        try keyInfo.walk { node throws(XMLSecurityError) in
            guard node.kind == .element, node != keyInfo else { return }
            let name = node.name
            guard keyInfoNames.contains(name) else { throw .signatureStructure("KeyInfo has an element that is not known") }
            try node.refuseAttributes(except: keyInfoAttributes[name] ?? [])
        }
    }

    private static let keyInfoChildren: Set<XMLName> = [.ds("X509Data"), .ds("KeyValue"), .ds("KeyName")]
    private static let keyInfoNames: Set<XMLName> = keyInfoChildren.union([
        .ds("X509Certificate"), .ds("X509SubjectName"), .ds("X509IssuerSerial"), .ds("X509IssuerName"), .ds("X509SerialNumber"), .ds("X509SKI"),
        .ds("RSAKeyValue"), .ds("Modulus"), .ds("Exponent"), ds11("ECKeyValue"), ds11("NamedCurve"), ds11("PublicKey"),
    ])
    private static let keyInfoAttributes: [XMLName: Set<String>] = [ds11("NamedCurve"): ["URI"]]
    /// XML Signature 1.1 put the elliptic-curve key value into a namespace of its own.
    private static func ds11(_ localName: String) -> XMLName { XMLName("http://www.w3.org/2009/xmldsig11#", localName) }
}

extension Node {
    /// The child elements, when this element has only the attributes named and, unless it is a value, no text between its children.
    func structure(attributes allowed: Set<String>, allowsText: Bool = false) throws(XMLSecurityError) -> [Node] {
        try refuseAttributes(except: allowed)
        var found: [Node] = []
        for child in children {
            switch child.kind {
            case .element: found.append(child)
            case .text where allowsText || child.isBlankText: continue
            case .text: throw .signatureStructure("there is text between elements")
            case .comment: throw .comment
            case .processingInstruction: throw .processingInstruction
            case .other: throw .doctype
            }
        }
        return found
    }

    /// A schema's attributes, and those that any element may have: an instance's type and where its schemas are (XML Schema §2.6).
    func refuseAttributes(except known: Set<String>) throws(XMLSecurityError) {
        for attribute in attributes {
            if attribute.isUnprefixed && known.contains(where: attribute.isNamed) { continue }
            guard Self.instanceAttributes.contains(attribute.name) else { throw .unexpectedAttribute(attribute.name.description) }
        }
    }

    private static let instanceAttributes = Set(["type", "schemaLocation"].map { XMLName("http://www.w3.org/2001/XMLSchema-instance", $0) })
}
