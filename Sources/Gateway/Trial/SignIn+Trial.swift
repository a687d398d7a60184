import FoundationEssentials
import OpenIDConnect
package import SAML
package import UserPools
package import WireFormats

/// How the browser goes on to a provider in a dry sign-in, and the cookie that it is known by.
package struct TrialRequest: Sendable {
    package let message: BrowserMessage
    package let binding: SecretBytes
}

/// A dry sign-in: the whole of a sign-in at a provider, which may be disabled, but for its end. Proving and mapping are those of a real one;
/// what would be stored is shown instead ([0061]).
extension SignIn {
    /// `GET /trial?ticket=…`: whether it is good still, and of which provider; it stays so.
    package func trialTicket(_ secret: String?, pool: UserPool) async throws(SignInFailure) -> (secret: String, provider: ConfiguredProvider) {
        var failure = SignInFailure(.trialTicket, pool: pool.id)
        do {
            let (secret, ticket) = try await find(secret, in: pool)
            (failure.provider, failure.member) = (ticket.provider, ticket.member)
            return (secret, try await provider(of: ticket))
        } catch { throw failure.caused(by: SignInError(error)) }
    }

    private func find(_ secret: String?, in pool: UserPool) async throws -> (secret: String, ticket: TrialTicket) {
        guard let secret, IdentifierAlphabet.accepts(secret, length: 43...43, others: "-_"),
            let ticket = try await stores.trials.find(SecretHash(of: Array(secret.utf8)), in: pool.id, at: environment.now())
        else { throw SignInError.trialTicket }
        return (secret, ticket)
    }

    private func provider(of ticket: TrialTicket) async throws -> ConfiguredProvider {
        try await provider(ticket.provider, member: ticket.member, in: ticket.poolID)
    }

    /// The provider, or the member that is named of a federation, whose metadata is valid still.
    private func provider(_ name: IdentityProvider.Name, member entityID: String?, in pool: UserPool.ID) async throws -> ConfiguredProvider {
        guard let provider = try await directory.provider(name, in: pool), (provider.federation == nil) == (entityID == nil) else {
            throw SignInError.unknownProvider(name.text)
        }
        guard let entityID else { return provider }
        return try await member(entityID, of: provider)
    }

    /// `POST /trial` with the ticket: uses it up, and sends this browser to the provider.
    package func beginTrial(
        ticket secret: String?, pool: UserPool, address: PoolAddress, cookies: BrowserCookies
    ) async throws(SignInFailure) -> TrialRequest {
        var failure = SignInFailure(.trialTicket, pool: pool.id)
        do {
            let now = environment.now()
            let ticket = try await find(secret, in: pool).ticket
            (failure.provider, failure.member) = (ticket.provider, ticket.member)
            let provider = try await provider(of: ticket)
            guard let id = TrialSignIn.ID(TrialSignIn.prefix + environment.random(20).hexText) else {
                throw StoreError.corrupt(what: "a new identifier")
            }
            let binding = cookies.binding ?? makeSecret()
            func trial(at responseAddress: String) -> TrialSignIn {
                TrialSignIn(
                    id: id, ticket: ticket.hash, poolID: pool.id, provider: ticket.provider, member: ticket.member, client: ticket.client,
                    browser: SecretHash(of: binding.reveal()),
                    responseAddress: responseAddress, expiresAt: now.addingTimeInterval(settings.pendingLifetime))
            }
            // Whatever can fail fails before the ticket is used up.
            func open(_ trial: TrialSignIn) async throws {
                guard try await stores.trials.open(ticket, as: trial, at: now) else { throw SignInError.trialTicket }
            }
            let (request, app) = try Self.plainRequest()
            switch provider.connection {
            case .saml(let saml):
                let signer = saml.signsRequests ? try await samlKeys.keys(of: pool).signer : nil
                let message = try await sending(
                    authnRequest(id: id.text, to: saml, for: request, app, pool: pool, address: address, at: now), signer: signer)
                try await open(trial(at: address.assertionConsumerService))
                return TrialRequest(message: message, binding: binding)
            case .federation: throw SignInError.unknownProvider(ticket.provider.text)
            case .oidc(let connection):
                let waits = trial(at: address.redirectURI(of: connection.sharesRedirectURI ? nil : provider.settings.name.text))
                let relyingParty = try relyingParty(connection, of: provider.settings)
                try await open(waits)
                let url = relyingParty.authorizationURL(for: transaction(of: waits), Self.options(of: request, app, connection))
                return TrialRequest(message: .redirect(url: url), binding: binding)
            }
        } catch { throw failure.caused(by: SignInError(error)) }
    }

