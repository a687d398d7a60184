/// An element read from the very bytes that a verified signature digested, or decrypted from them. Only this file can make one, so holding it is the proof.
package struct SignedElement: Sendable {
    package let element: XMLElement
    /// The bytes that `element` was parsed from: digested, its own or those of the signed message around it, or decrypted.
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
    private let decryption: Decryption

    package init(keys: [TrustedKey], policy: SignaturePolicy, judges: SignatureJudges, decryption: Decryption = .none) {
        (self.keys, self.policy, self.judges, self.decryption) = (keys, policy, judges, decryption)
    }

    /// A message with one inner element, encrypted or not. Every signature that is there must verify, and one must be there: the message's, over what
    /// was encrypted, or that of the inner element.
    package func verify(_ message: [UInt8], as shape: SignedMessageShape) throws(XMLSecurityError) -> SignedMessage {
        try start()
        let removed: Set<XMLName> = [shape.inner, shape.encryptedInner, .signature]
        let (ofRoot, ofInner, isEncrypted, unproven) = try ParsedDocument(message, limits: .message).read { root throws(XMLSecurityError) in
            let structures = try StructuralGate.inspect(root, as: shape, limits: .message, policy: policy)
            let proven = try judges.judge([structures.root, structures.inner].compactMap { $0 }, keys: keys, policy: policy)
            let ofRoot = structures.root == nil ? nil : proven.first
            let ofInner = structures.inner == nil ? nil : proven.last
            guard ofRoot == nil else { return (ofRoot, ofInner, structures.isEncrypted, nil as XMLElement?) }
            var copier = ElementCopier { $0 == shape.encryptedInner || !removed.contains($0) }
            return (ofRoot, ofInner, structures.isEncrypted, try copier.copy(root))
        }
        let signedRoot = try ofRoot.map { digested throws(XMLSecurityError) in try digested.content.read(limits: .digestedMessage) }
        guard let whole = signedRoot ?? unproven else { throw .unsigned }
        let (inner, signingKey): (SignedElement, TrustedKey)
        if isEncrypted {
            (inner, signingKey) = try decrypt(try whole.only(shape.encryptedInner), as: shape, signedBy: ofRoot?.key)
        } else if let ofInner {
            inner = SignedElement(element: try ofInner.content.read(limits: .digestedMessage), bytes: ofInner.content.bytes)
            signingKey = ofInner.key
        } else if let ofRoot {
            inner = SignedElement(element: try whole.only(shape.inner), bytes: ofRoot.content.bytes)
            signingKey = ofRoot.key
        } else {
            throw .unsigned
        }
        return SignedMessage(inner: inner, envelope: whole.without(removed), envelopeIsSigned: signedRoot != nil, signingKey: signingKey)
    }

    /// - Parameter signedBy: who signed the message that `encrypted` was read from; nil where nobody did, so that the inner element must be signed.
    private func decrypt(
        _ encrypted: XMLElement, as shape: SignedMessageShape, signedBy signer: TrustedKey?
    ) throws(XMLSecurityError) -> (SignedElement, TrustedKey) {
        let bytes = try decryption.decrypt(encrypted, isSigned: signer != nil)
        let (digested, covered) = try ParsedDocument(bytes, limits: .message).read { root throws(XMLSecurityError) in
            guard let structure = try StructuralGate.inspectDecrypted(root, as: shape, limits: .message, policy: policy) else {
                var copier = ElementCopier()
                return (nil as Digested?, try copier.copy(root) as XMLElement?)
            }
            return (try judges.judge([structure], keys: keys, policy: policy).first, nil)
        }
        if let digested {
            return (SignedElement(element: try digested.content.read(limits: .digestedMessage), bytes: digested.content.bytes), digested.key)
        }
        guard let covered, let signer else { throw .unsigned }
        return (SignedElement(element: covered, bytes: bytes), signer)
    }

    /// A document that is signed as a whole. `issuer` is the element that the Signature must follow; nil for metadata, where it comes first
    /// and where the entities inside may have signatures of their own, which say nothing here.
    package func verifyRoot(
        _ document: [UInt8], named name: XMLName, issuer: XMLName?, limits: XMLLimits
    ) throws(XMLSecurityError) -> SignedElement {
        // In an aggregate the entities may have signatures of their own. A message has just one.
        try verifyRoot(document, named: name, issuer: issuer, enclosesSigned: issuer == nil, limits: limits)
    }

    /// A message around another one, whose signatures say nothing here: `EnclosedElement` lifts it out, to be verified by itself.
    package func verifyEnclosing(_ document: [UInt8], named name: XMLName, issuer: XMLName, limits: XMLLimits) throws(XMLSecurityError)
        -> SignedElement
    {
        try verifyRoot(document, named: name, issuer: issuer, enclosesSigned: true, limits: limits)
    }

    private func verifyRoot(
        _ document: [UInt8], named name: XMLName, issuer: XMLName?, enclosesSigned: Bool, limits: XMLLimits
    ) throws(XMLSecurityError) -> SignedElement {
        try start()
        let proven = try ParsedDocument(document, limits: limits).read { root throws(XMLSecurityError) in
            let structure = try StructuralGate.inspectRoot(
                root, named: name, issuer: issuer, enclosesSigned: enclosesSigned, limits: limits, policy: policy)
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
