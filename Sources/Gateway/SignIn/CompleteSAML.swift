import FoundationEssentials
import OpenIDConnect
import SAML
import Telemetry
package import UserPools
import WireFormats

extension SignIn {
    /// The assertion consumer service (SAML Profiles §4.1.4.3).
    /// - Parameter posted: whether the parameters are a form's; a query holds no message.
    package func answerSAML(
        _ parameters: [(name: String, value: String)], posted: Bool = true, pool: UserPool, address: PoolAddress, cookies: BrowserCookies
    ) async throws(SignInFailure) -> SignInAnswer {
        var failure = SignInFailure(.unknownRequest, pool: pool.id)
        let steps = SignInSteps(at: environment.uptime())
        failure.steps = steps
        do {
            guard answers.start(from: cookies.address) else { throw SignInError.tooManyAnswers }
            let brought = try await brought(parameters, posted: posted, from: cookies.address)
            if let id = brought.inResponseTo.flatMap({ TrialSignIn.ID($0) }) {
                let report = try await trySAML(brought, id, pool: pool, cookies: cookies, failure: &failure)
                if report.error == nil { answers.accepted(from: cookies.address) }
                return .dry(report)
            }
            let completed: CompletedSignIn
            steps.begin("request")
            if let text = brought.inResponseTo {
                guard let id = PendingSignIn.ID(text), let pending = try await stores.signIns.find(id, in: pool.id) else {
                    throw SignInError.unknownRequest
                }
                (failure.provider, failure.member) = (pending.source.provider, pending.member)
                failure.client = AppClient.ID(pending.request.clientID)
                completed = try await solicited(brought, by: pending, pool: pool, cookies: cookies, failure: &failure)
            } else if case .message(let message, let claimed) = brought {
                completed = try await unsolicited(message, claimed, pool: pool, address: address, cookies: cookies, failure: &failure)
            } else {
                throw SignInError.unknownRequest
            }
            answers.accepted(from: cookies.address)
            await redact(steps, of: completed.provider, in: pool, cookies: cookies)
            return .completed(completed)
        } catch {
            let cause = SignInError(error)
            let isOfProvider = cause.wantsProof ? await isProven(failure, in: pool, cookies: cookies) : false
            await explain(failure, in: pool, cookies: cookies)
            throw failure.caused(by: cause.told(isProven: isOfProvider))
        }
    }

    /// The answer to a request of ours: from the browser that asked, by the provider that was asked.
    private func solicited(
        _ brought: BroughtAnswer, by pending: PendingSignIn, pool: UserPool, cookies: BrowserCookies,
        failure: inout SignInFailure
    ) async throws -> CompletedSignIn {
        let now = environment.now()
        let waiting = try await require(pending, in: pool, cookies: cookies, failure: &failure)
        guard case .saml(let saml) = waiting.provider.connection else { throw SignInError.unknownRequest }
        // Only the browser that began comes so far: nobody else can use a sign-in's tries up.
        guard answers.start(pending.id) else { throw SignInError.tooManyAnswers }
        let steps = failure.steps
        steps?.isWanted = records.wantsAccepted(of: pool, by: waiting.provider.settings.name)
        steps?.beginAnswer("saml_response", section: "SAML Profiles §4.1.4.3", expected: saml.metadata.entityID)
        let fetched = try await fetch(brought, at: saml, of: waiting.provider.settings, pool: pool) {
            guard try await stores.signIns.claim(pending.id, in: pool.id, at: now) else { throw SignInError.unknownRequest }
        }
        func accept(by saml: SAMLProvider) async throws -> ValidatedAssertion {
            let expected = Expectation(
                identityProvider: saml.metadata, assertionConsumerService: pending.responseAddress, request: .answer(to: pending.id.text),
                policy: saml.policy(at: now), requestedForceAuthnAfter: pending.authenticatedAfter)
            let (message, claimed) = try await open(fetched, by: saml, pool: pool, from: cookies.address)
            do {
                return try await self.accept(message, claimed, expecting: expected, pool: pool, cookies: cookies, steps: steps, at: now) {
                    answers.giveBack(pending.id)
                }
            } catch { throw pending.unmetContext(error, of: waiting.provider.settings) ?? error }
        }
        let assertion: ValidatedAssertion
        do { assertion = try await accept(by: saml) } catch let error as SAMLError where error.isOfUnknownKey {
            // A provider that has changed its key loses nobody: its answer is read once more by the metadata that it has now.
            guard let renewed = try await renewed(waiting.provider) else { throw error }
            assertion = try await accept(by: renewed)
        }
        // What the app asked for comes on top of it, and is for `finish` to judge.
        steps?.begin("authn_context")
        try saml.requireAuthnContext(of: assertion)
        steps?.begin("subject")
        let proven = try identity(in: assertion, by: saml, of: waiting.provider, answering: waiting, at: now)
        return try await finish(proven, provider: waiting.provider.settings, pool: pool, cookies: cookies, steps: steps)
    }

