import CXMLSec

/// Stage D of THREATS §1.1 by xmlsec, with a fresh context for each signature and key. Its canonical form is libxml2's: nothing that the other
/// judge does is a part of it but the gate and the keys.
struct XMLSecJudge {
    let keys: [TrustedKey]
    let policy: SignaturePolicy

    func judge(_ signature: SignatureStructure) throws(XMLSecurityError) -> Digested {
        // xmlsec also reads base64 whose last, unused bits are set, which is not strict (RFC 4648 §3.5): then there is no value.
        guard !signature.value.isEmpty else { throw .signatureInvalid(.key) }
        let claimed = signature.claimed
        var refusal = keys.first { !$0.isAllowed(by: policy) }?.weakness ?? .signatureInvalid(.key)
        for key in keys where key.handle.isRSA == claimed.method.isRSA && key.isAllowed(by: policy) {
            var buffer = cxs_buffer()
            let verdict = cxs_verify(
                signature.node.pointer, signature.identifier.pointer, key.handle.pointer, policy.contains(.allowingSHA1),
                policy.contains(.inclusiveCanonicalization), &buffer)
            switch Int(verdict) {
            case Int(CXS_VERIFIED):
                let content = DigestedBytes(
                    Array(taking: buffer), name: signature.parent.name, id: claimed.id, inclusivePrefixes: claimed.reference.prefixList)
                return Digested(content: content, key: key)
            case Int(CXS_DIGEST_DIFFERS): refusal = .signatureInvalid(.content)
            default: break
            }
        }
        throw refusal
    }
}
