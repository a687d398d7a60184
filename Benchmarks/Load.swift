import ArgumentParser
import FoundationEssentials
import TokenVerifier

/// `Benchmarks load`: signs people in, refreshes their tokens and asks who they are at running servers, as app and as identity provider.
struct Load: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measures sign-ins, refreshes and userinfo at running servers.")

    @Option(help: "The pool's issuer, http://localhost:PORT/POOL.") var issuer: String
    @Option(name: .customLong("client-id"), help: "An app client with the redirect URI https://app.bench.example/callback.") var clientID: String
    @Option(name: .customLong("client-secret"), help: "Its secret, if it has one.") var clientSecret: String?
    @Option(name: .customLong("pid"), help: "The server's process, whose CPU time counts; of each, where there are several.")
    var serverProcesses: [Int32]
    @Option(name: .customLong("port"), help: "Where a server listens, if not where the issuer says; of each, where there are several.")
    var ports: [UInt16] = []
    @Option(help: "The folder with the development keys.") var certs = "certs"
    @Option(name: .customLong("openid-port"), help: "Play an OpenID provider on this port, which calls the gateway 'bench', in place of a SAML one.")
    var openIDPort: UInt16?
    @Option(help: "Connections, each with one request at a time.") var connections = 8
    @Flag(name: .customLong("new-connections"), help: "A new connection for each request.") var newConnections = false
    @Option(name: .customLong("sign-ins"), help: "Sign-ins in each run, as many refreshes, and four times as many questions to userinfo.")
    var signIns = 400
    @Option(help: "Runs; the median counts. One more comes first and is thrown away.") var runs = 5
    @Option(help: "How many people there are; each run has others of them sign in.") var people = 200
    @Option(name: .customLong("first-person"), help: "Their numbers begin here.") var firstPerson = 0
    @Option(help: "The groups of each.") var groups = 20

    /// The medians, CPU times of one operation, and the most memory in MiB.
    struct Result: Encodable {
        var signInsPerSecond, signInServerMilliseconds, signInClientMilliseconds: Double
        var refreshesPerSecond, refreshServerMilliseconds, refreshClientMilliseconds: Double
        var userInfosPerSecond, userInfoServerMilliseconds: Double
        var residentMemory: Double
    }

    func run() async throws {
        let driver = try Driver(self)
        var results: [Result] = []
        var idToken = ""
        for run in 0...max(1, runs) {
            let (result, token) = try await driver.run()
            idToken = token
            if run > 0 { results.append(result) }
        }
        // The figures mean nothing unless the tokens are good.
        _ = try await TokenVerifier(issuer: issuer, audience: clientID).verify(idToken: idToken, nonce: "nonce-\(signIns - 1)")
        func median(_ path: KeyPath<Result, Double>) -> Double { results.map { $0[keyPath: path] }.median }
        try printJSON(
            Result(
                signInsPerSecond: median(\.signInsPerSecond), signInServerMilliseconds: median(\.signInServerMilliseconds),
                signInClientMilliseconds: median(\.signInClientMilliseconds), refreshesPerSecond: median(\.refreshesPerSecond),
                refreshServerMilliseconds: median(\.refreshServerMilliseconds), refreshClientMilliseconds: median(\.refreshClientMilliseconds),
                userInfosPerSecond: median(\.userInfosPerSecond), userInfoServerMilliseconds: median(\.userInfoServerMilliseconds),
                residentMemory: results.map(\.residentMemory).max() ?? 0))
    }
}
