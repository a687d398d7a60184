import XMLSecurity

extension SAMLError {
    /// Every code that an error of this module can have: its own, and those of the XML layer for messages and for metadata.
    /// docs/errors.md must name each of them.
    package static var allCodes: [String] { Set(Code.allCases.map(\.rawValue) + ofXML.map(\.code)).sorted() }

    /// What the XML layer can refuse of a message or of metadata: one of each kind.
    package static var ofXML: [SAMLError] {
        xmlErrors.map { .xml($0) } + xmlErrors.filter(\.canConcernMetadata).map { .metadataXML($0) }
    }

    /// One error of each kind. What is missing here is found by the compiler in `canConcernMetadata`.
    private static let xmlErrors: [XMLSecurityError] = [
        .malformed(""), .tooLarge(limit: 0), .doctype, .encoding(""), .tooComplex(""), .comment, .processingInstruction,
        .unexpectedRoot(expected: "", found: ""), .unexpectedContent(""), .unexpectedAttribute(""), .duplicateID(""), .unsigned,
        .signatureInvalid(.key), .signatureInvalid(.content), .verifiersDisagree(direct: "", xmlsec: ""), .signatureStructure(""),
        .signaturePosition(""), .signatureOrder, .assertionCount(0),
        .referenceURI(nil), .referenceCount(0),
        .referenceMismatch(expected: nil, found: ""), .transforms([]), .canonicalization, .weakAlgorithm(""),
        .sha1NotAllowed(""), .inclusiveNotAllowed(""), .unsupportedAlgorithm(""),
        .encryptedNotSupported, .unsupportedEncryption(""), .cbcNotAllowed(""), .cbcNotSigned(""), .encryptionStructure(""), .encryptedForAnother,
        .decryptionFailed, .invalidKey(""), .noKeys, .tooManyKeys(limit: 0), .unwritable(""), .signingFailed(""),
        .libraryUnavailable(""),
    ]
}

extension SAMLError {
    /// What no setting of a provider and no mistake of a person brings about: somebody must look at it at once.
    package var isAlarm: Bool { if case .xml(.verifiersDisagree) = self { true } else { false } }

    /// Whether the provider could not be asked, as against an answer that is no good: later it may be well.
    package var isOutage: Bool { if case .artifactResolution(_, let isOutage) = self { isOutage } else { false } }

    /// None of the provider's keys made the signature: it may have a new one.
    package var isOfUnknownKey: Bool { if case .xml(.signatureInvalid(.key)) = self { true } else { false } }
}

extension XMLSecurityError {
    /// True for what can be said of metadata, whose signature is looked at where a signer is known.
    fileprivate var canConcernMetadata: Bool {
        switch self {
        case .malformed, .tooLarge, .doctype, .encoding, .tooComplex, .comment, .processingInstruction, .unexpectedContent, .unexpectedAttribute,
            .duplicateID, .unsigned, .signatureInvalid, .verifiersDisagree, .signatureStructure, .signaturePosition, .signatureOrder, .referenceURI,
            .referenceCount,
            .referenceMismatch, .transforms, .canonicalization, .weakAlgorithm, .sha1NotAllowed, .inclusiveNotAllowed, .unsupportedAlgorithm,
            .tooManyKeys,
            .libraryUnavailable:
            true
        case .unexpectedRoot, .assertionCount, .encryptedNotSupported, .unsupportedEncryption, .cbcNotAllowed, .cbcNotSigned, .encryptionStructure,
            .encryptedForAnother, .decryptionFailed, .invalidKey, .noKeys, .unwritable, .signingFailed:
            false
        }
    }
}
