import CXMLSec

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

    package init(keys: [TrustedKey], policy: SignaturePolicy) {
        self.keys = keys
        self.policy = policy
    }

    /// Elements of a message that have these names and stand in one another from the root down, unproven: for look-ups, and for the status of
    /// a response that has no assertion. Nothing else is copied, however much there is.
    package func peek(_ message: [UInt8], at names: Set<XMLName>) throws(XMLSecurityError) -> XMLElement {
        try XMLSecurityLibrary.start()
        return try ParsedDocument(message, limits: .message).read { root throws(XMLSecurityError) in
            try StructuralGate.checkNodes(of: root, allowsComments: false)
            var copier = ElementCopier { names.contains($0) }
            return try copier.copy(root)
        }
    }

    /// A message with one inner element. Every signature that is there must verify, and one must be there.
    package func verify(_ message: [UInt8], as shape: SignedMessageShape) throws(XMLSecurityError) -> SignedMessage {
        try start()
        let removed: Set<XMLName> = [shape.inner, .signature]
        let (ofRoot, ofInner, unproven) = try ParsedDocument(message, limits: .message).read { root throws(XMLSecurityError) in
            let structures = try StructuralGate.inspect(root, as: shape, limits: .message, policy: policy)
            // Both signers are known before anything is canonicalized for either.
            let signerOfRoot = try structures.root.map { structure throws(XMLSecurityError) in try signer(of: structure) }
            let signerOfInner = try structures.inner.map { structure throws(XMLSecurityError) in try signer(of: structure) }
            var ofRoot: Digested?, ofInner: Digested?, unproven: XMLElement?
            if let structure = structures.root, let key = signerOfRoot { ofRoot = try prove(structure, by: key) }
            if let structure = structures.inner, let key = signerOfInner { ofInner = try prove(structure, by: key) }
            if ofRoot == nil {
                var copier = ElementCopier { !removed.contains($0) }
                unproven = try copier.copy(root)
            }
            return (ofRoot, ofInner, unproven)
        }
        let signedRoot = try ofRoot.map { digested throws(XMLSecurityError) in try digested.read(limits: .digestedMessage) }
        guard let envelope = signedRoot?.without(removed) ?? unproven else { throw .unsigned }

        if let ofInner {
            let inner = SignedElement(element: try ofInner.read(limits: .digestedMessage), bytes: ofInner.bytes)
            return SignedMessage(inner: inner, envelope: envelope, envelopeIsSigned: signedRoot != nil, signingKey: ofInner.key)
        }
        guard let ofRoot, let signedRoot else { throw .unsigned }
        let candidates = signedRoot.elements(shape.inner)
        guard candidates.count == 1, let only = candidates.first else { throw .assertionCount(candidates.count) }
        return SignedMessage(
            inner: SignedElement(element: only, bytes: ofRoot.bytes), envelope: envelope, envelopeIsSigned: true, signingKey: ofRoot.key)
    }

    /// A document that is signed as a whole. `issuer` is the element that the Signature must follow; nil for metadata, where it comes first
    /// and where the entities inside may have signatures of their own, which say nothing here.
    package func verifyRoot(
        _ document: [UInt8], named name: XMLName, issuer: XMLName?, limits: XMLLimits
    ) throws(XMLSecurityError) -> SignedElement {
        try start()
        let digested = try ParsedDocument(document, limits: limits).read { root throws(XMLSecurityError) in
            let structure = try StructuralGate.inspectRoot(root, named: name, issuer: issuer, limits: limits, policy: policy)
            return try prove(structure, by: signer(of: structure))
        }
        let element = try digested.read(limits: limits.allowsComments ? .digestedMetadata : .digestedMessage)
        return SignedElement(element: element, bytes: digested.bytes)
    }

    private func start() throws(XMLSecurityError) {
        try XMLSecurityLibrary.start()
        guard !keys.isEmpty else { throw .noKeys }
        guard keys.count <= Self.maximumKeys else { throw .tooManyKeys(limit: Self.maximumKeys) }
    }

    /// Whose SignatureValue over SignedInfo it is. Nothing outside of SignedInfo was canonicalized or digested yet, and for a stranger's
    /// signature nothing will be: a digest that is right can be computed by anybody (case 127).
    private func signer(of signature: SignatureStructure) throws(XMLSecurityError) -> TrustedKey {
        var buffer = cxs_buffer()
        guard cxs_canonicalize_alone(signature.signedInfo.pointer, &buffer) else { throw .canonicalization }
        let octets = [UInt8](taking: buffer)
        for key in keys where key.handle.isRSA == signature.method.isRSA && key.isAllowed(by: policy) {
            if key.handle.madeValue(signature.value, over: octets, digestBits: signature.method.digestBits) { return key }
        }
        // Nothing verified. If a key was passed over for its weakness, that is what the admin has to know.
        if let weak = keys.first(where: { !$0.isAllowed(by: policy) }) { throw weak.weakness }
        throw .signatureInvalid(.key)
    }

    /// Stage D: xmlsec, once, with the key that fitted. Its verdict alone counts, and its bytes.
    private func prove(_ signature: SignatureStructure, by key: TrustedKey) throws(XMLSecurityError) -> Digested {
        var buffer = cxs_buffer()
        let verdict = cxs_verify(
            signature.node.pointer, signature.identifier.pointer, key.handle.pointer, policy.contains(.allowingSHA1), &buffer)
        switch Int(verdict) {
        case Int(CXS_VERIFIED):
            let name = signature.parent.name
            let content = DigestedBytes(Array(taking: buffer), name: name, id: signature.id, inclusivePrefixes: signature.inclusivePrefixes)
            return Digested(content: content, key: key)
        case Int(CXS_DIGEST_DIFFERS): throw .signatureInvalid(.content)
        default: throw .signatureInvalid(.key)
        }
    }
}

/// What a key signed.
private struct Digested {
    let content: DigestedBytes
    let key: TrustedKey

    var bytes: [UInt8] { content.bytes }

    func read(limits: XMLLimits) throws(XMLSecurityError) -> XMLElement { try content.read(limits: limits) }
}
