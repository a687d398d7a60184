import Foundation
import TestSupport
import Testing
import XMLSecurity

@testable import SAML

@Suite("Responses in ISO-8859-1, where a provider's exception lets them through (cases 9, 10)")
struct LatinDocumentTests {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)
    private static let provider = FakeIdentityProvider()
    private static let acs = "https://id.example/p/saml2/idpresponse"

    private func accept(_ message: [UInt8], policy: AcceptancePolicy) throws(SAMLError) -> ValidatedAssertion {
        let role = ServiceProvider(entityID: "https://id.example/p/saml2/metadata", assertionConsumerServices: [Self.acs], verifiesTwice: true)
        let expected = Expectation(
            identityProvider: Self.provider.identityProviderMetadata(at: Self.now), assertionConsumerService: Self.acs, request: .answer(to: "_r1"),
            policy: policy)
        return try role.accept(message, expecting: expected, at: Self.now)
    }

    /// Signed as everybody does, over UTF-8, and sent in the encoding that the declaration names.
    private func message(_ declaration: String = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", latin: Bool = true) -> [UInt8] {
        let response = Self.provider.respond(
            requestID: "_r1", acs: Self.acs, audience: "https://id.example/p/saml2/metadata",
            attributes: [.init("displayName", "J\u{F6}rg \u{A9} \u{FF}")],
            at: Self.now)
        let text = String(decoding: response, as: UTF8.self)
        let body = latin ? text.unicodeScalars.map { UInt8($0.value) } : Array(text.utf8)
        return Array(declaration.utf8) + body
    }

    @Test("with the exception both judges accept it, and every letter is what was signed; without, it is refused with the way to it")
    func accepted() throws {
        let assertion = try accept(message(), policy: AcceptancePolicy(allowsLatin1: true))
        #expect(try assertion.attributes.values(named: "displayName") == ["J\u{F6}rg \u{A9} \u{FF}"])
        #expect(try UnverifiedResponse(peeking: message()).inResponseTo == "_r1")
        let refusal = #expect(throws: SAMLError.self) { try accept(message(), policy: .strict) }
        #expect(refusal == .xml(.encoding("ISO-8859-1")) && refusal?.exception == .latin1)
        #expect(throws: Never.self) {
            try accept(message("<?xml version='1.0' encoding='iso-8859-1' ?>"), policy: AcceptancePolicy(allowsLatin1: true))
        }
    }

    @Test("only where the declaration says so, and only what every reader reads the same")
    func refused() throws {
        let policy = AcceptancePolicy(allowsLatin1: true)
        func code(_ message: [UInt8]) -> String? {
            do throws(SAMLError) {
                _ = try accept(message, policy: policy)
                return nil
            } catch { return error.code }
        }
        for declaration in [
            "", "<?xml version=\"1.0\"?>", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<?xml version=\"1.0\" encoding=\"windows-1252\"?>",
            "<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?>", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\" encoding=\"UTF-8\"?>",
            "\u{FEFF}<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", " <?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
        ] {
            #expect(["saml.malformed", "saml.encoding"].contains(code(message(declaration))), "\(declaration)")
        }
        // Windows-1252 by another name, NUL, and a document type that hides behind the encoding.
        let good = message()
        for hostile in [[UInt8(0x80)], [0x9F], [0]] {
            #expect(code(good.dropLast(1) + hostile + good.suffix(1)) != nil)
        }
        #expect(code(Array("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><!DOCTYPE a>".utf8) + good.dropFirst(44)) != nil)
        // Sent in UTF-8 under the name of the other: other letters than those that were signed.
        #expect(code(message(latin: false)) != nil)
    }
}
