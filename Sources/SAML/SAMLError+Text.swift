import FoundationEssentials
import XMLSecurity

extension SAMLError {
    /// What was wrong, in one sentence. Never an assertion, an attribute's value or a key.
    package var message: String {
        switch self {
        case .badRequest(let reason): "The posted form is not a SAML answer: \(reason)."
        case .malformed(let reason): "The message is not well formed: \(reason)."
        case .tooLarge(let limit): "The message is larger than \(limit) bytes."
        case .xml(let error): error.message
        case .version: "The message is not of SAML version 2.0."
        case .status(let status): status.map { "The identity provider answered with a failure: \($0.explanation)" } ?? "The Response has no Status."
        case .issuer: "The message was issued by another identity provider than the one that was asked."
        case .destination: "The Response is addressed to another destination."
        case .subject(let reason, _): "The subject cannot be used: \(reason)."
        case .subjectConfirmation(let reason): "No usable bearer confirmation of the subject: \(reason)."
        case .recipient: "The assertion may only be presented to another recipient."
        case .inResponseTo: "The message answers another request than the one that was sent."
        case .unsolicited: "The message answers no request, and sign-in begun by the identity provider is not allowed here."
        case .expired(let what, let instant, let now):
            "\(what) ended at \(SAMLInstant.format(instant)); it is \(SAMLInstant.format(now)) here."
        case .notYetValid(let what, let instant, let now):
            "\(what) begins at \(SAMLInstant.format(instant)); it is \(SAMLInstant.format(now)) here."
        case .malformedTime(let what, _): "\(what) is not a UTC time of the form 2030-12-31T23:59:59Z."
        case .conditions(let reason): "The conditions of the assertion cannot be met: \(reason)."
        case .audience: "The assertion is meant for another service provider."
        case .authnStatement(let reason, _): "The authentication statement cannot be used: \(reason)."
        case .noAuthnStatement: "The assertion has no authentication statement."
        case .attribute(let name, let reason, _): "The attribute \(name.shortened) cannot be used: \(reason)."
        case .ambiguousFriendlyName(let name, _): "Attributes of different Names have the FriendlyName \(name.shortened)."
        case .subjectAttribute(let name, let reason, _): "The attribute \(name.shortened) is to name the person, and does not: \(reason)."
        case .logoutMessage(let reason): "The message for single logout cannot be read: \(reason)."
        case .logoutDestination: "The message for single logout is addressed to another destination."
        case .artifact(let reason): "The artifact cannot be used: \(reason)."
        case .artifactResolution(let reason, _): "The identity provider did not give the answer that the artifact stands for: \(reason)."
        case .artifactUnknown: "The identity provider has no answer for this artifact, or has given it already."
        case .metadataXML(let error): "The metadata cannot be read: \(error.message)"
        case .metadataRoot(let seen): "The document is not SAML 2.0 metadata, but \(seen.shortened)."
        case .metadataEntityID:
            "The entity ID in the metadata is missing, or longer than 1024 characters, or has blanks around it or line breaks in it."
        case .metadataEntity: "The metadata does not describe the expected entity."
        case .metadataChoice: "The metadata describes several identity providers, and none of them was chosen."
        case .metadataNoIdentityProvider: "The metadata describes no SAML 2.0 identity provider."
        case .metadataExpired(let instant, let now):
            "The metadata was valid until \(SAMLInstant.format(instant)); it is \(SAMLInstant.format(now)) here."
        case .metadataTime: "The metadata's validUntil is not a UTC time of the form 2030-12-31T23:59:59Z."
        case .metadataWithoutEnd: "The federation's metadata has no validUntil, so that an old copy could be brought back for ever."
        case .metadataRolledBack(let end, let held):
            "The metadata ends at \(SAMLInstant.format(end)); the copy that is held ends at \(SAMLInstant.format(held)), so it is a newer one."
        case .metadataWithoutMembers(let read): "None of the federation's \(read) identity providers becomes a member."
        case .metadataNoSigningKey: "The metadata has no certificate for signatures."
        case .metadataOnlyEncryptionKeys: "All certificates in the metadata are for encryption only."
        case .metadataCertificate(let reason): "A signing certificate in the metadata cannot be read: \(reason)"
        case .metadataTooManyKeys(let count, let limit): "The metadata has \(count) signing certificates; \(limit) are the most."
        case .metadataNoSingleSignOn: "The metadata has no single sign-on service with the HTTP-Redirect or the HTTP-POST binding."
        case .metadataEndpoint: "An endpoint in the metadata is not an http or https address."
        }
    }

