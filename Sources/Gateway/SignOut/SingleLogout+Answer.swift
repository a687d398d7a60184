import FoundationEssentials
package import OpenIDConnect
package import SAML
package import UserPools
import WireFormats
import XMLSecurity

/// What a message to our single logout service led to.
package enum SingleLogoutOutcome: Sendable {
    /// A provider's request was done; nil: it has no address for the answer.
    case answer(BrowserMessage?, LogoutRecord)
    /// Our request was answered, and everything is over.
    case redirect(PostLogoutRedirectURI, state: String?, LogoutRecord)
    case signedOut(LogoutRecord)
    /// It is over here, and perhaps not there.
    case partly(LogoutRecord, next: String?, refused: SignOutError?)

    package var record: LogoutRecord {
        switch self {
        case .answer(_, let record), .redirect(_, _, let record), .signedOut(let record), .partly(let record, _, _): record
        }
    }
}

extension SingleLogout {
    /// `GET` or `POST /saml2/logout`: a provider's request, or its answer to ours (SAML Profiles §4.4.3).
    ///
    /// - Parameter read: the message, from a raw query or a form; it is inflated and decoded where nobody waits for it.
    package func receive(
        _ read: @escaping @Sendable () throws(SAMLError) -> ReceivedMessage, pool: UserPool, address: PoolAddress, cookies: BrowserCookies
    ) async throws(SignOutFailure) -> SingleLogoutOutcome {
        var failure = SignOutFailure(.unknownRequest, pool: pool.id)
        do {
            guard answers.start(from: cookies.address) else { throw SignInError.tooManyAnswers }
            let (message, claimed) = try await onThread(for: cookies.address) { () throws(SAMLError) in
                let message = try read()
                return (message, try UnverifiedLogout(peeking: message))
            }
            let outcome: SingleLogoutOutcome
            switch message.role {
            case .request: outcome = try await request(message, claimed, pool: pool, address: address, cookies: cookies, failure: &failure)
            case .response: outcome = try await response(message, claimed, pool: pool, address: address, cookies: cookies, failure: &failure)
            }
            if case .partly(_, _, .some) = outcome { return outcome }
            answers.accepted(from: cookies.address)
            return outcome
        } catch { throw failure.caused(by: SignOutError(error)) }
    }

    /// Ends what the provider says is over, and tells it so.
    private func request(
        _ message: ReceivedMessage, _ claimed: UnverifiedLogout, pool: UserPool, address: PoolAddress, cookies: BrowserCookies,
        failure: inout SignOutFailure
    ) async throws -> SingleLogoutOutcome {
        let now = environment.now()
        guard let issuer = claimed.issuer, let provider = try await directory.party(entityID: issuer, in: pool.id, at: now), let saml = provider.saml
        else { throw SignOutError.unknownProvider(issuer: claimed.issuer) }
        failure.provider = provider.settings.name
        let request = try await accept(message, of: provider, saml, pool: pool, address: address, cookies: cookies) {
            (serviceProvider, message, expected) throws(SAMLError) in
            try serviceProvider.accept(logoutRequest: message, expecting: expected, at: now)
        }
        let name = provider.settings.name
        // Before anything ends: who begins a logout is told of its end.
        let endpoint = saml.metadata.singleLogoutService(message.binding) ?? saml.singleLogoutService
        let key = endpoint == nil ? nil : try await signer(pool)
        let isByNameID = saml.settings.subjectAttribute == nil
        let logout = UpstreamLogout(
            poolID: pool.id, provider: name, member: provider.member?.entityID,
            name: UpstreamName(
                value: request.nameID.value, format: request.nameID.format, nameQualifier: request.nameID.nameQualifier,
                spNameQualifier: request.nameID.spNameQualifier),
            identity: isByNameID ? ProvenIdentity.identity(request.nameID.withoutDefaultQualifiers, issuer: request.issuer, of: name) : nil,
            sessionIndexes: request.sessionIndexes,
            // No ID of an assertion has a colon: it is a name of XML without a namespace.
            proof: ReplayGuard(
                source: .provider(name), id: "logout:" + request.id + (provider.member.map { " " + $0.entityID } ?? ""), until: request.replayUntil))
        let reference = try makeReference()
        @Sendable func record(_ end: UpstreamLogoutEnd) -> LogoutRecord {
            LogoutRecord(
                reference: reference, poolID: pool.id, userID: end.users.first, initiator: .provider(name),
                parties: [
                    .init(
                        .countersign, "countersign", end.leavesUnnamed ? .partial : .ended, at: now, detail: "sessions: \(end.sessions)"),
                    endpoint == nil
                        ? .init(.provider, name.text, .notAsked, at: now, detail: "no_logout_service")
                        : .init(.provider, name.text, .answered, at: now),
                ], createdAt: now)
        }
        let end: UpstreamLogoutEnd
        switch try await stores.logouts.end(logout, recorded: record) {
        case .success(let ended): end = ended
        case .failure(.replayed): throw SignInError.replayed
        case .failure(.unknownProvider): throw SignOutError.unknownProvider(issuer: issuer)
        }
        guard let endpoint, let key else { return .answer(nil, record(end)) }
        let status = end.leavesUnnamed ? Status.partlyLoggedOut : .loggedOut
        let answer = try await answer(request.id, status, to: endpoint, relayState: message.relayState, pool: pool, signer: key)
        return .answer(answer, record(end))
    }