    /// What an app asks for that asks for nothing in particular.
    private static func plainRequest() throws -> (AuthorizationRequest, AppRequest) {
        let parameters = try AuthorizationParameters(
            Parameters([
                ("client_id", NoApp.id), ("redirect_uri", NoApp.uri), ("response_type", "code"), ("scope", "openid"),
            ]))
        let request = try AuthorizationRequest(
            parameters, redirectURI: try parameters.redirectURI(of: NoApp()),
            policy: ClientPolicy(scopes: ["openid"], requiresProofKey: false, resources: []))
        let app = AppRequest(
            clientID: NoApp.id, redirectURI: NoApp.uri, scopes: ["openid"], state: nil, nonce: nil, codeChallenge: nil,
            responseMode: request.responseMode.rawValue, resource: nil)
        return (request, app)
    }

    /// Nobody waits for the answer to a dry sign-in, and nothing is sent there.
    private struct NoApp: RegisteredClient {
        static let id = "trial"
        static let uri = "https://trial.invalid/"
        var registeredID: String { Self.id }
        var redirectURIs: [String] { [Self.uri] }
        var postLogoutRedirectURIs: [String] { [] }
    }

    /// The answer to a dry request, from the browser that began; there is no second one.
    private func consume(
        _ id: TrialSignIn.ID, pool: UserPool, cookies: BrowserCookies, failure: inout SignInFailure
    ) async throws -> (TrialSignIn, ConfiguredProvider) {
        let now = environment.now()
        let browser = cookies.binding.map { SecretHash(of: $0.reveal()) }
        guard let browser, let trial = try await stores.trials.consume(id, of: browser, in: pool.id, at: now) else {
            guard try await stores.trials.waits(id, in: pool.id, at: now) else { throw SignInError.unknownRequest }
            throw SignInError.otherBrowser(cookieSeen: browser != nil)
        }
        (failure.provider, failure.member) = (trial.provider, trial.member)
        return (trial, try await provider(trial.provider, member: trial.member, in: pool.id))
    }

    func trySAML(
        _ brought: BroughtAnswer, _ id: TrialSignIn.ID, pool: UserPool, cookies: BrowserCookies,
        failure: inout SignInFailure
    ) async throws -> TrialReport {
        let (trial, provider) = try await consume(id, pool: pool, cookies: cookies, failure: &failure)
        guard case .saml(let saml) = provider.connection else { throw SignInError.unknownRequest }
        let report = try await report(of: brought, trial, at: provider, saml, pool: pool, cookies: cookies)
        await keep(report, of: trial)
        return report
    }

    /// For whoever waits at the command line; where that cannot be kept, the page has it all the same.
    private func keep(_ report: TrialReport, of trial: TrialSignIn) async {
        let checks = report.checks.map { TrialOutcome.Check(name: $0.name, outcome: $0.outcome.rawValue) }
        let end = environment.now().addingTimeInterval(TrialTicket.lifetime)
        try? await stores.trials.keep(TrialOutcome(error: report.error?.code, checks: checks), of: trial.ticket, in: trial.poolID, until: end)
    }

