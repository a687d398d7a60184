import ArgumentParser
import Crypto
import FoundationEssentials
import WireFormats

/// `Benchmarks requests KIND`: one kind of request to a running server, again and again.
struct Requests: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measures requests of one kind at a running server.")

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        /// Tokens of a program; the second with a DPoP proof of its own for each (RFC 9449).
        case clientCredentials = "client-credentials", dpop
        /// About the access token of a person who signed in before.
        case introspection, userinfo
        case par
        /// What a proxy asks of a browser that is signed in.
        case forwardAuth = "forward-auth"
    }

    @Argument(help: "client-credentials, dpop, introspection, userinfo, par or forward-auth.") var kind: Kind
    @Option(help: "The address of the pool, http://localhost:PORT/POOL.") var issuer: String
    @Option(name: .customLong("client-id"), help: "A client that may do this.") var clientID: String
    @Option(name: .customLong("client-secret"), help: "Its secret, if it has one.") var clientSecret: String?
    @Option(name: .customLong("pid"), help: "The server's process, whose CPU time counts.") var serverProcess: Int32
    @Option(help: "The folder with the development keys.") var certs = "certs"
    @Option(help: "Connections, each with one request at a time.") var connections = 16
    @Option(help: "Requests in each run.") var count = 8000
    @Option(help: "Runs; the median counts. One more comes first and is thrown away.") var runs = 5

    func run() async throws {
        let address = try PoolOnLoopback(issuer)
        let load = RequestLoad(port: address.port, serverProcess: serverProcess, connections: connections, count: count, runs: runs)
        try printJSON(try await load.measure(status: kind == .par ? 201 : 200) { try prepare(pool: address.path) })
    }

    private func prepare(pool: String) throws -> RequestLoad.Ask {
        let credentials = "client_id=\(clientID)" + (clientSecret.map { "&client_secret=\($0)" } ?? "")
        switch kind {
        case .clientCredentials, .dpop:
            let form = "grant_type=client_credentials&\(credentials)"
            let proofs = kind == .dpop ? try makeProofs(url: issuer + "/oauth2/token").map { "DPoP: \($0)\r\n" } : []
            return { try $0.post("\(pool)/oauth2/token", form, headers: proofs.isEmpty ? "" : proofs[$1]) }
        case .introspection:
            let active = Array(#"{"active":true"#.utf8)
            let form = "\(credentials)&token=\(try driver().accessToken())"
            return { connection, _ in
                let answer = try connection.post("\(pool)/oauth2/introspect", form)
                // What is not active is answered by 200 as well, and faster.
                guard answer.body.starts(with: active) else { throw Failure(String(decoding: answer.body, as: UTF8.self)) }
                return answer
            }
        case .userinfo:
            let header = "Authorization: Bearer \(try driver().accessToken())\r\n"
            return { connection, _ in try connection.get("\(pool)/oauth2/userInfo", headers: header) }
        case .par:
            let form =
                "\(credentials)&response_type=code&redirect_uri=https%3A%2F%2Fapp.bench.example%2Fcallback&scope=openid%20profile%20email"
                + "&code_challenge=\(String(repeating: "E", count: 43))&code_challenge_method=S256&nonce=n-0S6_WzA2Mj&state=af0ifjsldkj"
            return { connection, _ in try connection.post("\(pool)/oauth2/par", form) }
        case .forwardAuth:
            let proxy = "X-Forwarded-Host: wiki.bench.example\r\nX-Forwarded-Method: GET\r\n"
            let headers = "\(proxy)X-Forwarded-Uri: /\r\nCookie: \(try driver().forwardCookie(proxy: proxy))\r\n"
            return { [clientID] connection, _ in try connection.get("\(pool)/forward-auth/\(clientID)/verify", headers: headers) }
        }
    }

    /// For what needs a person who is signed in.
    private func driver() throws -> Driver {
        let secret = clientSecret.map { ["--client-secret=\($0)"] } ?? []
        return try Driver(
            Load.parse(["--issuer", issuer, "--client-id", clientID, "--pid", "\(serverProcess)", "--certs", certs, "--connections", "1"] + secret))
    }

    private func makeProofs(url: String) throws -> [String] {
        let key = P256.Signing.PrivateKey(), point = Array(key.publicKey.rawRepresentation)
        let jwk: JSONObject = [
            "kty": "EC", "crv": "P-256", "x": .string(Base64URL.encode(Array(point[..<32]))), "y": .string(Base64URL.encode(Array(point[32...]))),
        ]
        let header = Base64URL.encode(JSONWriter.encode(["typ": "dpop+jwt", "alg": "ES256", "jwk": .object(jwk)]))
        let (now, series) = (Int(Date().timeIntervalSince1970), UInt64.random(in: 0...UInt64.max))
        return try (0..<count).map { number in
            let claims: JSONObject = ["jti": .string("\(series)-\(number)"), "htm": "POST", "htu": .string(url), "iat": .integer(now)]
            let input = header + "." + Base64URL.encode(JSONWriter.encode(claims))
            return input + "." + Base64URL.encode(Array(try key.signature(for: Array(input.utf8)).rawRepresentation))
        }
    }
}
