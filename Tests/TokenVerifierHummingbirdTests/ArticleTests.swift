import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing
import TokenVerifier
import TokenVerifierHummingbird
import WireFormats

struct OrdersContext: BearerTokenRequestContext {
    var coreContext: CoreRequestContextStorage
    var accessToken: VerifiedAccessToken?
    init(source: Source) { coreContext = .init(source: source) }
}

func makeService(_ verifier: TokenVerifier) -> some ApplicationProtocol {
    let router = Router(context: OrdersContext.self)
    router.add(middleware: BearerTokenMiddleware(verifier: verifier, requiredScopes: ["orders:read"]))
    router.get("orders") { _, context in "orders of \(context.accessToken?.subject ?? "nobody")" }
    return Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 8080)))
}

@Suite("the article with a service in twenty lines")
struct ArticleTests {
    @Test("its code is what stands above, which compiles, and serves whoever brings a token")
    func article() async throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let article = try String(
            contentsOf: folder.appendingPathComponent("../../Sources/TokenVerifier/TokenVerifier.docc/ServiceInTwentyLines.md"), encoding: .utf8)
        let source = try String(contentsOfFile: #filePath, encoding: .utf8)
        let code = try #require(article.split(separator: "```swift\n", maxSplits: 1).last?.split(separator: "```", maxSplits: 1).first)
        let body = try #require(code.range(of: "struct OrdersContext")).lowerBound
        #expect(source.contains(code[body...]))
        #expect(code.split(separator: "\n").count <= 20)

        let key = Curve25519.Signing.PrivateKey()
        let keys = try JSONWebKeySet(
            json: #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"\#(Base64URL.encode(Array(key.publicKey.rawRepresentation)))"}]}"#)
        let verifier = TokenVerifier(issuer: "https://id.example.com/p", audience: "https://orders.example.com", keys: keys)
        let claims =
            #"{"iss":"https://id.example.com/p","sub":"ada","aud":"https://orders.example.com","exp":4000000000,"scope":"orders:read"}"#
        let input = [#"{"alg":"EdDSA","typ":"at+jwt"}"#, claims].map { Base64URL.encode(Array($0.utf8)) }.joined(separator: ".")
        let token = input + "." + Base64URL.encode(Array(try key.signature(for: Data(input.utf8))))
        try await makeService(verifier).test(.router) { client in
            try await client.execute(uri: "/orders", method: .get, headers: [.authorization: "Bearer \(token)"]) { response in
                #expect(response.status == .ok && String(buffer: response.body) == "orders of ada")
            }
            try await client.execute(uri: "/orders", method: .get) { #expect($0.status == .unauthorized) }
        }
    }
}
