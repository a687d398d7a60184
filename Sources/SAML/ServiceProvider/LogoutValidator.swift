package import FoundationEssentials
internal import WireFormats
import XMLSecurity

/// A provider's word that sessions of somebody are over, which passed every check of SAML Profiles §4.4.4.1.
/// Only the validator in this file can make one, so holding it is the proof.
package struct ValidatedLogoutRequest: Sendable {
    package let id: String
    package let issuer: String
    package let nameID: NameID
    /// Empty: every session of this name.
    package let sessionIndexes: [String]
    /// Until then it could be presented again, so until then its ID must be remembered.
    package let replayUntil: Date

    fileprivate init(_ checked: LogoutRequest, until end: Date) {
        (id, issuer, nameID, sessionIndexes) = (checked.id, checked.issuer, checked.nameID, checked.sessionIndexes)
        replayUntil = end
    }
}

/// A provider's answer to a LogoutRequest of ours (SAML Profiles §4.4.4.2); what it says of the result is in `status`, also where that is bad.
/// Only the validator in this file can make one, so holding it is the proof.
package struct ValidatedLogoutResponse: Sendable {
    package let id: String
    package let inResponseTo: String
    package let status: Status

    fileprivate init(_ checked: LogoutResponse, to request: String) {
        (id, inResponseTo, status) = (checked.id, request, checked.status)
    }
}

/// What a logout message must fit.
package struct LogoutExpectation: Sendable {
    package let identityProvider: IdentityProviderMetadata
    /// Our single logout service, as the browser reached it.
    package let singleLogoutService: String
    package let policy: AcceptancePolicy

    package init(identityProvider: IdentityProviderMetadata, singleLogoutService: String, policy: AcceptancePolicy) {
        (self.identityProvider, self.singleLogoutService, self.policy) = (identityProvider, singleLogoutService, policy)
    }
}

/// The rules for logout messages: SAML Core §3.7, Profiles §4.4.4, in their order, one a line.
struct LogoutValidator {
    let serviceProvider: String
    let judges: SignatureJudges
    let decryption: Decryption
    let expected: LogoutExpectation
    let now: Date

    /// How old a request may be that does not say itself when it ends, in seconds.
    static let usualLife: TimeInterval = 300
    /// How old any request may be: what is remembered against replay is forgotten some day.
    static let longestLife: TimeInterval = 86_400
    private var skew: TimeInterval { expected.policy.clockSkew }

    func validate(request message: ReceivedMessage) throws(SAMLError) -> ValidatedLogoutRequest {
        guard message.role == .request else { throw .logoutMessage("a request is expected, and it is a response") }
        let request = try LogoutRequest(try verify(message, named: .samlp("LogoutRequest")).root, decryption: decryption)
        try requireIssuer(request.issuer)
        try requireDestination(request.destination)
        try requireIssued(request.issueInstant)
        let end = min(
            request.notOnOrAfter ?? request.issueInstant + Self.usualLife, request.issueInstant + Self.longestLife)
        guard now < end + skew else { throw .expired("LogoutRequest/@NotOnOrAfter", at: end, now: now) }
        try requireQualifiers(of: request.nameID)
        return ValidatedLogoutRequest(request, until: end + skew)
    }

    /// - Parameter id: of our request.
    func validate(response message: ReceivedMessage, to id: String) throws(SAMLError) -> ValidatedLogoutResponse {
        guard message.role == .response else { throw .logoutMessage("a response is expected, and it is a request") }
        let response = try LogoutResponse(try verify(message, named: .samlp("LogoutResponse")).root)
        guard id.hasSameBytes(as: response.inResponseTo) else { throw .inResponseTo(expected: id, seen: response.inResponseTo) }
        try requireIssuer(response.issuer)
        try requireDestination(response.destination)
        try requireIssued(response.issueInstant)
        return ValidatedLogoutResponse(response, to: id)
    }

    private func verify(_ message: ReceivedMessage, named name: XMLName) throws(SAMLError) -> ProvenMessage {
        let verifier = MessageVerifier(keys: expected.identityProvider.signingKeys, policy: expected.policy.signatures, judges: judges)
        return try verifier.verify(message, named: name)
    }

    private func requireIssuer(_ issuer: String) throws(SAMLError) {
        let identityProvider = expected.identityProvider.entityID
        guard issuer.hasSameBytes(as: identityProvider) else { throw .issuer(expected: identityProvider, seen: issuer) }
    }

    /// Bindings §3.4.5.2 and §3.5.5.2: a signed message must say where it was sent.
    private func requireDestination(_ destination: String?) throws(SAMLError) {
        guard expected.singleLogoutService.hasSameBytes(as: destination) else {
            throw .logoutDestination(expected: expected.singleLogoutService, seen: destination)
        }
    }

    private func requireIssued(_ instant: Date) throws(SAMLError) {
        guard instant <= now + skew else { throw .notYetValid("IssueInstant", from: instant, now: now) }
        let end = instant + Self.longestLife
        guard now < end + skew else { throw .expired("the day after IssueInstant", at: end, now: now) }
    }

    /// Core §2.2.2, §8.3.7: a name of another service provider, or of another identity provider, is not a name for us.
    private func requireQualifiers(of nameID: NameID) throws(SAMLError) {
        guard nameID.spNameQualifier?.hasSameBytes(as: serviceProvider) ?? true else {
            throw .subject("its SPNameQualifier is another service provider", seen: nameID.spNameQualifier)
        }
        let isQualifiedByIssuer = [NameIDFormat.persistent, NameIDFormat.transient].contains { $0.hasSameBytes(as: nameID.format) }
        guard !isQualifiedByIssuer || nameID.nameQualifier?.hasSameBytes(as: expected.identityProvider.entityID) ?? true else {
            throw .subject("its NameQualifier is another identity provider", seen: nameID.nameQualifier)
        }
    }
}

extension ServiceProvider {
    /// A provider's request, once everything of SAML Profiles §4.4.4.1 was found true. That it was not presented before is for the caller to see to, with
    /// `id` and `replayUntil`, in the transaction that ends the sessions.
    package func accept(
        logoutRequest message: ReceivedMessage, expecting expected: LogoutExpectation, at now: Date
    ) throws(SAMLError) -> ValidatedLogoutRequest {
        try validator(expected, now).validate(request: message)
    }

    /// The answer to our request of that ID.
    package func accept(
        logoutResponse message: ReceivedMessage, to id: String, expecting expected: LogoutExpectation, at now: Date
    ) throws(SAMLError) -> ValidatedLogoutResponse {
        try validator(expected, now).validate(response: message, to: id)
    }

    private func validator(_ expected: LogoutExpectation, _ now: Date) -> LogoutValidator {
        LogoutValidator(
            serviceProvider: entityID, judges: judges, decryption: decryption(allowing: expected.policy), expected: expected, now: now)
    }
}
