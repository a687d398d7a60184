import ArgumentParser

/// `Benchmarks pages`: asks a running server for the sign-in page of an app that has several providers, or for another document of the pool.
struct Pages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measures the sign-in page at a running server.")

    @Option(help: "The address of the page's pool, http://localhost:PORT/POOL.") var issuer: String
    @Option(name: .customLong("client-id"), help: "An app client with the redirect URI https://app.bench.example/callback.") var clientID: String
    @Option(name: .customLong("pid"), help: "The server's process, whose CPU time counts.") var serverProcess: Int32
    @Option(help: "In place of the sign-in page, this below the issuer.") var document: String?
    @Option(help: "Connections, each with one request at a time.") var connections = 8
    @Option(help: "Pages in each run.") var pages = 4000
    @Option(help: "Runs; the median counts. One more comes first and is thrown away.") var runs = 5

    struct Result: Encodable {
        var pagesPerSecond, serverMicroseconds, clientMicroseconds, pageBytes, residentMemory: Double
    }

    func run() async throws {
        let address = try PoolOnLoopback(issuer)
        let signInPage =
            "\(address.path)/oauth2/authorize?response_type=code&client_id=\(clientID)&redirect_uri=https%3A%2F%2Fapp.bench.example%2Fcallback"
            + "&scope=openid%20profile%20email&code_challenge=\(String(repeating: "E", count: 43))&code_challenge_method=S256&nonce=n-0S6_WzA2Mj&state=af0ifjsldkj"
        let path = document.map { "\(address.path)/\($0)" } ?? signInPage
        let size = try HTTPConnection(port: address.port).get(path).body.count
        guard size > 100 else { throw Failure("the page has \(size) bytes") }
        let load = RequestLoad(port: address.port, serverProcess: serverProcess, connections: connections, count: pages, runs: runs)
        let cost = try await load.measure { { connection, _ in try connection.get(path) } }
        try printJSON(
            Result(
                pagesPerSecond: cost.requestsPerSecond, serverMicroseconds: cost.serverMicroseconds, clientMicroseconds: cost.clientMicroseconds,
                pageBytes: Double(size), residentMemory: try Clock.residentMemory(ofProcess: serverProcess)))
    }
}
