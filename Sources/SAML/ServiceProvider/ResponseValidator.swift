package import FoundationEssentials
internal import WireFormats
import XMLSecurity

/// An assertion that passed every check of SAML Profiles §4.1.4.3.
/// Only the validator in this file can make one, so holding it is the proof.
package struct ValidatedAssertion: Sendable {
    package let id: String
    package let issuer: String
    package let subject: NameID
    package let attributes: AttributeStatements
    package let authnInstant: Date?
    package let sessionIndex: String?
    package let sessionNotOnOrAfter: Date?
    package let authnContextClassRef: String?
    /// Until then the assertion could be presented again, so until then its ID must be remembered: at most a week after it was issued.
    package let replayUntil: Date
    /// SHA-256 of the certificate whose key signed, as in the metadata.
    package let signedBy: String

    /// How old an assertion may be, whatever it says of itself: what is remembered against replay is forgotten some day (THREATS case 134).
    static let longestLife: TimeInterval = 7 * 86_400

    fileprivate init(_ checked: Assertion, confirmedUntil: Date, clockSkew: TimeInterval, signingKey: TrustedKey) {
        (id, issuer, subject) = (checked.id, checked.issuer.value, checked.subject.nameID)
        attributes = checked.attributes
        let statement = checked.authnStatements.first
        (authnInstant, sessionIndex, authnContextClassRef) = (statement?.authnInstant, statement?.sessionIndex, statement?.authnContextClassRef)
        sessionNotOnOrAfter = checked.authnStatements.compactMap(\.sessionNotOnOrAfter).min()
        // Another bearer confirmation may last longer than the one that was used now.
        let confirmations = checked.subject.bearerConfirmations.compactMap(\.notOnOrAfter)
        replayUntil = min(confirmations.max() ?? confirmedUntil, checked.issueInstant + Self.longestLife) + clockSkew
        signedBy = signingKey.sha256
    }
}

/// The rules for an answer to a sign-in: SAML Profiles §4.1.4.2 and §4.1.4.3, one line a rule, recorded where somebody wants to see them.
struct ResponseValidator {
    let serviceProvider: String
    let judges: SignatureJudges
    let decryption: Decryption
    let expected: Expectation
    let now: Date
    let checks: CheckList

    func validate(_ response: [UInt8]) throws(SAMLError) -> ValidatedAssertion {
        let identityProvider = expected.identityProvider.entityID
        let consumer = expected.assertionConsumerService
        let skew = expected.clockSkew

        let message = try verify(response)
        let envelope = try read(.response, ResponseEnvelope(message.envelope, expectedIssuer: identityProvider))
        let assertion = try read(.assertion, Assertion(message.inner.element, expectedIssuer: identityProvider, decryption: decryption))

        try require(envelope.version == "2.0", .version, expected: "2.0", seen: envelope.version, else: .version(seen: envelope.version))
        try require(assertion.version == "2.0", .version, expected: "2.0", seen: assertion.version, else: .version(seen: assertion.version))
        try require(
            envelope.status?.isSuccess == true, .status, expected: Status.success, seen: envelope.status?.code, else: .status(envelope.status))
        try require(
            envelope.issuer?.value.hasSameBytes(as: identityProvider) ?? true, .responseIssuer, expected: identityProvider,
            seen: envelope.issuer?.value,
            else: .issuer(expected: identityProvider, seen: envelope.issuer?.value))
        try require(
            assertion.issuer.value.hasSameBytes(as: identityProvider), .assertionIssuer, expected: identityProvider, seen: assertion.issuer.value,
            else: .issuer(expected: identityProvider, seen: assertion.issuer.value))
        // Bindings §3.5.5.2: a signed message must say where it was sent; an unsigned one must not say otherwise.
        try require(
            envelope.destination?.hasSameBytes(as: consumer) ?? !message.envelopeIsSigned, .destination, expected: consumer,
            seen: envelope.destination,
            else: .destination(expected: consumer, seen: envelope.destination))

        let confirmation = try read(.subjectConfirmation, bearerConfirmation(of: assertion.subject, in: envelope))
        let confirmedUntil = confirmation.notOnOrAfter ?? .distantPast
        try require(
            confirmation.recipient?.hasSameBytes(as: consumer) == true, .recipient, expected: consumer, seen: confirmation.recipient,
            else: .recipient(expected: consumer, seen: confirmation.recipient))
        try requirePeriod(until: confirmedUntil)
        try requireRequest(named: envelope.inResponseTo, and: confirmation.inResponseTo)

        try requireAge(of: assertion)
        try requirePeriod(of: assertion.conditions)
        try requireAudience(of: assertion.conditions)
        // After the audience: a wrong entity ID usually stands in both, and the audience is what an admin sets.
        try requireQualifiers(of: assertion.subject.nameID)

        try require(
            !assertion.authnStatements.isEmpty || expected.policy.allowsMissingAuthnStatement, .authnStatement, expected: "AuthnStatement",
            seen: "\(assertion.authnStatements.count)", else: .noAuthnStatement)
        try requireAuthentication(assertion.authnStatements)
        return ValidatedAssertion(assertion, confirmedUntil: confirmedUntil, clockSkew: skew, signingKey: message.signingKey)
    }

    /// Of what was refused: whether the provider signed it for us, for now, and for no other request. It proves nobody.
    func requireMeant(_ response: [UInt8]) throws(SAMLError) {
        let identityProvider = expected.identityProvider.entityID
        let message = try verify(response)
        let envelope = try ResponseEnvelope(message.envelope, expectedIssuer: identityProvider)
        let assertion = try Assertion(message.inner.element, expectedIssuer: identityProvider, decryption: decryption)
        let confirmation = try bearerConfirmation(of: assertion.subject, in: envelope)
        try requirePeriod(until: confirmation.notOnOrAfter ?? .distantPast)
        try requireNoOtherRequest([envelope.inResponseTo, confirmation.inResponseTo])
        try requireAge(of: assertion)
        try requirePeriod(of: assertion.conditions)
        try requireAudience(of: assertion.conditions)
    }

    init(serviceProvider: String, judges: SignatureJudges, decryption: Decryption, expected: Expectation, now: Date, recording: Bool) {
        (self.serviceProvider, self.judges, self.decryption, self.expected, self.now) = (serviceProvider, judges, decryption, expected, now)
        checks = CheckList(recording: recording)
    }
}
