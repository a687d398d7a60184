import AsyncHTTPClient
import NIOCore
import Synchronization

/// Connections that are kept for the next request to the same host at the same checked address: a sign-in's token request then needs no TLS
/// handshake of its own. Bounded; what nobody used for a minute is closed at the next use of the pool.
final class ConnectionPool: Sendable {
    struct Place: Hashable, Sendable {
        let host: String
        let address: String
    }

    private struct Entry {
        let client: HTTPClient
        var usedAt: ContinuousClock.Instant
        var users = 0
    }

    private static let capacity = 64
    private static let idle = Duration.seconds(60)

    private let entries = Mutex<[Place: Entry]>([:])

    /// Runs `body` with the place's client; nil where the pool is full of clients in use.
    func with<Value>(
        _ place: Place, make: () -> HTTPClient, _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value? {
        let (client, unused) = take(place, make)
        for client in unused { Task.detached { try? await client.shutdown() } }
        guard let client else { return nil }
        defer { entries.withLock { $0[place]?.users -= 1 } }
        return try await body(client)
    }

    /// Closes every connection; for the end of the process.
    func close() async {
        let all = entries.withLock { entries in
            defer { entries = [:] }
            return entries.values.map(\.client)
        }
        for client in all { try? await client.shutdown() }
    }

    private func take(_ place: Place, _ make: () -> HTTPClient) -> (HTTPClient?, unused: [HTTPClient]) {
        entries.withLock { entries in
            let now = ContinuousClock.now
            let unused = entries.filter { $0.value.users == 0 && now - $0.value.usedAt > Self.idle && $0.key != place }
            for key in unused.keys { entries[key] = nil }
            if entries[place] == nil {
                guard entries.count < Self.capacity else { return (nil, unused.values.map(\.client)) }
                entries[place] = Entry(client: make(), usedAt: now)
            }
            entries[place]?.users += 1
            entries[place]?.usedAt = now
            return (entries[place]?.client, unused.values.map(\.client))
        }
    }
}
