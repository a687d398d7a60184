internal import struct FoundationEssentials.Date

/// The keys of one issuer: loaded by discovery or from a known URL, kept as long as the issuer allows, shared by all verifications.
///
/// - Kept by `Cache-Control: max-age`, but 5 minutes at least and 24 hours at most; 15 minutes where the issuer says nothing.
/// - A key that is not in the set is looked for at the issuer at most once a minute, however many tokens ask for it (THREATS O3, case 79).
/// - Calls that need the network at the same time share one exchange.
/// - While the issuer is down, or answers with something that is no key set, the last good keys are used for 24 hours more, and it is asked again
///   once a minute.
actor KeySetCache {
    static let freshness = 300.0...86_400.0
    static let usualFreshness = 900.0
    static let staleness = 86_400.0
    static let refreshInterval = 60.0
    /// Without any keys each call would ask a dead issuer again; this is the pause between two tries.
    static let firstLoadInterval = 5.0

    /// Where the keys are.
    enum Source: Sendable {
        /// The issuer's discovery document says it.
        case discovery
        /// Known already: a discovery document is never asked for.
        case keySet(url: String)
    }

    private struct Loaded: Sendable {
        /// The URL alone: a discovery document may be large, and no more of it is needed here.
        let keySetURL: String
        let foundAt: Date
        let keys: JSONWebKeySet
        let at: Date
        let freshFor: Double
    }

    private let issuer: String
    private let source: Source
    private let transport: any HTTPTransport
    private let clock: @Sendable () -> Date

    private var loaded: Loaded?
    private var lastFailure: (at: Date, error: TokenError)?
    private var lastUnknownKey: Date?
    private var loading: Task<Result<Loaded, TokenError>, Never>?

    init(issuer: String, source: Source = .discovery, transport: any HTTPTransport, clock: @escaping @Sendable () -> Date) {
        (self.issuer, self.source, self.transport, self.clock) = (issuer, source, transport, clock)
    }

    /// The key that the header of `token` means.
    func key(for token: CompactJWS) async throws(TokenError) -> JSONWebKey {
        let before = loaded?.at
        let current = try await currentKeys()
        if let key = current.keys.key(for: token) { return key }
        // Just loaded for this call: asking again could bring nothing new.
        guard before == current.at, mayLookForUnknownKey() else { throw .unknownKey(keyID: token.keyID) }
        guard let key = try? await load().get().keys.key(for: token) else { throw .unknownKey(keyID: token.keyID) }
        return key
    }

    private func currentKeys() async throws(TokenError) -> Loaded {
        if let loaded, age(of: loaded.at) <= loaded.freshFor { return loaded }
        if let lastFailure, age(of: lastFailure.at) < (loaded == nil ? Self.firstLoadInterval : Self.refreshInterval) {
            return try usable(orElse: lastFailure.error)
        }
        switch await load() {
        case .success(let fresh): return fresh
        case .failure(let error): return try usable(orElse: error)
        }
    }

    /// The stale keys, within their bound.
    private func usable(orElse error: TokenError) throws(TokenError) -> Loaded {
        guard let loaded, clock().timeIntervalSince(loaded.at) <= loaded.freshFor + Self.staleness else { throw error }
        return loaded
    }

    private func mayLookForUnknownKey() -> Bool {
        // Whoever finds an exchange under way joins it, which costs nothing.
        if loading != nil { return true }
        if let lastUnknownKey, age(of: lastUnknownKey) < Self.refreshInterval { return false }
        lastUnknownKey = clock()
        return true
    }

    /// Seconds since `date`; a clock that was set back counts as a long time, so that nothing stays frozen (THREATS case 124).
    private func age(of date: Date) -> Double {
        let seconds = clock().timeIntervalSince(date)
        return seconds < -Self.refreshInterval ? .infinity : seconds
    }

    private func load() async -> Result<Loaded, TokenError> {
        if let loading { return await loading.value }
        // The task runs on this actor and stores its result before anybody who waits for it goes on.
        let task = Task {
            let result = await fetch()
            switch result {
            case .success(let fresh): (loaded, lastFailure) = (fresh, nil)
            case .failure(let error): lastFailure = (clock(), error)
            }
            loading = nil
            return result
        }
        loading = task
        return await task.value
    }

    private func fetch() async -> Result<Loaded, TokenError> {
        do throws(TokenError) {
            let (url, foundAt) = try await keySetURL()
            let response = try await get(url, "key set")
            let keys = try JSONWebKeySet(bytes: response.body)
            let freshFor = Self.freshness(response.header("cache-control"))
            return .success(Loaded(keySetURL: url, foundAt: foundAt, keys: keys, at: clock(), freshFor: freshFor))
        } catch {
            switch error {
            case .keySet, .providerMetadata: return .failure(.keysUnavailable(error.message))
            default: return .failure(error)
            }
        }
    }

    private func keySetURL() async throws(TokenError) -> (url: String, foundAt: Date) {
        switch source {
        case .keySet(let url):
            // In the clear only where the issuer is, which is on this machine, for development.
            guard WebAddress.isHTTPS(url) || (WebAddress.isLoopbackHTTP(url) && WebAddress.isLoopbackHTTP(issuer)) else {
                throw .keysUnavailable("the URL of the key set is not an https URL")
            }
            return (url, clock())
        case .discovery:
            // Once a day, and after a failure, the issuer may have moved its keys: then its metadata is read again.
            if let known = loaded, lastFailure == nil, age(of: known.foundAt) <= Self.freshness.upperBound {
                return (known.keySetURL, known.foundAt)
            }
            let now = clock()
            let document = try await get(ProviderMetadata.url(ofIssuer: issuer), "discovery document")
            return (try ProviderMetadata(bytes: document.body, issuer: issuer).jwksURI, now)
        }
    }

    private func get(_ url: String, _ what: String) async throws(TokenError) -> HTTPTransportResponse {
        guard WebAddress.isAllowed(url) else { throw .keysUnavailable("the URL of the \(what) is not an https URL") }
        let response: HTTPTransportResponse
        do {
            response = try await transport.send(HTTPTransportRequest(url: url, headers: [("accept", "application/json")]))
        } catch {
            throw .keysUnavailable("\(error.message) (\(what))")
        }
        guard response.status == 200 else { throw .keysUnavailable("the server answered with status \(response.status) (\(what))") }
        guard response.body.count <= 1024 * 1024 else { throw .keysUnavailable("the answer is too large (\(what))") }
        return response
    }

    /// RFC 9111 §5.2.2.1, within our bounds.
    static func freshness(_ cacheControl: String?) -> Double {
        guard let cacheControl else { return usualFreshness }
        for directive in cacheControl.lowercased().split(separator: ",") {
            let parts = directive.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " && $0 != "\"" } }
            switch (parts.first, parts.count) {
            case ("no-store", _), ("no-cache", _): return freshness.lowerBound
            case ("max-age", 2):
                guard let seconds = Int(parts[1]) else { return usualFreshness }
                return min(max(Double(seconds), freshness.lowerBound), freshness.upperBound)
            default: continue
            }
        }
        return usualFreshness
    }
}
