import Foundation
import Testing
import WireFormats

@testable import TokenVerifier

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
        "another issuer, no jwks_uri, http, user information and no URLs are refused",
        arguments: [
            #"{"issuer":"https://other.example","jwks_uri":"https://a.example/jwks"}"#,
            #"{"issuer":"\#(Mint.issuer)/","jwks_uri":"https://a.example/jwks"}"#,
            #"{"issuer":"\#(Mint.issuer)"}"#, #"{"issuer":"\#(Mint.issuer)","jwks_uri":"http://a.example/jwks"}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"http://localhost/jwks"}"#, #"{"issuer":"\#(Mint.issuer)","jwks_uri":"file:///etc/passwd"}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"https://u@a.example/jwks"}"#, #"{"issuer":"\#(Mint.issuer)","jwks_uri":1}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"https:///jwks"}"#,
            #"{"issuer":"\#(Mint.issuer)","jwks_uri":"https://a.example/j","token_endpoint":"http://a"}"#,
            "[]", "",
        ])
    func refused(json: String) { #expect(throws: TokenError.self) { try metadata(json) } }

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
