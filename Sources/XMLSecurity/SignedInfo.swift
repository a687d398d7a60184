import CXMLSec
internal import WireFormats

/// ds:SignedInfo, XML Signature §4.4, read strictly: how it was signed, and the one reference to the element that the signature stands in.
///
/// It is read twice: from the message, as a claim, and from the very octets that a key signed. The first is what is checked and counted
/// before anything is dear, the second is what counts.
struct SignedInfo: Hashable {
    static let exclusiveCanonicalization = "http://www.w3.org/2001/10/xml-exc-c14n#"
    private static let withComments = exclusiveCanonicalization + "WithComments"
    static let inclusiveCanonicalization = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    private static let inclusiveWithComments = inclusiveCanonicalization + "#WithComments"
    static let envelopedSignature = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"

    let method: SignatureAlgorithm
    /// Whether SignedInfo's own canonical form is the inclusive one.
    let isInclusive: Bool
    /// The ID that the reference names.
    let id: String
    let reference: Reference

    struct Reference: Hashable {
        /// Whether the canonical form has comments. SAML Core §5.4.3 and §5.4.4 allow both; a message has none (stage C), so that both give the
        /// same bytes.
        let withComments: Bool
        /// The PrefixList of the canonicalization, separated by single spaces, and how many prefixes it has; where it is inclusive, what stands for all.
        let prefixList: String
        let prefixCount: Int
        let digestMethod: DigestAlgorithm
        let digestValue: [UInt8]
    }

    /// One of the canonicalizations that there are.
    struct CanonicalForm {
        let isInclusive: Bool
        let withComments: Bool

        /// nil for one that is not known.
        init?(_ identifier: String, policy: SignaturePolicy) throws(XMLSecurityError) {
            let known: [(String, isInclusive: Bool, withComments: Bool)] = [
                (SignedInfo.exclusiveCanonicalization, false, false), (SignedInfo.withComments, false, true),
                (SignedInfo.inclusiveCanonicalization, true, false), (SignedInfo.inclusiveWithComments, true, true),
            ]
            guard let form = known.first(where: { $0.0.hasSameBytes(as: identifier) }) else { return nil }
            guard !form.isInclusive || policy.contains(.inclusiveCanonicalization) else { throw .inclusiveNotAllowed(identifier) }
            (isInclusive, withComments) = (form.isInclusive, form.withComments)
        }
    }

    /// Whether anything of it is canonicalized inclusively.
    var usesInclusive: Bool { isInclusive || reference.prefixList == CXS_EVERY_PREFIX }

    /// - Parameter parentID: the ID of the element that the signature stands in.
    init(reading node: Node, of parentID: String?, policy: SignaturePolicy) throws(XMLSecurityError) {
        let children = try node.structure(attributes: ["Id"])
        guard children.count >= 2, children[0].isElement(.ds("CanonicalizationMethod")), children[1].isElement(.ds("SignatureMethod")) else {
            throw .signatureStructure("SignedInfo does not begin with CanonicalizationMethod and SignatureMethod")
        }
        // SignedInfo itself has no comments.
        let canonicalization = try children[0].algorithm()
        guard let form = try CanonicalForm(canonicalization, policy: policy) else { throw .transforms([canonicalization]) }
        isInclusive = form.isInclusive
        method = try SignatureAlgorithm(identifier: children[1].algorithm(), policy: policy)
        guard children[0].elements.isEmpty, children[1].elements.isEmpty else { throw .signatureStructure("a method has parameters") }

        let references = children.dropFirst(2)
        guard references.allSatisfy({ $0.isElement(.ds("Reference")) }) else { throw .signatureStructure("SignedInfo has a child that is not known") }
        guard references.count == 1, let reference = references.first else { throw .referenceCount(references.count) }
        id = try Self.target(of: reference)
        guard parentID?.hasSameBytes(as: id) == true else { throw .referenceMismatch(expected: parentID, found: id) }
        self.reference = try Reference(reading: reference, policy: policy)
    }

    private static let separators = Array("#()'\"|/?:&=% \t\r\n".utf8)

