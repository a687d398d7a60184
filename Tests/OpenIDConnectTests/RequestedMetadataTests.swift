import Foundation
import Testing
import TokenVerifier
import WireFormats

@testable import OpenIDConnect

@Suite("RFC 7591 §2, OpenID Connect Dynamic Client Registration §2: what an app may say of itself")
struct RequestedMetadataTests {
    private static let key = #"{"kty":"OKP","crv":"Ed25519","kid":"k-1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#

    private func read(
        _ members: String = "", redirectURIs: String = #"["https://app.example/cb"]"#, hosts: [String]? = nil, allowsSecrets: Bool = true
    ) throws -> RequestedMetadata {
        let text = #"{"redirect_uris":\#(redirectURIs)\#(members.isEmpty ? "" : ",")\#(members)}"#
        return try RequestedMetadata(
            try JSONParser.parseObject(Array(text.utf8)),
            offer: .init(algorithms: [.ES256, .RS256], redirectHosts: hosts, allowsSecrets: allowsSecrets))
    }

    private func expectRefused(
        _ code: OAuthError.Code, naming member: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> RequestedMetadata
    ) {
        do {
            let metadata = try body()
            Issue.record("accepted: \(metadata)", sourceLocation: sourceLocation)
        } catch let error as OAuthError {
            #expect(error.error == code && error.parameter == member, "\(error)", sourceLocation: sourceLocation)
            #expect(error.description.hasPrefix(member) || code == .unapprovedSoftwareStatement, "\(error)", sourceLocation: sourceLocation)
        } catch { Issue.record(error, sourceLocation: sourceLocation) }
    }

