import Administration
import Foundation
import Testing
import WireFormats

@testable import CountersignCommand

@Suite("Configuration as a file: what a file may be that nobody meant, refused with its line or read as it looks")
struct ConfigHostileTests {
    private func refusal(_ bytes: [UInt8]) -> String {
        do throws(ConfigError) {
            _ = try ConfigDocument(try ConfigYAML.read(bytes), ConfigReferences { _ in [] })
            return ""
        } catch { return error.problems.map { CommandFailure(ConfigError([$0]), in: "f").problems[0].message }.joined(separator: "\n") }
    }

    private func refusal(_ text: String) -> String { refusal(Array(text.utf8)) }

    /// A client of a pool, from line 4 on.
    private func client(_ lines: String) -> String { "version: 1\npools:\n - name: p\n   clients:\n   - client_name: c\n" + lines }

    private func text(_ document: String) throws -> String? {
        guard case .members(let members) = try ConfigYAML.read(Array(document.utf8)).content, case .text(let text) = members[0].value.content
        else { return nil }
        return text
    }

    @Test("merge keys, anchors of their own, aliases to nothing, tags and complex names")
    func beyond() {
        #expect(refusal(client("     <<: { enabled: true }\n")).hasPrefix("f:6:6: a client of pool 'p': there is no field '<<'."))
        #expect(refusal(client("     enabled: *other\n")).hasPrefix("f:6:15: It is no YAML: "))
        #expect(refusal("&a version: 1\n").hasPrefix("f:1:1: "))
        #expect(refusal("version: &a 1\npools: *a\n") == "f:2:8: An alias is not taken: write out what it stands for.")
        #expect(refusal("version: !!int 1\n") == "f:1:10: A tag is not taken.")
        #expect(refusal("? [version]\n: 1\n").hasSuffix(": A name is a text."))
        #expect(refusal("%YAML 1.2\n%TAG ! tag:example.com,2000:\n---\nversion: !x 1\n") == "f:4:10: A tag is not taken.")
    }

