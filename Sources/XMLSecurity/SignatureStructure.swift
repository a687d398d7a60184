import CXMLSec
internal import WireFormats

/// One ds:Signature, read strictly (XML Signature §4, SAML Core §5.4): nothing in it that the recipe of THREATS §1.1 does not name.
struct SignatureStructure {
    static let exclusiveCanonicalization = "http://www.w3.org/2001/10/xml-exc-c14n#"
    /// SAML Core §5.4.3 and §5.4.4 allow both. A message has no comments (stage C), so that both give the same bytes.
    private static let canonicalizations = [exclusiveCanonicalization, exclusiveCanonicalization + "WithComments"]
    static let envelopedSignature = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

    let node: Node
    let parent: Node
    /// The parent's ID attribute, which the only reference names.
    let identifier: AttributeNode
    let id: String
    let signedInfo: Node
    let method: SignatureAlgorithm
    /// Decoded; empty, and so made by no key, where it is not base64.
    let value: [UInt8]
    /// The PrefixList of the reference's canonicalization, separated by single spaces.
    let inclusivePrefixes: String
    /// How many of them there are.
    let prefixCount: Int

    init(reading node: Node, of parent: Node, policy: SignaturePolicy) throws(XMLSecurityError) {
        let children = try node.structure(attributes: ["Id"])
        guard children.count == 2 || children.count == 3, children[0].isElement(.ds("SignedInfo")), children[1].isElement(.ds("SignatureValue"))
        else {
            throw .signatureStructure("the children are not SignedInfo, SignatureValue and at most one KeyInfo")
        }
        if children.count == 3 { try SignatureStructure.checkKeyInfo(children[2]) }
        guard try children[1].structure(attributes: ["Id"], allowsText: true).isEmpty else { throw .signatureStructure("SignatureValue is not text") }
        value = Self.signatureValue(of: children[1])

        let signedInfo = try children[0].structure(attributes: ["Id"])
        guard signedInfo.count >= 2, signedInfo[0].isElement(.ds("CanonicalizationMethod")), signedInfo[1].isElement(.ds("SignatureMethod")) else {
            throw .signatureStructure("SignedInfo does not begin with CanonicalizationMethod and SignatureMethod")
        }
        let canonicalization = try signedInfo[0].algorithm()
        guard Self.canonicalizations.contains(canonicalization) else { throw .transforms([canonicalization]) }
        method = try SignatureAlgorithm(identifier: signedInfo[1].algorithm(), policy: policy)
        guard signedInfo[0].elements.isEmpty, signedInfo[1].elements.isEmpty else { throw .signatureStructure("a method has parameters") }

        let references = signedInfo.dropFirst(2)
        guard references.allSatisfy({ $0.isElement(.ds("Reference")) }) else { throw .signatureStructure("SignedInfo has a child that is not known") }
        guard references.count == 1, let reference = references.first else { throw .referenceCount(references.count) }
        let target = try SignatureStructure.target(of: reference)
        guard let identifier = parent.attribute("ID"), let id = identifier.value, id.utf8.elementsEqual(target.utf8) else {
            throw .referenceMismatch(expected: parent.attribute("ID")?.value, found: target)
        }
        let prefixes = try SignatureStructure.checkReference(reference, policy: policy)
        inclusivePrefixes = prefixes.joined(separator: " ")
        prefixCount = prefixes.count
        self.node = node
        self.signedInfo = children[0]
        self.parent = parent
        self.identifier = identifier
        self.id = id
    }

    /// `#` and an NCName; no XPointer, no external document, no whole document (THREATS S14).
    private static func target(of reference: Node) throws(XMLSecurityError) -> String {
        guard let uri = reference.attribute("URI")?.value else { throw .referenceURI(nil) }
        // By bytes: a combining mark behind the # makes one character of both.
        let target = ProtocolText(uri).dropFirst(1)
        // The precise comparison is with the parent's ID, which is known to be an NCName; this only chooses the error.
        let separators: Set<UInt8> = Set("#()'\"|/?:&=% \t\r\n".utf8)
        guard uri.utf8.first == UInt8(ascii: "#"), !target.isEmpty, target.allSatisfy({ !separators.contains($0) }) else {
            throw .referenceURI(uri)
        }
        return target.string
    }

