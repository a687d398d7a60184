import FoundationEssentials
import OpenIDConnect
package import SAML
package import UserPools
package import WireFormats
import XMLSecurity

/// What ended here, and how the browser goes on.
package struct EndedSessions: Sendable {
    /// nil where there was nothing to end.
    package let record: LogoutRecord?
    /// To the provider; nil where nobody is asked.
    package private(set) var message: BrowserMessage?
    /// Whether the provider would have been asked, and could not be.
    package private(set) var isPartial = false
    /// What the browser's binding cookie is from now on, where it has to be known again when it comes back.
    package private(set) var binding: SecretBytes?
}

extension SingleLogout {
    /// Ends sessions here, then makes the request to the provider of `session`, which is one of them: a LogoutRequest (SAML Core §3.7.3.1), or the way
    /// to an `end_session_endpoint` (RP-Initiated Logout §2).
    ///
    /// What goes wrong with that request is in the record, and fails nothing: the sessions are over.
    /// - Parameter address: where the browser is, and comes back to.
    func end(
        _ ids: [Session.ID], of user: User.ID?, asking session: Session?, by initiator: LogoutRecord.Initiator, next: LogoutRecord.Next?,
        pool: UserPool, address: PoolAddress, cookies: BrowserCookies
    ) async throws -> EndedSessions {
        guard !ids.isEmpty else { return EndedSessions(record: nil) }
        let now = environment.now()
        let asked = await whom(session, pool: pool)
        var record = LogoutRecord(
            reference: try makeReference(), poolID: pool.id, userID: user, initiator: initiator,
            parties: [.init(.countersign, "countersign", .ended, at: now), asked.party(at: now)].compactMap(\.self), createdAt: now)
        var binding: SecretBytes?
        var way: BrowserMessage?
        switch asked {
        case .saml: record.requestID = "_" + environment.random(20).hexText
        case .openID(let asked, let session):
            let (secret, state) = (cookies.binding ?? SecretBytes(environment.random(32).base64URLText), environment.random(32).base64URLText)
            (record.requestID, record.browser, binding) = (state, SecretHash(of: secret.reveal()), secret)
            // The ID token goes with the session.
            way = await request(asked, of: session, state: state, address: address)
        case .no: break
        }
        if record.requestID != nil { record.next = next }
        guard try await stores.logouts.end(ids, recorded: record) else { return EndedSessions(record: nil) }
        guard case .saml(_, let endpoint, let name) = asked, let id = record.requestID else {
            return EndedSessions(record: record, message: way, binding: binding)
        }
        do {
            let key = try await signer(pool)
            let request = LogoutRequest(
                id: id, issueInstant: now, destination: endpoint.location, issuer: serviceProvider(of: pool).entityID,
                notOnOrAfter: now.addingTimeInterval(Self.requestLifetime), nameID: name,
                sessionIndexes: [session?.upstreamSessionIndex].compactMap(\.self))
            let message = try await onThread(for: nil) { () throws(SAMLError) in
                try BrowserMessage.signed(
                    try request.encoded(), id: id, role: .request, to: endpoint.location, by: endpoint.binding, relayState: id, signer: key)
            }
            return EndedSessions(record: record, message: message)
        } catch {
            let detail = SignInError(error).code
            let failed = try? await stores.logouts.answer(request: id, in: pool.id, .notAsked, detail: detail, at: now)
            return EndedSessions(record: failed ?? record, isPartial: true)
        }
    }

    private enum Asked {
        case saml(ConfiguredProvider, Endpoint, NameID)
        case openID(EndSession, Session)
        /// Whose session it was, and why that one is not asked.
        case no(IdentityProvider.Name?, String)

        func party(at now: Date) -> LogoutRecord.Party? {
            switch self {
            case .saml(let provider, _, _): .init(.provider, provider.settings.name.text, .asked, member: provider.member?.entityID, at: now)
            case .openID(let asked, _): .init(.provider, asked.provider.name.text, .asked, at: now)
            case .no(let provider?, let why): .init(.provider, provider.text, .notAsked, at: now, detail: why)
            case .no(nil, _): nil
            }
        }
    }

    private func whom(_ session: Session?, pool: UserPool) async -> Asked {
        guard let session, case .provider(let name) = session.source else { return .no(nil, "") }
        let known: ConfiguredProvider?
        // What the provider is may not be known: the session ends all the same.
        do { known = try await directory.provider(name, member: session.member, in: pool.id) } catch { return .no(name, "unreadable") }
        guard let provider = known, provider.settings.enabled else { return .no(name, session.member == nil ? "disabled" : "no_member") }
        if case .oidc(let connection) = provider.connection { return whom(session, provider.settings, connection) }
        guard let saml = provider.saml else { return .no(name, "unreadable") }
        // Nobody is sent to an address that nobody vouches for any more.
        guard provider.isValid(at: environment.now()) else { return .no(name, "member_expired") }
        guard saml.settings.logout?.isEnabled ?? true else { return .no(name, "switched_off") }
        guard let endpoint = saml.singleLogoutService else { return .no(name, "no_logout_service") }
        guard let person = session.upstreamName else { return .no(name, "no_name") }
        return .saml(
            provider, endpoint,
            NameID(
                value: person.value, format: person.format, nameQualifier: person.nameQualifier, spNameQualifier: person.spNameQualifier))
    }
    private func whom(_ session: Session, _ provider: IdentityProvider, _ connection: OIDCConnection) -> Asked {
        guard connection.dialect.isOpenID, connection.endpoints.endSession != nil else { return .no(provider.name, "no_logout_service") }
        guard let endpoint = connection.singleLogoutAddress else { return .no(provider.name, "switched_off") }
        return .openID(EndSession(provider: provider, connection: connection, endpoint: endpoint), session)
    }
}