    private func report(
        of brought: BroughtAnswer, _ trial: TrialSignIn, at provider: ConfiguredProvider, _ saml: SAMLProvider,
        pool: UserPool, cookies: BrowserCookies
    ) async throws -> TrialReport {
        let now = environment.now()
        var report = TrialReport(pool: pool.id, provider: provider.settings, client: trial.client)
        let (message, claimed): ([UInt8], UnverifiedResponse)
        do {
            // The request was taken with its answer.
            let fetched = try await fetch(brought, at: saml, of: provider.settings, pool: pool) {}
            (message, claimed) = try await open(fetched, by: saml, pool: pool, from: cookies.address)
        } catch {
            report.fail(SignInError(error))
            return report
        }
        let expected = Expectation(
            identityProvider: saml.metadata, assertionConsumerService: trial.responseAddress, request: .answer(to: trial.id.text),
            policy: saml.policy(at: now))
        let role = try await judge(of: claimed, in: pool)
        let (examination, description) = try await verifying(for: cookies.address) { () -> (Examination, MessageDescription?) in
            let examination = role.examine(message, expecting: expected, at: now)
            // What is encrypted stays so: whoever sends it need not be the provider.
            return (examination, examination.error == nil ? nil : try? MessageDescription(describing: message, at: now))
        }
        report.checks = examination.checks.map(SignInCheck.init)
        report.message = description?.lines ?? []
        let assertion: ValidatedAssertion
        do { assertion = try examination.verdict.get() } catch {
            report.error = .saml(error)
            return report
        }
        report.isProven = true
        report.arrived = [TrialReport.Arrived("NameID", [assertion.subject.value])]
        report.arrived += assertion.attributes.readable.map { TrialReport.Arrived($0.name, $0.values) }
        await conclude(&report, provider: provider.settings, pool: pool, at: now) { () throws -> Proven<TrialSignIn> in
            try saml.requireAuthnContext(of: assertion)
            return try identity(in: assertion, by: saml, of: provider, answering: trial, at: now)
        }
        return report
    }

    /// - Parameter name: of the provider whose redirect URI the answer came to; nil for the shared one.
    func tryOIDC(
        _ answer: AuthorizationCallback, _ id: TrialSignIn.ID, at name: String?, pool: UserPool, address: PoolAddress, cookies: BrowserCookies,
        failure: inout SignInFailure
    ) async throws -> TrialReport {
        let (trial, provider) = try await consume(id, pool: pool, cookies: cookies, failure: &failure)
        guard address.redirectURI(of: name) == trial.responseAddress, case .oidc(let connection) = provider.connection else {
            throw RelyingPartyError.mixUp(expected: trial.responseAddress, seen: address.redirectURI(of: name))
        }
        var report = TrialReport(pool: pool.id, provider: provider.settings, client: trial.client)
        let steps = OIDCSteps()
        let proven: Result<ProvenIdentity, any Error>
        do {
            // The request was taken with its answer.
            proven = .success(try await prove(answer, trial, connection, provider: provider.settings, steps: steps) {})
        } catch { proven = .failure(error) }
        report.checks = steps.checks
        report.arrived = steps.arrived
        switch proven {
        case .failure(let error): report.fail(SignInError(error))
        case .success(let identity):
            report.isProven = true
            await conclude(&report, provider: provider.settings, pool: pool, at: environment.now()) { () throws -> Proven<TrialSignIn> in
                Proven(identity: identity, request: trial)
            }
        }
        report.checks += OIDCSteps.Step.allCases.filter { step in !report.checks.contains { $0.name == step.rawValue } }
            .map { SignInCheck($0.rawValue, section: $0.section, .notReached) }
        await keep(report, of: trial)
        return report
    }

    /// From a proven answer to what would come of it: a failure is the last check's.
    private func conclude(
        _ report: inout TrialReport, provider: IdentityProvider, pool: UserPool, at now: Date, prove: () throws -> Proven<TrialSignIn>
    ) async {
        let read = provider.attributeMapping.rules.map(\.source)
        report.unmapped = report.arrived.map(\.name).filter { name in name != "NameID" && !read.contains { $0.hasSameBytes(as: name) } }
        do {
            report.begin("subject", expected: nil)
            let proven = try prove().identity
            report.identity = proven.identity
            report.succeed(seen: proven.identity.subject)
            report.begin("mapping", expected: provider.attributeMapping.rules.filter(\.required).map(\.attribute).joined(separator: " "))
            let mapped = try await map(proven, provider: provider, pool: pool, at: now)
            report.begin("user", expected: nil)
            let foreseen = try await stores.trials.foresee(mapped.identity, linkByEmail: mapped.link?.email, in: pool.id)
            report.outcome = try await outcome(foreseen, mapped, proven, of: report, provider: provider, pool: pool, at: now)
        } catch { report.fail(SignInError(error)) }
    }

