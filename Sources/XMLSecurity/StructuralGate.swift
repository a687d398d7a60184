import CXMLSec

/// Stage C of THREATS §1.1: what must be true of the tree before a signature is judged. xmlsec alone, however restricted, accepts XPointer
/// references, moved signatures and foreign content beside the signed one (finding 4).
struct StructuralGate {
    private(set) var signatures: [Node] = []
    private(set) var inners: [Node] = []
    private(set) var encrypted: [Node] = []

    let root: Node
    let policy: SignaturePolicy
    let limits: XMLLimits

    /// Every node of a kind that may be there; all IDs different, however they are spelled (THREATS S5).
    static func checkNodes(of root: Node, allowsComments: Bool, _ visit: (Node) throws(XMLSecurityError) -> Void = { _ in }) throws(XMLSecurityError)
    {
        var identifiers: Set<String> = []
        try root.walk { node throws(XMLSecurityError) in
            switch node.kind {
            case .element: break
            case .text: return
            case .comment where allowsComments: return
            case .comment: throw .comment
            case .processingInstruction: throw .processingInstruction
            case .other: throw .doctype
            }
            for attribute in node.attributes where attribute.isNamedID {
                let value = attribute.value ?? ""
                guard attribute.name.namespace != XMLName.xmlNamespace else { throw .duplicateID("xml:id") }
                guard attribute.isNCName else { throw .malformed("an ID is not a name") }
                guard identifiers.insert(value).inserted else { throw .duplicateID(value) }
            }
            try visit(node)
        }
    }

    /// For a message of that shape: the signatures that must verify, at least one of them where the inner element is not encrypted.
    static func inspect(
        _ root: Node, as shape: SignedMessageShape, limits: XMLLimits, policy: SignaturePolicy
    ) throws(XMLSecurityError) -> (root: SignatureStructure?, inner: SignatureStructure?, isEncrypted: Bool) {
        guard root.isElement(shape.root) else { throw .unexpectedRoot(expected: shape.root.description, found: root.name.description) }
        var gate = StructuralGate(root: root, policy: policy, limits: limits)
        try gate.collect(allowsComments: false, inner: shape.inner, encrypted: shape.encryptedInner)
        let structures = try gate.readSignatures(parents: shape.inner, issuer: shape.issuer)
        let inner = try gate.onlyInner()
        let isEncrypted = !gate.encrypted.isEmpty
        try root.refuseAttributes(except: shape.rootAttributes)
        // An encrypted one is read strictly where it is decrypted.
        if !isEncrypted { try inner.refuseAttributes(except: shape.innerAttributes) }
        let ofRoot = structures.first { $0.parent == root }
        let ofInner = structures.first { $0.parent == inner }
        guard ofRoot != nil || ofInner != nil || isEncrypted else { throw .unsigned }
        try gate.boundWork(of: structures)
        return (ofRoot, ofInner, isEncrypted)
    }

    /// For the inner element as it was decrypted, a document of its own; nil where it has no signature.
    static func inspectDecrypted(
        _ root: Node, as shape: SignedMessageShape, limits: XMLLimits, policy: SignaturePolicy
    ) throws(XMLSecurityError) -> SignatureStructure? {
        guard root.isElement(shape.inner) else { throw .unexpectedRoot(expected: shape.inner.description, found: root.name.description) }
        var gate = StructuralGate(root: root, policy: policy, limits: limits)
        try gate.collect(allowsComments: false, inner: shape.inner, encrypted: shape.encryptedInner)
        let structures = try gate.readSignatures(parents: nil, issuer: shape.issuer)
        let count = gate.inners.count + gate.encrypted.count
        guard count == 1 else { throw .assertionCount(count) }
        try root.refuseAttributes(except: shape.innerAttributes)
        try gate.boundWork(of: structures)
        return structures.first
    }

