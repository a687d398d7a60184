import Foundation
import TestSupport
import Testing
import WireFormats

@Suite("RFC 8259: JSON, read strictly")
struct JSONParserTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

    @Test("§3: each kind of value, with its exact type")
    func values() throws {
        let value = try parse(#" {"a":[null,true,false,-0,12,1.5,1e3,-9223372036854775808],"b":{"c":"d"}} "#)
        #expect(value.object?["a"]?.array == [.null, true, false, 0, 12, .number(1.5), .number(1000), .integer(Int.min)])
        #expect(value.object?["b"]?.object?["c"]?.string == "d")
        #expect(value.object?.names == ["a", "b"])
    }

    @Test("§6: 1e3 and 1.0 are numbers but no integers; what no 64-bit integer holds is no integer")
    func integers() throws {
        #expect(try parse("1e3").integer == nil)
        #expect(try parse("1.0").integer == nil)
        #expect(try parse("9223372036854775808") == .number(9223372036854775808))
        #expect(try parse("9223372036854775807") == .integer(Int.max))
    }

    @Test("§7: escapes, surrogate pairs and plain UTF-8")
    func strings() throws {
        #expect(try parse(#""\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00é""#).string == "\"\\/\u{8}\u{c}\n\r\tAé😀é")
    }

    @Test(
        "the grammar and the limits refuse",
        arguments: [
            "", " ", "{", "[", "]", "{}x", "{} {}", "{\"a\":1,}", "[1,]", "{a:1}", "{'a':1}", "\u{FEFF}{}", "01", "-", "+1", ".5", "1.", "1e", "1e+",
            "0x1",
            "NaN", "Infinity", "1e400", "-1e400", "tru", "nulL", "True", "\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u123g\"", "\"\\ud800\"",
            "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\u0000\"", "\"a\nb\"", "\"\u{1}\"", "{\"a\" 1}", "{\"a\":}", "{1:2}", "[1 2]", "//x\n1",
            #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"x":{"a":1,"b":2,"a":1}}"#,
        ])
    func refused(text: String) { #expect(throws: JSONParser.Refused.self) { try parse(text) } }

    @Test("bytes that are not UTF-8 are refused", arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]])
    func notUTF8(bytes: [UInt8]) { #expect(throws: JSONParser.Refused.self) { try JSONParser.parse([0x22] + bytes + [0x22]) } }

    @Test("case 84: depth 10,000, 10,000 members and 100,000 values are refused, each in less than 20 ms")
    func bombs() {
        let bombs = [
            String(repeating: "[", count: 10_000), String(repeating: #"{"a":"#, count: 10_000),
            "{" + (0..<10_000).map { "\"k\($0)\":0" }.joined(separator: ",") + "}", "[" + String(repeating: "0,", count: 100_000) + "0]",
        ]
        for bomb in bombs {
            let seconds = processorSeconds { #expect(throws: JSONParser.Refused.self) { try parse(bomb) } }
            #expect(seconds < cheap)
        }
    }

    @Test("UAX #15 §13: a long run of combining marks, which takes minutes to compare, is refused at once, as it stands or escaped (case 84)")
    func marks() throws {
        let escaped = String(repeating: "\\u0301\\u0316", count: 20_000)
        for text in ["\"x\(String(repeating: "\u{301}\u{316}", count: 20_000))\"", "\"x\(escaped)\"", "{\"x\(escaped)\":1}"] {
            let seconds = processorSeconds { #expect(throws: JSONParser.Refused.self) { try parse(text) } }
            #expect(seconds < cheap)
        }
        #expect(try parse("\"Zoe\u{301}\"").string?.utf8.count == 5)
    }

    @Test("objects are equal whatever the order of their members; literals keep their order")
    func objects() {
        let object: JSONObject = ["b": 1, "a": "x"]
        #expect(object == ["a": "x", "b": 1])
        #expect(object.names == ["b", "a"])
        #expect(object != ["a": "x", "b": 2])
    }
}

/// Processor seconds that a refusal may take: a debug build is some 50 times slower than a release build.
#if DEBUG
    private let cheap = 1.0
#else
    private let cheap = 0.02
#endif