    @Test("§2: what is left out has the standard's default; what is not known, and other languages, are left aside")
    func defaults() throws {
        let metadata = try read(#""client_name#ja":"アプリ","frobnicate":{"a":[1]},"client_name":"App","logo_uri":null"#)
        #expect(metadata.redirectURIs == ["https://app.example/cb"] && metadata.name == "App")
        #expect(metadata.grantTypes == ["authorization_code"] && metadata.authentication == .clientSecretBasic)
        #expect(metadata.scope == nil && metadata.keys == nil && metadata.logoURI == nil && metadata.postLogoutRedirectURIs == [])
        #expect(try read(allowsSecrets: false).authentication == .none)
    }

    @Test(
        "§3.2.2 invalid_redirect_uri: none, no array, no URI, a fragment, http elsewhere, a scheme of a script; also where the others are good",
        arguments: [
            "[]", "null", #""https://app.example/cb""#, "[1]", #"["https://app.example/cb#f"]"#, #"["http://app.example/cb"]"#,
            #"["javascript:alert(1)"]"#, #"["https://app.example/cb","https://user@app.example/cb"]"#, #"["https://app.example/a/../cb"]"#,
            #"["https://app.example/*"]"#,
        ])
    func redirectURIs(_ uris: String) {
        expectRefused(.invalidRedirectURI, naming: "redirect_uris") { try read(redirectURIs: uris) }
    }

    @Test("a query, http on this machine and a scheme of the app's own are good; the same twice is one")
    func goodRedirectURIs() throws {
        let uris = ["https://app.example/cb?a=b", "http://127.0.0.1/cb", "http://localhost:8080/cb", "com.example.app:/cb"]
        let text = "[" + (uris + uris.prefix(1)).map { "\"\($0)\"" }.joined(separator: ",") + "]"
        #expect(try read(redirectURIs: text).redirectURIs == uris)
        let many = "[" + (1...21).map { "\"https://app.example/\($0)\"" }.joined(separator: ",") + "]"
        expectRefused(.invalidRedirectURI, naming: "redirect_uris") { try read(redirectURIs: many) }
    }

    @Test("case 200: a token for one host lets nobody register another one, nor one that only looks like it, nor a scheme without host")
    func hosts() throws {
        #expect(try read(hosts: ["app.example"]).redirectURIs.count == 1)
        for uri in ["https://evil.example/cb", "https://app.example.evil.example/cb", "https://sub.app.example/cb", "com.example.app:/cb"] {
            expectRefused(.invalidRedirectURI, naming: "redirect_uris") {
                try read(redirectURIs: "[\"https://app.example/cb\",\"\(uri)\"]", hosts: ["app.example"])
            }
        }
    }

    @Test(
        "§3.2.2 invalid_client_metadata, and which member it is",
        arguments: [
            ("grant_types", #""grant_types":"authorization_code""#), ("grant_types", #""grant_types":["client_credentials"]"#),
            ("grant_types", #""grant_types":["refresh_token"]"#), ("grant_types", #""grant_types":[]"#),
            ("response_types", #""response_types":["token"]"#), ("response_types", #""response_types":["code id_token"]"#),
            ("token_endpoint_auth_method", #""token_endpoint_auth_method":"client_secret_jwt""#),
            ("token_endpoint_auth_method", #""token_endpoint_auth_method":"""#), ("token_endpoint_auth_method", #""token_endpoint_auth_method":1"#),
            ("jwks", #""token_endpoint_auth_method":"private_key_jwt""#), ("jwks", #""jwks":[]"#), ("jwks", #""jwks":{"keys":[]}"#),
            ("jwks", #""jwks":{"keys":[{"kty":"oct","k":"AAAA"}]}"#),
            ("jwks", #""jwks":{"keys":[\#(key)]},"jwks_uri":"https://app.example/jwks""#), ("jwks_uri", #""jwks_uri":"http://app.example/jwks""#),
            ("scope", #""scope":["openid"]"#), ("scope", #""scope":"a\"b""#), ("client_name", #""client_name":"""#),
            ("client_name", #""client_name":"a\u0007b""#), ("client_name", #""client_name":"a\u202Eb""#),
            ("logo_uri", #""logo_uri":"http://app.example/logo.png""#), ("policy_uri", #""policy_uri":"javascript:alert(1)""#),
            ("tos_uri", #""tos_uri":"https://a@b.example/""#), ("client_uri", #""client_uri":"app""#), ("contacts", #""contacts":"ann""#),
            ("application_type", #""application_type":"desktop""#), ("id_token_signed_response_alg", #""id_token_signed_response_alg":"none""#),
            ("id_token_signed_response_alg", #""id_token_signed_response_alg":"HS256""#), ("subject_type", #""subject_type":"other""#),
            ("default_max_age", #""default_max_age":-1"#), ("default_max_age", #""default_max_age":"60""#),
            ("frontchannel_logout_uri", #""frontchannel_logout_uri":"https://other.example/bye""#),
            ("backchannel_logout_uri", #""backchannel_logout_uri":"http://app.example/bye""#),
            ("dpop_bound_access_tokens", #""dpop_bound_access_tokens":"true""#),
            ("initiate_login_uri", #""initiate_login_uri":"com.example.app:/login""#),
            ("post_logout_redirect_uris", #""post_logout_redirect_uris":["https://app.example/#f"]"#),
            ("sector_identifier_uri", #""sector_identifier_uri":"http://app.example/sector.json""#),
        ])
    func refusals(_ member: String, _ members: String) {
        expectRefused(.invalidClientMetadata, naming: member) { try read(members) }
    }

    @Test("§2.3: a software statement is refused by name, and not left aside")
    func softwareStatement() {
        expectRefused(.unapprovedSoftwareStatement, naming: "software_statement") { try read(#""software_statement":"e30.e30.x""#) }
    }

    @Test("§2: everything that counts is read; of lists what is not done here is left out")
    func everything() throws {
        let metadata = try read(
            #"""
            "grant_types":["refresh_token","authorization_code","implicit"],"response_types":["code","id_token"],
            "token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[\#(Self.key)]},"scope":"openid email","client_name":"Zoë's App",
            "client_uri":"https://app.example/","logo_uri":"https://app.example/l.png","policy_uri":"https://app.example/p",
            "tos_uri":"https://app.example/t","contacts":["ann@app.example"],"application_type":"native","software_id":"s","software_version":"1",
            "id_token_signed_response_alg":"RS256","default_max_age":60,"initiate_login_uri":"https://app.example/login",
            "post_logout_redirect_uris":["https://app.example/bye"],"subject_type":"pairwise","sector_identifier_uri":"https://app.example/sector"
            """#)
        #expect(metadata.grantTypes == ["authorization_code", "refresh_token"] && metadata.authentication == .privateKeyJWT)
        #expect(metadata.keys == .document(#"{"keys":[\#(Self.key)]}"#) && metadata.scope?.text == "openid email" && metadata.name == "Zoë's App")
        #expect(metadata.contacts == ["ann@app.example"] && metadata.applicationType == "native" && metadata.idTokenAlgorithm == .RS256)
        #expect(metadata.defaultMaxAge == 60 && metadata.postLogoutRedirectURIs == ["https://app.example/bye"])
        #expect(
            metadata.isPairwise && metadata.sectorIdentifierURI == "https://app.example/sector"
                && metadata.initiateLoginURI == "https://app.example/login")
    }

    @Test("where the metadata are for everybody to read nobody has a secret", arguments: ["client_secret_basic", "client_secret_post"])
    func noSecrets(_ method: String) {
        expectRefused(.invalidClientMetadata, naming: "token_endpoint_auth_method") {
            try read(#""token_endpoint_auth_method":"\#(method)""#, allowsSecrets: false)
        }
    }
}
