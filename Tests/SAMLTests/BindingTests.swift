import Foundation
import SAML
import TestSupport
import Testing
import WireFormats
import XMLSecurity

@Suite("SAML Bindings §3.4 and §3.5")
struct BindingTests {
    private let response = Fixture().response()

    private func refusal(_ parameters: [(name: String, value: String)]) -> String? {
        do {
            _ = try HTTPPostBinding.decode(parameters: parameters)
            return nil
        } catch {
            return error.code
        }
    }

    private func relayState(_ values: String...) throws -> String? {
        let fields = values.map { (name: "RelayState", value: $0) } + [(name: "SAMLResponse", value: Base64.encode(response))]
        return try HTTPPostBinding.decode(parameters: fields).relayState
    }

    @Test("case 1: SAMLResponse missing, empty or sent twice")
    func exactlyOnce() {
        let value = Base64.encode(response)
        #expect(refusal([]) == "saml.bad_request")
        #expect(refusal([(name: "SAMLRequest", value: value)]) == "saml.bad_request")
        #expect(refusal([(name: "samlresponse", value: value)]) == "saml.bad_request")
        #expect(refusal([(name: "SAMLResponse", value: "")]) == "saml.bad_request")
        #expect(refusal([(name: "SAMLResponse", value: value), (name: "SAMLResponse", value: value)]) == "saml.bad_request")
        #expect(refusal([(name: "SAMLResponse", value: value)]) == nil)
    }

    @Test(
        "case 2: base64 that is not RFC 4648 §4", arguments: ["PHg-_w==", "PHg*", "PHg", "PHg=x", "====", "PHg\t=", "PHh=", "%50", "PH\u{0}=", "é"])
    func notBase64(_ text: String) {
        #expect(refusal([(name: "SAMLResponse", value: text)]) == "saml.malformed")
    }

    @Test("Line breaks between the base64 characters are the only freedom")
    func lineBreaks() throws {
        let lines = Base64.encode(response).enumerated().map { $0.offset % 76 == 75 ? "\($0.element)\r\n" : "\($0.element)" }.joined()
        #expect(try HTTPPostBinding.decode(parameters: [(name: "SAMLResponse", value: lines)]).response == response)
    }

    @Test("case 3: one byte more than 256 KiB, before anything is parsed")
    func tooLarge() {
        func message(_ count: Int) -> String { Base64.encode([UInt8](repeating: UInt8(ascii: "<"), count: count)) }
        #expect(refusal([(name: "SAMLResponse", value: message(262_144))]) == nil)
        #expect(refusal([(name: "SAMLResponse", value: message(262_145))]) == "saml.too_large")
        #expect(refusal([(name: "SAMLResponse", value: message(3_000_000))]) == "saml.too_large")
    }

    @Test("case 5: compressed data in a posted SAMLResponse")
    func compressed() {
        #expect(refusal([(name: "SAMLResponse", value: Base64.encode(Deflate.deflate(response)))]) == "saml.malformed")
    }

    @Test(
        "case 72: a RelayState that is not the name of something is as if it were not there",
        arguments: [
            "https://evil.example/", "//evil.example", "javascript:alert(1)", String(repeating: "a", count: 81),
            String(repeating: "b", count: 10_000),
            "a b", "a\r\nSet-Cookie: x=1", "<script>", "", "é", "a/b",
        ])
    func hostileRelayState(_ value: String) throws {
        #expect(try relayState(value) == nil)
    }

    @Test("A RelayState of ours comes back; twice is not once")
    func relayState() throws {
        #expect(try relayState("Zm9v-bar_1.~") == "Zm9v-bar_1.~")
        #expect(try relayState("a", "a") == nil)
        #expect(try relayState() == nil)
    }

    @Test("§3.4.4.1: a request survives the way through the address, whatever query that has")
    func redirect() throws {
        let message = Array("<samlp:AuthnRequest>ä &amp; + %</samlp:AuthnRequest>".utf8)
        for destination in [
            "https://idp.example/sso", "https://idp.example/sso?", "https://idp.example/sso?idpid=C0&x=1", "https://idp.example/sso?a=b#frag",
        ] {
            let url = HTTPRedirectBinding.url(destination: destination, samlRequest: message, relayState: "state-1")
            let components = try #require(URLComponents(string: url))
            let items = try #require(components.queryItems)
            #expect(items.filter { $0.name == "SAMLRequest" }.count == 1)
            #expect(items.first { $0.name == "RelayState" }?.value == "state-1")
            #expect(url.hasPrefix(destination.split(separator: "#")[0]))
            #expect(try HTTPRedirectBinding.decode(query: components.percentEncodedQuery ?? "") == message)
        }
    }

    @Test("case 4, decode part: a bomb of a few kilobytes is stopped at 128 KiB")
    func bomb() {
        let bomb = Deflate.deflate([UInt8](repeating: 0x20, count: 20_000_000))
        #expect(bomb.count < 30_000)
        let query = "SAMLRequest=" + Base64.encode(bomb).replacingOccurrences(of: "+", with: "%2B")
        #expect(throws: SAMLError.xml(.tooLarge(limit: 131_072))) { try HTTPRedirectBinding.decode(query: query) }
    }

    @Test(
        "A query that is not one message is refused",
        arguments: ["", "SAMLRequest=a&SAMLRequest=b", "SAMLRequest=PHg%2", "SAMLRequest=%zz", "SAMLRequest=%ff", "SAMLRequest=a&SAMLEncoding=x"])
    func badQuery(_ query: String) {
        let error = #expect(throws: SAMLError.self) { try HTTPRedirectBinding.decode(query: query) }
        #expect(error?.code == "saml.bad_request")
    }

    @Test("Bindings are known by their identifiers only")
    func identifiers() {
        for binding in Binding.allCases { #expect(Binding(uri: binding.uri) == binding) }
        #expect(Binding(uri: "urn:mace:shibboleth:1.0:profiles:AuthnRequest") == nil)
    }
}
