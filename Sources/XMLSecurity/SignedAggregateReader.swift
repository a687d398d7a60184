internal import WireFormats

/// What an aggregate consists of, SAML Metadata §2.3.1.
package struct AggregateShape: Sendable {
    package let root: XMLName
    package let member: XMLName
    /// What a member must have as a child to be of interest.
    package let role: XMLName
    package let extensions: XMLName

    package init(root: XMLName, member: XMLName, role: XMLName, extensions: XMLName) {
        (self.root, self.member, self.role, self.extensions) = (root, member, role, extensions)
    }
}

/// A member of an aggregate whose signature is not proven yet: it may be kept where nobody reads it, until `finish` gives the proof.
package struct UnprovenMember: Sendable {
    package let element: XMLElement
    /// The member as a document that stands by itself: its exclusive canonical form.
    package let bytes: [UInt8]
}

/// That every member which was handed out stood in one document that a pinned key signed. Only this file can make one.
package struct SignedAggregate: Sendable {
    package let signingKey: TrustedKey

    fileprivate init(signingKey: TrustedKey) { self.signingKey = signingKey }
}

/// Reads a signed aggregate while it arrives, and never has more of it in memory than one member: stages A to E of THREATS §1.1 for each of its parts.
///
/// Each child of the root is parsed between the root's own tags, so that it sees the namespaces that it would see in the whole document, and its
/// canonical form is what the whole document's has at that place. Those octets go into one running digest, and are parsed again: only from them a
/// member is read. Who signed is known before the first one: the Signature is the root's first child, and its SignedInfo says what the digest
/// must turn out to be. So what is handed out is a part of what was signed exactly if the end of the document is reached and the digest is right;
/// how the document was cut into parts does not matter for that.
package struct SignedAggregateReader: ~Copyable {
    /// Children of the root, and IDs of elements: bounds on what a document of the largest size can cost.
    private static let maximumChildren = 100_000
    private static let maximumIDs = 500_000

    /// What is known once the Signature was read.
    private struct Signed {
        let key: TrustedKey
        let id: String
        let reference: SignedInfo.Reference
        /// The canonical form of the root's start tag.
        let opening: [UInt8]
    }

    private let shape: AggregateShape
    private let keys: [TrustedKey]
    private let limit: Int
    private let partLimits: XMLLimits
    private var parts: DocumentParts
    private var total = 0
    private var children = 0
    private var identifiers: Set<Int> = []
    /// The root's tags as they arrived.
    private var opening: [UInt8] = []
    private var closing: [UInt8] = []
    private var signed: Signed?
    private var digest: RunningDigest?
    /// The root's attributes, once the signature was read; as unproven as the members.
    package private(set) var root: XMLElement?
    /// Members that have no such role.
    package private(set) var otherMembers = 0

    /// - Parameters:
    ///   - keys: those that may have signed; KeyInfo is never looked at.
    ///   - limit: bytes of the document.
    package init(_ shape: AggregateShape, keys: [TrustedKey], limit: Int) throws(XMLSecurityError) {
        try XMLSecurityLibrary.start()
        guard !keys.isEmpty else { throw .noKeys }
        guard keys.count <= SignatureVerifier.maximumKeys else { throw .tooManyKeys(limit: SignatureVerifier.maximumKeys) }
        (self.shape, self.keys, self.limit, partLimits) = (shape, keys, limit, .aggregatePart)
        parts = DocumentParts(limit: partLimits.bytes)
    }

    /// Reads on, and hands out what became whole: a member, or why it cannot be used while the document can.
    package mutating func read(
        _ chunk: [UInt8], _ visit: (Result<UnprovenMember, XMLSecurityError>) throws(XMLSecurityError) -> Void
    ) throws(XMLSecurityError) {
        total += chunk.count
        guard total <= limit else { throw .tooLarge(limit: limit) }
        parts.add(chunk)
        while let part = try parts.next() {
            switch part {
            case .head(let bytes): try readHead(bytes)
            case .child(let bytes):
                children += 1
                guard children <= Self.maximumChildren else { throw .tooComplex("more than \(Self.maximumChildren) entities") }
                if signed == nil {
                    try readSignature(bytes)
                } else if let member = try readChild(bytes) {
                    try visit(member)
                }
            }
        }
    }

    /// At the end of the document: the proof that all that was handed out was signed.
    package consuming func finish() throws(XMLSecurityError) -> SignedAggregate {
        let tail = try parts.tail()
        try document(opening + tail).read { root throws(XMLSecurityError) in
            guard root.elements.isEmpty else { throw .malformed("the root's children do not end where they should") }
        }
        guard let signed else { throw .unsigned }
        let rest = try canonicalRest(of: opening + tail, signed)
        guard let digest = digest.take() else { throw .unsigned }
        try digest.add(rest[...])
        try digest.add(closing[...])
        guard digest.ends(as: signed.reference.digestValue) else { throw .signatureInvalid(.content) }
        return SignedAggregate(signingKey: signed.key)
    }
}

