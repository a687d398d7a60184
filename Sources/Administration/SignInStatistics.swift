package import FoundationEssentials
import Gateway
package import UserPools

/// Numbers of sign-ins, by provider and span of time.
package struct SignInStatistics: Sendable {
    package enum Step: String, Sendable, CaseIterable {
        case hour, day

        var hours: Int { self == .hour ? 1 : 24 }

        /// Where the hour or the day begins in which `time` lies, in UTC.
        func beginning(of time: Date) -> Date {
            let seconds = TimeInterval(hours * 3600)
            return Date(timeIntervalSince1970: (time.timeIntervalSince1970 / seconds).rounded(.down) * seconds)
        }
    }

    package struct Row: Sendable {
        /// The beginning of the hour or the day, in UTC.
        package let begins: Date
        /// nil: refused before a provider was known.
        package let provider: IdentityProvider.Name?
        package fileprivate(set) var accepted = 0
        package fileprivate(set) var refused = 0
        /// Of refusals, the most frequent first.
        package fileprivate(set) var codes: [(code: String, count: Int)] = []

        fileprivate mutating func add(_ count: SignInCount) {
            switch count.outcome {
            case .accepted: accepted += count.count
            case .refused:
                refused += count.count
                let code = count.code ?? SignInCount.otherCode
                if let place = codes.firstIndex(where: { $0.code == code }) {
                    codes[place].count += count.count
                } else {
                    codes.append((code, count.count))
                }
            }
        }
    }

    package let pool: UserPool
    /// The newest first.
    package let rows: [Row]
    /// From which hour on the pool has numbers, where that is later than what was asked for; nil: from there on, or it has none.
    package let begins: Date?

    init(_ counts: [SignInCount], by step: Step, of pool: UserPool, begins: Date?) {
        struct Place: Hashable { let begins: Date, provider: IdentityProvider.Name? }
        var rows: [Place: Row] = [:]
        for count in counts {
            let begins = step.beginning(of: count.hour)
            rows[Place(begins: begins, provider: count.provider), default: Row(begins: begins, provider: count.provider)].add(count)
        }
        (self.pool, self.begins) = (pool, begins)
        self.rows = rows.values.map { row in
            var row = row
            row.codes.sort { ($1.count, $0.code) < ($0.count, $1.code) }
            return row
        }.sorted { ($1.begins, $0.provider?.text ?? "") < ($0.begins, $1.provider?.text ?? "") }
    }
}

extension Administration {
    /// - Parameter since: nil: for seven days; from the beginning of that hour or day on.
    package func signInStatistics(
        pool id: String, provider name: String?, since: Date?, by step: SignInStatistics.Step
    ) async throws(AdministrationError) -> SignInStatistics {
        let pool = try await pool(id)
        let since = step.beginning(of: since ?? environment.now().addingTimeInterval(-7 * 86_400))
        var provider: IdentityProvider.Name?
        if let name {
            // One that was deleted has numbers still.
            provider = IdentityProvider.Name(name)
            guard provider != nil else { throw .notFound(.provider, name: name, pool: pool.id) }
        }
        let wanted = provider
        let counts = try await storing { () async throws(StoreError) in
            try await stores.signInCounts.list(in: pool.id, provider: wanted, since: since, hours: step.hours, byCode: true)
        }
        let first = try await storing { () async throws(StoreError) in try await stores.signInCounts.firstHour(in: pool.id) }
        return SignInStatistics(counts, by: step, of: pool, begins: first.flatMap { $0 > since ? $0 : nil })
    }

    /// How many were accepted and refused, whatever the code, in spans of so many hours; the oldest first.
    package func signInCounts(of pool: UserPool, since: Date, hours: Int) async throws(AdministrationError) -> [SignInCount] {
        try await storing { () async throws(StoreError) in
            try await stores.signInCounts.list(in: pool.id, provider: nil, since: since, hours: hours, byCode: false)
        }
    }
}
