import FoundationEssentials
import OpenIDConnect
package import SAML
package import UserPools
import WireFormats
import XMLSecurity

/// What ended here, and how the browser goes on.
package struct EndedSessions: Sendable {
    /// nil where there was nothing to end.
    package let record: LogoutRecord?
    /// To the provider; nil where nobody is asked.
    package let message: BrowserMessage?
    /// Whether the provider would have been asked, and could not be.
    package let isPartial: Bool
}

extension SingleLogout {
    /// Ends sessions here, then makes the request to the provider of `session` (SAML Core §3.7.3.1), which is one of them.
    ///
    /// What goes wrong with that request is in the record, and fails nothing: the sessions are over.
    func end(
        _ ids: [Session.ID], of user: User.ID?, asking session: Session?, by initiator: LogoutRecord.Initiator, next: LogoutRecord.Next?,
        pool: UserPool
    ) async throws -> EndedSessions {
        guard !ids.isEmpty else { return EndedSessions(record: nil, message: nil, isPartial: false) }
        let now = environment.now()
        let asked = await whom(session, pool: pool)
        let id = "_" + environment.random(20).hexText
        var parties = [LogoutRecord.Party(.countersign, "countersign", .ended, at: now)]
        switch asked {
        case .ask(let provider, _, _):
            parties.append(.init(.provider, provider.settings.name.text, .asked, member: provider.member?.entityID, at: now))
        case .no(let provider?, let why): parties.append(.init(.provider, provider.text, .notAsked, at: now, detail: why))
        case .no(nil, _): break
        }
        let isAsked = if case .ask = asked { true } else { false }
        let record = LogoutRecord(
            reference: try makeReference(), poolID: pool.id, userID: user, initiator: initiator, parties: parties,
            requestID: isAsked ? id : nil, next: isAsked ? next : nil, createdAt: now)
        guard try await stores.logouts.end(ids, recorded: record) else { return EndedSessions(record: nil, message: nil, isPartial: false) }
        guard case .ask(_, let endpoint, let name) = asked else { return EndedSessions(record: record, message: nil, isPartial: false) }
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
            return EndedSessions(record: record, message: message, isPartial: false)
        } catch {
            let detail = SignInError(error).code
            let failed = try? await stores.logouts.answer(request: id, in: pool.id, .notAsked, detail: detail, at: now)
            return EndedSessions(record: failed ?? record, message: nil, isPartial: true)
        }
    }

    private enum Asked {
        case ask(ConfiguredProvider, Endpoint, NameID)
        /// Whose session it was, and why that one is not asked.
        case no(IdentityProvider.Name?, String)
    }

    private func whom(_ session: Session?, pool: UserPool) async -> Asked {
        guard let session, case .provider(let name) = session.source else { return .no(nil, "") }
        let known: ConfiguredProvider?
        // What the provider is may not be known: the session ends all the same.
        do { known = try await directory.provider(name, member: session.member, in: pool.id) } catch { return .no(name, "unreadable") }
        guard let provider = known, provider.settings.enabled else { return .no(name, session.member == nil ? "disabled" : "no_member") }
        guard let saml = provider.saml else { return .no(name, "no_saml") }
        // Nobody is sent to an address that nobody vouches for any more.
        guard provider.isValid(at: environment.now()) else { return .no(name, "member_expired") }
        guard saml.settings.logout?.isEnabled ?? true else { return .no(name, "switched_off") }
        guard let endpoint = saml.singleLogoutService else { return .no(name, "no_logout_service") }
        guard let person = session.upstreamName else { return .no(name, "no_name") }
        return .ask(
            provider, endpoint,
            NameID(
                value: person.value, format: person.format, nameQualifier: person.nameQualifier, spNameQualifier: person.spNameQualifier))
    }
}
