import FoundationEssentials
import SAML
import WireFormats
import XMLSecurity

extension FuzzedInput {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)
    private static let consumer = "https://id.example/p/saml2/idpresponse"

    /// Messages and metadata, down to the last rule.
    static let saml = [
        FuzzedInput("response") { bytes in
            _ = try? UnverifiedResponse(peeking: bytes)
            let outcome = role.examine(bytes, expecting: expectation, at: now)
            promise(outcome.error != nil, "a response was accepted that nobody signed")
            if case .xml(.verifiersDisagree) = outcome.error { promise(false, "the verifiers disagree") }
        },
        FuzzedInput("decryption") { bytes in
            // An element in the place of an EncryptedID; what opens must be a document.
            guard let wrapper = try? XMLDocument(parsing: bytes, limits: .message).root else { return }
            _ = try? Decryption(keys: role.decryptionKeys, recipient: "", allowsCBC: true).open(
                wrapper, expecting: XMLName("urn:oasis:names:tc:SAML:2.0:assertion", "NameID"))
        },
        FuzzedInput("metadata") { bytes in
            guard let metadata = try? IdentityProviderMetadata(parsing: bytes, at: now) else { return }
            promise(!metadata.entityID.isEmpty && !metadata.signingKeys.isEmpty, "metadata without a name or a key")
        },
        FuzzedInput("description") { bytes in
            _ = try? MessageDescription(describing: bytes, decrypting: role.decryptionKeys, at: now)
        },
        FuzzedInput("logout") { bytes in
            _ = try? LogoutResponse(parsing: bytes)
            if let request = try? LogoutRequest(parsing: bytes) {
                promise(!request.id.isEmpty && !request.issuer.isEmpty, "a request without ID or Issuer")
            }
            guard let message = try? ReceivedMessage(form: [(name: "SAMLRequest", value: Base64.encode(bytes))]) else { return }
            promise((try? role.accept(logoutRequest: message, expecting: logout, at: now)) == nil, "a logout was accepted that nobody signed")
        },
        FuzzedInput("redirect") { bytes in
            if let message = try? ReceivedMessage(query: String(decoding: bytes, as: UTF8.self)) {
                promise((try? role.accept(logoutRequest: message, expecting: logout, at: now)) == nil, "a logout was accepted that nobody signed")
            }
            _ = try? HTTPRedirectBinding.decode(query: String(decoding: bytes, as: UTF8.self))
            guard let inflated = try? Deflate.inflate(bytes, limit: 131_072) else { return }
            promise(inflated.count <= 131_072, "more came out than the limit")
            let again = try? Deflate.inflate(Deflate.deflate(inflated), limit: 131_072)
            promise(again == inflated, "what was deflated inflates to something else")
        },
        FuzzedInput("artifact") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let artifact = try? Artifact(text) { promise(artifact.text.utf8.count == 60, "an artifact of another length") }
            // What its provider answers: whatever comes out, nobody has signed it.
            guard
                let message = try? role.response(
                    in: bytes, to: resolve, from: expectation.identityProvider, policy: expectation.policy, at: now)
            else { return }
            promise((try? role.accept(message, expecting: expectation, at: now)) == nil, "a response was accepted that nobody signed")
        },
        FuzzedInput("request") { bytes in
            guard let request = try? AuthnRequest(parsing: bytes) else { return }
            promise(!request.id.isEmpty && !request.issuer.isEmpty, "a request without ID or Issuer")
        },
    ]

    private static let role: ServiceProvider = {
        var role = ServiceProvider(entityID: "https://id.example/p/saml2/metadata", assertionConsumerServices: [consumer])
        role.judges = .bothAlways
        role.decryptionKeys = (try? DecryptionKey(privateKeyPEM: key)).map { [$0] } ?? []
        return role
    }()

    private static let resolve: ArtifactResolve = {
        do throws(SAMLError) {
            // Of https://idp.example, index 0.
            let artifact = try Artifact("AAQAAJl9AiVQm0GFblnBBEjs9MYG65QbAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
            return try role.makeArtifactResolve(id: "_1", artifact, at: expectation.identityProvider, now: now)
        } catch { fatalError("the fuzzers' own artifact: \(error.message)") }
    }()

    private static let logout = LogoutExpectation(
        identityProvider: expectation.identityProvider, singleLogoutService: "https://id.example/p/saml2/logout", policy: expectation.policy)

    private static let expectation: Expectation = {
        let metadata = """
            <md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example"><md:IDPSSODescriptor \
            protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo \
            xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>\(certificate)</ds:X509Certificate></ds:X509Data></ds:KeyInfo>\
            </md:KeyDescriptor><md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="https://idp.example/artifact" \
            index="0"/><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso"/>\
            </md:IDPSSODescriptor></md:EntityDescriptor>
            """
        do throws(SAMLError) {
            let provider = try IdentityProviderMetadata(parsing: Array(metadata.utf8), at: now)
            return Expectation(
                identityProvider: provider, assertionConsumerService: consumer, request: .answer(to: "_1"),
                policy: AcceptancePolicy(allowsSHA1: true, allowsMissingAuthnStatement: true, allowsAnySignatureOrder: true, allowsCBC: true))
        } catch { fatalError("the fuzzers' own metadata: \(error.message)") }
    }()
}
