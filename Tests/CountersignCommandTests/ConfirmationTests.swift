import Foundation
import Testing

@testable import CountersignCommand

/// What the person at a terminal types decides; where nobody can be asked, nothing goes without --yes.
@Suite("Deletions are confirmed", .serialized)
struct ConfirmationTests {
    /// What is deleted, and the name that has to be typed.
    private struct Deletion {
        let noun: String
        let argument: String
        let name: String
        var isOfPool = true

        func words(in pool: String) -> [String] { [noun, "delete", argument] + (isOfPool ? ["--pool", pool] : []) }
    }

    @Test("on a terminal: another name, Ctrl-D and an empty line delete nothing (admin.not_confirmed), the name does")
    func typed() async throws {
        try await with { admin, deletions in
            for deletion in deletions {
                for line in ["\(deletion.name)x\n", "y\n", "\n", "\u{4}"] {
                    let (status, shown) = try await delete(deletion, at: admin, typing: line)
                    #expect(status == .exit(1) && shown.contains("error: admin.not_confirmed:"), "\(deletion.noun), \(line.debugDescription)")
                    #expect(try await isThere(deletion, at: admin), "\(deletion.noun), \(line.debugDescription)")
                }
                let (status, shown) = try await delete(deletion, at: admin, typing: deletion.name + "\n")
                #expect(status == .exit(0), "\(deletion.noun): \(shown)")
                #expect(try await !isThere(deletion, at: admin), "\(deletion.noun)")
            }
        }
    }

    @Test("without a terminal: refused, with a remedy, whatever stands on standard input; --yes deletes")
    func notTyped() async throws {
        try await with { admin, deletions in
            for deletion in deletions {
                let words = deletion.words(in: admin.pool)
                let refused = try await admin.binary.run(words + ["--output", "json"], input: deletion.name + "\n")
                #expect(refused.status == 1 && refused.output.isEmpty && refused.failure["error"] as? String == "admin.not_confirmed")
                #expect((refused.failure["remedy"] as? String)?.contains("--yes") == true)
                #expect(try await isThere(deletion, at: admin), "\(deletion.noun)")
                #expect(try await admin.binary.run(words + ["--yes"]).status == 0, "\(deletion.noun)")
                #expect(try await !isThere(deletion, at: admin), "\(deletion.noun)")
            }
        }
    }

    private func with(_ body: (LifeCycleTests.Admin, [Deletion]) async throws -> Void) async throws {
        try await LifeCycleTests().with { admin in
            #expect(try await admin.run("idp", "create", "saml", "corp", "--metadata-file", "idp.xml").status == 0)
            try await LifeCycleTests().signIn(admin, subjects: ["ada"])
            let made = try await admin.run("client", "create", "app", "--redirect-uri", "https://app.example.com/cb")
            let client = try #require(made.object["client_id"] as? String)
            #expect(try await admin.binary.run("pool", "update", admin.pool, "--no-deletion-protection").status == 0)
            try await body(
                admin,
                [
                    Deletion(noun: "user", argument: "corp_ada", name: "corp_ada"), Deletion(noun: "client", argument: client, name: client),
                    Deletion(noun: "idp", argument: "corp", name: "corp"),
                    Deletion(noun: "pool", argument: admin.pool, name: admin.pool, isOfPool: false),
                ])
        }
    }

    private func isThere(_ deletion: Deletion, at admin: LifeCycleTests.Admin) async throws -> Bool {
        let shown = try await admin.binary.run([deletion.noun, "show"] + deletion.words(in: admin.pool).dropFirst(2))
        return shown.status == 0
    }

    /// Runs the command at a terminal, and types when it asks for the name.
    private func delete(
        _ deletion: Deletion, at admin: LifeCycleTests.Admin, typing line: String
    ) async throws -> (ChildProcess.End, shown: String) {
        let terminal = try PseudoTerminal()
        let output = try admin.folder.write("", to: "output-" + UUID().uuidString)
        let process = try ChildProcess(
            Binary.path, deletion.words(in: admin.pool), environment: ["COUNTERSIGN_DATABASE": "sqlite:" + admin.folder.file("countersign.db")],
            folder: admin.folder.path, input: terminal.path, output: output, error: terminal.path)
        try await terminal.wait(for: "Type \(deletion.name) to delete it: ") { !process.isRunning }
        terminal.type(line)
        let end = await process.wait()
        terminal.read()
        return (end, String(decoding: terminal.shown, as: UTF8.self))
    }
}
