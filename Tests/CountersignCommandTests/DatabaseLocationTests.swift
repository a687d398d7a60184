import Foundation
import Glibc
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, --database: one place a user, never the current folder")
struct DatabaseLocationTests {
    @Test(
        "the default: root's place, else the data folder; a relative XDG_DATA_HOME is ignored (XDG Base Directory Specification)",
        arguments: [
            (0, [:], "/var/lib/countersign/countersign.db"), (0, ["XDG_DATA_HOME": "/x", "HOME": "/root"], "/var/lib/countersign/countersign.db"),
            (1000, ["XDG_DATA_HOME": "/data", "HOME": "/home/ada"], "/data/countersign/countersign.db"),
            (1000, ["XDG_DATA_HOME": "data", "HOME": "/home/ada"], "/home/ada/.local/share/countersign/countersign.db"),
            (1000, ["XDG_DATA_HOME": ""], "/home/from-passwd/.local/share/countersign/countersign.db"),
            (1000, ["HOME": "/"], "/.local/share/countersign/countersign.db"),
        ] as [(uid_t, [String: String], String)])
    func standard(user: uid_t, environment: [String: String], path: String) throws {
        let location = try #require(DatabaseLocation.standard(environment: environment, user: user, home: { _ in "/home/from-passwd" }))
        #expect(location.path == path && location.isDefault)
        #expect(DatabaseLocation.standard(environment: [:], user: 1000, home: { _ in nil }) == nil)
    }

    @Test(
        "one that was named is made absolute, so that messages mean the same everywhere",
        arguments: [
            ("sqlite:a.db", "sqlite:/here/a.db"), ("SQLITE:./a b.db", "sqlite:/here/a b.db"), ("sqlite:../a.db", "sqlite:/here/../a.db"),
            ("sqlite:/var/x.db", "sqlite:/var/x.db"), ("sqlite::memory:", "sqlite::memory:"), ("postgresql://u:p@h/db", "postgresql://u:p@h/db"),
        ])
    func named(url: String, expected: String) {
        let location = DatabaseLocation(url: url, folder: "/here")
        #expect(location.url == expected && !location.isDefault)
        #expect(!location.name.contains("u:p"))
    }

    @Test("a new database is announced with its absolute path, by every format; one that is there is not")
    func announced() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder, environment: ["COUNTERSIGN_DATABASE": "sqlite:new.db"])
            let made = try await binary.run("pool", "create", "staff", "--output", "json")
            #expect(made.status == 0 && made.error.hasPrefix("note: made a new database at \(folder.file("new.db"))\n"), "\(made.error)")
            #expect(try await !binary.run("pool", "create", "staff").error.contains("made a new database"))

            let refused = try await binary.run("pool", "create", "x", "--region", "a/b", "--database", "sqlite:other.db", "--output", "json")
            #expect(refused.status == 1 && refused.failure["notes"] as? [String] == ["made a new database at \(folder.file("other.db"))"])
        }
    }

    @Test(
        "a list where there is no database is refused, and names the place",
        arguments: [["pool", "list"], ["user", "list", "--pool", "local_nothing12"]])
    func noDatabase(words: [String]) async throws {
        try await TestFolder.with { folder in
            let none = try await Binary(folder: folder).run(words + ["--output", "json"])
            #expect(none.status == 1 && none.output.isEmpty && none.failure["error"] as? String == "storage.no_database")
            #expect((none.failure["message"] as? String)?.contains(folder.file("countersign.db")) == true)
            #expect(folder.names.allSatisfy { $0.hasPrefix(".") })
        }
    }

    @Test("the folders of the default place are made for their owner alone, those of a named one are the admin's")
    func folders() async throws {
        try await TestFolder.with { folder in
            let location = try #require(DatabaseLocation.standard(environment: ["XDG_DATA_HOME": folder.file("data")], user: 1000))
            try location.makeFolders()
            try location.makeFolders()
            #expect(try folder.mode(of: "data/countersign") == 0o700)
            try DatabaseLocation(url: "sqlite:" + folder.file("no/c.db")).makeFolders()
            #expect(folder.names == ["data"])
            try folder.write("", to: "file")
            let blocked = try #require(DatabaseLocation.standard(environment: ["XDG_DATA_HOME": folder.file("file")], user: 1000))
            #expect(throws: CommandFailure.self) { try blocked.makeFolders() }
        }
    }

    @Test("a database that an earlier version made in this folder is named, and no empty one takes its place")
    func leftBehind() async throws {
        try await TestFolder.with { folder in
            let location = try #require(DatabaseLocation.standard(environment: ["XDG_DATA_HOME": folder.file("data")], user: 1000))
            #expect(location.leftBehind(in: folder.path) == nil)
            try location.requireNothingLeftBehind(in: folder.path)
            let old = try folder.write("", to: "countersign.db")
            #expect(location.missing(in: folder.path).problems.first?.remedy.contains("--database sqlite:\(old)") == true)
            #expect(location.note(in: folder.path)?.contains(old) == true)
            let refused = #expect(throws: CommandFailure.self) { try location.requireNothingLeftBehind(in: folder.path) }
            #expect(refused?.problems.map(\.code) == ["storage.old_place"])
            // Named, or the default itself: then it is the one.
            #expect(DatabaseLocation(url: "sqlite:" + old).leftBehind(in: folder.path) == nil)
            try location.makeFolders()
            try FileManager.default.createSymbolicLink(atPath: folder.file("data/countersign/countersign.db"), withDestinationPath: old)
            #expect(location.leftBehind(in: folder.path) == nil)
        }
    }
}
