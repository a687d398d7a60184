import Crypto
package import FoundationEssentials
package import OpenIDConnect
package import UserPools
import WireFormats

/// Letting a device in (RFC 8628 §3.3): the code is typed, the person signs in as for any app, and is asked.
///
/// The page is an app of its own to the rest of the gateway: it sends the browser to the authorization endpoint for the device's client, with a proof
/// key that belongs to this browser and this device, and gets a code. That code is what lets the device in, once the person says so; nobody is let in for
/// having a session.
package struct DeviceSignIn: Sendable {
    let publicURL: String
    let directory: Directory
    let stores: Stores
    let environment: Environment
    private let userCodeKey: UserCodeKey
    private let proofKey: SymmetricKey
    /// Codes that were none: of an address, and of a pool's people together (RFC 8628 §5.1).
    private let misses: TokenBuckets<ClientNetwork>
    private let missesOfAll: TokenBuckets<UserPool.ID>

    /// How many in which time. Of 20^8 codes some hundred wait: the chance to hit one stays below one in a hundred thousand a quarter of an hour.
    static let maximumMisses = 20
    static let maximumMissesOfAll = 2_000
    static let missesComeBack = Duration.seconds(900)

    package init(publicURL: String, directory: Directory, stores: Stores, sealer: Sealer, environment: Environment) {
        (self.publicURL, self.directory, self.stores, self.environment) = (publicURL, directory, stores, environment)
        userCodeKey = UserCodeKey(sealer: sealer)
        proofKey = SymmetricKey(data: sealer.deriveKey(for: "proof keys of devices").reveal())
        misses = TokenBuckets(maximum: Self.maximumMisses, refill: Self.missesComeBack, maximumKeys: 50_000, uptime: environment.uptime)
        missesOfAll = TokenBuckets(maximum: Self.maximumMissesOfAll, refill: Self.missesComeBack, maximumKeys: 10_000, uptime: environment.uptime)
    }

    package func shareLimits(among servers: Int) {
        misses.share(among: servers)
        missesOfAll.share(among: servers)
    }

    /// What comes of a code that was typed.
    package enum Entry: Sendable {
        /// On to the sign-in, at this address.
        case signIn(String)
        /// There is none, it is over, was answered, or is another browser's: which of these nobody learns.
        case unknown
        case tooMany
    }

    package func enter(_ text: String, pool: UserPool, address: PoolAddress, cookies: BrowserCookies) async throws(SignInFailure) -> Entry {
        guard let code = UserCode(typed: text) else { return .unknown }
        let network = cookies.address.flatMap { ClientNetwork($0) }
        // Taken beforehand, so that many at once are no more than that.
        guard network.map(misses.take) ?? true else { return .tooMany }
        guard missesOfAll.take(pool.id) else { return .tooMany }
        do {
            guard let browser = cookies.browser,
                let request = try await stores.devices.claim(
                    try userCodeKey.hash(code, in: pool.id), in: pool.id, browser: browser, at: environment.now())
            else { return .unknown }
            if let network { misses.giveBack(network) }
            missesOfAll.giveBack(pool.id)
            return .signIn(try authorizationURL(for: request, code, pool: pool, address: address, cookies: cookies))
        } catch { throw SignInFailure(SignInError(error), pool: pool.id) }
    }

    /// What the person is asked.
    package struct Question: Sendable {
        package let userCode: UserCode
        /// The name of the device's app, as the admin registered it.
        package let app: String
        /// From where the device asked, and when.
        package let address: String?
        package let askedAt: Date
        /// Who is signed in: an e-mail address or a name.
        package let person: String

        package init(userCode: UserCode, app: String, address: String?, askedAt: Date, person: String) {
            (self.userCode, self.app, self.address, self.askedAt, self.person) = (userCode, app, address, askedAt, person)
        }
    }

    /// nil where the request is not this browser's, was answered or is over.
    package func question(_ text: String?, pool: UserPool, cookies: BrowserCookies) async throws(SignInFailure) -> Question? {
        do {
            guard let claimed = try await find(text, pool: pool, cookies: cookies), !claimed.isAllowed,
                let client = try await directory.client(claimed.request.clientID, in: pool.id), client.enabled, let session = cookies.session,
                let (_, user) = try await stores.sessions.find(cookie: SecretHash(of: session.reveal()), in: pool.id, at: environment.now())
            else { return nil }
            var person = user.username
            if case .text(let email)? = user.attributes["email"] { person = email }
            return Question(
                userCode: claimed.code, app: client.name, address: claimed.request.address, askedAt: claimed.request.createdAt, person: person)
        } catch { throw SignInFailure(SignInError(error), pool: pool.id) }
    }

    /// What came of the person's answer.
    package enum Outcome: Sendable {
        case allowed(client: AppClient.ID)
        case denied(client: AppClient.ID)
        /// The sign-in is a while ago; again, at this address.
        case signIn(String)
        case gone
    }

    /// - Parameter code: of the sign-in; nil where the person does not let the device in.
    package func answer(
        _ text: String?, allowingBy code: String?, pool: UserPool, address: PoolAddress, cookies: BrowserCookies
    ) async throws(SignInFailure) -> Outcome {
        var asking: AppClient.ID?
        do {
            guard let claimed = try await find(text, pool: pool, cookies: cookies) else { return .gone }
            let request = claimed.request
            asking = request.clientID
            guard let code else {
                let isDenied = try await stores.devices.deny(request.userCode, in: pool.id, browser: claimed.browser, at: environment.now())
                return isDenied ? .denied(client: request.clientID) : .gone
            }
            // A button may be pressed twice.
            guard !claimed.isAllowed else { return .allowed(client: request.clientID) }
            guard let client = try await directory.client(request.clientID, in: pool.id), client.enabled, client.signsDevicesIn else {
                throw SignInError.clientDisabled
            }
            switch try await allow(claimed, by: code, client: client, pool: pool) {
            case .allowed: return .allowed(client: client.id)
            case .gone: return .gone
            case .codeUsed: return .signIn(try authorizationURL(for: request, claimed.code, pool: pool, address: address, cookies: cookies))
            case .refused(.notAdmitted): throw SignInError.notAdmitted(groups: client.requiredGroups)
            case .refused(.disabled): throw SignInError.userDisabled
            case .refused(let refusal): throw OAuthError(refusing: GrantError.refused(refusal))
            }
        } catch { throw SignInFailure(SignInError(error), pool: pool.id, client: asking) }
    }

    /// A request that this browser claimed.
    private struct Claimed {
        let code: UserCode
        let request: DeviceRequest
        let isAllowed: Bool
        let browser: SecretHash
        /// What the code of a sign-in for it must have come with.
        let proofKey: ProofKey
    }

    private func find(_ text: String?, pool: UserPool, cookies: BrowserCookies) async throws -> Claimed? {
        guard let code = text.flatMap({ UserCode(typed: $0) }), let browser = cookies.browser,
            let found = try await stores.devices.find(
                try userCodeKey.hash(code, in: pool.id), in: pool.id, browser: browser, at: environment.now())
        else { return nil }
        return Claimed(
            code: code, request: found.request, isAllowed: found.isAllowed, browser: browser, proofKey: proofKey(for: found.request, browser: browser)
        )
    }

    private func allow(_ claimed: Claimed, by code: String, client: AppClient, pool: UserPool) async throws(StoreError) -> DeviceAllowance {
        let (pages, now) = (PoolAddress.devicePages(publicURL: publicURL, pool: pool), environment.now())
        return try await stores.devices.allow(
            claimed.request.userCode, in: pool.id, browser: claimed.browser, by: SecretHash(of: code.utf8), at: now
        ) { request, code, holder throws(GrantRefusal) in
            guard code.grant.poolID == pool.id, code.grant.clientID == request.clientID else { throw .otherClient }
            guard pages.contains(where: { $0.hasSameBytes(as: code.redirectURI) }) else { throw .otherRedirectURI }
            // Of a sign-in in this browser, for this device: nobody can bring a code of their own here, and let a device of ours in as somebody else.
            do { try ProofKey.verify(codeVerifier: claimed.proofKey.codeVerifier, against: code.codeChallenge.map { .init(stored: $0) }) } catch {
                throw .wrongVerifier
            }
            // Neither more nor less than the device asked for, whatever became of the address on its way.
            guard code.grant.scopes == request.scopes else { throw .widerScope }
            guard code.grant.resource == request.resource else { throw .otherResource }
            // Its key, if it has one, the device proves where it asks.
            guard code.grant.boundKey == nil else { throw .otherKey }
            try holder.requireSource(of: code.grant, for: client)
            try holder.requireAdmission(to: client, at: now)
        }
    }

    /// Where the sign-in for a device begins: at the authorization endpoint, as for every app.
    private func authorizationURL(
        for request: DeviceRequest, _ code: UserCode, pool: UserPool, address: PoolAddress, cookies: BrowserCookies
    ) throws -> String {
        guard let browser = cookies.browser else { throw StoreError.corrupt(what: "device request of no browser") }
        var parameters = [
            (name: "client_id", value: request.clientID.text), ("response_type", "code"), ("redirect_uri", address.devicePage),
            ("state", code.shown), ("code_challenge", proofKey(for: request, browser: browser).codeChallenge), ("code_challenge_method", "S256"),
        ]
        if !request.scopes.isEmpty { parameters.append(("scope", request.scopes.joined(separator: " "))) }
        if let resource = request.resource { parameters.append(("resource", resource)) }
        return FormCoding.append(parameters, to: address.base + "/oauth2/authorize")
    }

    private func proofKey(for request: DeviceRequest, browser: SecretHash) -> ProofKey {
        let code = HMAC<SHA256>.authenticationCode(for: request.deviceCode.bytes + browser.bytes, using: proofKey)
        return ProofKey(randomBytes: Array(code))
    }
}

extension BrowserCookies {
    fileprivate var browser: SecretHash? { binding.map { SecretHash(of: $0.reveal()) } }
}

/// The page that lets devices in, as an app: whoever may ask for device codes has its address as a redirect URI.
private struct DevicePageClient: RegisteredClient {
    let registeredID: String
    let redirectURIs: [String]
    let postLogoutRedirectURIs: [String] = []
}

extension SignIn {
    /// Whether the answer to a request of this client is for the page that lets its devices in.
    func isOfDevicePage(_ redirectURI: String?, of client: AppClient, in pool: UserPool) -> Bool {
        guard let redirectURI, client.signsDevicesIn else { return false }
        return PoolAddress.devicePages(publicURL: settings.publicURL, pool: pool).contains { $0.hasSameBytes(as: redirectURI) }
    }

    /// Where codes of this client may be sent, as far as a request for `redirectURI` is concerned.
    func registration(of client: AppClient, for redirectURI: String?, in pool: UserPool) -> any RegisteredClient {
        guard isOfDevicePage(redirectURI, of: client, in: pool) else { return client }
        return DevicePageClient(
            registeredID: client.registeredID, redirectURIs: PoolAddress.devicePages(publicURL: settings.publicURL, pool: pool))
    }
}
