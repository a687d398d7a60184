import CXMLSec
internal import WireFormats

/// Stage D of THREATS §1.1 without xmlsec: exclusive canonical form by `cxs_canonicalize`, everything else by OpenSSL.
///
/// Of the message that arrived nothing is believed. SignedInfo is read from the octets that a key signed, the element from the octets whose
/// digest stands in that SignedInfo: a canonical form that is not right can refuse, and never accept what nobody signed.
struct DirectJudge {
    let keys: [TrustedKey]
    let policy: SignaturePolicy

    func judge(_ signatures: [SignatureStructure]) throws(XMLSecurityError) -> [Digested] {
        // All signers are known before anything is canonicalized for one of them.
        var signed: [(SignatureStructure, TrustedKey, SignedInfo.Reference)] = []
        for signature in signatures {
            let (key, reference) = try signer(of: signature)
            signed.append((signature, key, reference))
        }
        var proven: [Digested] = []
        for (signature, key, reference) in signed {
            let content = try signature.digested(reference)
            guard reference.isDigest(of: content.bytes) else { throw .signatureInvalid(.content) }
            proven.append(Digested(content: content, key: key))
        }
        return proven
    }

    /// Whose SignatureValue over SignedInfo it is, and what that one signed. Nothing outside of SignedInfo was canonicalized or digested yet, and
    /// for a stranger's signature nothing will be: a digest that is right can be computed by anybody (case 127).
    func signer(of signature: SignatureStructure) throws(XMLSecurityError) -> (TrustedKey, SignedInfo.Reference) {
        let claimed = signature.claimed
        let octets = try signature.signedInfo.canonicalForm(inclusivePrefixes: claimed.isInclusive ? CXS_EVERY_PREFIX : "", expectedCount: 1024)
        for key in keys where key.handle.isRSA == claimed.method.isRSA && key.isAllowed(by: policy) {
            guard key.handle.madeValue(signature.value, over: octets, digestBits: claimed.method.digestBits) else { continue }
            let signed = try ParsedDocument(octets, limits: .message).read { root throws(XMLSecurityError) in
                try SignedInfo(reading: root, of: claimed.id, policy: policy)
            }
            guard signed == claimed else { throw .canonicalization }
            return (key, signed.reference)
        }
        // Nothing verified. If a key was passed over for its weakness, that is what the admin has to know.
        throw keys.first { !$0.isAllowed(by: policy) }?.weakness ?? .signatureInvalid(.key)
    }
}

extension SignatureStructure {
    /// The octets of the signed element, as the reference's two transforms make them.
    fileprivate func digested(_ reference: SignedInfo.Reference) throws(XMLSecurityError) -> DigestedBytes {
        let bytes = try parent.canonicalForm(
            omitting: node, inclusivePrefixes: reference.prefixList, withComments: reference.withComments, expectedCount: 8192)
        return DigestedBytes(bytes, name: parent.name, id: claimed.id, inclusivePrefixes: reference.prefixList)
    }
}

extension SignedInfo.Reference {
    fileprivate func isDigest(of bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { octets in
            digestValue.withUnsafeBufferPointer { expected in
                cxs_digest_is(digestMethod.bits, octets.baseAddress, octets.count, expected.baseAddress, expected.count)
            }
        }
    }
}
