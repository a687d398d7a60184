package import FoundationEssentials
package import XMLSecurity

/// Our role: the service provider of one user pool (SAML Profiles §4.1). It asks, and it judges the answers.
package struct ServiceProvider: Sendable, Hashable {
    package let entityID: String
    /// The addresses that answers may be sent to; the first is the default.
    package let assertionConsumerServices: [String]
    package let displayName: String?
    /// Where single logout takes messages; empty where it is not offered.
    package var singleLogoutServices: [String] = []
    /// Who judges the signatures of answers.
    package var judges: SignatureJudges
    /// What opens encrypted answers, the current one first.
    package var decryptionKeys: [DecryptionKey] = []

    /// - Parameter verifiesTwice: whether a second verifier of signatures must agree to what the first accepts.
    package init(entityID: String, assertionConsumerServices: [String], displayName: String? = nil, verifiesTwice: Bool = false) {
        (self.entityID, self.assertionConsumerServices, self.displayName) = (entityID, assertionConsumerServices, displayName)
        judges = verifiesTwice ? .both : .direct
    }

    /// A request to the identity provider. `id` comes from outside: "_" and hexadecimal digits of at least 128 random bits.
    ///
    /// Where the identity provider has no endpoint for `binding`, the request says which one it is for (`AuthnRequest.binding`).
    package func makeAuthnRequest(
        id: String, to identityProvider: IdentityProviderMetadata, binding: Binding? = nil, assertionConsumerService: String,
        responseBinding: Binding = .httpPOST, forceAuthn: Bool = false,
        isPassive: Bool = false, nameIDFormat: String? = nil, requestedAuthnContext: RequestedAuthnContext? = nil, providerName: String? = nil,
        subject: String? = nil, scoping: Scoping? = nil, at now: Date
    ) -> AuthnRequest {
        let endpoint = binding.flatMap(identityProvider.singleSignOnService) ?? identityProvider.preferredSingleSignOnService
        return AuthnRequest(
            id: id, issueInstant: now, destination: endpoint.location, issuer: entityID, assertionConsumerServiceURL: assertionConsumerService,
            protocolBinding: responseBinding, forceAuthn: forceAuthn, isPassive: isPassive, nameIDPolicyFormat: nameIDFormat,
            requestedAuthnContext: requestedAuthnContext, providerName: providerName, subject: subject, scoping: scoping, binding: endpoint.binding)
    }

    /// The answer, once everything of SAML Profiles §4.1.4.3 was found true. That it was not presented before is for the caller to
    /// see to, with `ValidatedAssertion.id` and `replayUntil`, in the transaction that begins the session.
    package func accept(_ response: [UInt8], expecting expected: Expectation, at now: Date) throws(SAMLError) -> ValidatedAssertion {
        try validator(expected, now, recording: false).validate(response)
    }

    /// The same validation, with every check written down for `countersign saml validate`.
    package func examine(_ response: [UInt8], expecting expected: Expectation, at now: Date) -> Examination {
        let validator = validator(expected, now, recording: true)
        let verdict: Result<ValidatedAssertion, SAMLError>
        do { verdict = .success(try validator.validate(response)) } catch { verdict = .failure(error) }
        return Examination(checks: validator.checks.all, verdict: verdict)
    }

    /// Whether a key of the identity provider signed the message, were that one thing tolerated for which it was refused, and signed it for us and
    /// for now. It says nothing else of it.
    package func isMeant(
        _ response: [UInt8], expecting expected: Expectation, tolerating exception: SAMLError.PolicyException?, at now: Date
    ) -> Bool {
        do { try validator(expected.tolerating(exception), now, recording: false).requireMeant(response) } catch { return false }
        return true
    }

    private func validator(_ expected: Expectation, _ now: Date, recording: Bool) -> ResponseValidator {
        ResponseValidator(
            serviceProvider: entityID, judges: judges, decryption: decryption(allowing: expected.policy), expected: expected, now: now,
            recording: recording)
    }

    func decryption(allowing policy: AcceptancePolicy) -> Decryption {
        Decryption(keys: decryptionKeys, recipient: entityID, allowsCBC: policy.allowsCBC)
    }
}
