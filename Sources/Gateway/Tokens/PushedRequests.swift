import FoundationEssentials
package import OpenIDConnect
import TokenVerifier
package import UserPools
import WireFormats

extension Tokens {
    /// RFC 9126 §2: takes an authorization request from the client itself, which proves who it is, and refuses here already what would be refused later.
    package func push(
        _ parameters: Parameters, credentials: ClientCredentials, pool: UserPool, proof: PresentedProof = .none, from address: String? = nil
    ) async throws(OAuthError) -> PushedAuthorizationResponse {
        try await look(for: credentials, in: pool, from: address)
        let client = try await authenticate(credentials, in: pool)
        // §2.1: no name of another request.
        guard !parameters.contains("request_uri") else {
            throw OAuthError(.invalidRequest, "A pushed request has no request_uri.", parameter: "request_uri")
        }
        guard client.app.usesRedirectURIs else { throw OAuthError(.unauthorizedClient, "The client is not registered for this grant.") }
        // Who it is was proven, by whatever the request had for that. What means nothing is not kept either.
        let known = Parameters(parameters.only(AuthorizationParameters.names.subtracting(["client_id"])))
        guard known.byteCount <= Self.longestPushedRequest else {
            throw OAuthError(.invalidRequest, "The request is too long.", expected: "at most \(Self.longestPushedRequest) bytes").answered(with: 413)
        }
        let said = try await said(known, by: client)
        // A public client is whoever says so: what it leaves behind is bounded, and who pushes for it from elsewhere takes nothing from it.
        let pusher = Pusher(client: client.app.id, network: address.flatMap { ClientNetwork($0) })
        guard client.app.isConfidential || (pushes.take(pusher) && pushesOfAll.take(client.app.id)) else {
            throw OAuthError(.temporarilyUnavailable, "The client pushed too many requests; try again in a minute.").answered(with: 429)
        }
        var pushed = [(name: "client_id", value: client.app.id.text)] + said.without("client_id")
        if let key = try await pushedKey(proof, of: client), try said.requiredKey(or: key) == nil {
            pushed.append((name: DPoPParameter.name, value: key.text))
        }
        let request = Parameters(pushed)
        let claimed = try AuthorizationParameters(request)
        _ = try AuthorizationRequest(claimed, redirectURI: try claimed.redirectURI(of: client.app), policy: client.policy)
        let (uri, now) = (PushedRequestURI(secret: SecretBytes(environment.random(32).base64URLText)), environment.now())
        do {
            try await stores.pushedRequests.insert(
                PushedRequest(
                    hash: SecretHash(of: uri.secret.reveal()), poolID: pool.id, clientID: client.app.id,
                    parameters: pushed.map { PushedRequest.Parameter($0.name, $0.value) }, createdAt: now,
                    expiresAt: now.addingTimeInterval(PushedRequest.lifetime)))
        } catch { throw OAuthError(refusing: error as any Error) }
        return PushedAuthorizationResponse(requestURI: uri, expiresIn: Int(PushedRequest.lifetime))
    }

    /// RFC 9449 §10.1: the key of the proof beside a pushed request, to which its code will be bound. None need be there.
    private func pushedKey(_ presented: PresentedProof, of client: AuthenticatedClient) async throws(OAuthError) -> KeyThumbprint? {
        do {
            return try await proofs.prove(presented, in: client.pool.id, needsNonce: !client.app.isConfidential)?.key
        } catch { throw OAuthError(refusingProof: error) }
    }

    /// RFC 9126 §3: of a signed request nothing counts but what was signed.
    private func said(_ parameters: Parameters, by client: AuthenticatedClient) async throws(OAuthError) -> Parameters {
        guard let object = try parameters.single("request") else {
            guard client.app.metadata.requireSignedRequestObject != true else { throw OAuthError.requestNotSigned }
            return parameters
        }
        return try await requestObjects.read(object, of: client.app, for: PoolAddress(publicURL: publicURL, pool: client.pool).issuer)
    }

