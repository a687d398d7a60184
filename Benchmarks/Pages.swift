import ArgumentParser
import NIOPosix

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
        let parts = issuer.split(separator: "/")
        guard parts.count == 3, let port = parts[1].split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw Failure("the issuer is not http://localhost:PORT/POOL")
        }
        let threads = NIOThreadPool(numberOfThreads: connections)
        threads.start()
        let signInPage =
            "/\(parts[2])/oauth2/authorize?response_type=code&client_id=\(clientID)&redirect_uri=https%3A%2F%2Fapp.bench.example%2Fcallback"
            + "&scope=openid%20profile%20email&code_challenge=\(String(repeating: "E", count: 43))&code_challenge_method=S256&nonce=n-0S6_WzA2Mj&state=af0ifjsldkj"
        let path = document.map { "/\(parts[2])/\($0)" } ?? signInPage
        var results: [Result] = []
        for run in 0...max(1, runs) {
            let (wall, server, client) = (Clock.now(), try Clock.cpu(ofProcess: serverProcess), Clock.cpu())
            let size = try await withThrowingTaskGroup(of: Int.self) { group in
                for worker in 0..<connections {
                    group.addTask { [pages, connections] in
                        try await threads.runIfActive {
                            let connection = try HTTPConnection(port: port)
                            var size = 0
                            for _ in stride(from: worker, to: pages, by: connections) {
                                let answer = try connection.get(path)
                                size = answer.body.count
                                guard answer.status == 200, size > 100 else { throw Failure("the page answered \(answer.status) \(answer.location)") }
                            }
                            return size
                        }
                    }
                }
                return try await group.reduce(0) { max($0, $1) }
            }
            let n = Double(pages)
            let result = Result(
                pagesPerSecond: n / (Clock.now() - wall), serverMicroseconds: (try Clock.cpu(ofProcess: serverProcess) - server) / n * 1e6,
                clientMicroseconds: (Clock.cpu() - client) / n * 1e6, pageBytes: Double(size),
                residentMemory: try Clock.residentMemory(ofProcess: serverProcess))
            if run > 0 { results.append(result) }
        }
        func median(_ path: KeyPath<Result, Double>) -> Double { results.map { $0[keyPath: path] }.median }
        try printJSON(
            Result(
                pagesPerSecond: median(\.pagesPerSecond), serverMicroseconds: median(\.serverMicroseconds),
                clientMicroseconds: median(\.clientMicroseconds), pageBytes: median(\.pageBytes), residentMemory: median(\.residentMemory)))
    }
}