// MARK: - the parts

extension SignedAggregateReader {
    private func document(_ bytes: [UInt8]) throws(XMLSecurityError) -> ParsedDocument { try ParsedDocument(bytes, limits: partLimits) }

    /// Everything up to the root's start tag must be the beginning of a document: with the end tag it is one.
    private mutating func readHead(_ head: [UInt8]) throws(XMLSecurityError) {
        guard let start = head.lastStartTag else { throw .malformed("it has no root element") }
        opening = Array(head[start...])
        guard opening.count <= 16_384 else { throw .tooComplex("a start tag of more than 16384 bytes") }
        let name = opening.dropFirst().prefix { !DocumentBytes.isBlank($0) && $0 != UInt8(ascii: ">") }
        closing = Array("</".utf8) + name + Array(">".utf8)
        try document(head + closing).read { [shape] root throws(XMLSecurityError) in
            guard root.isElement(shape.root) else { throw .unexpectedRoot(expected: shape.root.description, found: root.name.description) }
            try StructuralGate.checkNodes(of: root, allowsComments: true)
        }
    }

    /// The first child: the Signature, over SignedInfo first (DirectJudge). It is not a part of what is digested.
    private mutating func readSignature(_ child: [UInt8]) throws(XMLSecurityError) {
        let judge = DirectJudge(keys: keys, policy: .strict)
        let bytes = opening + child + closing
        var found: Set<Int> = []
        let (key, id, reference, root, form) = try document(bytes).read { [shape, partLimits] root throws(XMLSecurityError) in
            let structure = try StructuralGate.inspectRoot(
                root, named: shape.root, issuer: nil, enclosesSigned: true, limits: partLimits, policy: .strict)
            try Self.checkAround(root)
            try StructuralGate.checkNodes(of: root, allowsComments: true) { node throws(XMLSecurityError) in found.formUnion(Self.marks(of: node)) }
            let (key, reference) = try judge.signer(of: structure)
            let form = try root.canonicalForm(
                omitting: structure.node, inclusivePrefixes: reference.prefixList, withComments: reference.withComments, expectedCount: 1024)
            var copier = ElementCopier { _ in false }
            return (key, structure.claimed.id, reference, try copier.copy(root), form)
        }
        let empty = try document(opening + closing).read { root throws(XMLSecurityError) in
            try root.canonicalForm(inclusivePrefixes: reference.prefixList, expectedCount: 1024)
        }
        guard empty.ends(with: closing) else { throw .canonicalization }
        let signed = Signed(key: key, id: id, reference: reference, opening: empty.dropLast(closing.count))
        let digest = try RunningDigest(reference.digestMethod)
        try digest.add(signed.opening[...])
        try digest.add(try Self.between(form, signed.opening, closing))
        identifiers = found
        self.signed = signed
        self.digest = consume digest
        self.root = XMLElement(name: root.name, attributes: root.attributes, children: [])
    }

    /// Extensions of the whole, or a member. Digested first; then read, from the octets that were.
    private mutating func readChild(_ child: [UInt8]) throws(XMLSecurityError) -> Result<UnprovenMember, XMLSecurityError>? {
        guard let signed else { throw .unsigned }
        var found: Set<Int> = []
        let bytes = opening + child + closing
        let (form, isOfInterest) = try document(bytes).read { [shape, partLimits] root throws(XMLSecurityError) in
            let element = try Self.checkAround(root)
            try Self.check(element, is: shape)
            try StructuralGate.checkNodes(of: element, allowsComments: true) { node throws(XMLSecurityError) in
                guard node.declaresOnlyCanonicalNamespaces else { throw .canonicalization }
                found.formUnion(Self.marks(of: node))
            }
            try StructuralGate.boundWork(of: [(root, signed.reference.prefixCount)], limits: partLimits)
            let form = try root.canonicalForm(
                inclusivePrefixes: signed.reference.prefixList, withComments: signed.reference.withComments, expectedCount: bytes.count)
            return (form, element.isElement(shape.member) ? element.elements.contains { $0.isElement(shape.role) } : nil)
        }
        guard identifiers.isDisjoint(with: found) else { throw .duplicateID("in another entity, or on the root") }
        identifiers.formUnion(found)
        guard identifiers.count <= Self.maximumIDs else { throw .tooComplex("more than \(Self.maximumIDs) IDs") }
        guard digest != nil else { throw .unsigned }
        try digest!.add(try Self.between(form, signed.opening, closing))
        guard let isOfInterest else { return nil }
        guard isOfInterest else {
            otherMembers += 1
            return nil
        }
        return try Self.member(of: form, signed, shape)
    }

