/// Why a document, a signature or a key was refused. `code` is the word of the threat model's case list; `SAML` puts its prefix before it.
package enum XMLSecurityError: Error, Equatable, Sendable {
    // bytes and XML
    case malformed(String)
    case tooLarge(limit: Int)
    case doctype
    case encoding(String)
    case tooComplex(String)
    case comment
    case processingInstruction
    case unexpectedRoot(expected: String, found: String)
    case unexpectedContent(String)
    case unexpectedAttribute(String)
    case duplicateID(String)

    // signatures
    case unsigned
    case signatureInvalid(SignatureMismatch)
    /// Two judges were asked, and what one says, the other does not: a code, or "accepted".
    case verifiersDisagree(direct: String, xmlsec: String)
    case signatureStructure(String)
    case signaturePosition(String)
    /// Elsewhere than the schema puts it, yet in the element that it signs: a provider's policy can let it through.
    case signatureOrder
    case assertionCount(Int)
    case referenceURI(String?)
    case referenceCount(Int)
    case referenceMismatch(expected: String?, found: String)
    case transforms([String])
    /// Inclusive canonicalization: a provider's policy can let it through.
    case inclusiveNotAllowed(String)
    case canonicalization
    case weakAlgorithm(String)
    /// SHA-1, or RSA below 2048 bits: a provider's policy can let it through.
    case sha1NotAllowed(String)
    case unsupportedAlgorithm(String)

    // encryption
    /// There is no key to decrypt with.
    case encryptedNotSupported
    case unsupportedEncryption(String)
    /// AES-CBC: a provider's policy can let it through, for what a signature covers.
    case cbcNotAllowed(String)
    /// It did, and no signature covers it.
    case cbcNotSigned(String)
    case encryptionStructure(String)
    case encryptedForAnother
    /// Whatever went wrong once a key was used.
    case decryptionFailed

    // our own side: keys, writing, signing, start-up
    case invalidKey(String)
    case noKeys
    case tooManyKeys(limit: Int)
    case unwritable(String)
    case signingFailed(String)
    case libraryUnavailable(String)

    /// Which of the two comparisons of an XML signature failed.
    package enum SignatureMismatch: String, Sendable {
        /// The signed content was altered after signing.
        case content
        /// No trusted key made this signature.
        case key
    }

    package var code: String {
        switch self {
        case .malformed: "malformed"
        case .tooLarge: "too_large"
        case .doctype: "doctype"
        case .encoding: "encoding"
        case .tooComplex: "too_complex"
        case .comment: "comment"
        case .processingInstruction: "processing_instruction"
        case .unexpectedRoot: "unexpected_root"
        case .unexpectedContent: "unexpected_content"
        case .unexpectedAttribute: "unexpected_attribute"
        case .duplicateID: "duplicate_id"
        case .unsigned: "unsigned"
        case .signatureInvalid: "signature_invalid"
        case .verifiersDisagree: "verifiers_disagree"
        case .signatureStructure: "signature_structure"
        case .signaturePosition, .signatureOrder: "signature_position"
        case .assertionCount: "assertion_count"
        case .referenceURI: "reference_uri"
        case .referenceCount: "reference_count"
        case .referenceMismatch: "reference_mismatch"
        case .transforms, .inclusiveNotAllowed: "transforms"
        case .canonicalization: "canonicalization"
        case .weakAlgorithm, .sha1NotAllowed: "weak_algorithm"
        case .unsupportedAlgorithm: "unsupported_algorithm"
        case .encryptedNotSupported: "encryption_not_supported"
        case .unsupportedEncryption, .cbcNotAllowed, .cbcNotSigned: "unsupported_encryption"
        case .encryptionStructure: "encryption_structure"
        case .encryptedForAnother: "encryption_key"
        case .decryptionFailed: "decryption_failed"
        case .invalidKey: "invalid_key"
        case .noKeys: "no_keys"
        case .tooManyKeys: "too_many_keys"
        case .unwritable: "unwritable"
        case .signingFailed: "signing_failed"
        case .libraryUnavailable: "library_unavailable"
        }
    }
}
