import ArgumentParser
import Crypto
import FoundationEssentials
import NIOPosix
import WireFormats

/// `Benchmarks client-tokens`: asks a running server for tokens of a program, by client credentials, borne or bound to a key.
struct ClientTokens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measures client credentials at a running server.")

    @Option(help: "The address of the pool, http://localhost:PORT/POOL.") var issuer: String
    @Option(name: .customLong("client-id"), help: "A confidential client with the grant client_credentials.") var clientID: String
    @Option(name: .customLong("client-secret"), help: "Its secret.") var clientSecret: String
    @Option(name: .customLong("pid"), help: "The server's process, whose CPU time counts.") var serverProcess: Int32
    @Flag(help: "Each with a DPoP proof of its own (RFC 9449).") var dpop = false
    @Option(help: "Connections, each with one request at a time.") var connections = 16
    @Option(help: "Tokens in each run.") var tokens = 8000
    @Option(help: "Runs; the median counts. One more comes first and is thrown away.") var runs = 5

    struct Result: Encodable { var tokensPerSecond, serverMicroseconds, clientMicroseconds: Double }

    func run() async throws {
        let parts = issuer.split(separator: "/")
        guard parts.count == 3, let port = parts[1].split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw Failure("the issuer is not http://localhost:PORT/POOL")
        }
        let threads = NIOThreadPool(numberOfThreads: connections)
        threads.start()
        let path = "/\(parts[2])/oauth2/token"
        let form = "grant_type=client_credentials&client_id=\(clientID)&client_secret=\(clientSecret)"
        var results: [Result] = []
        for run in 0...max(1, runs) {
            // Made before the clock runs: they are the app's work.
            let proofs = dpop ? try makeProofs(url: issuer + "/oauth2/token") : []
            let (wall, server, client) = (Clock.now(), try Clock.cpu(ofProcess: serverProcess), Clock.cpu())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<connections {
                    group.addTask { [tokens, connections] in
                        try await threads.runIfActive {
                            let connection = try HTTPConnection(port: port)
                            for number in stride(from: worker, to: tokens, by: connections) {
                                let answer = try connection.post(path, form, headers: proofs.isEmpty ? "" : "DPoP: \(proofs[number])\r\n")
                                guard answer.status == 200 else {
                                    throw Failure("the token endpoint answered \(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
                                }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let n = Double(tokens)
            let result = Result(
                tokensPerSecond: n / (Clock.now() - wall), serverMicroseconds: (try Clock.cpu(ofProcess: serverProcess) - server) / n * 1e6,
                clientMicroseconds: (Clock.cpu() - client) / n * 1e6)
            if run > 0 { results.append(result) }
        }
        func median(_ path: KeyPath<Result, Double>) -> Double { results.map { $0[keyPath: path] }.median }
        try printJSON(
            Result(
                tokensPerSecond: median(\.tokensPerSecond), serverMicroseconds: median(\.serverMicroseconds),
                clientMicroseconds: median(\.clientMicroseconds)))
    }

    private func makeProofs(url: String) throws -> [String] {
        let key = P256.Signing.PrivateKey(), point = Array(key.publicKey.rawRepresentation)
        let jwk: JSONObject = [
            "kty": "EC", "crv": "P-256", "x": .string(Base64URL.encode(Array(point[..<32]))), "y": .string(Base64URL.encode(Array(point[32...]))),
        ]
        let header = Base64URL.encode(JSONWriter.encode(["typ": "dpop+jwt", "alg": "ES256", "jwk": .object(jwk)]))
        let (now, series) = (Int(Date().timeIntervalSince1970), UInt64.random(in: 0...UInt64.max))
        return try (0..<tokens).map { number in
            let claims: JSONObject = ["jti": .string("\(series)-\(number)"), "htm": "POST", "htu": .string(url), "iat": .integer(now)]
            let input = header + "." + Base64URL.encode(JSONWriter.encode(claims))
            return input + "." + Base64URL.encode(Array(try key.signature(for: Array(input.utf8)).rawRepresentation))
        }
    }
}
