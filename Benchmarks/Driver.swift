import Crypto
import FoundationEssentials
import NIOPosix
import SAML
import TokenVerifier
import WireFormats

/// Plays app, browser and identity provider at once. Each sign-in is that of another browser.
struct Driver {
    /// What a number of operations cost.
    struct Cost {
        var wall = 0.0, server = 0.0, client = 0.0

        static func + (one: Cost, other: Cost) -> Cost {
            Cost(wall: one.wall + other.wall, server: one.server + other.server, client: one.client + other.client)
        }
    }

    private struct Begun { let location: Substring, cookie: String }
    /// The provider's answer: a form to post, or the query of an address to open.
    private struct Posted { let answer: String, cookie: String }
    private struct Tokens { let refreshToken: String, idToken: String, accessToken: String }

    private enum Upstream {
        case saml(IdentityProvider)
        case openID(OpenIDProvider)

        /// Where it begins: before the question mark.
        var address: String {
            switch self {
            case .saml: "https://idp.bench.example/sso?"
            case .openID(let provider): provider.issuer + "/authorize?"
            }
        }
    }

    private static let redirectURI = "https://app.bench.example/callback"
    private let load: Load
    private let ports: [UInt16]
    private let host: String
    private let pool: String
    private let provider: Upstream
    private let threads: NIOThreadPool
    /// The same for all: making them is no work of the server.
    private let codeVerifier = String(repeating: "benchmark-", count: 5)
    private let authorize: String
    private let credentials: String

    init(_ load: Load) throws {
        let address = try PoolOnLoopback(load.issuer)
        (self.load, ports, host, pool) = (load, load.ports.isEmpty ? [address.port] : load.ports, address.host, address.path)
        provider =
            try load.openIDPort.map { .openID(try OpenIDProvider(port: $0, clientID: "bench")) }
            ?? .saml(IdentityProvider(certs: load.certs, key: .rsa, groups: load.groups))
        credentials = "client_id=\(load.clientID)" + (load.clientSecret.map { "&client_secret=\($0)" } ?? "")
        threads = NIOThreadPool(numberOfThreads: load.connections)
        threads.start()
        let challenge = Base64URL.encode(Array(SHA256.hash(data: Array(codeVerifier.utf8))))
        authorize =
            "\(pool)/oauth2/authorize?response_type=code&client_id=\(load.clientID)&redirect_uri=\(encoded(Self.redirectURI))&scope=openid%20profile%20email"
            + "&code_challenge=\(challenge)&code_challenge_method=S256"
    }

    /// One run: everybody signs in, everybody's tokens are refreshed once, and four times it is asked who that is.
    ///
    /// The sign-ins halt between their halves while the identity provider signs, so that its signatures take no time from the server.
    func run() async throws -> (Load.Result, idToken: String) {
        let count = load.signIns
        let start = Int.random(in: 0..<load.people)
        let (begun, first) = try await spread(count) { connection, number in try begin(connection, number) }
        let (posted, _) = try await spread(count) { _, number in try sign(begun[number], person: person(start + number), number: number) }
        let (tokens, second) = try await spread(count) { connection, number in try finish(connection, posted[number]) }
        let (_, refresh) = try await spread(count) { connection, number in try self.refresh(connection, tokens[number]) }
        let (_, userInfo) = try await spread(4 * count) { connection, number in try self.userInfo(connection, tokens[number / 4]) }
        let (signIn, n) = (first + second, Double(count))
        let result = Load.Result(
            signInsPerSecond: n / signIn.wall, signInServerMilliseconds: signIn.server / n * 1000, signInClientMilliseconds: signIn.client / n * 1000,
            refreshesPerSecond: n / refresh.wall, refreshServerMilliseconds: refresh.server / n * 1000,
            refreshClientMilliseconds: refresh.client / n * 1000, userInfosPerSecond: 4 * n / userInfo.wall,
            userInfoServerMilliseconds: userInfo.server / (4 * n) * 1000,
            residentMemory: try load.serverProcesses.map { try Clock.residentMemory(ofProcess: $0) }.max() ?? 0)
        return (result, tokens.last?.idToken ?? "")
    }

