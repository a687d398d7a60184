import FoundationEssentials
import SAML
import TokenVerifier
import UserPools

/// What a browser brought from a SAML provider: the answer, or the name by which the provider gives it. Nothing of either is proven.
enum BroughtAnswer: Sendable {
    case message([UInt8], UnverifiedResponse)
    /// With the ID of our request, as RelayState brought it back.
    case artifact(Artifact, request: String)

    /// The request that it answers by its own account.
    var inResponseTo: String? {
        switch self {
        case .message(_, let claimed): claimed.inResponseTo
        case .artifact(_, let request): request
        }
    }
}

/// The answer as it came to us; who sent it nobody knows yet.
enum FetchedAnswer: Sendable {
    case message([UInt8], UnverifiedResponse)
    case envelope([UInt8], to: ArtifactResolve)
}

extension SignIn {
    /// The most that a provider's answer by SOAP may have, the envelope included.
    private static let largestEnvelope = 256 * 1024

    func brought(_ parameters: [(name: String, value: String)], posted: Bool, from address: String?) async throws -> BroughtAnswer {
        guard Artifact.isNamed(in: parameters) else {
            guard posted else { throw SAMLError.badRequest("it came by GET, and only an artifact may") }
            return try await verifying(for: address) { () throws(SAMLError) in
                let message = try HTTPPostBinding.decode(parameters: parameters).response
                return .message(message, try UnverifiedResponse(peeking: message))
            }
        }
        let artifact = try Artifact(parameters: parameters)
        // It says who made it and not for whom: only a sign-in that waits has one fetched.
        guard let request = HTTPPostBinding.relayState(in: parameters) else {
            throw SAMLError.artifact("RelayState does not name the sign-in that it is for")
        }
        return .artifact(artifact, request: request)
    }

    /// Fetches the answer where the browser brought its name.
    /// - Parameter claim: takes the request for this artifact, before its provider is asked: whoever presents it again does not come so far.
    func fetch(
        _ brought: BroughtAnswer, at saml: SAMLProvider, of provider: IdentityProvider, pool: UserPool, claim: () async throws -> Void
    ) async throws -> FetchedAnswer {
        switch brought {
        case .message(let message, let claimed): return .message(message, claimed)
        case .artifact(let artifact, _):
            guard saml.awaitsArtifacts else { throw SignInError.artifactNotAwaited(provider.name.text) }
            let request = try serviceProvider(of: pool).makeArtifactResolve(
                id: "_" + environment.random(20).hexText, artifact, at: saml.metadata, now: environment.now())
            let signer = try await samlKeys.keys(of: pool).signer
            let body = try await signing { () throws(SAMLError) in try request.enveloped(signer: signer) }
            try await claim()
            return .envelope(try await resolve(body, at: request.destination), to: request)
        }
    }

    /// The message, and what it claims.
    func open(
        _ fetched: FetchedAnswer, by saml: SAMLProvider, pool: UserPool, from address: String?
    ) async throws -> ([UInt8], UnverifiedResponse) {
        switch fetched {
        case .message(let message, let claimed): return (message, claimed)
        case .envelope(let envelope, let request):
            let (role, now) = (serviceProvider(of: pool), environment.now())
            let policy = saml.policy(at: now)
            return try await verifying(for: address) { () throws(SAMLError) in
                let message = try role.response(in: envelope, to: request, from: saml.metadata, policy: policy, at: now)
                return (message, try UnverifiedResponse(peeking: message))
            }
        }
    }

    /// One exchange by SOAP (SAML Bindings §3.2.3).
    private func resolve(_ envelope: [UInt8], at url: String) async throws(SAMLError) -> [UInt8] {
        var request = HTTPTransportRequest(
            method: "POST", url: url,
            headers: [
                ("content-type", "text/xml; charset=utf-8"), ("accept", "text/xml"),
                ("soapaction", "\"http://www.oasis-open.org/committees/security\""),
            ], body: envelope)
        request.maximumBodySize = Self.largestEnvelope
        let response: HTTPTransportResponse
        do { response = try await environment.transport.send(request) } catch {
            throw .artifactResolution("\(error.message) (\(error.code))", isOutage: [.timeout, .unreachable].contains(error))
        }
        guard response.body.count <= Self.largestEnvelope else { throw .tooLarge(limit: Self.largestEnvelope) }
        // A fault comes with 500 (SOAP 1.1 §6.2).
        guard response.status == 200 || (response.status == 500 && !response.body.isEmpty) else {
            throw .artifactResolution("its status is \(response.status)", isOutage: response.status >= 500)
        }
        return response.body
    }
}