    @Test("tabs, line ends of other systems, and marks at the beginning")
    func blanks() throws {
        #expect(refusal("version: 1\npools:\n\t- name: p\n").hasPrefix("f:3:"))
        #expect(refusal("version: 1\r\npools:\r\n - name: p\r\n   nmae: q\r\n").hasPrefix("f:4:4: a pool: there is no field 'nmae'."))
        #expect(refusal("version: 1\rpools:\r - name: p\r   nmae: q\r").hasPrefix("f:4:4: a pool: there is no field 'nmae'."))
        #expect(refusal("\u{FEFF}version: 1\npools:\n - nmae: p\n").hasPrefix("f:3:4: "))
        #expect(
            refusal("{\n\t\"version\":1,\n\t\"pools\":[{\"name\":\"a\\/b\",\t\"nmae\":1}]\n}").hasPrefix("f:3:27: a pool: there is no field 'nmae'."))
        #expect(try text("a: |\r\n  x\r\n  y\r\n") == "x\ny\n")
    }

    @Test("what is no text: zero bytes, as they are and as an escape, control characters, and what is not UTF-8, each with its place")
    func bytes() {
        #expect(refusal("a: 1\nb: é\u{0}\n") == "f:2:5: It is no YAML: a character that no document may have.")
        #expect(refusal("a: 1\nb: \u{1B}[2J\n") == "f:2:4: It is no YAML: a character that no document may have.")
        #expect(refusal("a: 1\nb: x\u{FFFE}\n") == "f:2:5: It is no YAML: a character that no document may have.")
        #expect(refusal("a: 1\nb: \"x\\0\"\n") == "f:2:4: A text has no zero byte.")
        #expect(refusal("a: 1\n\"b\\0\": 1\n").hasSuffix("A name is a text."))
        #expect(refusal(Array("a: 1\nb: é".utf8) + [0xC3, 0x28]) == "f:2:5: The document is not UTF-8.")
        #expect(refusal([0xFF, 0xFE] + Array("a".utf8)) == "f:1:1: The document is not UTF-8.")
        // Half of a surrogate pair, and a longer way to write a letter, are no UTF-8.
        #expect(refusal(Array("a: ".utf8) + [0xED, 0xA0, 0x80]) == "f:1:4: The document is not UTF-8.")
        #expect(refusal(Array("a: ".utf8) + [0xC1, 0x81]) == "f:1:4: The document is not UTF-8.")
        #expect(refusal(Array(repeating: 0x20, count: ConfigYAML.limit + 1)) == "f: The document is larger than \(ConfigYAML.limit) bytes.")
    }

    @Test("documents without anything, and several of them")
    func documents() {
        for empty in ["", "\n", "# nothing\n", "\u{FEFF}"] { #expect(refusal(empty) == "f: The document is empty.", "\(empty)") }
        for nothing in ["---\n", "~", "null\n", "--- # nothing\n...\n"] {
            #expect(refusal(nothing).contains("the document is of another type."), "\(nothing): \(refusal(nothing))")
        }
        #expect(
            refusal("[]").hasPrefix("f:1:1: the document is of another type.") && refusal("a").hasPrefix("f:1:1: the document is of another type."))
        #expect(refusal("version: 1\n---\n").hasPrefix("f:2:1: It is no YAML"))
        #expect(refusal("version: 1\n...\npools: []\n").hasPrefix("f:3:1: It is no YAML"))
        #expect(refusal("--- {version: 1}\n--- {version: 1}\n").hasPrefix("f:2:1: It is no YAML"))
        #expect(refusal("version: 1\npools: []\n...\n") == "")
        #expect(refusal("%YAML 1.1\n---\nversion: 1\npools: []\n") == "")
    }

    @Test("words without quotes that are something else, where a text is wanted, are told with their place; others are what they look like")
    func words() throws {
        for word in ["0123", "7", "-1", "true", "False", "null", "~", "", "[a]", "{ a: b }"] {
            let told = refusal(client("     policy_uri: x\n     initiate_login_uri: y\n     client_id: \(word)\n"))
            #expect(told.hasPrefix("f:8:") && told.contains("client_id is of another type."), "\(word): \(told)")
        }
        for word in [
            "yes", "no", "on", "off", "y", "N", "1e3", "0x1F", "0o17", "1_000", "+1", "1.5", ".inf", "2001-12-14", "12:30:45", "Null1", "tRue",
        ] {
            #expect(try text("a: \(word)\n") == word)
        }
        // A number is one where one is wanted, and a text is none.
        for word in ["yes", "\"600\"", "1e3", "600.0", "99999999999999999999", "0x10", "10:00", "600s"] {
            #expect(refusal(client("     access_token_lifetime: \(word)\n")).hasPrefix("f:6:29: "), "\(word)")
        }
        for word in ["yes", "1", "\"true\"", "on", "~"] { #expect(refusal(client("     enabled: \(word)\n")).hasPrefix("f:6:"), "\(word)") }
        #expect(refusal(client("     no: 1\n")).hasPrefix("f:6:6: a client of pool 'p': there is no field 'no'."))
        #expect(refusal(client("     enabled: true\n     enabled: false\n")).contains("The name 'enabled' stands there twice."))
        #expect(refusal(client("     \"enabled\": true\n     'enabled': false\n")).contains("The name 'enabled' stands there twice."))
    }

    @Test("a file that is too large, and what is no file, are refused in a moment")
    func files() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            let large = folder.file("large.yaml")
            try folder.write("version: 1\n", to: "large.yaml")
            try FileHandle(forUpdating: URL(fileURLWithPath: large)).truncate(atOffset: 100 << 20)
            let told = try await binary.run("config", "plan", large)
            #expect(told.status == 1 && told.error.contains("file.too_large"), "\(told.error)")
            let none = try await binary.run("config", "plan", folder.file("none.yaml"))
            #expect(none.status == 1 && none.error.contains("file.cannot_read"), "\(none.error)")
        }
    }
}
