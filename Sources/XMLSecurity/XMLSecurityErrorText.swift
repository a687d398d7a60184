// What an error tells an admin: a fixed sentence, what was expected and seen, and what to do. Never content of an assertion.

extension XMLSecurityError {
    package var message: String {
        switch self {
        case .malformed(let reason): "The document is not well formed: \(reason)."
        case .tooLarge: "The document is larger than allowed."
        case .doctype: "The document has a document type declaration or an entity."
        case .encoding: "The document is not encoded in UTF-8."
        case .tooComplex(let reason): "The document is more complex than allowed: \(reason)."
        case .comment: "The document has a comment where none may be."
        case .processingInstruction: "The document has a processing instruction."
        case .unexpectedRoot: "The document is of another kind than expected here."
        case .unexpectedContent: "A value that must be plain text has an element inside."
        case .unexpectedAttribute: "An element of the message has an attribute that its schema does not know."
        case .duplicateID: "Two elements have the same ID, or an ID is declared in a way that is not allowed."
        case .unsigned: "Neither the message nor its assertion is signed."
        case .signatureInvalid(.content): "The signed content was altered after it was signed."
        case .signatureInvalid(.key): "None of the trusted keys made this signature."
        case .verifiersDisagree: "The two verifiers of signatures do not agree about the message."
        case .signatureStructure(let reason): "The signature is not built as SAML wants it: \(reason)."
        case .signaturePosition(let reason): "A signature stands where it may not: \(reason)."
        case .signatureOrder: "A signature stands where it may not: it does not follow the Issuer."
        case .assertionCount: "The message must have exactly one assertion, directly inside it."
        case .referenceURI: "The signature's reference does not name an element of this document by its ID."
        case .referenceCount: "The signature must have exactly one reference."
        case .referenceMismatch: "The signature refers to another element than the one it stands in."
        case .inclusiveNotAllowed: "The signature is made over inclusive canonical form, which is not accepted."
        case .transforms: "The signature asks for other transforms than the two that SAML allows."
        case .canonicalization: "The signed element has no dependable canonical form."
        case .weakAlgorithm, .sha1NotAllowed: "The signature uses an algorithm or a key that is too weak."
        case .unsupportedAlgorithm: "The signature uses an algorithm that is not supported."
        case .encryptedNotSupported: "It is encrypted, and there is no key to decrypt it with."
        case .unsupportedEncryption, .cbcNotAllowed: "It is encrypted with an algorithm that is not accepted."
        case .cbcNotSigned: "It is encrypted with AES-CBC, which is allowed here only for what the signature of the response covers."
        case .encryptionStructure(let reason): "What is encrypted has not the structure that SAML gives it: \(reason)."
        case .encryptedForAnother: "It is encrypted for another certificate than those of this service provider."
        case .decryptionFailed: "It cannot be decrypted."
        case .invalidKey(let reason): "A certificate or key could not be read: \(reason)."
        case .noKeys: "There is no key to verify the signature with."
        case .tooManyKeys: "There are more trusted keys than allowed."
        case .unwritable(let reason): "A value cannot be written as XML: \(reason)."
        case .signingFailed(let reason): "The document could not be signed: \(reason)."
        case .libraryUnavailable(let reason): "The XML signature library did not pass its start-up test: \(reason)."
        }
    }

    package var expected: String? {
        switch self {
        case .tooLarge(let limit): "at most \(limit) bytes"
        case .encoding: "UTF-8"
        case .unexpectedRoot(let expected, _): expected.shortened
        case .assertionCount, .referenceCount: "1"
        case .referenceURI: "# followed by the ID of the signed element"
        case .referenceMismatch(let expected, _): expected?.shortened
        case .transforms, .inclusiveNotAllowed: "enveloped-signature, then exclusive canonicalization without comments"
        case .weakAlgorithm, .sha1NotAllowed: "RSA of 2048 to 8192 bits or P-256, P-384, P-521, with SHA-256 or better"
        case .unsupportedAlgorithm: "rsa-sha256, rsa-sha384, rsa-sha512, ecdsa-sha256, ecdsa-sha384 or ecdsa-sha512"
        case .unsupportedEncryption, .cbcNotAllowed, .cbcNotSigned: "AES-GCM with RSA-OAEP"
        case .tooManyKeys(let limit): "at most \(limit)"
        case .verifiersDisagree(let direct, _): "by libxml2 and OpenSSL: \(direct)"
        case .malformed, .doctype, .tooComplex, .comment, .processingInstruction, .unexpectedContent, .unexpectedAttribute, .duplicateID, .unsigned,
            .signatureInvalid, .signatureStructure, .signaturePosition, .signatureOrder, .canonicalization, .encryptedNotSupported,
            .encryptionStructure,
            .encryptedForAnother, .decryptionFailed, .invalidKey, .noKeys, .unwritable, .signingFailed, .libraryUnavailable:
            nil
        }
    }

