import Foundation
import OpenIDConnect
import OutgoingHTTP
import Testing
import TokenVerifier
import WireFormats

@Suite("Cases 93 and 94 on the way out: a provider's addresses that lead inside are not asked")
struct OpenIDOutgoingTests {
    private static let inside = [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1", "fd00::1",
        "::ffff:10.0.0.1",
    ]

    /// Every name is at `address`.
    private func client(at address: String) -> OutgoingClient {
        let place = IPAddress(address)
        return OutgoingClient(development: false, seconds: 60, resolve: { _, _ in place.map { [$0] } ?? [] })
    }

    @Test("jwks_uri whose name is at a private address: no keys, so no ID token of that provider counts", arguments: inside)
    func keys(_ address: String) async throws {
        let verifier = TokenVerifier(
            issuer: "https://op.example", audience: "countersign-1", keySetURL: "https://op.example/keys", transport: client(at: address),
            clock: { Date(timeIntervalSince1970: 1_795_000_000) })
        let token = try TokenSigningKey.generate(.ES256).sign(
            header: "JWT",
            claims: ["iss": "https://op.example", "aud": "countersign-1", "sub": "a", "iat": 1_795_000_000, "exp": 1_795_000_300])
        do {
            _ = try await verifier.verify(idToken: token)
            Issue.record("it was verified")
        } catch {
            guard case .keysUnavailable = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test("token endpoint, userinfo and discovery at a private address", arguments: inside)
    func endpoints(_ address: String) async throws {
        let client = client(at: address)
        await #expect(throws: HTTPTransportError.notAllowed) {
            try await client.send(HTTPTransportRequest(method: "POST", url: "https://op.example/token", body: Array("code=c".utf8)))
        }
        await #expect(throws: HTTPTransportError.notAllowed) { try await client.send(HTTPTransportRequest(url: "https://op.example/userinfo")) }
        await #expect(throws: OutgoingError.self) { try await client.exchange(ProviderMetadata.url(ofIssuer: "https://op.example"), limit: 1 << 20) }
    }

    @Test(
        "addresses that are no https, or name a private address themselves",
        arguments: [
            "http://op.example/token", "https://127.0.0.1/token", "https://[::1]/token", "https://user@op.example/token",
            "file:///etc/passwd", "gopher://op.example/", "https://169.254.169.254/latest/meta-data/", "",
        ])
    func addresses(_ url: String) async throws {
        let client = OutgoingClient(development: false, seconds: 60, resolve: { _, _ in [] })
        await #expect(throws: HTTPTransportError.notAllowed) { try await client.send(HTTPTransportRequest(method: "POST", url: url)) }
    }

    @Test("a host that is a number is a name to us: it is refused by what it leads to")
    func number() async throws {
        let request = HTTPTransportRequest(method: "POST", url: "https://2130706433/token")
        await #expect(throws: HTTPTransportError.notAllowed) { try await client(at: "127.0.0.1").send(request) }
    }
}
