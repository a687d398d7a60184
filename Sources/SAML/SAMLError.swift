package import FoundationEssentials
package import XMLSecurity

/// Everything that can be wrong with a SAML message, an answer to a sign-in, or an identity provider's metadata.
///
/// The code is stable and stands in docs/errors.md; the browser never sees more than a fixed sentence, the log and the CLI see all.
package enum SAMLError: Error, Equatable, Sendable {
    // bindings and form
    case badRequest(String)
    case malformed(String)
    case tooLarge(limit: Int)
    /// What the XML layer refused: form, structure or signature.
    case xml(XMLSecurityError)

    // meaning of a Response, in the order in which it is validated
    case version(seen: String?)
    case status(Status?)
    case issuer(expected: String, seen: String?)
    case destination(expected: String, seen: String?)
    case subject(String, seen: String? = nil)
    case subjectConfirmation(String)
    case recipient(expected: String, seen: String?)
    case inResponseTo(expected: String?, seen: String?)
    case unsolicited
    case expired(String, at: Date, now: Date)
    case notYetValid(String, from: Date, now: Date)
    case malformedTime(String, seen: String?)
    case conditions(String)
    case audience(expected: String, found: [String])
    case authnStatement(String, seen: String? = nil)
    case noAuthnStatement
    case attribute(name: String, String, arrived: [String] = [])
    case ambiguousFriendlyName(String, arrived: [String] = [])
    /// The attribute that is to name the person does not.
    case subjectAttribute(name: String, String, arrived: [String] = [])

    // single logout
    /// The parameters that a logout message came in.
    case logoutMessage(String)
    case logoutDestination(expected: String, seen: String?)

    // HTTP-Artifact
    /// The artifact itself, as the browser brought it.
    case artifact(String)
    /// What came of asking the provider for the answer.
    case artifactResolution(String, isOutage: Bool = false)
    /// The provider has no answer of this name, or has given it already.
    case artifactUnknown

    // metadata
    case metadataXML(XMLSecurityError)
    case metadataRoot(seen: String)
    case metadataEntityID(seen: String?)
    case metadataEntity(expected: String, found: [String])
    case metadataChoice(found: [String])
    case metadataNoIdentityProvider(found: [String])
    case metadataExpired(validUntil: Date, now: Date)
    case metadataTime(seen: String)
    /// It has no validUntil where one must be.
    case metadataWithoutEnd
    /// It ends sooner than the copy that is held.
    case metadataRolledBack(validUntil: Date, held: Date)
    /// None of a federation's identity providers fits.
    case metadataWithoutMembers(read: Int)
    case metadataNoSigningKey
    case metadataOnlyEncryptionKeys
    case metadataCertificate(String)
    case metadataTooManyKeys(count: Int, limit: Int)
    case metadataNoSingleSignOn(bindings: [String])
    case metadataEndpoint(seen: String)
}