    package var seen: String? {
        switch self {
        case .encoding(let name): name.shortened
        case .unexpectedRoot(_, let found): found.shortened
        case .unexpectedContent(let name), .unexpectedAttribute(let name), .duplicateID(let name): name.shortened
        case .assertionCount(let count), .referenceCount(let count): "\(count)"
        case .referenceURI(let uri): uri?.shortened
        case .referenceMismatch(_, let found): found.shortened
        case .inclusiveNotAllowed(let name): name.shortened
        case .transforms(let found): found.joined(separator: ", ").shortened
        case .weakAlgorithm(let name), .sha1NotAllowed(let name), .unsupportedAlgorithm(let name), .unsupportedEncryption(let name),
            .cbcNotAllowed(let name), .cbcNotSigned(let name):
            name.shortened
        case .verifiersDisagree(_, let xmlsec): "by xmlsec: \(xmlsec)"
        case .malformed, .tooLarge, .doctype, .tooComplex, .comment, .processingInstruction, .unsigned, .signatureInvalid, .signatureStructure,
            .signaturePosition, .signatureOrder, .canonicalization, .encryptedNotSupported, .encryptionStructure, .encryptedForAnother,
            .decryptionFailed,
            .invalidKey, .noKeys, .tooManyKeys, .unwritable, .signingFailed,
            .libraryUnavailable:
            nil
        }
    }

    package var remedy: String {
        switch self {
        case .malformed:
            "Fetch the message or metadata again from the identity provider; if it stays so, something between changes it."
        case .tooLarge, .tooComplex:
            "Let the identity provider send fewer attributes or groups; for metadata give the document of one entity."
        case .doctype, .comment, .processingInstruction:
            "Real identity providers do not send this. Find out who made the document before anything else."
        case .encoding:
            "Let the identity provider send UTF-8."
        case .unexpectedRoot:
            "Check that the right document is used here: a Response for a sign-in, an EntityDescriptor for metadata."
        case .unexpectedContent, .unexpectedAttribute:
            "Remove the customisation at the identity provider that adds it, or report the product so that it can be looked at."
        case .duplicateID, .signaturePosition, .assertionCount, .referenceURI, .referenceCount, .referenceMismatch, .signatureStructure:
            "This is the shape of a forged message. If the identity provider really sends it, update it or change its signing options."
        case .signatureOrder:
            "Update the identity provider, or change its signing options, so that the signature stands directly behind the Issuer. Until then "
                + "any signature order can be allowed for this provider alone."
        case .unsigned:
            "Switch on signing of the assertion (or the response) at the identity provider."
        case .signatureInvalid(.content):
            "Something between the identity provider and this gateway changes the message; if not, treat it as an attack."
        case .signatureInvalid(.key):
            "If the identity provider has a new certificate, load its metadata again; otherwise treat it as an attack."
        case .verifiersDisagree:
            "Treat it as an attack. If the identity provider really sends it, one of the two is wrong: keep the message, and report it to the makers of "
                + "Countersign."
        case .inclusiveNotAllowed:
            "Set the identity provider to sign with exclusive canonicalization (http://www.w3.org/2001/10/xml-exc-c14n#). Until then inclusive canonicalization can be allowed for this provider alone."
        case .transforms, .canonicalization:
            "Set the identity provider to sign with exclusive canonicalization (http://www.w3.org/2001/10/xml-exc-c14n#)."
        case .weakAlgorithm:
            "Set the identity provider to RSA-SHA256 with a key of at least 2048 bits."
        case .sha1NotAllowed:
            "Set the identity provider to RSA-SHA256 with a key of at least 2048 bits. Until then SHA-1 and short keys can be allowed for this provider alone."
        case .unsupportedAlgorithm:
            "Set the identity provider to RSA-SHA256 or ECDSA-SHA256."
        case .encryptedNotSupported:
            "Let the identity provider load this pool's metadata and encrypt for the certificate in it, or turn encryption off there; the message is "
                + "protected by TLS."
        case .unsupportedEncryption:
            "Set the identity provider to encrypt with AES-GCM and RSA-OAEP, or turn encryption off there; the message is protected by TLS."
        case .cbcNotAllowed:
            "Set the identity provider to encrypt with AES-GCM and RSA-OAEP, or turn encryption off there; the message is protected by TLS. If it can do "
                + "neither, AES-CBC can be allowed for this provider alone until a date."
        case .cbcNotSigned:
            "Let the identity provider sign the whole response (AD FS: -SamlResponseSignature MessageAndAssertion), or encrypt with AES-GCM."
        case .encryptionStructure:
            "If the identity provider really sends it, update it or report the product so that it can be looked at."
        case .encryptedForAnother, .decryptionFailed:
            "Load this pool's metadata at the identity provider again: it must encrypt for the certificate in it with use=\"encryption\"."
        case .invalidKey:
            "Give the certificate or key again as the identity provider publishes it: one PEM block or its base64 text."
        case .noKeys:
            "Load the identity provider's metadata, or give its signing certificate."
        case .tooManyKeys:
            "Remove certificates that the identity provider no longer signs with."
        case .unwritable:
            "Remove control characters from the configured value."
        case .signingFailed:
            "Check the signing key in the configuration."
        case .libraryUnavailable:
            "Install libxml2, libxmlsec1-openssl and OpenSSL of the supported Debian release, and build again on that machine."
        }
    }
}

extension String {
    /// At most 200 characters, with control characters made visible, for a log line.
    fileprivate var shortened: String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(200).map { $0.value < 0x20 || $0.value == 0x7F ? "\u{FFFD}" : $0 }))
    }
}
