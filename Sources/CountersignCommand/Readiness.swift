import Gateway
import Storage
import UserPools

/// Whether this server can do its work: the database takes a write, and a key opens.
///
/// Anybody may ask. So one check serves all who ask while it runs, and what it found stands for a moment.
actor Readiness {
    /// Longer than this nobody waits, whatever hangs; the check goes on.
    private let patience: Duration
    private let memory: Duration
    private let check: @Sendable () async -> Bool
    private var running: Task<Bool, Never>?
    private var found: (isReady: Bool, at: ContinuousClock.Instant)?

    init(patience: Duration = .seconds(5), memory: Duration = .seconds(1), check: @escaping @Sendable () async -> Bool) {
        self.patience = patience
        self.memory = memory
        self.check = check
    }

    func isReady() async -> Bool {
        if let found, ContinuousClock.now - found.at < memory { return found.isReady }
        let check = running ?? begin()
        let (answers, answer) = AsyncStream.makeStream(of: Bool.self)
        let whenFound = Task<Void, Never> {
            let isReady = await check.value
            answer.yield(isReady)
        }
        let whenTooLate = Task<Void, Never> { [patience] in
            try? await Task.sleep(for: patience)
            answer.yield(false)
        }
        defer {
            whenFound.cancel()
            whenTooLate.cancel()
        }
        for await isReady in answers { return isReady }
        return false
    }

    private func begin() -> Task<Bool, Never> {
        let task = Task {
            let isReady = await check()
            found = (isReady, .now)
            running = nil
            return isReady
        }
        running = task
        return task
    }
}

extension Composition {
    /// More pools than these nobody tries.
    private static let maximumPools = 100

    /// Throws where no key of any pool opens: the master key is another one. A pool whose keys do not open stops neither the others nor the command
    /// line (case 135).
    static func openKeys(_ stores: Stores, _ keyRing: KeyRing) async throws {
        try await keyRing.openAny(of: Array(try await stores.pools.list().prefix(maximumPools)))
    }

    /// Nothing that the server keeps in memory counts: the key is read and opened.
    func isReady() async -> Bool {
        do {
            try await storage.stores.installation.probe(at: environment.now())
            try Self.requireMasterKey(try await storage.stores.installation.find().masterKeyID, sealer, configuration.masterKeyFile)
            try await Self.openKeys(storage.stores, KeyRing(store: storage.stores.keys, sealer: sealer, environment: environment))
            return true
        } catch { return false }
    }
}
