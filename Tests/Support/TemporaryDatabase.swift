import Foundation
package import Storage

/// A new database with every table, in a folder of its own that goes with it.
///
/// What is tested over it is what the stores are told and what they answer, not the disk: it is a copy of one that was made once, and it lies in memory
/// where the system has a place for that.
package struct TemporaryDatabase: Sendable {
    package let path: String

    /// How many tests have one at the same time. Every test of a process begins at once, and with a database each they would only wait for one another.
    package static let maximum = 8
    private static let places = Places(maximum)
    /// One that has its place needs none for another database: of those who have one and wait for another, each would wait for the others.
    @TaskLocal private static var hasPlace = false

    private static let root =
        FileManager.default.isWritableFile(atPath: "/dev/shm") ? URL(fileURLWithPath: "/dev/shm") : FileManager.default.temporaryDirectory

    private static let template = Task {
        try await inFolder { folder in
            let path = folder.appendingPathComponent("template.db").path
            try await SQLiteDatabase.open(path: path).close()
            return try Data(contentsOf: URL(fileURLWithPath: path))
        }
    }

    /// The database, and how to close it before `body` has ended, as an outage does.
    package static func with(
        _ body: (_ database: any SQLDatabase, _ close: @escaping @Sendable () async -> Void) async throws -> Void
    ) async throws {
        try await with { file in
            let database = try await file.open()
            do {
                try await body(database, database.close)
                await database.close()
            } catch {
                await database.close()
                throw error
            }
        }
    }

    /// The file, for several connections.
    package static func with<Value>(_ body: (TemporaryDatabase) async throws -> Value) async throws -> Value {
        guard !hasPlace else { return try await withFile(body) }
        await places.enter()
        do {
            let value = try await $hasPlace.withValue(true) { try await withFile(body) }
            places.leave()
            return value
        } catch {
            places.leave()
            throw error
        }
    }

    private static func withFile<Value>(_ body: (TemporaryDatabase) async throws -> Value) async throws -> Value {
        let content = try await template.value
        return try await inFolder { folder in
            let path = folder.appendingPathComponent("countersign.db").path
            try content.write(to: URL(fileURLWithPath: path))
            return try await body(TemporaryDatabase(path: path))
        }
    }

    package func open() async throws -> SQLiteDatabase { try await SQLiteDatabase.open(path: path) }

    private static func inFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
        let folder = root.appendingPathComponent("countersign-test-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }
}