    /// Stage E for one member: `form` is the root with this child alone, in the octets that were digested.
    private static func member(
        of form: [UInt8], _ signed: Signed, _ shape: AggregateShape
    ) throws(XMLSecurityError) -> Result<UnprovenMember, XMLSecurityError> {
        try ParsedDocument(form, limits: .digestedAggregatePart).read { root throws(XMLSecurityError) in
            let element = try checkAround(root)
            guard root.isElement(shape.root), element.isElement(shape.member) else { throw .canonicalization }
            guard root.attribute("ID")?.value?.hasSameBytes(as: signed.id) == true else { throw .canonicalization }
            try StructuralGate.checkNodes(of: root, allowsComments: false)
            guard root.isCanonical(form, inclusivePrefixes: signed.reference.prefixList) else { throw .canonicalization }
            let bytes = try element.canonicalForm(expectedCount: form.count)
            do throws(XMLSecurityError) {
                // It is kept, and read as the metadata of one entity later on.
                _ = try DocumentBytes.check(bytes, limits: .metadata)
                var copier = ElementCopier()
                return .success(UnprovenMember(element: try copier.copy(element), bytes: bytes))
            } catch {
                return .failure(error)
            }
        }
    }

    /// The canonical form of what stands behind the last child, without the root's tags.
    private func canonicalRest(of tail: [UInt8], _ signed: Signed) throws(XMLSecurityError) -> [UInt8] {
        let form = try document(tail).read { root throws(XMLSecurityError) in
            try Self.checkText(in: root)
            return try root.canonicalForm(
                inclusivePrefixes: signed.reference.prefixList, withComments: signed.reference.withComments, expectedCount: 1024)
        }
        return Array(try Self.between(form, signed.opening, closing))
    }

    private static func between(_ form: [UInt8], _ opening: [UInt8], _ closing: [UInt8]) throws(XMLSecurityError) -> ArraySlice<UInt8> {
        guard form.count >= opening.count + closing.count, form.starts(with: opening), form.ends(with: closing) else { throw .canonicalization }
        return form[opening.count..<(form.count - closing.count)]
    }

    /// The root's one child element; beside it nothing but blanks and comments.
    @discardableResult
    private static func checkAround(_ root: Node) throws(XMLSecurityError) -> Node {
        try checkText(in: root)
        let elements = root.elements
        guard elements.count == 1 else { throw .malformed("the root's children do not end where they should") }
        return elements[0]
    }

    private static func checkText(in root: Node) throws(XMLSecurityError) {
        for child in root.children where child.kind != .element && child.kind != .comment {
            guard child.isBlankText else { throw .unexpectedContent("text beside the entities") }
        }
    }

    private static func check(_ element: Node, is shape: AggregateShape) throws(XMLSecurityError) {
        if element.isElement(shape.member) || element.isElement(shape.extensions) { return }
        guard !element.isElement(.signature) else { throw .signaturePosition("there are two on one element") }
        throw .unexpectedContent(element.name.description)
    }

    /// Of the IDs of an element, by their bytes. Two that differ have the same mark once in 2^60 pairs, and the document is refused then.
    private static func marks(of node: Node) -> [Int] {
        node.attributes.filter(\.isNamedID).map { attribute in
            var hasher = Hasher()
            for byte in (attribute.value ?? "").utf8 { hasher.combine(byte) }
            return hasher.finalize()
        }
    }
}

extension [UInt8] {
    /// Where the tag begins that ends at the end. A value has no "<", so it is the last one that is not in a comment, which no tag follows.
    fileprivate var lastStartTag: Int? { lastIndex(of: UInt8(ascii: "<")) }

    fileprivate func ends(with other: [UInt8]) -> Bool { suffix(other.count).elementsEqual(other) }
}