    /// For a document whose root itself must be signed: metadata, or a message without an assertion.
    /// - Parameter enclosesSigned: whether there may be signatures below, of what is judged elsewhere; the root's covers them.
    static func inspectRoot(
        _ root: Node, named name: XMLName, issuer: XMLName?, enclosesSigned: Bool, limits: XMLLimits, policy: SignaturePolicy
    ) throws(XMLSecurityError) -> SignatureStructure {
        guard root.isElement(name) else { throw .unexpectedRoot(expected: name.description, found: root.name.description) }
        var gate = StructuralGate(root: root, policy: policy, limits: limits)
        try gate.collect(allowsComments: limits.allowsComments, inner: nil, encrypted: nil)
        if enclosesSigned { gate.signatures.removeAll { $0.parent != root } }
        guard let structure = try gate.readSignatures(parents: nil, issuer: issuer).first else { throw .unsigned }
        try gate.boundWork(of: [structure])
        return structure
    }

    private init(root: Node, policy: SignaturePolicy, limits: XMLLimits) {
        self.root = root
        self.policy = policy
        self.limits = limits
    }

    private mutating func collect(allowsComments: Bool, inner: XMLName?, encrypted: XMLName?) throws(XMLSecurityError) {
        var found = self
        try StructuralGate.checkNodes(of: root, allowsComments: allowsComments) { node throws(XMLSecurityError) in
            // Canonicalization stops with an error at a relative namespace; here it is named before (THREATS S9).
            guard node.declaresOnlyCanonicalNamespaces else { throw .canonicalization }
            if node.isElement(.signature) { found.signatures.append(node) }
            if let inner, node.isElement(inner) { found.inners.append(node) }
            if let encrypted, node.isElement(encrypted) { found.encrypted.append(node) }
        }
        self = found
    }

    /// Position, structure and reference of every ds:Signature of the document.
    private func readSignatures(parents inner: XMLName?, issuer: XMLName?) throws(XMLSecurityError) -> [SignatureStructure] {
        var structures: [SignatureStructure] = []
        for signature in signatures {
            guard let parent = signature.parent, parent == root || inner.map(parent.isElement) == true else {
                throw .signaturePosition("it is not a child of the message or its assertion")
            }
            guard !structures.contains(where: { $0.parent == parent }) else { throw .signaturePosition("there are two on one element") }
            try checkOrder(of: signature, in: parent, after: issuer)
            let structure = try SignatureStructure(reading: signature, of: parent, policy: policy)
            structures.append(structure)
        }
        return structures
    }

    /// The schemas put ds:Signature directly after Issuer, or first where there is no Issuer.
    private func checkOrder(of signature: Node, in parent: Node, after issuer: XMLName?) throws(XMLSecurityError) {
        guard !policy.contains(.anySignatureOrder) else { return }
        let siblings = parent.elements
        let hasIssuer = issuer.map { name in siblings.contains { $0.isElement(name) } } ?? false
        let isInPlace: Bool
        if hasIssuer, let issuer {
            isInPlace = siblings.count > 1 && siblings[0].isElement(issuer) && siblings[1] == signature
        } else {
            isInPlace = siblings.first == signature
        }
        guard isInPlace else { throw .signatureOrder }
    }

    /// Deep documents with many namespaces in scope make canonical form dear while they are small (case 127). What it will cost is counted
    /// before, for all signatures of the document together.
    private func boundWork(of structures: [SignatureStructure]) throws(XMLSecurityError) {
        try Self.boundWork(of: structures.map { ($0.parent, $0.claimed.reference.prefixCount) }, limits: limits)
    }

    static func boundWork(of elements: [(Node, prefixes: Int)], limits: XMLLimits) throws(XMLSecurityError) {
        var (bytes, steps) = (UInt64(0), UInt64(0))
        for (element, prefixes) in elements {
            let cost = cxs_canonicalization_cost(element.pointer, Int32(prefixes))
            (bytes, steps) = (max(bytes, cost.bytes), steps.addingReportingOverflow(cost.steps).overflow ? .max : steps + cost.steps)
        }
        guard bytes <= UInt64(limits.canonicalDeclarations) else {
            throw .tooComplex("more than \(limits.canonicalDeclarations) bytes of namespace declarations in canonical form")
        }
        guard steps <= UInt64(limits.canonicalSteps) else { throw .tooComplex("too many namespaces or prefixes over too many elements") }
    }

    private func onlyInner() throws(XMLSecurityError) -> Node {
        guard inners.count + encrypted.count == 1 else { throw .assertionCount(inners.count + encrypted.count) }
        guard let inner = inners.first ?? encrypted.first, inner.parent == root else { throw .assertionCount(0) }
        return inner
    }
}
