import Dispatch
import Foundation
import Gateway
import Glibc
import Logging
import Testing
import WireFormats

@testable import CountersignCommand

@Suite("The log")
struct LogLineTests {
    private func line(_ format: GatewayConfiguration.LogFormat, _ message: String, _ fields: [(name: String, value: String)]) -> String {
        let line = LogLine(.warning, message, fields)
        let now = Date(timeIntervalSince1970: 1_700_000_000.25)
        return format == .json ? line.json(at: now) : line.text(at: now, isColoured: false)
    }

    @Test("text: one line, values with blanks in quotes, nothing that a terminal obeys")
    func text() {
        let text = line(.text, "a\nb", [("path", "/x"), ("reason", "two words"), ("evil", "x\u{1B}[2Jy\nz")])
        #expect(text == #"2023-11-14T22:13:20.250Z warning  a\u{a}b path=/x reason="two words" evil="x\u001b[2Jy\nz""#)
    }

    @Test("json: one object a line; a field never takes the place of ours")
    func json() throws {
        let text = line(.json, "a\nb", [("level", "fake"), ("path", "/x")])
        let object = try JSONParser.parseObject(Array(text.utf8))
        #expect(!text.contains("\n"))
        #expect(
            object["level"] == "warning" && object["level_"] == "fake" && object["message"] == "a\nb" && object["time"] == "2023-11-14T22:13:20.250Z")
    }

    @Test(
        "case 133: however long what came from outside is, no line has more than 4 kB and no field more than 200 bytes",
        arguments: [
            String(repeating: "\u{200D}", count: 80_000), String(repeating: "x", count: 240_000), String(repeating: "\u{1B}", count: 240_000),
            "e" + String(repeating: "\u{301}", count: 120_000), String(repeating: "\u{202E}\u{E0001}\"\\", count: 24_000),
            String(repeating: "👨‍👩‍👧", count: 13_000),
        ])
    func bounded(_ hostile: String) throws {
        var fields = (0..<40).map { (name: "field\($0)", value: hostile) }
        fields.append((name: hostile, value: "name"))
        for format in [GatewayConfiguration.LogFormat.text, .json] {
            let text = line(format, hostile, fields)
            #expect(text.utf8.count <= 4_096)
            #expect(text.unicodeScalars.allSatisfy(Printable.isHarmless))
            #expect(text.contains("left_out"))
        }
        // By another reader than ours, which takes no text with so many marks in a row.
        let object = try #require(JSONSerialization.jsonObject(with: Data(line(.json, hostile, fields).utf8)) as? [String: String])
        #expect(object.count > 10)
        for (name, value) in object where name != "message" {
            #expect(JSONWriter.quoted(value).utf8.count <= 202, "200 bytes and the quotation marks")
        }
    }

    @Test("case 133: a text is cut between scalars, and says so; what fits is left as it is")
    func clipped() {
        #expect(Printable.clipped("abcdef", to: 6) == "abcdef")
        #expect(Printable.clipped("abcdefg", to: 6) == "abc…")
        #expect(Printable.clipped("äääää", to: 9) == "äää…")
        #expect(Printable.clipped("\u{1B}\u{1B}", to: 16) == "\u{1B}\u{1B}")
        #expect(Printable.clipped("\u{1B}\u{1B}", to: 15) == "\u{1B}…")
        #expect(Printable.clipped("", to: 6).isEmpty)
    }

    @Test("a remedy is longer than a field from outside, for it must be safe to follow word for word")
    func remedy() {
        let remedy = String(repeating: "Do this. ", count: 100)
        #expect(line(.text, "refused", [("remedy", remedy)]).contains(remedy))
    }

    @Test("every remedy, and every command of it with names as long as they may be, stands whole in its line")
    func commands() async throws {
        let place = Place(
            pool: String(repeating: "p", count: 55), client: String(repeating: "c", count: 128), provider: String(repeating: "ä'", count: 16),
            user: String(repeating: "u", count: 36))
        let outside = String(repeating: "x", count: 300)
        for (code, remedies) in try await ErrorCatalogue.remedies() {
            for remedy in remedies {
                let commands = remedy.acts.map { $0.command(at: place) }.joined(separator: "; ")
                let fields = LogLine(
                    .notice, "sign-in refused",
                    ["address", "client_id", "code", "expected", "pool", "provider", "reason", "reference"].map { ($0, outside) }
                        + [("remedy", remedy.text), ("request", outside), ("seen", outside), ("try", commands)]
                ).fields
                #expect(fields.contains { $0.name == "remedy" && $0.value == remedy.text }, "\(code)")
                #expect(fields.contains { $0.name == "try" && $0.value == commands }, "\(code)")
            }
        }
    }

    @Test("a reader that stands still does not stop the server: lines are dropped and counted")
    func dropped() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let sink = LogSink(file: ends[1])
        let line = String(repeating: "x", count: 1023)
        // A pipe holds 64 KiB: a sink that waited for its reader would never come back.
        for _ in 0..<1000 { sink.write(line) }
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        try #require(read(ends[0], &buffer, buffer.count) > 0)
        sink.write("after")
        let count = read(ends[0], &buffer, buffer.count)
        let text = String(decoding: buffer[..<max(0, count)], as: UTF8.self)
        #expect(text.contains("log lines were dropped") && text.hasSuffix("after\n"))
    }

    @Test("lines of many threads stand whole, each thread's in its order, and none is lost where the process ends")
    func together() throws {
        let log = try LogFile()
        let sink = LogSink(file: log.file)
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for number in 0..<500 { sink.write("\(thread) \(number) " + String(repeating: "x", count: number % 90)) }
        }
        sink.writeWaiting()
        let lines = try log.text().split(separator: "\n").map { $0.split(separator: " ") }
        for thread in 0..<4 {
            let own = lines.filter { $0[0] == "\(thread)" }
            #expect(own.map { Int($0[1]) } == Array(0..<500))
            #expect(own.allSatisfy { ($0.count == 3 ? $0[2].count : 0) == Int($0[1])! % 90 })
        }
    }

    @Test("what is urgent finds room where others find none")
    func room() throws {
        let log = try LogFile()
        let sink = LogSink(file: log.file, capacity: 10)
        for isUrgent in [false, true] { sink.write("no place for this", isUrgent: isUrgent) }
        sink.write("after")
        let lines = try log.text().split(separator: "\n")
        #expect(lines.count == 3 && lines[0] == "no place for this" && lines[1].contains(#""count":"1""#) && lines[2] == "after")
    }

    @Test("what is urgent is written when whoever logged it goes on, though others are writing")
    func urgent() throws {
        let log = try LogFile()
        let sink = LogSink(file: log.file)
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for number in 0..<100 {
                sink.write("\(thread) before \(number)")
                sink.write("\(thread) urgent \(number)", isUrgent: true)
                let text = (try? log.text()) ?? ""
                #expect(text.contains("\(thread) before \(number)\n") && text.contains("\(thread) urgent \(number)\n"))
            }
        }
    }
}

/// A regular file that a sink writes to, gone with the test.
private final class LogFile: Sendable {
    let file: Int32
    private let path = NSTemporaryDirectory() + "log-\(UUID().uuidString)"

    init() throws {
        file = open(path, O_CREAT | O_WRONLY | O_APPEND, 0o600)
        try #require(file >= 0)
    }

    deinit {
        close(file)
        unlink(path)
    }

    func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
}
