import Testing
import UserPools

@Suite("WCAG 2.2: a colour, and its contrast with another")
struct AccentColorTests {
    @Test("a colour is # and six hexadecimal digits, and nothing else", arguments: ["#0b57d0", "#0B57D0"])
    func reads(text: String) throws {
        let color = try #require(AccentColor(text))
        #expect((color.red, color.green, color.blue) == (0x0b, 0x57, 0xd0))
        #expect(color.digits == "0b57d0")
        #expect(AccentColor(digits: color.digits.utf8) == color)
    }

    @Test(
        "what is no colour is refused",
        arguments: [
            "", "#", "0b57d0", "#0b57d", "#0b57d00", "#0b57dg", "#fff", "red", "#0b57d0;}", "#0b57d\u{301}", "#٠٠٠٠٠٠", "#+b57d0", " #0b57d0",
        ])
    func refuses(text: String) { #expect(AccentColor(text) == nil) }

    @Test("\"contrast ratio\": 21 for black on white, 1 for a colour on itself, the same both ways")
    func extremes() throws {
        #expect(AccentColor.black.contrast(with: .white) == 21)
        let grey = try #require(AccentColor("#808080"))
        #expect(grey.contrast(with: grey) == 1)
        #expect(grey.contrast(with: .white) == AccentColor.white.contrast(with: grey))
    }

    @Test(
        "known pairs, to two places",
        arguments: [("#767676", "#ffffff", 4.54), ("#777777", "#ffffff", 4.48), ("#949494", "#ffffff", 3.03), ("#0000ff", "#ffffff", 8.59)])
    func known(one: String, two: String, ratio: Double) throws {
        let found = try #require(AccentColor(one)).contrast(with: try #require(AccentColor(two)))
        #expect(abs(found - ratio) < 0.01)
    }

    @Test("1.4.3: on every colour black or white has at least 4.5, and the ink is that one")
    func ink() {
        for red in stride(from: 0, through: 255, by: 15) {
            for green in stride(from: 0, through: 255, by: 15) {
                for blue in stride(from: 0, through: 255, by: 15) {
                    let color = AccentColor(red: UInt8(red), green: UInt8(green), blue: UInt8(blue))
                    #expect(color.ink.contrast(with: color) >= 4.5)
                }
            }
        }
    }

    @Test("1.4.11: yellow cannot be told from a light card, nor navy from a dark one; lightened, navy can")
    func visible() throws {
        let (yellow, navy) = (try #require(AccentColor("#ffee00")), try #require(AccentColor("#001a4d")))
        #expect(!yellow.isVisible(on: .lightSurface) && yellow.isVisible(on: .darkSurface))
        #expect(navy.isVisible(on: .lightSurface) && !navy.isVisible(on: .darkSurface))
        #expect(navy.lightened(for: .darkSurface).isVisible(on: .darkSurface))
        #expect(yellow.lightened(for: .darkSurface) == yellow)
    }
}