    /// `#` and an NCName; no XPointer, no external document, no whole document (THREATS S14).
    private static func target(of reference: Node) throws(XMLSecurityError) -> String {
        guard let uri = reference.attribute("URI")?.value else { throw .referenceURI(nil) }
        // By bytes: a combining mark behind the # makes one character of both.
        let target = ProtocolText(uri).dropFirst(1)
        // The precise comparison is with the parent's ID, which is known to be an NCName; this only chooses the error.
        guard uri.utf8.first == UInt8(ascii: "#"), !target.isEmpty, target.allSatisfy({ !separators.contains($0) }) else {
            throw .referenceURI(uri)
        }
        return target.string
    }
}

extension SignedInfo.Reference {
    /// Transforms, DigestMethod, DigestValue.
    init(reading node: Node, policy: SignaturePolicy) throws(XMLSecurityError) {
        let children = try node.structure(attributes: ["Id", "URI"])
        if let first = children.first, first.isElement(.ds("DigestMethod")) { throw .transforms([]) }
        guard children.count == 3, children[0].isElement(.ds("Transforms")), children[1].isElement(.ds("DigestMethod")),
            children[2].isElement(.ds("DigestValue"))
        else { throw .signatureStructure("the children of Reference are not Transforms, DigestMethod and DigestValue") }

        let transforms = try children[0].structure(attributes: [])
        guard transforms.allSatisfy({ $0.isElement(.ds("Transform")) }) else { throw .signatureStructure("Transforms has a child that is not known") }
        var algorithms: [String] = []
        for transform in transforms { algorithms.append(try transform.algorithm()) }
        guard algorithms.count == 2, algorithms[0].hasSameBytes(as: SignedInfo.envelopedSignature) else { throw .transforms(algorithms) }
        guard let form = try SignedInfo.CanonicalForm(algorithms[1], policy: policy) else { throw .transforms(algorithms) }
        withComments = form.withComments
        guard transforms[0].elements.isEmpty else { throw .transforms(algorithms) }

        digestMethod = try DigestAlgorithm(identifier: children[1].algorithm(), policy: policy)
        guard children[1].elements.isEmpty else { throw .signatureStructure("a method has parameters") }
        guard try children[2].structure(attributes: [], allowsText: true).isEmpty else { throw .signatureStructure("DigestValue is not text") }
        digestValue = children[2].base64
        guard !form.isInclusive else {
            guard transforms[1].elements.isEmpty else { throw .transforms(algorithms) }
            (prefixList, prefixCount) = (CXS_EVERY_PREFIX, Int(CXS_EVERY_PREFIX_COUNT))
            return
        }
        let prefixes = try Self.prefixes(of: transforms[1])
        (prefixList, prefixCount) = (prefixes.joined(separator: " "), prefixes.count)
    }

    /// Exclusive XML Canonicalization §3: NCNames and `#default`, here between single spaces. Read by bytes, as every reader behind this one
    /// splits it: a combining mark after a space makes one character of both, and 84 prefixes look like one (case 126).
    private static func prefixes(of transform: Node) throws(XMLSecurityError) -> [String] {
        let children = try transform.structure(attributes: ["Algorithm"])
        guard let list = children.first else { return [] }
        guard children.count == 1, list.isElement(XMLName(SignedInfo.exclusiveCanonicalization, "InclusiveNamespaces")),
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
}

extension Node {
    /// The value of Algorithm, the only attribute such an element has; an absent one is as unknown as an empty one.
    fileprivate func algorithm() throws(XMLSecurityError) -> String {
        _ = try structure(attributes: ["Algorithm"])
        return attribute("Algorithm")?.value ?? ""
    }

    /// XML Signature §4.3: base64, which XML lets anybody indent. Empty where it is none.
    var base64: [UInt8] {
        var digits: [UInt8] = []
        for child in children where child.kind == .text { digits += child.content.utf8.filter { !DocumentBytes.isBlank($0) } }
        return (try? Base64.decode(digits)) ?? []
    }
}
