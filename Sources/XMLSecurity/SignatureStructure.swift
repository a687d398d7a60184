/// One ds:Signature, read strictly (XML Signature §4, SAML Core §5.4): nothing in it that the recipe of THREATS §1.1 does not name.
struct SignatureStructure {
    static let exclusiveCanonicalization = "http://www.w3.org/2001/10/xml-exc-c14n#"
    static let envelopedSignature = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

    let node: Node
    let parent: Node
    /// The parent's ID attribute, which the only reference names.
    let identifier: AttributeNode
    let id: String
    let method: SignatureAlgorithm
    /// The PrefixList of the reference's canonicalization, separated by single spaces.
    let inclusivePrefixes: String

    init(reading node: Node, of parent: Node, policy: SignaturePolicy) throws(XMLSecurityError) {
        let children = try node.structure(attributes: ["Id"])
        guard children.count == 2 || children.count == 3, children[0].isElement(.ds("SignedInfo")), children[1].isElement(.ds("SignatureValue"))
        else {
            throw .signatureStructure("the children are not SignedInfo, SignatureValue and at most one KeyInfo")
        }
        if children.count == 3 { try SignatureStructure.checkKeyInfo(children[2]) }
        guard try children[1].structure(attributes: ["Id"], allowsText: true).isEmpty else { throw .signatureStructure("SignatureValue is not text") }

        let signedInfo = try children[0].structure(attributes: ["Id"])
        guard signedInfo.count >= 2, signedInfo[0].isElement(.ds("CanonicalizationMethod")), signedInfo[1].isElement(.ds("SignatureMethod")) else {
            throw .signatureStructure("SignedInfo does not begin with CanonicalizationMethod and SignatureMethod")
        }
        let canonicalization = try signedInfo[0].algorithm()
        guard canonicalization == Self.exclusiveCanonicalization else { throw .transforms([canonicalization]) }
        method = try SignatureAlgorithm(identifier: signedInfo[1].algorithm(), policy: policy)
        guard signedInfo[0].elements.isEmpty, signedInfo[1].elements.isEmpty else { throw .signatureStructure("a method has parameters") }

        let references = signedInfo.dropFirst(2)
        guard references.allSatisfy({ $0.isElement(.ds("Reference")) }) else { throw .signatureStructure("SignedInfo has a child that is not known") }
        guard references.count == 1, let reference = references.first else { throw .referenceCount(references.count) }
        let target = try SignatureStructure.target(of: reference)
        guard let identifier = parent.attribute("ID"), let id = identifier.value, id.utf8.elementsEqual(target.utf8) else {
            throw .referenceMismatch(expected: parent.attribute("ID")?.value, found: target)
        }
        inclusivePrefixes = try SignatureStructure.checkReference(reference, policy: policy)
        self.node = node
        self.parent = parent
        self.identifier = identifier
        self.id = id
    }

    /// `#` and an NCName; no XPointer, no external document, no whole document (THREATS S14).
    private static func target(of reference: Node) throws(XMLSecurityError) -> String {
        guard let uri = reference.attribute("URI")?.value else { throw .referenceURI(nil) }
        let target = uri.dropFirst()
        // The precise comparison is with the parent's ID, which was checked to be an NCName; this only chooses the error.
        let separators: Set<UInt8> = Set("#()'\"|/?:&=% \t\r\n".utf8)
        guard uri.utf8.first == UInt8(ascii: "#"), !target.isEmpty, !target.utf8.contains(where: separators.contains) else {
            throw .referenceURI(uri)
        }
        return String(target)
    }

    /// Transforms, DigestMethod, DigestValue. Returns the PrefixList.
    private static func checkReference(_ reference: Node, policy: SignaturePolicy) throws(XMLSecurityError) -> String {
        let children = try reference.structure(attributes: ["Id", "URI"])
        if let first = children.first, first.isElement(.ds("DigestMethod")) { throw .transforms([]) }
        guard children.count == 3, children[0].isElement(.ds("Transforms")), children[1].isElement(.ds("DigestMethod")),
            children[2].isElement(.ds("DigestValue"))
        else { throw .signatureStructure("the children of Reference are not Transforms, DigestMethod and DigestValue") }

        let transforms = try children[0].structure(attributes: [])
        guard transforms.allSatisfy({ $0.isElement(.ds("Transform")) }) else { throw .signatureStructure("Transforms has a child that is not known") }
        var algorithms: [String] = []
        for transform in transforms { algorithms.append(try transform.algorithm()) }
        guard algorithms == [envelopedSignature, exclusiveCanonicalization] else { throw .transforms(algorithms) }
        guard transforms[0].elements.isEmpty else { throw .transforms(algorithms) }

        try DigestAlgorithm.check(children[1].algorithm(), policy: policy)
        guard children[1].elements.isEmpty else { throw .signatureStructure("a method has parameters") }
        guard try children[2].structure(attributes: [], allowsText: true).isEmpty else { throw .signatureStructure("DigestValue is not text") }
        return try prefixList(of: transforms[1])
    }

    /// Exclusive XML Canonicalization §4. The list is bounded: canonicalization looks up each prefix at each element.
    private static func prefixList(of transform: Node) throws(XMLSecurityError) -> String {
        let children = try transform.structure(attributes: ["Algorithm"])
        guard let list = children.first else { return "" }
        guard children.count == 1, list.isElement(XMLName(exclusiveCanonicalization, "InclusiveNamespaces")),
            try list.structure(attributes: ["PrefixList"]).isEmpty, let value = list.attribute("PrefixList")?.value
        else { throw .transforms(["unknown parameters of exclusive canonicalization"]) }
        let prefixes = value.split(whereSeparator: { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" })
        guard prefixes.count <= 16, value.utf8.count <= 256 else { throw .tooComplex("a PrefixList of more than 16 prefixes") }
        return prefixes.joined(separator: " ")
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
            for attribute in node.attributes where !(keyInfoAttributes[name] ?? []).contains(attribute.name.description) {
                throw .unexpectedAttribute(attribute.name.description)
            }
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
        for attribute in attributes where !(attribute.isUnprefixed && allowed.contains(attribute.localName)) {
            throw .unexpectedAttribute(attribute.name.description)
        }
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

    /// The value of Algorithm, the only attribute such an element has; an absent one is as unknown as an empty one.
    fileprivate func algorithm() throws(XMLSecurityError) -> String {
        _ = try structure(attributes: ["Algorithm"])
        return attribute("Algorithm")?.value ?? ""
    }
}
