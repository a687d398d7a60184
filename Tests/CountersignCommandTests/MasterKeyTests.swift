import Administration
import Foundation
import Gateway
import Storage
import Testing
import UserPools
import WireFormats

@testable import CountersignCommand

@Suite("CONTRACT, --master-key-file")
struct MasterKeyTests {
    private static func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }

    @Test("made at first use: 32 bytes, mode 0600, nothing else left behind")
    func firstUse() async throws {
        try await TestFolder.with { folder in
            #expect(try MasterKeyFile.read(folder.file("key")) == nil)
            let key = try MasterKeyFile.make(folder.file("key"), random: Self.random)
            #expect(key.reveal().count == 32)
            #expect(try MasterKeyFile.read(folder.file("key"))?.reveal() == key.reveal())
            #expect(try folder.mode(of: "key") == 0o600)
            #expect(folder.names == ["key"])
            #expect(try MasterKeyFile.make(folder.file("key"), random: Self.random).reveal() == key.reveal())
        }
    }

    @Test("many that make it at once agree on one key")
    func race() async throws {
        try await TestFolder.with { folder in
            let path = folder.file("key")
            let keys = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<32 { group.addTask { try MasterKeyFile.make(path, random: Self.random).reveal() } }
                return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
            }
            #expect(keys.count == 1)
            #expect(folder.names == ["key"])
        }
    }

    @Test("a key that others may read or change is refused", arguments: [0o640, 0o604, 0o620, 0o610, 0o777])
    func readableByOthers(mode: Int) async throws {
        try await TestFolder.with { folder in
            let path = try folder.write(Self.random(32), to: "key", mode: mode)
            #expect(throws: MasterKeyError.readableByOthers(path: path, mode: UInt32(mode))) { try MasterKeyFile.read(path) }
        }
    }

    @Test("a key of another length is refused", arguments: [0, 16, 31, 33, 64, 5000])
    func length(count: Int) async throws {
        try await TestFolder.with { folder in
            let path = try folder.write(Self.random(count), to: "key")
            #expect(throws: MasterKeyError.wrongLength(path: path, count: count)) { try MasterKeyFile.read(path) }
        }
    }

    @Test("a folder that is not there is an error, and so is a folder in place of the file")
    func noFolder() async throws {
        try await TestFolder.with { folder in
            #expect(throws: MasterKeyError.cannotMake(path: folder.file("no/key"), reason: "no such file or directory")) {
                try MasterKeyFile.make(folder.file("no/key"), random: Self.random)
            }
            #expect(throws: MasterKeyError.cannotRead(path: folder.path, reason: "it is not a file")) { try MasterKeyFile.read(folder.path) }
        }
    }

    private func configuration(_ folder: TestFolder) throws -> GatewayConfiguration {
        try GatewayConfiguration(flags: [.database: "sqlite:" + folder.file("c.db")], file: nil, environment: [:])
    }

    private func makePool(_ folder: TestFolder) async throws {
        let composition = try await Composition.open(configuration(folder), whereAbsent: .make)
        _ = try await composition.administration.perform(CreatePool(name: "staff", domain: nil, signingAlgorithm: "ES256", region: "local"))
        await composition.storage.close()
    }

    @Test("the database has sealed keys and the file is missing: no new key is made")
    func missing() async throws {
        try await TestFolder.with { folder in
            try await makePool(folder)
            try FileManager.default.removeItem(atPath: folder.file("c.db.master-key"))
            await #expect(throws: MasterKeyError.missing(path: folder.file("c.db.master-key"))) {
                try await Composition.open(configuration(folder), whereAbsent: .refuse)
            }
            #expect(!folder.names.contains("c.db.master-key"))
        }
    }

    @Test("another master key than the database's is named as that, before anything is written; one of which no name is known opens no key")
    func otherKey() async throws {
        try await TestFolder.with { folder in
            try await makePool(folder)
            let path = folder.file("c.db.master-key")
            let known = try Sealer(masterKey: try #require(try MasterKeyFile.read(path))).masterKeyID
            let other = Self.random(32)
            try folder.write(other, to: "c.db.master-key")
            let seen = try Sealer(masterKey: SecretBytes(Array(other))).masterKeyID
            let refusal = MasterKeyError.other(path: path, expected: known, seen: seen)
            #expect(refusal.code == "master_key.other" && refusal.expected?.contains(known) == true && refusal.seen?.contains(seen) == true)
            for absence in [Composition.Absence.refuse, .make] {
                await #expect(throws: refusal) { try await Composition.open(configuration(folder), whereAbsent: absence) }
            }
            // As a database from before has it: then a key that does not open says it.
            let database = try await SQLiteDatabase.open(path: folder.file("c.db"))
            _ = try await database.transaction { connection throws(StoreError) in
                .commit(try connection.execute("DELETE FROM installation_settings", []))
            }
            await database.close()
            await #expect(throws: KeyRingError.seal(.notOpened)) { try await Composition.open(configuration(folder), whereAbsent: .make) }
        }
    }

    @Test("the file is missing and the database names a master key: no new one is made, though no pool has a key")
    func missingWithoutKeys() async throws {
        try await TestFolder.with { folder in
            await (try await Composition.open(configuration(folder), whereAbsent: .make)).storage.close()
            try FileManager.default.removeItem(atPath: folder.file("c.db.master-key"))
            await #expect(throws: MasterKeyError.missing(path: folder.file("c.db.master-key"))) {
                try await Composition.open(configuration(folder), whereAbsent: .make)
            }
        }
    }

    @Test("a database that is not there is not made by a command that only asks")
    func noDatabase() async throws {
        try await TestFolder.with { folder in
            await #expect(throws: CommandFailure.self) { try await Composition.open(configuration(folder), whereAbsent: .refuse) }
            #expect(folder.names.isEmpty)
        }
    }
}