    private func outcome(
        _ foreseen: ForeseenUser, _ mapped: MappedIdentity, _ proven: ProvenIdentity, of report: TrialReport, provider: IdentityProvider,
        pool: UserPool, at now: Date
    ) async throws -> TrialReport.Outcome {
        var known: User?
        if case .known(let user, _) = foreseen {
            guard user.enabled else { throw SignInError.userDisabled }
            known = user
        }
        guard let newID = User.ID(environment.uuidText()), let session = Session.ID(makeText(bytes: 16)),
            let family = TokenFamily.ID(makeText(bytes: 16))
        else { throw StoreError.corrupt(what: "a new identifier") }
        let user = mapped.user(from: nil, newID: newID, at: now)
        let client = try await client(of: report, pool: pool, at: now)
        let granted = GrantedTokens(
            grant: Grant(
                family: family, poolID: pool.id, clientID: client.id,
                subject: .user(user.id, session: session, source: .provider(provider.name)), scopes: client.scopes, resource: nil, nonce: nil,
                authenticatedAt: proven.authenticatedAt, authenticationContext: try provider.context(of: proven, for: nil)),
            user: user, scopes: Scope(names: client.scopes))
        let issuer = TokenIssuer(publicURL: settings.publicURL, environment: environment)
        let subjects = try await keyRing.subjects(at: client)
        let idClaims = issuer.idClaims(granted, of: user, scope: granted.scopes, to: client, as: subjects, in: pool, at: now)
        return TrialReport.Outcome(
            who: foreseen.who, user: user, groups: user.groups(at: now), unfilled: provider.unfilledAttributes(by: proven),
            changed: known.map { $0.changes(by: mapped.user(from: $0, newID: newID, at: now), at: now) } ?? [],
            kept: known.map { $0.rest(beside: user, of: provider.name, at: now) } ?? [],
            accessToken: issuer.accessClaims(granted, scope: granted.scopes, to: client, as: subjects, in: pool, at: now),
            idToken: TokenIssuer.withFamily(granted.grant, idClaims.claims(accessToken: nil, algorithm: .ES256)))
    }

    /// The client for which the tokens are shown; where none is named, one that may ask for everything.
    private func client(of report: TrialReport, pool: UserPool, at now: Date) async throws -> AppClient {
        if let id = report.client, let client = try await directory.client(id, in: pool.id) { return client }
        guard let any = AppClient.ID("any") else { throw StoreError.corrupt(what: "a new identifier") }
        return AppClient(id: any, poolID: pool.id, name: "any", redirectURIs: [], scopes: Scope.standard, createdAt: now)
    }
}

extension ForeseenUser {
    fileprivate var who: TrialReport.Outcome.Who {
        switch self {
        case .new: .new
        case .known(_, byEmail: false): .known
        case .known(_, byEmail: true): .linkedByEmail
        }
    }
}

extension User {
    /// The names of what `after` has another value of.
    fileprivate func changes(by after: User, at now: Date) -> [String] {
        let names = Set(attributes.keys).union(after.attributes.keys).filter { attributes[$0] != after.attributes[$0] }.sorted()
        return names + (groups(at: now) == after.groups(at: now) ? [] : ["groups"])
    }

    /// The names of what `answer` has nothing of, and its provider no say in.
    fileprivate func rest(beside answer: User, of provider: IdentityProvider.Name, at now: Date) -> [String] {
        let isOthers = memberships.contains { $0.applies(at: now) && $0.origin != .provider(provider) }
        return attributes.keys.filter { answer.attributes[$0] == nil }.sorted() + (isOthers ? ["groups"] : [])
    }
}