    /// People far from each other follow one another, and all have their turn.
    private func person(_ number: Int) -> Int { load.firstPerson + number * 7919 % load.people }

    /// The app sends the browser to the gateway, which sends it on to the identity provider.
    private func begin(_ connection: HTTPConnection, _ number: Int) throws -> Begun {
        try begin(connection, path: "\(authorize)&state=state-\(number)&nonce=nonce-\(number)")
    }

    private func begin(_ connection: HTTPConnection, path: String) throws -> Begun {
        let answer = try connection.get(path)
        guard answer.location.hasPrefix(provider.address), let cookie = answer.cookies.first else {
            throw unexpected(answer, "authorize")
        }
        return Begun(location: answer.location.split(separator: "?", maxSplits: 1)[1], cookie: cookie)
    }

    /// The person signs in at the identity provider, which signs its answer.
    private func sign(_ begun: Begun, person: Int, number: Int) throws -> Posted {
        let provider: IdentityProvider
        switch self.provider {
        case .saml(let saml): provider = saml
        case .openID(let openID): return Posted(answer: try openID.answer(to: begun.location, person: person, number: number), cookie: begun.cookie)
        }
        let request = try AuthnRequest(parsing: HTTPRedirectBinding.decode(query: String(begun.location)))
        let response = try provider.response(
            to: request.id, audience: request.issuer, consumerService: request.assertionConsumerServiceURL ?? "", person: person, at: Date())
        let fields = HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: nil).map { "\($0.name)=\(encoded($0.value))" }
        let relayState = begun.location.split(separator: "&").filter { $0.hasPrefix("RelayState=") }.map(String.init)
        return Posted(answer: (fields + relayState).joined(separator: "&"), cookie: begun.cookie)
    }

    /// One person's access token, for what is asked with it.
    func accessToken() throws -> String {
        let connection = try HTTPConnection(port: ports[0], host: host)
        return try finish(connection, sign(begin(connection, 0), person: load.firstPerson, number: 0)).accessToken
    }

    /// One person signs in for an app behind a proxy, which this plays too (docs/guides/forward-auth.md).
    /// - Returns: the cookie of the app's host.
    func forwardCookie(proxy headers: String) throws -> String {
        let connection = try HTTPConnection(port: ports[0], host: host)
        let client = "\(pool)/forward-auth/\(load.clientID)"
        let start = try connection.get("\(client)/start?return=%2F", headers: headers + "Accept: text/html\r\n")
        guard let secret = start.cookies.first, let query = start.location.split(separator: "?").last else { throw unexpected(start, "the start") }
        let signIn = try begin(connection, path: "\(pool)/oauth2/authorize?\(query)")
        let back = try answer(connection, sign(signIn, person: load.firstPerson, number: 0))
        guard let code = back.location.split(separator: "?").last else { throw unexpected(back, "the provider's answer") }
        let arrived = try connection.get("\(client)/callback?\(code)", headers: headers + "Accept: text/html\r\nCookie: \(secret)\r\n")
        guard let cookie = arrived.cookies.first else { throw unexpected(arrived, "the callback") }
        return cookie
    }

    /// The browser brings the provider's answer, and is sent on to the app.
    private func answer(_ connection: HTTPConnection, _ posted: Posted) throws -> HTTPConnection.Answer {
        let cookie = "Cookie: \(posted.cookie)\r\n"
        return switch provider {
        case .saml: try connection.post("\(pool)/saml2/idpresponse", posted.answer, headers: cookie)
        case .openID: try connection.get("\(pool)/oauth2/idpresponse/bench?\(posted.answer)", headers: cookie)
        }
    }

    /// The browser posts the answer and comes back to the app, which gets its tokens and asks who it is.
    private func finish(_ connection: HTTPConnection, _ posted: Posted) throws -> Tokens {
        let callback = try answer(connection, posted)
        let parameters = callback.location.split(separator: "?").last?.split(separator: "&") ?? []
        guard callback.location.hasPrefix(Self.redirectURI), let code = parameters.first(where: { $0.hasPrefix("code=") }) else {
            throw unexpected(callback, "the provider's answer")
        }
        let form =
            "grant_type=authorization_code&\(code)&redirect_uri=\(encoded(Self.redirectURI))&\(credentials)&code_verifier=\(codeVerifier)"
        let tokens = try self.tokens(connection.post("\(pool)/oauth2/token", form))
        try userInfo(connection, tokens)
        return tokens
    }

    private func userInfo(_ connection: HTTPConnection, _ tokens: Tokens) throws {
        let answer = try connection.get("\(pool)/oauth2/userInfo", headers: "Authorization: Bearer \(tokens.accessToken)\r\n")
        guard answer.status == 200 else { throw unexpected(answer, "userinfo") }
    }

    private func refresh(_ connection: HTTPConnection, _ tokens: Tokens) throws -> Tokens {
        let form = "grant_type=refresh_token&refresh_token=\(tokens.refreshToken)&\(credentials)"
        return try self.tokens(connection.post("\(pool)/oauth2/token", form))
    }

    private func tokens(_ answer: HTTPConnection.Answer) throws -> Tokens {
        guard answer.status == 200, let refreshToken = field("refresh_token", in: answer.body), let idToken = field("id_token", in: answer.body),
            let accessToken = field("access_token", in: answer.body)
        else { throw unexpected(answer, "the token endpoint") }
        return Tokens(refreshToken: refreshToken, idToken: idToken, accessToken: accessToken)
    }

    /// Does the work for each number, spread over the connections, and says what all of it cost.
    private func spread<Output: Sendable>(
        _ count: Int, _ work: @escaping @Sendable (HTTPConnection, Int) throws -> Output
    ) async throws -> ([Output], Cost) {
        let (wall, server, client) = (Clock.now(), try serverCPU(), Clock.cpu())
        let outputs = try await withThrowingTaskGroup(of: [(Int, Output)].self) { group in
            for worker in 0..<load.connections {
                group.addTask { [port = ports[worker % ports.count], host, threads, load] in
                    try await threads.runIfActive {
                        let connection = try HTTPConnection(port: port, host: host, isForOneRequest: load.newConnections)
                        return try stride(from: worker, to: count, by: load.connections).map { ($0, try work(connection, $0)) }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let cost = Cost(wall: Clock.now() - wall, server: try serverCPU() - server, client: Clock.cpu() - client)
        return (outputs.sorted { $0.0 < $1.0 }.map(\.1), cost)
    }

    private func serverCPU() throws -> Double { try load.serverProcesses.reduce(0) { $0 + (try Clock.cpu(ofProcess: $1)) } }

    private func unexpected(_ answer: HTTPConnection.Answer, _ what: String) -> Failure {
        Failure("\(what) answered \(answer.status) \(answer.location.prefix(300)) \(String(decoding: answer.body.prefix(1000), as: UTF8.self))")
    }

    /// The text after `"name":"`, up to its quote: tokens hold no escapes.
    private func field(_ name: String, in body: [UInt8]) -> String? {
        let mark = Array("\"\(name)\":\"".utf8)
        guard let start = body.indices.first(where: { body[$0...].starts(with: mark) }) else { return nil }
        return String(decoding: body[(start + mark.count)...].prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
    }
}

/// Percent-encoding for base64 and addresses.
private func encoded(_ text: String) -> String {
    text.utf8.reduce(into: "") { encoded, byte in
        switch byte {
        case UInt8(ascii: "+"): encoded += "%2B"
        case UInt8(ascii: "/"): encoded += "%2F"
        case UInt8(ascii: "="): encoded += "%3D"
        case UInt8(ascii: ":"): encoded += "%3A"
        default: encoded.unicodeScalars.append(UnicodeScalar(byte))
        }
    }
}