extension SAMLError {
    /// The codes that this module gives itself; those of the XML layer come beside them (`allCodes`).
    package enum Code: String, CaseIterable, Sendable {
        case badRequest = "saml.bad_request"
        case malformed = "saml.malformed"
        case tooLarge = "saml.too_large"
        case version = "saml.version"
        case status = "saml.status"
        case issuer = "saml.issuer"
        case destination = "saml.destination"
        case subject = "saml.subject"
        case subjectConfirmation = "saml.subject_confirmation"
        case recipient = "saml.recipient"
        case inResponseTo = "saml.in_response_to"
        case unsolicited = "saml.unsolicited"
        case expired = "saml.expired"
        case notYetValid = "saml.not_yet_valid"
        case malformedTime = "saml.malformed_time"
        case conditions = "saml.conditions"
        case audience = "saml.audience"
        case authnStatement = "saml.authn_statement"
        case attribute = "saml.attribute"
        case subjectAttribute = "saml.subject_attribute"
        case artifact = "saml.artifact"
        case artifactResolution = "saml.artifact_resolution"
        case artifactUnknown = "saml.artifact_unknown"
        case metadataRoot = "saml.metadata_root"
        case metadataEntityID = "saml.metadata_entity_id"
        case metadataEntity = "saml.metadata_entity"
        case metadataChoice = "saml.metadata_choice"
        case metadataNoIdentityProvider = "saml.metadata_no_identity_provider"
        case metadataExpired = "saml.metadata_expired"
        case metadataTime = "saml.metadata_time"
        case metadataWithoutEnd = "saml.metadata_without_end"
        case metadataRolledBack = "saml.metadata_rolled_back"
        case metadataWithoutMembers = "saml.metadata_without_members"
        case metadataNoSigningKey = "saml.metadata_no_signing_key"
        case metadataOnlyEncryptionKeys = "saml.metadata_only_encryption_keys"
        case metadataCertificate = "saml.metadata_certificate"
        case metadataTooManyKeys = "saml.metadata_too_many_keys"
        case metadataNoSingleSignOn = "saml.metadata_no_single_sign_on"
        case metadataEndpoint = "saml.metadata_endpoint"
    }

    /// Stable and never renamed: `saml.` and the word of the case, or of the XML layer.
    package var code: String {
        switch self {
        case .xml(let error): "saml." + error.code
        case .metadataXML(let error): "saml.metadata_" + error.code
        case .badRequest, .logoutMessage: Code.badRequest.rawValue
        case .malformed: Code.malformed.rawValue
        case .tooLarge: Code.tooLarge.rawValue
        case .version: Code.version.rawValue
        case .status: Code.status.rawValue
        case .issuer: Code.issuer.rawValue
        case .destination, .logoutDestination: Code.destination.rawValue
        case .subject: Code.subject.rawValue
        case .subjectConfirmation: Code.subjectConfirmation.rawValue
        case .recipient: Code.recipient.rawValue
        case .inResponseTo: Code.inResponseTo.rawValue
        case .unsolicited: Code.unsolicited.rawValue
        case .expired: Code.expired.rawValue
        case .notYetValid: Code.notYetValid.rawValue
        case .malformedTime: Code.malformedTime.rawValue
        case .conditions: Code.conditions.rawValue
        case .audience: Code.audience.rawValue
        case .authnStatement, .noAuthnStatement: Code.authnStatement.rawValue
        case .attribute, .ambiguousFriendlyName: Code.attribute.rawValue
        case .subjectAttribute: Code.subjectAttribute.rawValue
        case .artifact: Code.artifact.rawValue
        case .artifactResolution: Code.artifactResolution.rawValue
        case .artifactUnknown: Code.artifactUnknown.rawValue
        case .metadataRoot: Code.metadataRoot.rawValue
        case .metadataEntityID: Code.metadataEntityID.rawValue
        case .metadataEntity: Code.metadataEntity.rawValue
        case .metadataChoice: Code.metadataChoice.rawValue
        case .metadataNoIdentityProvider: Code.metadataNoIdentityProvider.rawValue
        case .metadataExpired: Code.metadataExpired.rawValue
        case .metadataTime: Code.metadataTime.rawValue
        case .metadataWithoutEnd: Code.metadataWithoutEnd.rawValue
        case .metadataRolledBack: Code.metadataRolledBack.rawValue
        case .metadataWithoutMembers: Code.metadataWithoutMembers.rawValue
        case .metadataNoSigningKey: Code.metadataNoSigningKey.rawValue
        case .metadataOnlyEncryptionKeys: Code.metadataOnlyEncryptionKeys.rawValue
        case .metadataCertificate: Code.metadataCertificate.rawValue
        case .metadataTooManyKeys: Code.metadataTooManyKeys.rawValue
        case .metadataNoSingleSignOn: Code.metadataNoSingleSignOn.rawValue
        case .metadataEndpoint: Code.metadataEndpoint.rawValue
        }
    }
}
