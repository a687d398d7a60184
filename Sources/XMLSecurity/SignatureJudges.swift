/// Who says whether a signature holds. What they see has passed the same gate, and each answers with the bytes that it digested.
package enum SignatureJudges: Sendable, Hashable {
    /// `DirectJudge`: our canonical form, OpenSSL.
    case direct
    /// And xmlsec, of everything that the first accepts: they must agree, in the bytes as well.
    case both
    /// And xmlsec of what the first refuses, too. For tests: xmlsec canonicalizes what a stranger signed, once for each key (case 127).
    case bothAlways

    /// All signatures of one document. Every one must hold.
    func judge(_ signatures: [SignatureStructure], keys: [TrustedKey], policy: SignaturePolicy) throws(XMLSecurityError) -> [Digested] {
        let direct = DirectJudge(keys: keys, policy: policy)
        let first = Result { () throws(XMLSecurityError) in try direct.judge(signatures) }
        // By a form that is hardly ever made, nobody is believed alone.
        if self == .direct, !signatures.contains(where: \.claimed.usesInclusive) { return try first.get() }
        // Where the first found who signed, that key alone counts; of what it refused there is nothing to ask.
        let signers = try self != .bothAlways ? first.get().map { [$0.key] } : signatures.map { _ in keys }
        let second = Result { () throws(XMLSecurityError) in
            var found: [Digested] = []
            for (signature, keys) in zip(signatures, signers) { found.append(try XMLSecJudge(keys: keys, policy: policy).judge(signature)) }
            return found
        }
        return try Self.agreed(first, second)
    }

    static func agreed(
        _ direct: Result<[Digested], XMLSecurityError>, _ xmlsec: Result<[Digested], XMLSecurityError>
    ) throws(XMLSecurityError) -> [Digested] {
        switch (direct, xmlsec) {
        case (.success(let one), .success(let other)) where one == other: return one
        // xmlsec digests before it asks who signed.
        case (.failure(let one), .failure(let other)) where one.code == other.code || other == .signatureInvalid(.content): throw one
        default: throw .verifiersDisagree(direct: direct.word, xmlsec: xmlsec.word)
        }
    }
}

extension Result where Failure == XMLSecurityError {
    fileprivate var word: String { if case .failure(let error) = self { error.code } else { "accepted" } }
}

/// What a key signed.
struct Digested: Equatable {
    let content: DigestedBytes
    let key: TrustedKey
}
