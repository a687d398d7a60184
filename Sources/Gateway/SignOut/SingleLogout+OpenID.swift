import FoundationEssentials
package import OpenIDConnect
import SAML
import TokenVerifier
package import UserPools
import WireFormats

/// Where a sign-out at an OpenID provider goes, and comes back to.
struct EndSession: Sendable {
    let provider: IdentityProvider
    let connection: OIDCConnection
    let endpoint: String
}

extension SingleLogout {
    /// The request to an OpenID provider (RP-Initiated Logout §2). Without an ID token that opens the provider still learns which client asks.
    func request(_ asked: EndSession, of session: Session, state: String, address: PoolAddress) async -> BrowserMessage {
        var hint: String?
        if let sealed = try? await stores.sessions.upstreamIDToken(of: session.id, in: session.poolID) {
            hint = try? sealer.open(sealed, context: UpstreamIDToken.context(session.poolID, asked.provider.name)).revealText()
            if let token = hint, !isIssued(token, by: asked.connection) { hint = nil }
        }
        let request = EndSessionRequest(
            endpoint: asked.endpoint, idTokenHint: hint, clientID: asked.connection.clientID, postLogoutRedirectURI: address.signedOutUpstream,
            state: state)
        if let url = request.url { return .redirect(url: url) }
        return .form(action: request.form.action, fields: request.form.fields.map { .init(name: $0.name, value: $0.value) })
    }

    /// An ID token goes to nobody but its issuer: the provider's name may be another's by now. It was verified when it came.
    private func isIssued(_ token: String, by connection: OIDCConnection) -> Bool {
        let issuer = try? Microsoft.issuer(of: connection, claiming: TokenVerifier.unverifiedClaim("tid", of: token))
        guard let issuer, let seen = TokenVerifier.unverifiedClaim("iss", of: token) else { return false }
        return seen.hasSameBytes(as: issuer)
    }

    /// `GET /logout/callback`: the browser is back from an OpenID provider (RP-Initiated Logout §3). That it has the state of a logout which began in
    /// this very browser is all that there is to prove; it counts once.
    package func complete(_ parameters: Parameters, pool: UserPool, cookies: BrowserCookies) async throws(SignOutFailure) -> SingleLogoutOutcome {
        var failure = SignOutFailure(.unknownState, pool: pool.id)
        do {
            guard answers.start(from: cookies.address) else { throw SignInError.tooManyAnswers }
            guard let state = try parameters.single("state") else { throw SignOutError.missingState }
            let now = environment.now()
            guard IdentifierAlphabet.accepts(state, length: 43...43, others: "-_"),
                let record = try await stores.logouts.find(request: state, in: pool.id), let browser = record.browser,
                let party = record.parties.first(where: { $0.kind == .provider }), let name = IdentityProvider.Name(party.name)
            else { throw SignOutError.unknownState }
            failure.provider = name
            guard cookies.binding.map({ SecretHash(of: $0.reveal()) }) == browser, now < record.createdAt.addingTimeInterval(returnLifetime),
                let answered = try await stores.logouts.answer(request: state, in: pool.id, .signedOut, detail: nil, at: now)
            else { throw SignOutError.unknownState }
            answers.accepted(from: cookies.address)
            return try await proven(record.next, pool: pool).map { .redirect($0, state: record.next?.state, answered) } ?? .signedOut(answered)
        } catch { throw failure.caused(by: SignOutError(error)) }
    }
}

/// A provider's ID token, kept with the session for the sign-out there.
enum UpstreamIDToken {
    /// What is longer is not kept, in bytes.
    static let maximum = 16_384

    static func context(_ pool: UserPool.ID, _ provider: IdentityProvider.Name) -> String {
        "ID token of " + pool.text + "/" + provider.text
    }

    /// nil where it is too long.
    static func sealed(
        _ token: String, of provider: IdentityProvider, with sealer: Sealer
    ) throws(SealError) -> [UInt8]? {
        guard token.utf8.count <= maximum else { return nil }
        return try sealer.seal(Array(token.utf8), context: context(provider.poolID, provider.name))
    }

    /// Under another master key; nil where it does not open.
    static func resealed(
        _ sealed: [UInt8], _ pool: UserPool.ID, _ provider: IdentityProvider.Name, from old: Sealer, to new: Sealer
    ) -> [UInt8]? {
        let context = context(pool, provider)
        return (try? old.open(sealed, context: context)).flatMap { try? new.seal($0.reveal(), context: context) }
    }
}
