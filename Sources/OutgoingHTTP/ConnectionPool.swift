internal import AsyncHTTPClient
internal import Synchronization

/// Connections that are kept for the next request to the same host at the same vetted address: a sign-in's token request then needs no TLS
/// handshake of its own. Bounded; what nobody used for a minute is closed at the next use of the pool.
package final class ConnectionPool: Sendable {
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

    private struct State {
        var entries: [Place: Entry] = [:]
        var isClosed = false
    }

    private let state = Mutex(State())

    package init() {}

    /// Runs `body` with the place's client; nil where the pool is full of clients in use, or closed.
    func with<Value>(
        _ place: Place, make: () -> HTTPClient, _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value? {
        let (client, unused) = take(place, make)
        for client in unused { Task.detached { try? await client.shutdown() } }
        guard let client else { return nil }
        defer { state.withLock { $0.entries[place]?.users -= 1 } }
        return try await body(client)
    }

    /// Closes every connection; for the end of the process.
    package func close() async {
        let all = state.withLock { state in
            defer { state = State(isClosed: true) }
            return state.entries.values.map(\.client)
        }
        for client in all { try? await client.shutdown() }
    }

    private func take(_ place: Place, _ make: () -> HTTPClient) -> (HTTPClient?, unused: [HTTPClient]) {
        state.withLock { state in
            let now = ContinuousClock.now
            let unused = state.entries.filter { $0.value.users == 0 && now - $0.value.usedAt > Self.idle && $0.key != place }
            for key in unused.keys { state.entries[key] = nil }
            if state.entries[place] == nil {
                guard !state.isClosed, state.entries.count < Self.capacity else { return (nil, unused.values.map(\.client)) }
                state.entries[place] = Entry(client: make(), usedAt: now)
            }
            state.entries[place]?.users += 1
            state.entries[place]?.usedAt = now
            return (state.entries[place]?.client, unused.values.map(\.client))
        }
    }
}
