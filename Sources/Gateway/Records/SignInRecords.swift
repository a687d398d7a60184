import FoundationEssentials
import Logging
import Synchronization
package import UserPools

/// Writes what happened to sign-ins behind their answers, a few at a time: nobody waits for it, and nothing is refused because of it.
///
/// A flood of refusals is no flood of writes: of a minute so many of a pool are kept (`RecordPlaces`), so that who posts nothing but rubbish leaves places
/// to the others. Of the rest their number is stored. All of them are counted by the hour and the provider.
package final class SignInRecords: Sendable {
    /// Messages of one client network that are kept of a provider that is looked into, back over an hour: a provider has a hundred, and whoever posts
    /// rubbish must not push out the ones that somebody waits for.
    static let messagesOfOneNetwork = 20
    /// What may wait to be written, of all pools.
    private static let longestQueue = 2_000
    private static let atOnce = 100
    /// How long counts wait that no record goes with.
    private static let patience = Duration.seconds(5)

    private struct Window: Hashable { let pool: UserPool.ID, outcome: SignInRecord.Outcome }
    private struct MessageShare: Hashable { let pool: UserPool.ID, provider: IdentityProvider.Name?, network: ClientNetwork }

    private struct Entry {
        var record: SignInRecord
        var message: RedactedMessage?
    }

    private struct State {
        var places = RecordPlaces()
        var waiting: [Entry] = []
        var leftOut: [Window: Int] = [:]
        var counts = SignInCounts()
        var isWriting = false
        var isAwaited = false
        /// Whether counts have waited long enough.
        var areCountsDue = false
        var idle: [CheckedContinuation<Void, Never>] = []
        /// What could not be written, and nobody was told of yet; and the minute in which somebody was told.
        var lost = Lost()
        var complained = -1

        struct Lost { var (records, leftOut, counted) = (0, 0, 0) }
    }

    private let store: any SignInRecordStore
    private let sealer: Sealer
    private let environment: Environment
    private let logger: Logger
    private let messages: TokenBuckets<MessageShare>
    private let state = Mutex(State())

    init(store: any SignInRecordStore, sealer: Sealer, environment: Environment, logger: Logger = Logger(label: "countersign")) {
        (self.store, self.sealer, self.environment, self.logger) = (store, sealer, environment, logger)
        messages = TokenBuckets(
            maximum: Self.messagesOfOneNetwork, refill: .seconds(3600), maximumKeys: 10_000, uptime: environment.uptime)
    }

    /// Whether that refusal would be kept now.
    func hasPlace(_ failure: SignInFailure, in pool: UserPool.ID, from address: String?) -> Bool {
        let (minute, network) = (minute, address.flatMap { ClientNetwork($0) })
        return state.withLock { state in
            state.waiting.count < Self.longestQueue && state.places.has(failure.standing, in: pool, of: network, at: minute)
        }
    }

    /// Keeps what a sign-in was refused for, under the reference that the person and the log have.
    package func keep(_ failure: SignInFailure, reference: String, from address: String?) {
        // Whoever only asks whether somebody is signed in (`prompt=none`) is answered so all day.
        guard let pool = failure.pool, !failure.isRoutine, let reference = SignInRecord.Reference(reference) else { return }
        let (at, error) = (environment.now(), failure.error.withoutWords)
        let provider = failure.provider ?? failure.error.provider.flatMap { IdentityProvider.Name($0) }
        state.withLock { $0.counts.add(in: pool, provider, at: at, .refused, code: error.code) }
        keep(in: pool, failure.standing, from: address) {
            var record = SignInRecord(reference: reference, poolID: pool, at: at, outcome: .refused)
            record.provider = provider
            record.client = failure.client
            record.member = failure.member.map { SignInRecord.bounded($0, 1024) }
            record.code = error.code
            record.report.message = SignInRecord.bounded(error.message, 600)
            record.report.expected = error.expected.map { SignInRecord.bounded($0, 1000) }
            record.report.seen = error.seen.map { SignInRecord.bounded($0, 1000) }
            record.report.remedy = SignInRecord.bounded(error.remedy, 1000)
            record.report.acts = error.acts.compactMap(\.stored)
            failure.steps?.tell(&record, error: error, at: environment.uptime())
            return Entry(record: record, message: failure.steps?.redacted.flatMap { takePlaceOfMessage(pool, provider, address) ? $0 : nil })
        }
    }

    private func takePlaceOfMessage(_ pool: UserPool.ID, _ provider: IdentityProvider.Name?, _ address: String?) -> Bool {
        guard let network = address.flatMap({ ClientNetwork($0) }) else { return true }
        return messages.take(MessageShare(pool: pool, provider: provider, network: network.site))
    }

    /// Counts one that reached its end, whether there is a record of it or not.
    package func count(_ done: CompletedSignIn, in pool: UserPool.ID) {
        let at = environment.now()
        state.withLock { $0.counts.add(in: pool, done.provider, at: at, .accepted) }
        writeLater()
    }

    /// Whether the pool wants records of accepted sign-ins, or somebody looks into that provider.
    package func wantsAccepted(of pool: UserPool, by provider: IdentityProvider.Name) -> Bool {
        pool.settings.acceptedSignInDays != nil || pool.settings.debugging(provider, at: environment.now()) != nil
    }

    /// The same of one that reached its end.
    package func keep(_ done: CompletedSignIn, reference: String, in pool: UserPool) {
        let at = environment.now()
        let life = pool.settings.acceptedSignInDays.map { TimeInterval($0) * 86_400 }
        let isDebugged = pool.settings.debugging(done.provider, at: at) != nil
        // Who looks into a provider compares what is refused with what is not.
        guard let life = life ?? (isDebugged ? DebuggedProvider.longest : nil), let reference = SignInRecord.Reference(reference) else { return }
        keep(in: pool.id, nil, from: nil) {
            var record = SignInRecord(
                reference: reference, poolID: pool.id, at: at, outcome: .accepted, expiresAt: at.addingTimeInterval(life))
            (record.provider, record.client) = (done.provider, done.client)
            record.member = done.member.map { SignInRecord.bounded($0, 1024) }
            done.steps?.tell(&record, error: nil, at: environment.uptime())
            (record.userID, record.username) = (done.user.id, SignInRecord.boundedName(done.user.username))
            return Entry(record: record, message: done.steps?.redacted)
        }
    }

    private var minute: Int { Int(environment.now().timeIntervalSince1970 / 60) }

    /// - Parameter standing: nil: of one that was accepted.
    private func keep(in pool: UserPool.ID, _ standing: RefusalStanding?, from address: String?, _ make: () -> Entry) {
        let (minute, network) = (minute, address.flatMap { ClientNetwork($0) })
        let isPlaced = state.withLock { state in
            guard state.waiting.count < Self.longestQueue, state.places.take(standing, in: pool, of: network, at: minute) else {
                state.leftOut[Window(pool: pool, outcome: standing.outcome), default: 0] += 1
                return false
            }
            return true
        }
        guard isPlaced else { return writeLater() }
        let entry = make()
        let begins = state.withLock { state in
            state.waiting.append(entry)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if begins { Task { await write() } }
    }

    /// Counts may wait for a record to go with, and not for ever.
    private func writeLater() {
        let begins = state.withLock { state in
            guard !state.isWriting, !state.isAwaited else { return false }
            state.isAwaited = true
            return true
        }
        guard begins else { return }
        Task {
            try? await Task.sleep(for: Self.patience)
            let begins = state.withLock { state in
                (state.isAwaited, state.areCountsDue) = (false, true)
                defer { state.isWriting = true }
                return !state.isWriting
            }
            if begins { await write() }
        }
    }

    /// Until nothing waits but counts that may wait on: in a flood there are new ones at every moment.
    private func write() async {
        while true {
            let (entries, leftOut, counts, idle) = state.withLock { state in
                let entries = Array(state.waiting.prefix(Self.atOnce))
                state.waiting.removeFirst(entries.count)
                var leftOut: [Window: Int] = [:]
                var counts: [SignInCount] = []
                if !entries.isEmpty || state.areCountsDue || !state.idle.isEmpty {
                    swap(&leftOut, &state.leftOut)
                    counts = state.counts.take(Self.atOnce)
                }
                state.areCountsDue = state.areCountsDue && counts.count == Self.atOnce
                var idle: [CheckedContinuation<Void, Never>] = []
                if entries.isEmpty, leftOut.isEmpty, counts.isEmpty {
                    state.isWriting = false
                    swap(&idle, &state.idle)
                }
                return (entries, leftOut, counts, idle)
            }
            for waiter in idle { waiter.resume() }
            guard !entries.isEmpty || !leftOut.isEmpty || !counts.isEmpty else { return countsWait() }
            let minute = Date(timeIntervalSince1970: TimeInterval(minute) * 60)
            // In one order, as the counts: no two servers wait for each other's rows.
            let omissions = leftOut.map { SignInOmission(poolID: $0.key.pool, outcome: $0.key.outcome, minute: minute, count: $0.value) }
                .sorted { ($0.poolID.text, $0.outcome.rawValue) < ($1.poolID.text, $1.outcome.rawValue) }
            let messages = entries.compactMap { entry in
                entry.record.provider.flatMap { entry.message?.sealed(for: entry.record, of: $0, with: sealer) }
            }
            do { try await store.insert(entries.map(\.record), messages, leftOut: omissions, counts: counts) } catch {
                if goesOn(after: error, entries.map(\.record), omissions, counts) { continue }
                return writeLater()
            }
            tellOfLost(nil)
        }
    }

    private func countsWait() {
        if state.withLock({ !$0.leftOut.isEmpty || !$0.counts.isEmpty }) { writeLater() }
    }

    /// The records are lost, and count as left out; numbers are added to those that are written next. What can never be written is not tried again, and
    /// neither is what may be written already: a number that is too small is told, one that is too large nobody could tell ([0109]).
    /// - Returns: whether the others are tried at once: somebody waits until each of them was.
    private func goesOn(after error: StoreError, _ records: [SignInRecord], _ omissions: [SignInOmission], _ counts: [SignInCount]) -> Bool {
        let isForNow = if case .unavailable = error { error != .outcomeUnknown } else { false }
        let (goesOn, idle) = state.withLock { state in
            state.lost.records += records.count
            if isForNow {
                for record in records { state.leftOut[Window(pool: record.poolID, outcome: record.outcome), default: 0] += 1 }
                for omission in omissions { state.leftOut[Window(pool: omission.poolID, outcome: omission.outcome), default: 0] += omission.count }
                for count in counts { state.counts.add(count) }
            } else {
                state.lost.leftOut += omissions.reduce(0) { $0 + $1.count }
                state.lost.counted += counts.reduce(0) { $0 + $1.count }
            }
            var idle: [CheckedContinuation<Void, Never>] = []
            let goesOn = !state.idle.isEmpty && !state.waiting.isEmpty
            if !goesOn {
                state.isWriting = false
                swap(&idle, &state.idle)
            }
            return (goesOn, idle)
        }
        tellOfLost(error)
        for waiter in idle { waiter.resume() }
        return goesOn
    }

    /// Once a minute, of all since the last time: of an outage the log is full anyway.
    /// - Parameter error: nil: they are written again.
    private func tellOfLost(_ error: StoreError?) {
        let minute = minute
        let lost = state.withLock { state in
            var lost = State.Lost()
            if error == nil || state.complained != minute { swap(&lost, &state.lost) }
            if error != nil { state.complained = minute }
            return lost
        }
        guard lost.records + lost.leftOut + lost.counted > 0 else { return }
        logger.warning(
            "records of sign-ins may be missing; the log has what they would say",
            metadata: [
                "records": "\(lost.records)", "left_out": "\(lost.leftOut)", "counted": "\(lost.counted)",
                "error": "\(error.map { "\($0)" } ?? "none any more")",
            ])
    }

    /// How many wait to be written.
    package var waiting: Int { state.withLock { $0.waiting.count } }

    /// Returns when everything that was kept so far is written, or could not be.
    package func finish() async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let (begins, isIdle) = state.withLock { state in
                guard state.isWriting || !state.waiting.isEmpty || !state.leftOut.isEmpty || !state.counts.isEmpty else { return (false, true) }
                state.idle.append(continuation)
                defer { state.isWriting = true }
                return (!state.isWriting, false)
            }
            if isIdle { continuation.resume() }
            if begins { Task { await write() } }
        }
    }
}