    /// Here, too, an app may come for the first time that brings the address of its metadata.
    private func look(for credentials: ClientCredentials, in pool: UserPool, from address: String?) async throws(OAuthError) {
        guard let id = AppClient.ID(credentials.clientID), id.isDocumentAddress else { return }
        let known: AppClient?
        do { known = try await stores.clients.find(id, in: pool.id) } catch { throw OAuthError(refusing: error as any Error) }
        _ = try await documents.client(id, known: known, in: pool, from: address)
    }

    private static let longestPushedRequest = 16 << 10
    /// How many a public client may have at once from one address, and from all; and in which time all of them come back. One that a browser brought
    /// is kept for an hour.
    static let maximumPushes = 1_000
    static let maximumProofs = 3_000
    static let pushesComeBack = Duration.seconds(900)
    static let maximumPushesOfAll = 20_000
    static let pushesOfAllComeBack = Duration.seconds(3_600)
}

/// Who pushes for a public client: whoever says that it is this one, from there.
struct Pusher: Hashable, Sendable {
    let client: AppClient.ID
    let network: ClientNetwork?
}

extension SignIn {
    /// What the browser brought: the request itself, or signed by its client, or the name of a pushed one.
    struct BroughtRequest {
        let parameters: Parameters
        /// Of the pushed request.
        var pushed: SecretHash?
        var isSigned = false
    }

    /// What the sign-in page chooses, which the app left open.
    private static let choices: Set<String> = ["identity_provider", "entityID", "idp_identifier"]

    /// RFC 9126 §4: of a pushed request nothing counts but what was pushed, and what the person chose on the sign-in page since.
    /// - Throws: `invalid_request_uri`, to be shown: where nothing is known of a request there is no way back to an app.
    func brought(_ parameters: Parameters, pool: UserPool, address: PoolAddress) async throws -> BroughtRequest {
        guard let text = try parameters.single("request_uri"), let uri = PushedRequestURI(text) else {
            guard let object = try parameters.single("request") else { return BroughtRequest(parameters: parameters) }
            return try await signed(object, parameters, pool: pool, address: address)
        }
        let hash = SecretHash(of: uri.secret.reveal())
        guard let id = try parameters.single("client_id").flatMap({ AppClient.ID($0) }),
            let pushed = try await stores.pushedRequests.present(hash, of: id, in: pool.id, at: environment.now())
        else { throw OAuthError.requestUsed }
        return BroughtRequest(
            parameters: Parameters(pushed.map { (name: $0.name, value: $0.value) }).adding(parameters.only(Self.choices)), pushed: hash)
    }

    /// RFC 9101 §5, §6.3: what the object says, by the key of the client that the address names, and what the person chose since.
    private func signed(_ object: String, _ parameters: Parameters, pool: UserPool, address: PoolAddress) async throws -> BroughtRequest {
        guard !parameters.contains("request_uri") else {
            throw OAuthError(.invalidRequest, "There is a request beside a request_uri.", parameter: "request")
        }
        let clientID = try AuthorizationParameters.clientID(in: parameters)
        guard let id = AppClient.ID(clientID), let client = try await self.client(id, in: pool), client.enabled else {
            throw SignInError.unknownClient(seen: clientID)
        }
        let said = try await requestObjects.read(object, of: client, for: address.issuer)
        // OpenID Connect Core §6.1: OAuth 2.0 wants these two in the address; the same must be there.
        if let type = try parameters.single("response_type"), let inside = try said.single("response_type"), !type.hasSameBytes(as: inside) {
            throw OAuthError(.invalidRequest, "The response type is not the one of the request object.", parameter: "response_type")
        }
        return BroughtRequest(parameters: said.adding(parameters.only(Self.choices)), isSigned: true)
    }
}

extension OAuthError {
    /// The same for one that never was, of another client, expired, or answered already.
    static let requestUsed = OAuthError(.invalidRequestURI, "The request_uri is unknown, expired or used.", parameter: "request_uri")
}
