import FoundationEssentials
import SAML
import WireFormats
import XMLSecurity

/// What an answer costs that is refused (THREATS case 127), with eight pinned keys: documents within every limit, made to be dear, whose
/// SignedInfo is one that the last of the keys has signed, over other content. From the look-up of the pending sign-in to the refusal, in the
/// spelling that spares the reader nothing.
struct DearestDocument {
    private let signer: XMLSigner
    private let identityProvider: IdentityProviderMetadata
    private let now = Date()

    init(certs: String) throws {
        func certificate(_ name: String) throws -> [UInt8] {
            let lines = try String(contentsOfFile: "\(certs)/\(name).crt", encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("-----") }
            return try Base64.decode(lines.joined())
        }
        signer = try XMLSigner(
            privateKeyPEM: String(contentsOfFile: "\(certs)/sample-idp-p256.key", encoding: .utf8), certificateDER: certificate("sample-idp-p256"))
        identityProvider = try IdentityProviderMetadata(parsing: Array(Self.metadata(certificate("sample-idp-p256")).utf8), at: now)
        guard identityProvider.signingKeys.count == 8 else { throw Failure("the metadata does not have eight keys") }
    }

    func measure() throws -> Figure {
        let pool = "https://id.example.com/local_4fGh2kQ9x"
        let serviceProvider = ServiceProvider(entityID: pool + "/saml2/metadata", assertionConsumerServices: [pool + "/saml2/idpresponse"])
        let expected = Expectation(
            identityProvider: identityProvider, assertionConsumerService: pool + "/saml2/idpresponse", request: .answer(to: "_q"))
        var dearest = 0.0
        for content in contents {
            let message = try message(content)
            var results: [Double] = []
            for _ in 0..<5 {
                let start = Clock.cpu()
                _ = try UnverifiedResponse(peeking: message)
                var isRefused = false
                do { _ = try serviceProvider.accept(message, expecting: expected, at: now) } catch { isRefused = true }
                results.append(Clock.cpu() - start)
                guard isRefused else { throw Failure("a document with other content than was signed was accepted") }
            }
            dearest = max(dearest, results.median)
        }
        return Figure(
            name: "dearest refused document, eight keys", floor: nil, microseconds: dearest * 1e6, fastest: dearest * 1e6)
    }

    /// Of eight certificates for one key: whoever pins keys does not look at the signature of a certificate, with whose last byte it ends.
    private static func metadata(_ certificate: [UInt8]) -> String {
        let keys = (0..<8).map { number -> String in
            let other = certificate.dropLast() + [(certificate.last ?? 0) ^ UInt8(number)]
            return
                "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>\(Base64.encode(Array(other)))</ds:X509Certificate>"
                + "</ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        }
        return "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\""
            + " entityID=\"https://idp.bench.example\"><md:IDPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">"
            + keys.joined()
            + "<md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\" Location=\"https://idp.bench.example/sso\"/>"
            + "</md:IDPSSODescriptor></md:EntityDescriptor>"
    }

    private static func assertion(_ name: String) -> XMLName { XMLName("urn:oasis:names:tc:SAML:2.0:assertion", name) }

    /// Deep, flat, many attributes, many namespaces: each as large as the limits let it be, some beyond what canonical form may cost.
    private var contents: [String] {
        let namespaces = (0..<56).map { " xmlns:n\($0)=\"urn:example:\($0)\"" }.joined()
        func nested(_ levels: Int, _ attributes: Int, _ leaves: String) -> String {
            let opening = (0..<levels).map { level in "<e" + (0..<attributes).map { " n\((level * 8 + $0) % 56):q=\"\"" }.joined() + ">" }.joined()
            return "<a\(namespaces)>" + opening + leaves + String(repeating: "</e>", count: levels) + "</a>"
        }
        let prefixed = "<f" + (1...8).map { " n\($0):a=\"\"" }.joined() + "/>"
        let many = "<b" + (0..<63).map { " a\($0)=\"\"" }.joined() + "/>"
        return [
            nested(58, 8, String(repeating: prefixed, count: 1_900)), nested(4, 1, String(repeating: prefixed, count: 1_500)),
            nested(20, 0, String(repeating: "<b/> ", count: 4_700)), nested(50, 0, String(repeating: many, count: 200)),
            nested(0, 0, String(repeating: many, count: 240)), nested(1, 0, String(repeating: ">", count: 240_000)),
        ]
    }

    private func message(_ content: String) throws -> [UInt8] {
        let head =
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_r\">"
        let text =
            head + "<saml:Assertion ID=\"_a\"><saml:Issuer>https://idp.bench.example</saml:Issuer><saml:Advice/></saml:Assertion></samlp:Response>"
        let signed = try signer.sign(Array(text.utf8), elementID: "_a", afterChild: Self.assertion("Issuer"))
        let parts = String(decoding: signed, as: UTF8.self).split(separator: "<saml:Advice/>")
        guard parts.count == 2 else { throw Failure("the signed document is written in another way than this benchmark knows") }
        return Array((parts[0] + content + parts[1].replacing("</saml:Assertion>", with: "</saml:Assertion >")).utf8)
    }
}
