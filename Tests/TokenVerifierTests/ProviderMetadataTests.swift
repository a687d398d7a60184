import Foundation
import Testing
import WireFormats

@testable import TokenVerifierCore

@Suite("OpenID Connect Discovery §4.3: provider metadata, case 94")
struct ProviderMetadataTests {
    private func metadata(_ json: String, issuer: String = Mint.issuer) throws -> ProviderMetadata {
        try ProviderMetadata(bytes: Array(json.utf8), issuer: issuer)
    }

    @Test("endpoints are read") func good() throws {
        let metadata = try metadata(
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"https://a.example/jwks","token_endpoint":"https://a.example/token","x":[1]}"#)
        #expect(metadata.jwksURI == "https://a.example/jwks")
        #expect(metadata.tokenEndpoint == "https://a.example/token")
        #expect(metadata.members["x"]?.array == [1])
    }

    @Test(
        "case 94: another issuer, by a slash, a letter's case or as a list; no issuer; endpoints that are missing, http, of a user, or no URLs",
        arguments: [
            ("issuer", #""https://other.example""#), ("issuer", #""\#(Mint.issuer)/""#), ("issuer", #""\#(Mint.issuer.uppercased())""#),
            ("issuer", nil), ("issuer", #"["\#(Mint.issuer)"]"#), ("jwks_uri", nil), ("jwks_uri", #""http://a.example/jwks""#),
            ("jwks_uri", #""http://localhost/jwks""#), ("jwks_uri", #""file:///etc/passwd""#), ("jwks_uri", #""https://u@a.example/jwks""#),
            ("jwks_uri", "1"), ("jwks_uri", #""https:///jwks""#), ("jwks_uri", #""https://a.example/jwks#x""#),
            ("token_endpoint", #""http://a.example/token""#), ("token_endpoint", #""http://127.0.0.1/token""#), ("token_endpoint", "7"),
            ("token_endpoint", #""https://user:pw@a.example/token""#), ("authorization_endpoint", #""javascript:alert(1)""#),
            ("authorization_endpoint", #""http://a.example/authorize""#), ("userinfo_endpoint", #""http://a.example/userinfo""#),
        ] as [(String, String?)])
    func refused(member: String, value: String?) { #expect(code(of: Self.document([member: value])) == "token.provider_metadata") }

    @Test("case 94: what is no JSON object, has a member twice, garbage behind it, 10,000 levels, or is no UTF-8")
    func noDocument() {
        let good = Self.document()
        let deep = String(repeating: #"{"a":"#, count: 10_000) + String(repeating: "}", count: 10_000)
        for text in ["[]", "", "<html>", good + "x", #"{"issuer":"\#(Mint.issuer)","# + good.dropFirst(), deep] {
            #expect(code(of: text) == "token.provider_metadata")
        }
        #expect(code(of: good.utf8.dropLast() + [0xFF, 0x7D]) == "token.provider_metadata")
    }

    /// A good document with some members replaced; nil takes one away. Values are JSON text.
    private static func document(_ changes: [String: String?] = [:]) -> String {
        let good: [String: String?] = ["issuer": #""\#(Mint.issuer)""#, "jwks_uri": #""https://a.example/jwks""#]
        let members = good.merging(changes) { $1 }.compactMap { name, value in value.map { #""\#(name)":\#($0)"# } }
        return "{" + members.sorted().joined(separator: ",") + "}"
    }

    private func code(of json: String) -> String? { code(of: Array(json.utf8)) }

    private func code(of document: [UInt8]) -> String? {
        do throws(TokenError) {
            _ = try ProviderMetadata(bytes: document, issuer: Mint.issuer)
            return nil
        } catch { return error.code }
    }

    @Test("http is for loopback issuers in development, with any port") func development() throws {
        let issuer = "http://localhost:8080/local_x"
        let metadata = try metadata(#"{"issuer":"\#(issuer)","jwks_uri":"http://127.0.0.1:8080/jwks"}"#, issuer: issuer)
        #expect(metadata.jwksURI == "http://127.0.0.1:8080/jwks")
        #expect(!WebAddress.isAllowed("http://localhost.evil.example/"))
        #expect(!WebAddress.isAllowed("http://localhost@evil.example/"))
        #expect(!WebAddress.isAllowed("http://127.0.0.1.evil.example/"))
        #expect(WebAddress.isAllowed("http://[::1]:80/x"))
    }

    @Test("§4: the document's URL, with one slash") func url() {
        #expect(ProviderMetadata.url(ofIssuer: "https://a.example/") == "https://a.example/.well-known/openid-configuration")
        #expect(ProviderMetadata.url(ofIssuer: "https://a.example/p") == "https://a.example/p/.well-known/openid-configuration")
    }
}
