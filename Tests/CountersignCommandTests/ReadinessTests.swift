import Administration
import Foundation
import Storage
import Synchronization
import Testing
import UserPools

@testable import CountersignCommand

@Suite("CONTRACT, /readyz: the database takes a write, a key opens")
struct ReadinessTests {
    private func composition(_ folder: TestFolder) async throws -> Composition {
        let configuration = try GatewayConfiguration(flags: [.database: "sqlite:" + folder.file("c.db")], file: nil, environment: [:])
        return try await Composition.open(configuration, whereAbsent: .make)
    }

    @Test(
        "without a pool, and with one, it can work; what another master key sealed is not ready, nor is a database that is closed or takes no write")
    func states() async throws {
        try await TestFolder.with { folder in
            let composition = try await composition(folder)
            #expect(await composition.isReady())
            _ = try await composition.administration.perform(CreatePool(name: "staff", domain: nil, signingAlgorithm: "ES256", region: "local"))
            #expect(await composition.isReady())
            let database = try await SQLiteDatabase.open(path: folder.file("c.db"))
            _ = try await database.transaction { connection throws(StoreError) in
                .commit(try connection.execute("UPDATE signing_keys SET sealed_private_key = x'00'", []))
            }
            await database.close()
            #expect(await !composition.isReady())
            // Case 135: one pool whose keys do not open stops nobody else.
            _ = try await composition.administration.perform(CreatePool(name: "others", domain: nil, signingAlgorithm: "ES256", region: "local"))
            #expect(await composition.isReady())
            await composition.storage.close()
            #expect(await !composition.isReady())
            try await refuseWrites(folder, true)
            let stuck = try await self.composition(folder)
            #expect(await !stuck.isReady())
            try await refuseWrites(folder, false)
            #expect(await stuck.isReady())
            await stuck.storage.close()
            let again = try await self.composition(folder)
            #expect(await again.isReady())
            await again.storage.close()
        }
    }

    /// As a full disk does: what is there can still be read.
    private func refuseWrites(_ folder: TestFolder, _ refuse: Bool) async throws {
        let database = try await SQLiteDatabase.open(path: folder.file("c.db"))
        let full: SQL =
            "CREATE TRIGGER full BEFORE INSERT ON installation_settings WHEN new.name = 'probe' BEGIN SELECT RAISE(ABORT, 'full'); END"
        _ = try await database.transaction { connection throws(StoreError) in
            .commit(try connection.execute(refuse ? full : "DROP TRIGGER full", []))
        }
        await database.close()
    }

    @Test("a thousand who ask at once are one check, and who asks soon after is told what it found")
    func shared() async {
        let checks = Atomic(0)
        let readiness = Readiness(patience: .seconds(600), memory: .seconds(600)) {
            checks.add(1, ordering: .relaxed)
            try? await Task.sleep(for: .milliseconds(50))
            return true
        }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<1_000 { group.addTask { await readiness.isReady() } }
            for await isReady in group { #expect(isReady) }
        }
        #expect(await readiness.isReady())
        #expect(checks.load(ordering: .relaxed) == 1)
    }

    @Test("a check that hangs is no, in time")
    func hangs() async {
        let readiness = Readiness(patience: .milliseconds(50)) {
            try? await Task.sleep(for: .seconds(30))
            return true
        }
        // Whoever had waited for it would hear yes.
        #expect(await !readiness.isReady())
    }
}