    /// A response that nobody asked for, where the admin allows it (SAML Profiles §4.1.5). `RelayState` is not followed: the browser has a session then, and
    /// goes to the app that the admin named, which asks for a code of its own, with its state, nonce and PKCE ([0053]).
    private func unsolicited(
        _ message: [UInt8], _ claimed: UnverifiedResponse, pool: UserPool, address: PoolAddress, cookies: BrowserCookies,
        failure: inout SignInFailure
    ) async throws -> CompletedSignIn {
        let now = environment.now()
        let issuer = claimed.issuer
        guard let issuer, let provider = try await directory.provider(entityID: issuer, in: pool.id), case .saml(let saml) = provider.connection
        else {
            throw SignInError.unsolicited(issuer: issuer)
        }
        failure.provider = provider.settings.name
        let steps = failure.steps
        steps?.begin("provider", expected: provider.settings.name.text)
        let expected = Expectation(
            identityProvider: saml.metadata, assertionConsumerService: address.assertionConsumerService, request: .unsolicited,
            policy: saml.policy(at: now))
        steps?.proof = proof(of: message, claimed, expecting: expected, pool: pool, cookies: cookies, at: now)
        let permission = try UnsolicitedSignIn(claimed, by: saml)
        guard provider.settings.enabled else { throw SignInError.providerDisabled(provider.settings.name.text) }
        failure.client = saml.settings.initiated.flatMap { AppClient.ID($0.clientID) }
        let initiation = try await initiation(saml, of: provider.settings.name, pool: pool)
        steps?.isWanted = records.wantsAccepted(of: pool, by: provider.settings.name)
        steps?.beginAnswer("saml_response", section: "SAML Profiles §4.1.4.3", expected: saml.metadata.entityID)
        let assertion = try await accept(message, claimed, expecting: expected, pool: pool, cookies: cookies, steps: steps, at: now)
        steps?.begin("authn_context")
        try saml.requireAuthnContext(of: assertion)
        steps?.begin("subject")
        let proven = try identity(in: assertion, by: saml, of: provider, answering: permission, at: now)
        var completed = try await finish(proven, provider: provider.settings, pool: pool, cookies: cookies, steps: steps)
        completed.initiation = initiation
        return completed
    }

    /// Who it is that a validated assertion speaks of.
    func identity<Request>(
        in assertion: ValidatedAssertion, by saml: SAMLProvider, of provider: ConfiguredProvider, answering request: Request, at now: Date
    ) throws -> Proven<Request> {
        let identity = try ProvenIdentity(
            assertion, of: provider.settings, member: provider.member, onGroupOverage: saml.settings.onGroupOverage ?? .refuse, at: now)
        return Proven(identity: identity, request: request)
    }

