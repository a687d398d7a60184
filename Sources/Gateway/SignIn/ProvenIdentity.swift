package import FoundationEssentials
import SAML
package import UserPools

/// Who somebody is, proven by their identity provider. After it nothing knows which kind of provider it was.
package struct ProvenIdentity: Sendable {
    package let identity: FederatedIdentity
    package let authenticatedAt: Date
    /// The statement that proves it counts once.
    package let proof: ProofOnce
    package let upstreamSessionIndex: String?
    /// The provider's own end of the session, where it says one.
    package let sessionEndsAt: Date?
    private let values: @Sendable (String) -> [String]

    /// The values of an external attribute.
    package func values(of source: String) -> [String] { values(source) }

    /// Holding a `ValidatedAssertion` is the proof.
    init(_ assertion: ValidatedAssertion, of provider: IdentityProvider, at now: Date) throws(SignInError) {
        let subject = assertion.subject
        guard subject.format != Self.transientFormat else { throw .transientSubject }
        identity = FederatedIdentity(
            provider: provider.name, issuer: assertion.issuer, subject: subject.value,
            format: [subject.format ?? Self.unspecifiedFormat, subject.nameQualifier ?? "", subject.spNameQualifier ?? ""].joined(separator: " "))
        authenticatedAt = min(assertion.authnInstant ?? now, now)
        proof = ProofOnce(provider: provider.name, id: assertion.id, until: assertion.replayUntil)
        upstreamSessionIndex = assertion.sessionIndex
        sessionEndsAt = assertion.sessionNotOnOrAfter
        values = { source in
            if source == "NameID" { return [subject.value] }
            return assertion.attributes[source] ?? assertion.attributesByFriendlyName[source] ?? []
        }
    }

    private static let transientFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    private static let unspecifiedFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
}
