import Administration
import Foundation
import Testing
import WireFormats

@testable import CountersignCommand

@Suite("Configuration as a file: how it is read and written")
struct ConfigYAMLTests {
    @Test("documents that would grow, or go deep, are refused before they do")
    func hostile() throws {
        func refusal(_ text: String) -> String {
            do {
                _ = try ConfigYAML.read(Array(text.utf8))
                return ""
            } catch { return CommandFailure(error, in: "f").problems[0].message }
        }
        let laughs = "a: &a [x, x]\nb: &b [*a, *a]\n? [*b, *b]\n: 1\n"
        #expect(refusal(laughs) == "f:2:8: An alias is not taken: write out what it stands for.")
        #expect(refusal("a: &a x\n") == "f:1:4: An anchor is not taken: write out what it stands for.")
        #expect(refusal("a: !!binary eA==\n") == "f:1:4: A tag is not taken.")
        #expect(refusal("a: 1\n---\nb: 2\n").hasPrefix("f:2:1: It is no YAML"))
        #expect(refusal("") == "f: The document is empty.")
        #expect(refusal(String(repeating: "[", count: 100_000)).contains("It is no YAML"))
        #expect(refusal(String(repeating: "- ", count: 100_000) + "a").contains("It is no YAML"))
        #expect(refusal(String(repeating: "[", count: 900) + String(repeating: "]", count: 900)).hasSuffix("It has more than 32 levels."))
        #expect(refusal("a: \u{0}") != "" && refusal("a: [1\n").contains("f:2:"))
    }

    @Test("JSON's two escapes of one character are taken, in JSON alone; half of one is told with its line")
    func surrogates() throws {
        func text(_ document: String) throws -> String? {
            guard case .members(let members) = try ConfigYAML.read(Array(document.utf8)).content, case .text(let text) = members[0].value.content
            else { return nil }
            return text
        }
        #expect(try text(#"{"a": "x\ud83d\uDE00\u0041\n", "b": [true, -1.5e3, null]}"#) == "x\u{1F600}A\n")
        #expect(try text(#"{"a": "\\ud83d\\ude00"}"#) == #"\ud83d\ude00"#)
        // In YAML they are no escapes.
        #expect(try text(#"{a: '\ud83d\ude00'}"#) == #"\ud83d\ude00"#)
        #expect(try text("{\"a\": # \"\n 'x\\ud83d\\ude00'}") == #"x\ud83d\ude00"#)
        for half in [#"\ud83d"#, #"\ud83dx"#, #"\ude00\ud83d"#, #"\ud83d\u0041"#, #"\ud83d\ude0"#] {
            let error = #expect(throws: ConfigError.self) { try text("{\n\"b\": \"\\ud83d\\ude00\",\n\"a\": \"\(half)\"}") }
            #expect(error?.problems.first?.place?.line == 3, "\(half)")
        }
        // One that an export writes so, since a terminal would hide it.
        let hidden = "a\u{E0041}b"
        #expect(try text(JSONWriter.pretty(["a": .string(hidden)])).map { Array($0.utf8) } == Array(hidden.utf8))
    }

    @Test("what stands behind JSON's two escapes keeps its column; a byte order mark is no reason not to join them")
    func columns() throws {
        func places(_ document: String) throws -> [[Int]] {
            guard case .members(let members) = try ConfigYAML.read(Array(document.utf8)).content else { return [] }
            return members.map { member in [member.place?.line ?? 0, member.place?.column ?? 0, member.value.place?.column ?? 0] }
        }
        let (pair, plain) = (#"\ud83d\ude00"#, #"012345678901"#)
        func document(_ text: String) -> String { "{\"é\": \"\(text)é\(text)\", \"b\": 1,\n \"c\": \"\(text)\", \"d\": 2}" }
        let expected = try places(document(plain))
        #expect(expected.count == 4)
        #expect(try places(document(pair)) == expected)
        #expect(try places("\u{FEFF}" + document(pair)) == expected)
        let error = #expect(throws: ConfigError.self) { try places("{\"a\": \"\(pair)\", \"b\": \"\\ud83d\"}") }
        let other = #expect(throws: ConfigError.self) { try places("{\"a\": \"\(plain)\", \"b\": \"\\ud83d\"}") }
        #expect(error?.problems.first?.place != nil && error?.problems.first?.place == other?.problems.first?.place)
    }

    @Test("what is written as YAML is read as the same: words that mean something, signs, lines and letters")
    func texts() throws {
        let texts = [
            "true", "no", "null", "~", "12", "-3", "1e3", "0x1f", "a: b", "a #b", "- a", "*a", "&a", "!a", "%a", "@a", "'", "\"", "\\", "\n", " a ",
            "",
            "Åsa", "👩‍💻", "\u{85}\u{2028}", "\t", "https://a.example/?x=1&y=2", "#0b57d0", "urn:ietf:params:oauth:grant-type:device_code", "{a}", "[a]",
            "2001-01-01", "\u{1F600}\u{E0041}\u{10FFFD}", "=", "<<", "a:", "?", "|", ">",
        ]
        for text in texts {
            let yaml = ConfigText.yaml(.init(.members([.init("a", .init(.list([.init(.members([.init(text, .init(.text(text)))]))])))])))
            guard case .members(let members) = try ConfigYAML.read(Array(yaml.utf8)).content, case .list(let values) = members[0].value.content,
                case .members(let inner) = values[0].content, case .text(let read) = inner[0].value.content
            else {
                Issue.record("\(yaml)")
                continue
            }
            #expect(Array(read.utf8) == Array(text.utf8) && Array(inner[0].name.utf8) == Array(text.utf8), "\(yaml)")
        }
    }
}
