import Foundation
import TestSupport
import Testing
import WireFormats

@testable import XMLSecurity

/// Signatures over inclusive canonical form (Canonical XML 1.0), which a provider's exception lets through.
@Suite("Inclusive canonicalization: refused, or accepted by both judges")
struct InclusiveSignatureTests {
    private static let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    private static let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"

    /// The response with a signature whose reference, or whose SignedInfo, is canonicalized inclusively where that is wanted.
    private func signed(reference: Bool, signedInfo: Bool, response: SignedResponse = SignedResponse()) throws -> String {
        var text = try response.text()
        if reference { text = text.with("<ds:Transform Algorithm=\"\(Self.exclusive)\"/>", "<ds:Transform Algorithm=\"\(Self.inclusive)\"/>") }
        if signedInfo {
            text = text.with(
                "<ds:CanonicalizationMethod Algorithm=\"\(Self.exclusive)\"/>", "<ds:CanonicalizationMethod Algorithm=\"\(Self.inclusive)\"/>")
        }
        func replace(_ name: String, _ bytes: [UInt8]) throws {
            let start = try #require(text.range(of: "<ds:\(name)>")).upperBound
            let end = try #require(text.range(of: "</ds:\(name)>")).lowerBound
            text.replaceSubrange(start..<end, with: Base64.encode(bytes))
        }
        func form(_ body: (_ parent: Node, _ signature: Node) throws(XMLSecurityError) -> [UInt8]) throws -> [UInt8] {
            try ParsedDocument(Array(text.utf8), limits: .metadata).read { root throws(XMLSecurityError) in
                var found: Node?
                try root.walk { node throws(XMLSecurityError) in if node.isElement(.signature) { found = node } }
                guard let found, let parent = found.parent else { throw .unsigned }
                return try body(parent, found)
            }
        }
        let content = try form { (parent, signature) throws(XMLSecurityError) in
            try parent.canonicalForm(omitting: signature, inclusivePrefixes: reference ? "#all" : "", expectedCount: 0)
        }
        try replace("DigestValue", sha256(content))
        let octets = try form { (_, signature) throws(XMLSecurityError) in
            guard let signedInfo = signature.elements.first(where: { _ in true }) else { throw .unsigned }
            return try signedInfo.canonicalForm(
                inclusivePrefixes: text.contains("Method Algorithm=\"\(Self.inclusive)") ? "#all" : "", expectedCount: 0)
        }
        try replace("SignatureValue", try TestKey.identityProvider.signer.signature(over: octets))
        return text
    }

    @Test(
        "each use of it is refused where no exception is made; with it both accept what was signed, and what is altered nobody",
        arguments: [(true, true), (true, false), (false, true)])
    func allowed(_ reference: Bool, _ signedInfo: Bool) throws {
        var response = SignedResponse()
        // In scope of the assertion, and used by nothing in it.
        response.responseAttributes = " xmlns:unused=\"urn:unused\""
        let text = try signed(reference: reference, signedInfo: signedInfo, response: response)
        #expect(try refusal(of: text) == "transforms")
        #expect(try refusal(of: text, policy: [.allowingSHA1, .anySignatureOrder]) == "transforms")
        #expect(try refusal(of: text, policy: .inclusiveCanonicalization) == nil)
        #expect(try refusal(of: Array(text.utf8), policy: .inclusiveCanonicalization, judges: .direct) == nil)
        #expect(try refusal(of: text.with("user@", "admin@"), policy: .inclusiveCanonicalization) == "signature_invalid")
        // What stands around is a part of what is signed.
        #expect(try refusal(of: text.with("urn:unused", "urn:other"), policy: .inclusiveCanonicalization) == "signature_invalid")
    }

    @Test("the exception changes nothing of what is signed exclusively, and no prefix list of a document stands for all")
    func others() throws {
        let text = try SignedResponse(.both).text()
        #expect(try refusal(of: text, policy: .inclusiveCanonicalization) == nil)
        let transform = "<ds:Transform Algorithm=\"\(Self.exclusive)\"/>"
        func list(_ algorithm: String) -> String {
            "<ds:Transform Algorithm=\"\(algorithm)\"><e:InclusiveNamespaces xmlns:e=\"\(Self.exclusive)\" PrefixList=\"#all\"/></ds:Transform>"
        }
        #expect(try refusal(of: text.with(transform, list(Self.exclusive)), policy: .inclusiveCanonicalization) == "signature_structure")
        #expect(try refusal(of: text.with(transform, list(Self.inclusive)), policy: .inclusiveCanonicalization) == "transforms")
    }

    @Test("case 127: many namespaces over many elements are refused before anybody canonicalizes them")
    func dear() throws {
        var response = SignedResponse()
        response.responseAttributes = (0..<50).map { " xmlns:n\($0)=\"urn:n\($0)\"" }.joined()
        response.inAssertion = String(repeating: "<a/>", count: 5_000)
        let text = try signed(reference: true, signedInfo: false, response: response)
        #expect(try refusal(of: text, policy: .inclusiveCanonicalization) == "too_complex")
    }
}
