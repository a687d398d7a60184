import ArgumentParser
import Foundation
import Testing
import WireFormats

@testable import CountersignCommand

@Suite("Answers on a terminal and elsewhere", .serialized)
struct TerminalTests {
    private let uris = (1...3).map { "https://app.example.com/" + String(repeating: "a", count: 50) + "/\($0)" }

    private func with(_ body: (LifeCycleTests.Admin) async throws -> Void) async throws {
        try await LifeCycleTests().with { admin in
            let words = ["client", "create", "my app", "--pool", admin.pool] + uris.flatMap { ["--redirect-uri", $0] }
            #expect(try await admin.binary.run(words).status == 0)
            try await body(admin)
        }
    }

    @Test("standard output that is no terminal: a row is a line, and nothing in it is broken")
    func pipe() async throws {
        try await with { admin in
            let list = try await admin.binary.run("client", "list", "--pool", admin.pool).output.split(separator: "\n")
            #expect(list.count == 2 && list.last?.hasSuffix(uris.joined(separator: " ")) == true)
            try await LifeCycleTests().with { other in
                #expect(try await other.run("idp", "create", "saml", "corp", "--metadata-file", "idp.xml").status == 0)
                let subject = String(repeating: "long", count: 30)
                try await LifeCycleTests().signIn(other, subjects: [subject])
                #expect(try await other.binary.run("user", "list", "--pool", other.pool).output.contains("corp_\(subject)  "))
            }
        }
    }

    @Test(
        "a terminal: as wide as it says, COLUMNS before that (POSIX, XBD §8.3), never below 60; 80 where nobody says",
        arguments: [(100, nil, 100), (100, "70", 70), (40, nil, 60), (0, nil, 80), (100, "x", 100), (100, "0", 100)] as [(UInt16, String?, Int)])
    func terminal(columns: UInt16, variable: String?, expected: Int) async throws {
        try await with { admin in
            let terminal = try PseudoTerminal(columns: columns)
            var environment = ["COUNTERSIGN_DATABASE": "sqlite:" + admin.folder.file("countersign.db")]
            environment["COLUMNS"] = variable
            let process = try ChildProcess(
                Binary.path, ["client", "list", "--pool", admin.pool], environment: environment, folder: admin.folder.path, input: nil,
                output: terminal.path, error: terminal.path)
            #expect(await process.wait() == .exit(0))
            terminal.read()
            let lines = String(decoding: terminal.shown, as: UTF8.self).split(whereSeparator: \.isNewline)
            #expect(lines.map { Printable.width(String($0)) }.max() == expected, "\(lines)")
        }
    }

    @Test("no line of any help is longer than 80 columns")
    func help() async throws {
        try await TestFolder.with { folder in
            let paths = Self.paths(Countersign.self, [])
            try #require(paths.count > 35)
            for path in paths {
                let help = try await Binary(folder: folder).run(path + ["--help"])
                #expect(help.status == 0 && help.output.contains("USAGE: countersign"), "\(path)")
                #expect(help.output.split(separator: "\n").filter { Printable.width(String($0)) > 80 } == [], "\(path)")
            }
            let refused = try await Binary(folder: folder).run("pool", "create")
            #expect(refused.status == 64 && refused.error.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 })
        }
    }

    private static func paths(_ command: any ParsableCommand.Type, _ path: [String]) -> [[String]] {
        [path] + command.configuration.subcommands.flatMap { paths($0, path + [$0._commandName]) }
    }
}
