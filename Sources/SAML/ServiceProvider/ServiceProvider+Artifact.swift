package import FoundationEssentials
internal import WireFormats
import XMLSecurity

extension ServiceProvider {
    /// What resolves an artifact at the provider that was asked (SAML Profiles §5, Bindings §3.6.5).
    /// - Parameter id: from outside: "_" and hexadecimal digits of at least 128 random bits.
    package func makeArtifactResolve(
        id: String, _ artifact: Artifact, at identityProvider: IdentityProviderMetadata, now: Date
    ) throws(SAMLError) -> ArtifactResolve {
        guard artifact.isOf(identityProvider.entityID) else { throw .artifact("another provider made it than the one that was asked") }
        guard let service = identityProvider.artifactResolutionService(artifact.endpointIndex) else {
            throw .artifact("the provider's metadata has no resolution service of index \(artifact.endpointIndex)")
        }
        return ArtifactResolve(id: id, issueInstant: now, destination: service.location, issuer: entityID, artifact: artifact)
    }

    /// The Response in the provider's answer, as a document of its own that nobody has verified: whoever takes it must `accept` it.
    ///
    /// That the answer is the provider's its TLS certificate says, and its signature where it has one (Bindings §3.6.7).
    package func response(
        in answer: [UInt8], to request: ArtifactResolve, from identityProvider: IdentityProviderMetadata, policy: AcceptancePolicy, at now: Date
    ) throws(SAMLError) -> [UInt8] {
        let answer = policy.allowsLatin1 ? LatinDocument.transcoded(answer) ?? answer : answer
        let bytes = try SOAPEnvelope.message(ArtifactResponse.name, in: answer)
        let root = try root(of: bytes, keys: identityProvider.signingKeys, policy: policy)
        let response = try ArtifactResponse(root)
        guard request.id.hasSameBytes(as: response.inResponseTo) else { throw .inResponseTo(expected: request.id, seen: response.inResponseTo) }
        guard response.issuer.hasSameBytes(as: identityProvider.entityID) else {
            throw .issuer(expected: identityProvider.entityID, seen: response.issuer)
        }
        let skew = policy.clockSkew
        guard response.issueInstant <= now + skew else { throw .notYetValid("ArtifactResponse/@IssueInstant", from: response.issueInstant, now: now) }
        guard now < response.issueInstant + LogoutValidator.usualLife + skew else {
            throw .expired("the time for ArtifactResponse/@IssueInstant", at: response.issueInstant + LogoutValidator.usualLife, now: now)
        }
        // Of resolving: it says nothing of the person.
        guard response.status?.isSuccess == true else {
            throw .artifactResolution("its status is \(response.status.map(\.explanation) ?? "missing")")
        }
        guard response.holdsMessage else { throw .artifactUnknown }
        do {
            return try EnclosedElement.lift([ArtifactResponse.name, ArtifactResponse.message], from: bytes, limits: .digestedMessage)
        } catch { throw .xml(error) }
    }

    /// From the digested bytes where it is signed; a signature that is there must verify.
    private func root(of bytes: [UInt8], keys: [TrustedKey], policy: AcceptancePolicy) throws(SAMLError) -> XMLElement {
        do {
            let unproven = try XMLDocument(parsing: bytes, limits: .message).root
            guard unproven.first(.signature("Signature")) != nil else { return unproven }
            let verifier = SignatureVerifier(keys: keys, policy: policy.signatures, judges: judges)
            return try verifier.verifyEnclosing(bytes, named: ArtifactResponse.name, issuer: .assertion("Issuer"), limits: .message).element
        } catch { throw .xml(error) }
    }
}