    /// Transforms, DigestMethod, DigestValue. Returns the PrefixList.
    private static func checkReference(_ reference: Node, policy: SignaturePolicy) throws(XMLSecurityError) -> [String] {
        let children = try reference.structure(attributes: ["Id", "URI"])
        if let first = children.first, first.isElement(.ds("DigestMethod")) { throw .transforms([]) }
        guard children.count == 3, children[0].isElement(.ds("Transforms")), children[1].isElement(.ds("DigestMethod")),
            children[2].isElement(.ds("DigestValue"))
        else { throw .signatureStructure("the children of Reference are not Transforms, DigestMethod and DigestValue") }

        let transforms = try children[0].structure(attributes: [])
        guard transforms.allSatisfy({ $0.isElement(.ds("Transform")) }) else { throw .signatureStructure("Transforms has a child that is not known") }
        var algorithms: [String] = []
        for transform in transforms { algorithms.append(try transform.algorithm()) }
        guard algorithms.count == 2, algorithms[0] == envelopedSignature, canonicalizations.contains(algorithms[1]) else {
            throw .transforms(algorithms)
        }
        guard transforms[0].elements.isEmpty else { throw .transforms(algorithms) }

        try DigestAlgorithm.check(children[1].algorithm(), policy: policy)
        guard children[1].elements.isEmpty else { throw .signatureStructure("a method has parameters") }
        guard try children[2].structure(attributes: [], allowsText: true).isEmpty else { throw .signatureStructure("DigestValue is not text") }
        return try prefixList(of: transforms[1])
    }

    /// Exclusive XML Canonicalization §3: NCNames and `#default`, here between single spaces. Read by bytes, as every reader behind this one
    /// splits it: a combining mark after a space makes one character of both, and 84 prefixes look like one (case 126).
    private static func prefixList(of transform: Node) throws(XMLSecurityError) -> [String] {
        let children = try transform.structure(attributes: ["Algorithm"])
        guard let list = children.first else { return [] }
        guard children.count == 1, list.isElement(XMLName(exclusiveCanonicalization, "InclusiveNamespaces")),
            try list.structure(attributes: ["PrefixList"]).isEmpty, let value = list.attribute("PrefixList")?.value
        else { throw .transforms(["unknown parameters of exclusive canonicalization"]) }
        let bytes = Array(value.utf8)
        guard !bytes.isEmpty else { return [] }
        guard bytes.count <= 256 else { throw .tooComplex("a PrefixList of more than 256 bytes") }
        let prefixes = bytes.split(separator: 0x20, omittingEmptySubsequences: false)
        for prefix in prefixes where !prefix.elementsEqual("#default".utf8) {
            guard isNCName(prefix) else { throw .signatureStructure("a PrefixList has something else than prefixes between single spaces") }
        }
        guard prefixes.count <= 16 else { throw .tooComplex("a PrefixList of more than 16 prefixes") }
        return prefixes.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func isNCName(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.withUnsafeBufferPointer { cxs_is_ncname($0.baseAddress, $0.count) }
    }

    /// XML Signature §4.3: base64, which XML lets anybody indent.
    private static func signatureValue(of element: Node) -> [UInt8] {
        var digits: [UInt8] = []
        for child in element.children where child.kind == .text { digits += child.content.utf8.filter { !DocumentBytes.isBlank($0) } }
        return (try? Base64.decode(digits)) ?? []
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
            if attribute.isUnprefixed && known.contains(where: attribute.localName.hasSameBytes) { continue }
            guard Self.instanceAttributes.contains(attribute.name) else { throw .unexpectedAttribute(attribute.name.description) }
        }
    }

    private static let instanceAttributes = Set(["type", "schemaLocation"].map { XMLName("http://www.w3.org/2001/XMLSchema-instance", $0) })

    /// The value of Algorithm, the only attribute such an element has; an absent one is as unknown as an empty one.
    fileprivate func algorithm() throws(XMLSecurityError) -> String {
        _ = try structure(attributes: ["Algorithm"])
        return attribute("Algorithm")?.value ?? ""
    }
}