    /// Where the app begins a sign-in when it is asked to: its registered address with our issuer (OpenID Connect Core §4). Nothing of what came stands in it.
    ///
    /// nil for a provider that was allowed to begin before an app was asked for.
    private func initiation(_ saml: SAMLProvider, of provider: IdentityProvider.Name, pool: UserPool) async throws -> String? {
        guard let named = saml.settings.initiated?.clientID else { return nil }
        guard let id = AppClient.ID(named), let client = try await directory.client(id, in: pool.id), client.enabled,
            let uri = client.initiateLoginURI, try await mayUse(provider, client: client, pool: pool)
        else { throw SignInError.noInitiateLoginURI }
        return FormCoding.append([("iss", PoolAddress(publicURL: settings.publicURL, pool: pool).issuer)], to: uri)
    }

    /// The provider with its new keys; nil where it has none.
    private func renewed(_ asked: ConfiguredProvider) async throws -> SAMLProvider? {
        let provider = asked.settings
        // A member's keys come with its federation's metadata.
        guard asked.member == nil else { return nil }
        guard let findNewKeys = settings.findNewKeys, await findNewKeys(provider) else { return nil }
        directory.expire()
        guard let found = try await directory.provider(provider.name, in: provider.poolID), found.settings.enabled else { return nil }
        return found.saml
    }

    private func accept(
        _ message: [UInt8], _ claimed: UnverifiedResponse, expecting expected: Expectation, pool: UserPool, cookies: BrowserCookies,
        steps: SignInSteps?, at now: Date, unlessRefused: () -> Void = {}
    ) async throws -> ValidatedAssertion {
        var isRefused = false
        defer { if !isRefused { unlessRefused() } }
        steps?.message = message
        let serviceProvider = try await judge(of: claimed, in: pool)
        let address = cookies.address
        let examine = { @Sendable () async throws -> Examination in
            try await verifying(for: address) { () throws(SAMLError) in serviceProvider.examine(message, expecting: expected, at: now) }
        }
        do {
            guard let steps, steps.isWanted else {
                return try await verifying(for: address) { () throws(SAMLError) in
                    try serviceProvider.accept(message, expecting: expected, at: now)
                }
            }
            let examination = try await examine()
            steps.examined(examination.checks)
            return try examination.verdict.get()
        } catch let error as SAMLError {
            isRefused = true
            if let steps, !steps.isWanted { steps.examination = { (try? await examine().checks) ?? [] } }
            steps?.proof = proof(of: message, claimed, expecting: expected, tolerating: error.exception, pool: pool, cookies: cookies, at: now)
            throw error
        }
    }

    /// Our role, with the keys that the answer may need.
    func judge(of claimed: UnverifiedResponse, in pool: UserPool) async throws -> ServiceProvider {
        var role = serviceProvider(of: pool)
        if claimed.mayBeEncrypted { role.decryptionKeys = try await samlKeys.keys(of: pool).decryptionKeys }
        return role
    }

    /// Reading and verifying a message, on threads of its own.
    func verifying<Value: Sendable>(
        for address: String?, _ work: @escaping @Sendable () throws(SAMLError) -> Value
    ) async throws -> Value {
        let start = ContinuousClock.now
        defer { verificationTimer.record(since: start) }
        return try await traced("verify SAML message") { _ in
            let result = await verification.run(for: address.flatMap { ClientNetwork($0) }) { Result { () throws(SAMLError) in try work() } }
            guard let result else { throw SignInError.busy }
            return try result.get()
        }
    }
}

/// A sign-in that a provider began, where the admin lets it (SAML Profiles §4.1.5).
struct UnsolicitedSignIn: RealSignIn {
    var app: WaitingSignIn? { nil }

    /// - Throws: `unsolicited`, also where the response names a request: it is somebody's answer then.
    fileprivate init(_ claimed: UnverifiedResponse, by saml: SAMLProvider) throws(SignInError) {
        guard saml.settings.allowsIDPInitiated, claimed.inResponseTo == nil else { throw .unsolicited(issuer: claimed.issuer) }
    }
}
