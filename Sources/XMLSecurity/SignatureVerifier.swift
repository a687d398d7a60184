/// An element read from the very bytes that a verified signature digested. Only this file can make one, so holding it is the proof.
package struct SignedElement: Sendable {
    package let element: XMLElement
    /// The digested bytes that `element` was parsed from: its own, or those of the signed message around it.
    package let bytes: [UInt8]

    fileprivate init(element: XMLElement, bytes: [UInt8]) {
        self.element = element
        self.bytes = bytes
    }
}

extension SignedElement: CustomStringConvertible, CustomReflectable {
    package var description: String { "SignedElement(\(element.name.localName))" }
    /// Empty: a log or a failed test must not show an assertion, which is a bearer token (THREATS S44).
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A message of which the inner element is proven. Only this file can make one.
package struct SignedMessage: Sendable {
    /// From the digested bytes of its own signature, or else of the message's.
    package let inner: SignedElement
    /// The message without the inner element and without signatures. What it says may always be used to refuse; it is proof only when signed.
    package let envelope: XMLElement
    package let envelopeIsSigned: Bool
    package let signingKey: TrustedKey

    fileprivate init(inner: SignedElement, envelope: XMLElement, envelopeIsSigned: Bool, signingKey: TrustedKey) {
        self.inner = inner
        self.envelope = envelope
        self.envelopeIsSigned = envelopeIsSigned
        self.signingKey = signingKey
    }
}

/// Verifies XML signatures of one identity provider: stages A to E of THREATS §1.1. The first document is given up after the digested
/// bytes are out of it; everything that is believed comes from those.
package struct SignatureVerifier: Sendable {
    static let maximumKeys = 8

    private let keys: [TrustedKey]
    private let policy: SignaturePolicy
    private let judges: SignatureJudges

    package init(keys: [TrustedKey], policy: SignaturePolicy, judges: SignatureJudges) {
        (self.keys, self.policy, self.judges) = (keys, policy, judges)
    }

    /// A message with one inner element. Every signature that is there must verify, and one must be there.
    package func verify(_ message: [UInt8], as shape: SignedMessageShape) throws(XMLSecurityError) -> SignedMessage {
        try start()
        let removed: Set<XMLName> = [shape.inner, .signature]
        let (ofRoot, ofInner, unproven) = try ParsedDocument(message, limits: .message).read { root throws(XMLSecurityError) in
            let structures = try StructuralGate.inspect(root, as: shape, limits: .message, policy: policy)
            let proven = try judges.judge([structures.root, structures.inner].compactMap { $0 }, keys: keys, policy: policy)
            let ofRoot = structures.root == nil ? nil : proven.first
            let ofInner = structures.inner == nil ? nil : proven.last
            guard ofRoot == nil else { return (ofRoot, ofInner, nil as XMLElement?) }
            var copier = ElementCopier { !removed.contains($0) }
            return (ofRoot, ofInner, try copier.copy(root))
        }
        let signedRoot = try ofRoot.map { digested throws(XMLSecurityError) in try digested.content.read(limits: .digestedMessage) }
        guard let envelope = signedRoot?.without(removed) ?? unproven else { throw .unsigned }

        if let ofInner {
            let inner = SignedElement(element: try ofInner.content.read(limits: .digestedMessage), bytes: ofInner.content.bytes)
            return SignedMessage(inner: inner, envelope: envelope, envelopeIsSigned: signedRoot != nil, signingKey: ofInner.key)
        }
        guard let ofRoot, let signedRoot else { throw .unsigned }
        let candidates = signedRoot.elements(shape.inner)
        guard candidates.count == 1, let only = candidates.first else { throw .assertionCount(candidates.count) }
        return SignedMessage(
            inner: SignedElement(element: only, bytes: ofRoot.content.bytes), envelope: envelope, envelopeIsSigned: true, signingKey: ofRoot.key)
    }

    /// A document that is signed as a whole. `issuer` is the element that the Signature must follow; nil for metadata, where it comes first
    /// and where the entities inside may have signatures of their own, which say nothing here.
    package func verifyRoot(
        _ document: [UInt8], named name: XMLName, issuer: XMLName?, limits: XMLLimits
    ) throws(XMLSecurityError) -> SignedElement {
        try start()
        let proven = try ParsedDocument(document, limits: limits).read { root throws(XMLSecurityError) in
            let structure = try StructuralGate.inspectRoot(root, named: name, issuer: issuer, limits: limits, policy: policy)
            return try judges.judge([structure], keys: keys, policy: policy)
        }
        guard let digested = proven.first else { throw .unsigned }
        let element = try digested.content.read(limits: limits.allowsComments ? .digestedMetadata : .digestedMessage)
        return SignedElement(element: element, bytes: digested.content.bytes)
    }

    private func start() throws(XMLSecurityError) {
        try XMLSecurityLibrary.start()
        guard !keys.isEmpty else { throw .noKeys }
        guard keys.count <= Self.maximumKeys else { throw .tooManyKeys(limit: Self.maximumKeys) }
    }
}
