import NIOPosix

/// Requests of one kind to a running server, spread over connections that each have one at a time.
struct RequestLoad {
    /// A request of the number.
    typealias Ask = @Sendable (HTTPConnection, Int) throws -> HTTPConnection.Answer

    /// The medians of the runs; times are CPU times of one request.
    struct Cost: Encodable { var requestsPerSecond, serverMicroseconds, clientMicroseconds: Double }

    let port: UInt16
    let serverProcess: Int32
    let connections: Int
    /// In each run.
    let count: Int
    /// One more comes first and is thrown away.
    let runs: Int

    /// - Parameter prepare: makes what is asked in a run, before its clock goes: that is the app's work.
    func measure(status: Int = 200, prepare: () throws -> Ask) async throws -> Cost {
        let threads = NIOThreadPool(numberOfThreads: connections)
        threads.start()
        var results: [Cost] = []
        for run in 0...max(1, runs) {
            let ask = try prepare()
            let (wall, server, client) = (Clock.now(), try Clock.cpu(ofProcess: serverProcess), Clock.cpu())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<connections {
                    group.addTask { [port, count, connections] in
                        try await threads.runIfActive {
                            let connection = try HTTPConnection(port: port)
                            for number in stride(from: worker, to: count, by: connections) {
                                let answer = try ask(connection, number)
                                guard answer.status == status else {
                                    throw Failure(
                                        "the server answered \(answer.status) \(answer.location) \(String(decoding: answer.body.prefix(1000), as: UTF8.self))"
                                    )
                                }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let n = Double(count)
            let cost = Cost(
                requestsPerSecond: n / (Clock.now() - wall), serverMicroseconds: (try Clock.cpu(ofProcess: serverProcess) - server) / n * 1e6,
                clientMicroseconds: (Clock.cpu() - client) / n * 1e6)
            if run > 0 { results.append(cost) }
        }
        func median(_ path: KeyPath<Cost, Double>) -> Double { results.map { $0[keyPath: path] }.median }
        return Cost(
            requestsPerSecond: median(\.requestsPerSecond), serverMicroseconds: median(\.serverMicroseconds),
            clientMicroseconds: median(\.clientMicroseconds))
    }
}

/// Where a pool of a server on this machine is: http://localhost:PORT/POOL.
struct PoolOnLoopback {
    let port: UInt16
    /// `/POOL`
    let path: String
    /// `localhost:PORT`
    let host: String

    init(_ issuer: String) throws {
        let parts = issuer.split(separator: "/")
        guard parts.count == 3, let port = parts[1].split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw Failure("the issuer is not http://localhost:PORT/POOL")
        }
        (self.port, path, host) = (port, "/\(parts[2])", String(parts[1]))
    }
}
