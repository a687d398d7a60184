internal import struct FoundationEssentials.Date
internal import Synchronization

/// The keys of one issuer: loaded by discovery or from a known URL, kept as long as the issuer allows, shared by all verifications.
///
/// - Kept by `Cache-Control: max-age`, but 5 minutes at least and 24 hours at most; 15 minutes where the issuer says nothing.
/// - Expired keys serve on, at once, while new ones are asked for: for 5 minutes, or for 24 hours where the issuer failed lately, which is until
///   5 minutes after the pause that its failure made. Keys that expired longer ago wait for the answer, so that a removed key does not come back after a quiet night (THREATS case 96);
///   they serve where the answer is a failure.
/// - A key that is not in the set is looked for at the issuer at most once a minute, however many tokens ask for it (THREATS O3, case 79). Where
///   that fails nobody knows whether the key exists, and the error is `keysUnavailable`.
/// - There is one exchange at a time. Calls that need it share it, and no call that is cancelled takes it from the others. It ends after 10 seconds
///   whatever the transport does. After a failure the issuer is asked again after a minute, without any keys after 5 seconds; each further failure
///   doubles the pause, up to 4 minutes, and without keys to one. Where the issuer says `Retry-After`, the pause is no shorter than that, within 5 minutes.
/// - What is kept is bounded: one set of at most 64 keys out of 1 MiB, one URL, one error.
actor KeySetCache {
    /// How long expired keys serve while the issuer is down, or what it answers is no key set.
    static let staleness = 86_400.0
    /// How long expired keys serve while nothing bad is known of the issuer, and how long a failure is news.
    static let grace = 300.0
    static let refreshInterval = 60.0
    /// The pauses after a failure, doubled by each that follows. Without any keys each call would ask a dead issuer again.
    static let pauses = (withKeys: 60.0...240, without: 5.0...60)
    /// Where its URL came from is asked again so often, for an issuer may move its keys.
    static let discoveryInterval = 86_400.0
    /// Maximum of requests that a transport never ended and that may hang; with more, the issuer is not asked again before one of them ends.
    static let maximumHanging = 4

    struct Loaded: Sendable {
        let url: String
        let foundAt: Date
        let keys: JSONWebKeySet
        let at: Date
        let freshFor: Double
    }

    private struct Failure {
        let at: Date
        let error: TokenError
        /// How many there were, one after the other.
        let count: Int
        /// Seconds that the issuer asked for.
        let retryAfter: Double

        func pause(hasKeys: Bool) -> Double {
            let bounds = hasKeys ? KeySetCache.pauses.withKeys : KeySetCache.pauses.without
            let doubled = bounds.lowerBound * Double(1 << min(count - 1, 8))
            return max(min(doubled, bounds.upperBound), retryAfter)
        }
    }

    typealias Exchange = Task<Result<Loaded, TokenError>, Never>

    private let source: KeySetSource
    private let clock: @Sendable () -> Date
    private let deadline: @Sendable () async -> Void

    private var loaded: Loaded? {
        didSet { shown.withLock { $0 = loaded } }
    }
    /// What `loaded` says to those who need no wait for this actor.
    private let shown = Mutex<Loaded?>(nil)
    private var lastFailure: Failure?
    private var lastUnknownKey: Date?
    /// The one under way.
    private(set) var exchange: Exchange?
    private var hanging = 0

    /// - Parameter deadline: comes back when an exchange has taken too long, or when it is cancelled.
    init(
        source: KeySetSource, clock: @escaping @Sendable () -> Date,
        deadline: @escaping @Sendable () async -> Void = { try? await Task.sleep(for: .seconds(10)) }
    ) {
        (self.source, self.clock, self.deadline) = (source, clock, deadline)
    }

    /// The key that the header of `token` means.
    func key(for token: CompactJWS) async throws(TokenError) -> ChosenKey {
        let before = loaded?.at
        let current = try await currentKeys()
        if let key = current.keys.key(for: token) { return key }
        // Just loaded for this call: asking again could bring nothing new.
        guard before == current.at else { throw .unknownKey(keyID: token.keyID) }
        guard mayLookForUnknownKey() else { throw lastFailure?.error ?? .unknownKey(keyID: token.keyID) }
        guard let key = try await load().value.get().keys.key(for: token) else { throw .unknownKey(keyID: token.keyID) }
        return key
    }

    /// Loads keys unless there are some.
    func loadKeys() async throws(TokenError) { _ = try await currentKeys() }

    /// The keys, as long as they are fresh, for those who do not wait.
    nonisolated func keysAtHand(at now: Date) -> JSONWebKeySet? {
        shown.withLock { shown in
            guard let shown, Self.seconds(from: shown.at, to: now) <= shown.freshFor else { return nil }
            return shown.keys
        }
    }

    private func currentKeys() async throws(TokenError) -> Loaded {
        if let loaded, age(of: loaded.at) <= loaded.freshFor { return loaded }
        if let lastFailure, age(of: lastFailure.at) < lastFailure.pause(hasKeys: loaded != nil) { return try usable(orElse: lastFailure.error) }
        let exchange = load()
        if let loaded, age(of: loaded.at) <= loaded.freshFor + Self.grace { return loaded }
        if let lastFailure, age(of: lastFailure.at) < lastFailure.pause(hasKeys: true) + Self.grace,
            let loaded = try? usable(orElse: lastFailure.error)
        {
            return loaded
        }
        switch await exchange.value {
        case .success(let answer): return answer
        case .failure(let error): return try usable(orElse: error)
        }
    }

    /// The expired keys, within their bound.
    private func usable(orElse error: TokenError) throws(TokenError) -> Loaded {
        guard let loaded, clock().timeIntervalSince(loaded.at) <= loaded.freshFor + Self.staleness else { throw error }
        return loaded
    }

    private func mayLookForUnknownKey() -> Bool {
        // Whoever finds an exchange under way joins it, which costs nothing. One that just failed was the look of this minute.
        if exchange == nil {
            if let lastUnknownKey, age(of: lastUnknownKey) < Self.refreshInterval { return false }
            if let lastFailure, age(of: lastFailure.at) < lastFailure.pause(hasKeys: true) { return false }
        }
        lastUnknownKey = clock()
        return true
    }

    private func age(of date: Date) -> Double { Self.seconds(from: date, to: clock()) }

    /// A clock that was set back counts as a long time, so that nothing stays frozen (THREATS case 124).
    private static func seconds(from date: Date, to now: Date) -> Double {
        let seconds = now.timeIntervalSince(date)
        return seconds < -refreshInterval ? .infinity : seconds
    }

    /// The exchange under way, or a new one. It belongs to no caller, so none can cancel it.
    private func load() -> Exchange {
        if let exchange { return exchange }
        // The task runs on this actor and stores its result before anybody who waits for it goes on.
        let started = Exchange {
            let result = await fetch()
            switch result {
            case .success(let answer): (loaded, lastFailure) = (answer, nil)
            case .failure(let failure):
                let now = clock()
                lastFailure = Failure(
                    at: now, error: failure.error, count: (lastFailure?.count ?? 0) + 1,
                    retryAfter: RetryAfter.seconds(failure.retryAfter, now: now) ?? 0)
            }
            exchange = nil
            return result.mapError(\.error)
        }
        exchange = started
        return started
    }

    private func fetch() async -> Result<Loaded, KeySetSource.Failure> {
        // Once a day, and after a failure, the issuer may have moved its keys: then the place is looked for again.
        let known = loaded.flatMap { lastFailure == nil && age(of: $0.foundAt) <= Self.discoveryInterval ? $0 : nil }
        let foundAt = known?.foundAt ?? clock()
        return await loadWithinDeadline(from: known?.url).map { answer in
            Loaded(url: answer.url, foundAt: foundAt, keys: answer.keys, at: clock(), freshFor: answer.freshFor)
        }
    }

    /// The source's answer, or a failure at the deadline. A transport that then does not even heed its cancellation is left alone with its request.
    private func loadWithinDeadline(from url: String?) async -> Result<KeySetSource.Answer, KeySetSource.Failure> {
        func failure(_ reason: String) -> Result<KeySetSource.Answer, KeySetSource.Failure> { .failure(.init(error: .keysUnavailable(reason))) }
        guard hanging < Self.maximumHanging else { return failure("requests before this one still hang") }
        hanging += 1
        let (results, first) = AsyncStream.makeStream(
            of: Result<KeySetSource.Answer, KeySetSource.Failure>.self, bufferingPolicy: .bufferingOldest(1))
        let work = Task {
            first.yield(await source.load(from: url))
            hanging -= 1
        }
        let alarm = Task {
            await deadline()
            first.yield(failure("the exchange with the issuer took too long"))
        }
        defer {
            first.finish()
            work.cancel()
            alarm.cancel()
        }
        for await result in results { return result }
        return failure("the exchange with the issuer was given up")
    }
}
