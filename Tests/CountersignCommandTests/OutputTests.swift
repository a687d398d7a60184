import Foundation
import Gateway
import Glibc
import Logging
import Testing
import TokenVerifier
import WireFormats

@testable import CountersignCommand

@Suite("What a terminal shows")
struct OutputTests {
    @Test(
        "columns are counted as a terminal does",
        arguments: [
            ("abc", 3), ("é", 1), ("e\u{301}", 1), ("東京", 4), ("ｱ", 1), ("Ａ", 2), ("한국어", 6), ("🙂", 2), ("👩‍👩‍👧", 2), ("❤️", 2), ("", 0), ("Ω", 1),
            ("、", 2),
        ])
    func width(text: String, expected: Int) { #expect(Printable.width(text) == expected) }

    @Test("columns stand under each other, with wide characters too")
    func aligned() {
        var table = Table([.init(title: "NAME"), .init(title: "X")])
        table.append("東京", "1")
        table.append("abcdef", "2")
        #expect(table.text(orIfEmpty: "") == "NAME    X\n東京    1\nabcdef  2\n")
    }

    @Test("a table fits 80 columns; what must be copied stays whole")
    func fits() {
        var table = Table([.init(title: "ID", isWhole: true), .init(title: "ADDRESS"), .init(title: "NOTE")])
        let id = String(repeating: "i", count: 36)
        table.append(id, "https://idp.example.com/" + String(repeating: "a", count: 120), "some words that go on and on and on and on")
        let lines = table.text(orIfEmpty: "", width: 80).split(separator: "\n")
        #expect(lines.allSatisfy { Printable.width(String($0)) <= 80 })
        #expect(table.text(orIfEmpty: "", width: nil).split(separator: "\n").count == 2, "a row a line")
        #expect(lines.contains { $0.hasPrefix(id + "  ") })
        #expect(lines.count > 3)
    }

    @Test("a table without rows says so")
    func empty() { #expect(Table([.init(title: "ID")]).text(orIfEmpty: "None.") == "None.\n") }

    @Test("a field's address is never broken, its sentence is")
    func fields() {
        var fields = FieldList()
        let address = "https://idp.example.com/" + String(repeating: "a", count: 90)
        fields.append("address", address)
        fields.append("sentence", String(repeating: "word ", count: 30))
        fields.append("nothing", String?.none)
        fields.append("list", ["a", "b"])
        let lines = fields.text(width: 80).split(separator: "\n").map(String.init)
        #expect(lines[0] == "address   " + address)
        #expect(lines.dropFirst().allSatisfy { $0.count <= 80 })
        #expect(lines.suffix(2) == ["list      a", "          b"])
    }

    @Test(
        "what a terminal would obey is shown, not sent",
        arguments: ["a\u{1B}[31mb", "a\rb", "a\u{9B}b", "a\u{202E}b", "a\u{2028}b", "a\u{7F}b"])
    func controls(text: String) {
        let shown = Printable.line(text)
        #expect(shown.hasPrefix("a\\u{") && shown.hasSuffix("b"))
        let json = JSONWriter.quoted(text)
        #expect(json.hasPrefix("\"a\\u") && json.hasSuffix("b\""))
        #expect((try? JSONParser.parse(Array(json.utf8)))?.string == text)
    }

    @Test("JSON is written so that it reads back as it was")
    func json() throws {
        let object: JSONObject = [
            "text": "a\"b\\c\nd\tü🙂", "number": 5, "fraction": .number(0.5), "flag": true, "nothing": .null, "list": ["a", [:], []],
        ]
        #expect(try JSONParser.parseObject(Array(JSONWriter.pretty(.object(object)).utf8)) == object)
        #expect(try JSONParser.parseObject(Array(JSONWriter.line(object).utf8)) == object)
        #expect(!JSONWriter.line(object).contains("\n"))
    }

    @Test("an error is two or three lines, or one JSON object")
    func failure() throws {
        let failure = CommandFailure(code: "a.b", message: "It is\nbroken.", expected: "this", seen: "that", remedy: "Mend it.")
        #expect(Output.text(failure) == "error: a.b: It is\\u{a}broken.\n  expected this, seen that\n  remedy: Mend it.\n")
        let short = CommandFailure(code: "a.b", message: "Broken.", remedy: "Mend it.")
        #expect(Output.text(short) == "error: a.b: Broken.\n  remedy: Mend it.\n")
        #expect(Output.document(short).names == ["error", "message", "remedy"])
        let two = CommandFailure(try #require(short.problems.first), failure.problems, status: 64)
        #expect(Output.document(two)["problems"]?.array?.count == 2)
    }

    @Test("an error of others is told by its type alone")
    func foreignError() {
        struct Foreign: Error { let secret = "hunter2" }
        let failure = CommandFailure(any: Foreign())
        #expect(failure.problems.first?.code == "internal")
        #expect(!Output.text(failure).contains("hunter2"))
    }

    @Test(
        "the nearest name is offered, and nothing far away",
        arguments: [
            ("crop", ["corp", "okta"], "corp"), ("Corp", ["corp"], "corp"), ("local_4fGh2kQ9y", ["local_4fGh2kQ9x"], "local_4fGh2kQ9x"),
            ("lst", ["list"], "list"),
            ("zzz", ["corp"], nil), ("", ["corp"], nil), ("corp", [], nil),
        ] as [(String, [String], String?)])
    func suggestion(name: String, candidates: [String], expected: String?) { #expect(Suggestion.nearest(to: name, in: candidates) == expected) }

    @Test("the command that was meant is offered")
    func commandPath() {
        #expect(Countersign.commandPath(["pool", "lst", "--output", "json"]).hint == "Did you mean: countersign pool list --output json")
        #expect(
            Countersign.commandPath(["pool", "lst", "--database", "sqlite:a b"]).hint == "Did you mean: countersign pool list --database 'sqlite:a b'"
        )
        for words in [["--database", "postgresql://u:hunter2@h/db"], ["--database=postgresql://u:hunter2@h/db"]] {
            let hint = Countersign.commandPath(["pool", "lst"] + words).hint
            #expect(
                hint == "Did you mean: countersign pool list " + words.joined(separator: " ").replacing("postgresql://u:hunter2@h/db", with: "URL"))
        }
        #expect(Countersign.commandPath(["idp", "create", "saml", "corp"]).path == "countersign idp create saml")
        #expect(Countersign.commandPath(["user", "sign-out", "x"]).hint == nil)
    }

    @Test("an answer that cannot be written is none: status 1, and it is said (/dev/full)")
    func lost() async throws {
        try await LifeCycleTests().with { admin in
            let error = try admin.folder.write("", to: "error")
            let process = try ChildProcess(
                Binary.path, ["pool", "list", "--output", "json"],
                environment: ["COUNTERSIGN_DATABASE": "sqlite:" + admin.folder.file("countersign.db")],
                folder: admin.folder.path, input: nil, output: "/dev/full", error: error)
            #expect(await process.wait() == .exit(1))
            #expect(try JSONParser.parseObject(Array(admin.binary.text("error").utf8))["error"] == "output.lost")
        }
    }

    @Test("where the open file does not wait, the writer does; a log waits for so long only")
    func waiting() async throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
        defer { close(ends[0]) }
        let text = String(repeating: "x", count: 200_000), (reader, writer) = (ends[0], ends[1])
        #expect(!Output.write(text, to: writer, patience: 1))
        let written = Task.detached { Output.write(text, to: writer) && close(writer) == 0 }
        // What the first attempt left is there, too.
        var (count, chunk) = (0, [UInt8](repeating: 0, count: 65_536))
        while case let part = read(reader, &chunk, chunk.count), part > 0 { count += part }
        #expect(await written.value && count >= 200_000)
    }

    @Test("what is printed to be pasted is quoted: a provider chooses names, a folder can be called anything")
    func pasted() async throws {
        try await LifeCycleTests().with { admin in
            #expect(try await admin.run("idp", "create", "saml", "corp", "--metadata-file", "idp.xml").status == 0)
            try await LifeCycleTests().signIn(admin, subjects: ["a'; rm -rf $HOME", "b"])
            let page = try await admin.binary.run("user", "list", "--pool", admin.pool, "--limit", "1")
            #expect(page.error.contains(#"--after 'corp_a'\''; rm -rf $HOME'"#), "\(page.error)")
        }
        #expect(MasterKeyError.readableByOthers(path: "a b;c", mode: 0o644).remedy == "Run: chmod 600 -- 'a b;c'")
        #expect(InputFile.absolute("key", folder: "/a b") == "/a b/key" && InputFile.absolute("/key") == "/key")
    }

    @Test("notes are on standard error, for programs as for people")
    func notes() async throws {
        try await LifeCycleTests().with { admin in
            let made = try await admin.run("client", "create", "app", "--redirect-uri", "https://app.example.com/cb", "--confidential")
            #expect(made.status == 0 && made.object["client_secret"] != nil && made.error.hasPrefix("note: "))
        }
    }
}
