import Foundation
import TestSupport
import Testing
import XMLSecurity

/// Swift's own comparison of strings is a way to spend minutes before anything is verified, unless runs of combining marks are bounded.
@Suite("UAX #15 §13: stream-safe text only, wherever it stands (cases 8, 12)")
struct StreamSafeTests {
    private static let marks = 100_000

    private func cost(_ document: String) -> (refused: Bool, seconds: Double) {
        var refused = false
        let seconds = processorSeconds {
            do { _ = try XMLDocument(parsing: Array(document.utf8), limits: .message) } catch XMLSecurityError.tooComplex { refused = true } catch {}
        }
        return (refused, seconds)
    }

    @Test(
        "a long run of combining marks in a text, an attribute, a name or as references is refused at once",
        arguments: [
            "<a>x\(String(repeating: "\u{301}\u{316}", count: marks / 2))</a>",
            "<a ID=\"x\(String(repeating: "\u{301}\u{316}", count: marks / 2))\"/>",
            "<a>x\(String(repeating: "&#x301;&#x316;", count: 15_000))</a>",
            "<a\(String(repeating: "\u{301}\u{316}", count: 8_000))/>",
            "<a>\(String(repeating: "x\u{301}\u{316}<![CDATA[\u{301}]]>", count: 1))\(String(repeating: "<![CDATA[\u{301}\u{316}]]>", count: 8_000))</a>",
        ])
    func refused(_ document: String) {
        let (refused, seconds) = cost(document)
        #expect(refused)
        #expect(seconds < 0.25, "in a debug build; 50 ms in release")
    }

    @Test("what people write is accepted: Vietnamese, Hebrew with points, a family of emoji")
    func accepted() throws {
        let text = "Nguyễn שָׁלוֹם עֲלֵיכֶם 👨‍👩‍👧 Zoë\u{301}\u{316}"
        #expect(try XMLDocument(parsing: Array("<a>\(text)</a>".utf8), limits: .message).root.text() == text)
    }
}
