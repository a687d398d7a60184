import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// What every request touches is read and written by our own JSON: the bytes are those that earlier versions stored, by Foundation.
@Suite struct StoredJSONTests {
    private static let texts = [
        "", "plain", "\" \\ / </script>", "é 😀 e\u{301} \u{2028} \u{7F} \u{80}", (0..<0x20).map { String(UnicodeScalar(UInt8($0))) }.joined(),
    ]
    private static let numbers = [
        0, 1, -3, 0.1, -2.5e-7, 1e15, 1e16, 0x1p53, -0x1p53, 0x1p53 + 2, 1.2345678901234568e17, 1e20, 1.5e300, .leastNonzeroMagnitude,
        .greatestFiniteMagnitude,
    ]

    private static let attributes: [String: AttributeValue] = {
        var attributes: [String: AttributeValue] = [
            "email": .text("person@example.org"), "email_verified": .boolean(true), "custom:no": .boolean(false), "Zz": .text("capital"),
            "a10": .list([]), "a2": .list([.text("x"), .number(7), .boolean(true), .list([.text("deep")])]),
        ]
        for (index, text) in texts.enumerated() { attributes["custom:text\(index)"] = .text(text) }
        for (index, number) in numbers.enumerated() { attributes["custom:number\(index)"] = .number(number) }
        return attributes
    }()

    @Test("attributes of every kind are the bytes that Foundation writes, and are read again as the same") func attributes() throws {
        let stored = try StoredJSON.value(Self.attributes, of: "test")
        let earlier = try StoredJSON.value(Self.attributes.mapValues { EarlierAttribute(value: $0) }, of: "test")
        #expect(stored == earlier)
        guard case .text(let text) = stored else { throw StoreError.corrupt(what: "test") }
        #expect(try StoredJSON.attributes(from: text, of: "test") == Self.attributes)
        #expect(try StoredJSON.decode([String: StoredAttribute].self, from: text, of: "test").mapValues(\.value) == Self.attributes)
    }

    @Test("a number that is not finite is not stored", arguments: [Double.nan, .infinity]) func notFinite(number: Double) {
        #expect(throws: StoreError.corrupt(what: "test")) { try StoredJSON.value(["a": .list([.number(number)])], of: "test") }
    }

    @Test("lists", arguments: [[], ["openid"], StoredJSONTests.texts]) func lists(list: [String]) throws {
        let stored = StoredJSON.value(list)
        let earlier = try StoredJSON.value(list, of: "test")
        #expect(stored == earlier)
        guard case .text(let text) = stored else { throw StoreError.corrupt(what: "test") }
        #expect(try StoredJSON.list(from: text, of: "test") == list)
    }

    @Test("requests of apps, with all that they may have and with the least", arguments: [nil] + StoredJSONTests.texts.map { Optional($0) })
    func requests(text: String?) throws {
        var request = AppRequest(
            clientID: "app", redirectURI: "https://app.example.org/callback", scopes: ["openid", "email"], state: text, nonce: text,
            codeChallenge: text, responseMode: "query", resource: text, subject: text,
            acrValues: text.map { ["mfa", $0] })
        (request.pushed, request.boundKey, request.consent) = (text, text, text.map { _ in .again })
        request.claims = text.flatMap { GrantedClaims(idToken: [$0], userInfo: ["name", $0]) }
        let stored = StoredJSON.value(request)
        let earlier = try StoredJSON.value(request, of: "test")
        #expect(stored == earlier)
        guard case .text(let written) = stored else { throw StoreError.corrupt(what: "test") }
        #expect(try StoredJSON.request(from: written, of: "test") == request)
    }

    @Test("what lies beyond the limits of our parser was stored by earlier versions, and is read") func beyondLimits() throws {
        let list = (0..<10_000).map(\.description)
        guard case .text(let text) = StoredJSON.value(list) else { throw StoreError.corrupt(what: "test") }
        #expect(try StoredJSON.list(from: text, of: "test") == list)
        #expect(try StoredJSON.attributes(from: #"{"a":"\u0000"}"#, of: "test") == ["a": .text("\u{0}")])
        let marks = "a" + String(repeating: "\u{301}", count: 40)
        #expect(try StoredJSON.attributes(from: "{\"a\":\"\(marks)\"}", of: "test")["a"] == .text(marks))
    }

    @Test("what is no such text is corrupt", arguments: ["", "{", "[1]", "null", #"{"a":null}"#, #"{"a":{"b":1}}"#, #"{"a":[null]}"#])
    func corrupt(text: String) {
        #expect(throws: StoreError.corrupt(what: "test")) { try StoredJSON.list(from: text, of: "test") }
        #expect(throws: StoreError.corrupt(what: "test")) { try StoredJSON.attributes(from: text, of: "test") }
        #expect(throws: StoreError.corrupt(what: "test")) { try StoredJSON.request(from: text, of: "test") }
    }
}

/// As earlier versions wrote it.
private struct EarlierAttribute: Encodable {
    let value: AttributeValue

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .boolean(let boolean): try container.encode(boolean)
        case .list(let list): try container.encode(list.map { EarlierAttribute(value: $0) })
        }
    }
}
