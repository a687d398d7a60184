import Testing
import WireFormats

@testable import OpenIDConnect

@Suite("RFC 8628 §6.1: the code that a person types")
struct UserCodeTests {
    @Test("eight letters of twenty: no vowel, no digit, nothing that looks alike; each letter comes")
    func alphabet() {
        var bytes = (0...255).map { UInt8($0) }
        var seen: Set<UInt8> = []
        for _ in 0..<100 {
            let code = UserCode { count in
                defer { bytes.append(contentsOf: bytes.prefix(7)); bytes.removeFirst(7) }
                return Array(bytes.prefix(count))
            }
            #expect(code.letters.count == 8 && code.shown.wholeMatch(of: /[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}/) != nil)
            seen.formUnion(code.letters)
        }
        #expect(String(decoding: seen.sorted(), as: UTF8.self) == "BCDFGHJKLMNPQRSTVWXZ")
    }

    @Test("bytes beyond the last whole twenty are drawn again, so that no letter is likelier than another")
    func fair() {
        var answers: [[UInt8]] = [[UInt8](repeating: 255, count: 16), [UInt8](repeating: 240, count: 16), [UInt8](repeating: 239, count: 16)]
        let code = UserCode { _ in answers.removeFirst() }
        #expect(code.shown == "ZZZZ-ZZZZ")
        #expect(answers.isEmpty)
    }

    @Test("case, hyphens and spaces say nothing", arguments: ["WDJB-MJHT", "wdjbmjht", " wdjb mjht ", "W-D-J-B-M-J-H-T", "wDjB--mJhT"])
    func typed(text: String) {
        #expect(UserCode(typed: text)?.shown == "WDJB-MJHT")
    }

    @Test(
        "what is no code is none: by bytes",
        arguments: [
            "", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB-MJH1", "WDJB\u{2010}MJHT", "WDJB-MJH\u{FF34}", "WDJB-MJHT\u{301}", "WDJB-MJH\u{17F}",
            String(repeating: " ", count: 57) + "WDJBMJHT",
        ])
    func none(text: String) {
        #expect(UserCode(typed: text) == nil)
    }

    @Test("§3.2: the answer, with the page and the page that has the code in its box")
    func response() throws {
        let code = try #require(UserCode(typed: "WDJBMJHT"))
        let response = DeviceAuthorizationResponse(
            deviceCode: SecretBytes("secret"), userCode: code, verificationURI: "https://id.example/device", expiresIn: 900, interval: 5)
        let json = try JSONParser.parseObject(response.encoded())
        #expect(
            json == [
                "device_code": "secret", "user_code": "WDJB-MJHT", "verification_uri": "https://id.example/device",
                "verification_uri_complete": "https://id.example/device?user_code=WDJB-MJHT", "expires_in": 900, "interval": 5,
            ])
    }
}