    package var expected: String? {
        switch self {
        case .xml(let error), .metadataXML(let error): error.expected
        case .version: "2.0"
        case .status: Status.success
        case .issuer(let expected, _), .destination(let expected, _), .recipient(let expected, _), .logoutDestination(let expected, _):
            expected.shortened
        case .audience(let expected, _), .metadataEntity(let expected, _): expected.shortened
        case .inResponseTo(let expected, _): expected?.shortened
        case .expired(let what, _, let now), .notYetValid(let what, _, let now): "\(what) around \(SAMLInstant.format(now))"
        case .metadataExpired(_, let now): "validUntil after \(SAMLInstant.format(now))"
        case .badRequest, .malformed, .tooLarge, .subject, .subjectConfirmation, .unsolicited, .malformedTime, .conditions, .authnStatement,
            .noAuthnStatement, .attribute, .ambiguousFriendlyName, .subjectAttribute, .logoutMessage, .artifact,
            .artifactResolution, .artifactUnknown, .metadataRoot, .metadataEntityID, .metadataChoice, .metadataNoIdentityProvider, .metadataTime,
            .metadataWithoutEnd, .metadataRolledBack,
            .metadataWithoutMembers, .metadataNoSigningKey,
            .metadataOnlyEncryptionKeys, .metadataCertificate, .metadataTooManyKeys, .metadataNoSingleSignOn, .metadataEndpoint:
            nil
        }
    }

    package var seen: String? {
        switch self {
        case .xml(let error), .metadataXML(let error): error.seen
        case .version(let seen), .issuer(_, let seen), .destination(_, let seen), .recipient(_, let seen), .inResponseTo(_, let seen),
            .logoutDestination(_, let seen):
            seen?.shortened
        case .subject(_, let seen), .malformedTime(_, let seen), .authnStatement(_, let seen), .metadataEntityID(let seen): seen?.shortened
        case .metadataRoot(let seen), .metadataTime(let seen), .metadataEndpoint(let seen): seen.shortened
        case .status(let status): status.map { [$0.code, $0.subcode, $0.message].compactMap { $0 }.joined(separator: " ").shortened }
        case .expired(_, let instant, _), .notYetValid(_, let instant, _), .metadataExpired(let instant, _): SAMLInstant.format(instant)
        case .audience(_, let found), .metadataEntity(_, let found), .metadataChoice(let found), .metadataNoIdentityProvider(let found),
            .metadataNoSingleSignOn(let found):
            found.isEmpty ? nil : found.joined(separator: " ").shortened
        case .attribute(let name, _, let arrived), .ambiguousFriendlyName(let name, let arrived), .subjectAttribute(let name, _, let arrived):
            name.shortened + (arrived.isEmpty ? "" : " (arrived: \(arrived.joined(separator: ", ").shortened))")
        case .badRequest, .logoutMessage, .malformed, .tooLarge, .subjectConfirmation, .unsolicited, .conditions, .noAuthnStatement,
            .artifact, .artifactResolution, .artifactUnknown, .metadataWithoutEnd, .metadataRolledBack, .metadataWithoutMembers,
            .metadataNoSigningKey, .metadataOnlyEncryptionKeys,
            .metadataCertificate, .metadataTooManyKeys:
            nil
        }
    }
}