    /// The LogoutResponse, by the binding that the request came by where the provider has an address for it.
    private func answer(
        _ request: String, _ status: Status, to endpoint: SAML.Endpoint, relayState: String?, pool: UserPool, signer key: XMLSigner
    ) async throws -> BrowserMessage {
        let destination = endpoint.responseLocation ?? endpoint.location
        let response = LogoutResponse(
            id: "_" + environment.random(20).hexText, inResponseTo: request, issueInstant: environment.now(), destination: destination,
            issuer: serviceProvider(of: pool).entityID, status: status)
        return try await onThread(for: nil) { () throws(SAMLError) in
            try BrowserMessage.signed(
                try response.encoded(), id: response.id, role: .response, to: destination, by: endpoint.binding, relayState: relayState,
                signer: key)
        }
    }

    /// The provider's answer to our request, which is written into the record once.
    private func response(
        _ message: ReceivedMessage, _ claimed: UnverifiedLogout, pool: UserPool, address: PoolAddress, cookies: BrowserCookies,
        failure: inout SignOutFailure
    ) async throws -> SingleLogoutOutcome {
        let now = environment.now()
        // A state that an OpenID provider has is no request of ours to a SAML provider: only its own browser uses it up.
        guard let id = claimed.inResponseTo, let record = try await stores.logouts.find(request: id, in: pool.id), record.browser == nil,
            let party = record.parties.first(where: { $0.kind == .provider }), let name = IdentityProvider.Name(party.name)
        else { throw SignOutError.unknownRequest }
        failure.provider = name
        let next = try await proven(record.next, pool: pool)
        let location = next?.location(state: record.next?.state)
        let response: ValidatedLogoutResponse
        do {
            guard let provider = try await directory.provider(name, member: party.member, in: pool.id), let saml = provider.saml else {
                throw SignOutError.unknownProvider(issuer: claimed.issuer)
            }
            response = try await accept(message, of: provider, saml, pool: pool, address: address, cookies: cookies) {
                (serviceProvider, message, expected) throws(SAMLError) in
                try serviceProvider.accept(logoutResponse: message, to: id, expecting: expected, at: now)
            }
        } catch {
            // Who holds the ID of our request is the browser that took it there: what it brings may be worthless, and here it is over all the same.
            let error = SignOutError(error)
            guard !error.isForLater else { throw error }
            let refused = try await stores.logouts.answer(request: id, in: pool.id, .answerRefused, detail: error.code, at: now)
            return .partly(refused ?? record, next: location, refused: error)
        }
        let result: LogoutRecord.Party.Result =
            response.status.isCompleteLogout ? .signedOut : response.status.isPartialLogout ? .partial : .failed
        // An answer that comes again changes nothing.
        let written = try await stores.logouts.answer(request: id, in: pool.id, result, detail: nil, at: now)
        let kept = written ?? record
        guard kept.isComplete else { return .partly(kept, next: location, refused: nil) }
        return next.map { .redirect($0, state: record.next?.state, kept) } ?? .signedOut(kept)
    }

    private func accept<Validated: Sendable>(
        _ message: ReceivedMessage, of provider: ConfiguredProvider, _ saml: SAMLProvider, pool: UserPool, address: PoolAddress,
        cookies: BrowserCookies,
        _ validate: @escaping @Sendable (ServiceProvider, ReceivedMessage, LogoutExpectation) throws(SAMLError) -> Validated
    ) async throws -> Validated {
        let name = provider.settings.name.text
        guard provider.settings.enabled else { throw SignInError.providerDisabled(name) }
        guard provider.isValid(at: environment.now()) else {
            throw SignOutError.memberExpired(of: name, entityID: saml.metadata.entityID)
        }
        guard saml.settings.logout?.isEnabled ?? true else { throw SignOutError.switchedOff(name) }
        let expected = LogoutExpectation(
            identityProvider: saml.metadata, singleLogoutService: address.singleLogoutService, policy: saml.policy(at: environment.now()))
        var role = serviceProvider(of: pool)
        if message.bytes.mayHoldEncryptedData { role.decryptionKeys = try await samlKeys.keys(of: pool).decryptionKeys }
        let serviceProvider = role
        return try await onThread(for: cookies.address) { () throws(SAMLError) in try validate(serviceProvider, message, expected) }
    }
}
