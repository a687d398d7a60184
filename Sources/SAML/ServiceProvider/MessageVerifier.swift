internal import WireFormats
import XMLSecurity

/// A protocol message without an assertion whose sender is proven: one of the provider's keys signed it, as its binding wants it. Only the verifier in this
/// file can make one, so holding it is the proof.
struct ProvenMessage {
    let root: XMLElement

    fileprivate init(_ root: XMLElement) { self.root = root }
}

/// Verifies who sent a message without an assertion (SAML Bindings §3.4.4.1 and §3.5.5.2). One that is not signed is nobody's (THREATS S20).
struct MessageVerifier {
    let keys: [TrustedKey]
    let policy: SignaturePolicy
    let judges: SignatureJudges

    func verify(_ message: ReceivedMessage, named name: XMLName) throws(SAMLError) -> ProvenMessage {
        do throws(XMLSecurityError) {
            guard message.binding == .httpRedirect else {
                let verifier = SignatureVerifier(keys: keys, policy: policy, judges: judges)
                return ProvenMessage(try verifier.verifyRoot(message.bytes, named: name, issuer: .assertion("Issuer"), limits: .message).element)
            }
            guard let signature = message.querySignature else { throw .unsigned }
            try verify(signature)
            let root = try XMLDocument(parsing: message.bytes, limits: .message).root
            // §3.4.4.1: a signature inside was to be taken out; what it is good for nobody says.
            guard root.elements(.signature("Signature")).isEmpty else { throw .signaturePosition("it stands in a message whose query is signed") }
            return ProvenMessage(root)
        } catch { throw .xml(error) }
    }

    private func verify(_ signature: ReceivedMessage.QuerySignature) throws(XMLSecurityError) {
        guard !keys.isEmpty else { throw .noKeys }
        var refusal = XMLSecurityError.signatureInvalid(.key)
        for key in keys {
            do {
                return try key.verify(signature.value, over: signature.octets, algorithm: signature.algorithm, policy: policy)
            } catch {
                // An algorithm or a key that may not be used says more than that no key fitted.
                if case .signatureInvalid = error { continue }
                refusal = error
            }
        }
        throw refusal
    }
}
