import FoundationEssentials
import WireFormats
import XMLSecurity

/// What an answer costs that is refused (THREATS case 127), with eight pinned keys: documents within every limit, made to be dear, whose
/// SignedInfo is one that the last of the keys has signed, over other content. From the look-up of the pending sign-in to the refusal.
struct DearestDocument {
    private let signer: XMLSigner
    private let verifier: SignatureVerifier

    init(certs: String) throws {
        func certificate(_ name: String) throws -> [UInt8] {
            let lines = try String(contentsOfFile: "\(certs)/\(name).crt", encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("-----") }
            return try Base64.decode(lines.joined())
        }
        signer = try XMLSigner(
            privateKeyPEM: String(contentsOfFile: "\(certs)/sample-idp-p256.key", encoding: .utf8), certificateDER: certificate("sample-idp-p256"))
        let keys = Array(repeating: try TrustedKey(certificateDER: certificate("sample-idp-p256")), count: 8)
        verifier = SignatureVerifier(keys: keys, policy: .strict)
    }

    func measure() throws -> InProcess.Figure {
        var dearest = 0.0
        for content in contents {
            let message = try message(content)
            var results: [Double] = []
            for _ in 0..<5 {
                let start = Clock.cpu()
                _ = try verifier.peek(message, at: [Self.assertion("Issuer"), Self.assertion("Assertion")])
                var isRefused = false
                do { _ = try verifier.verify(message, as: .samlResponse) } catch { isRefused = true }
                results.append(Clock.cpu() - start)
                guard isRefused else { throw Failure("a document with other content than was signed was accepted") }
            }
            dearest = max(dearest, results.median)
        }
        return InProcess.Figure(
            name: "dearest refused document, eight keys", floor: nil, microseconds: dearest * 1e6, fastest: dearest * 1e6)
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
        return Array((parts[0] + content + parts[1]).utf8)
    }
}
