import ArgumentParser
import FoundationEssentials
import Gateway
import Logging
import Storage
import Synchronization
import TokenVerifier
import UserPools

/// `Benchmarks deletion`: deletes a provider, with all that its users have, while somebody else writes.
struct Deletion: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measures how long others wait while a provider is deleted.")

    @Option var database: String
    @Option(help: "The provider's pool.") var pool: String
    @Option var provider = "bench"
    @Option(help: "A pool in which others begin sign-ins.") var other: String
    @Option(help: "How long housekeeping deletes.") var seconds = 20

    /// Milliseconds of a write of others, before and while rows are deleted, and of the deletion that the admin waits for.
    struct Result: Encodable {
        var before: Waits
        var meanwhile: Waits
        var deletionMilliseconds: Double
    }

    struct Waits: Encodable {
        let median, longest: Double
        let count: Int

        init(_ seconds: [Double]) { (median, longest, count) = (seconds.median * 1000, (seconds.max() ?? 0) * 1000, seconds.count) }
    }

    func run() async throws {
        guard let pool = UserPool.ID(pool), let other = UserPool.ID(other), let provider = UserPools.IdentityProvider.Name(provider) else {
            throw Failure("no pool, or no provider")
        }
        // Two that have the database open, as two processes would.
        let (ours, others) = (try await Storage.open(url: database), try await Storage.open(url: database))
        let before = try await writes(others.stores, in: other) { try await Task.sleep(for: .seconds(seconds / 4)) }
        let environment = Environment.system(documents: NoNetwork(), transport: NoNetwork())
        let housekeeping = Housekeeping(stores: ours.stores, environment: environment, logger: Logger(label: "deletion"))
        let took = Mutex(0.0)
        let meanwhile = try await writes(others.stores, in: other) {
            let began = Clock.now()
            let event = AuditEvent(
                id: UUID().uuidString, poolID: pool, at: Date(), actor: .system, action: AuditEvent.Action("provider.delete"),
                target: AuditEvent.Target(.provider, provider.text), details: [])
            guard try await ours.stores.providers.delete(provider, in: pool, recorded: { _ in event }) else { throw Failure("no such provider") }
            took.withLock { $0 = Clock.now() - began }
            let cleaning = Task { await housekeeping.clean() }
            try await Task.sleep(for: .seconds(seconds))
            cleaning.cancel()
            await cleaning.value
        }
        for storage in [ours, others] { await storage.close() }
        try printJSON(Result(before: Waits(before), meanwhile: Waits(meanwhile), deletionMilliseconds: took.withLock { $0 } * 1000))
    }

    /// The times of writes one after the other as long as `body` runs.
    private func writes(_ stores: Stores, in pool: UserPool.ID, while body: () async throws -> Void) async throws -> [Double] {
        let writer = Task {
            var times: [Double] = []
            while !Task.isCancelled {
                let (began, now) = (Clock.now(), Date())
                let pending = PendingSignIn(
                    id: PendingSignIn.ID("_deletion-\(UUID().uuidString)")!, poolID: pool, source: .pool,
                    browser: SecretHash((0..<32).map { _ in UInt8.random(in: 0...255) })!,
                    request: AppRequest(
                        clientID: "bench", redirectURI: "https://app.bench.example/callback", scopes: ["openid"], state: "s", nonce: nil,
                        codeChallenge: nil, responseMode: "query", resource: nil),
                    responseAddress: "https://id.bench.example/", authenticatedAfter: nil, createdAt: now, expiresAt: now.addingTimeInterval(600))
                try await stores.signIns.insert(pending)
                times.append(Clock.now() - began)
            }
            return times
        }
        do { try await body() } catch {
            writer.cancel()
            throw error
        }
        writer.cancel()
        return try await writer.value
    }
}

private struct NoNetwork: DocumentSource, HTTPTransport {
    func fetch(_ url: String, limit: Int, unless version: DocumentVersion) async throws(FetchError) -> FetchedDocument {
        throw .unreachable(reason: "no network")
    }
    func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse { throw .unreachable }
}
