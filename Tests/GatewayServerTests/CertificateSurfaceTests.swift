import Gateway
import GatewayServer
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import OpenIDConnect
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("RFC 8705 §5: where clients are asked for certificates")
struct CertificateSurfaceTests {
    /// A token request with a proof of a key for that address, at a router over the fixture, gets that error.
    private func expect(
        _ error: String, of router: @escaping @Sendable (GatewayApplication) -> Router<GatewayContext>, at url: String, proofFor address: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await GatewayFixture.run { fixture in
            let gateway = fixture.application(clientCertificates: ClientCertificateSettings(url: url))
            let pool = "/" + fixture.pool.id.text, proof = try DPoPKey().proof("POST", address + pool + "/oauth2/token", at: fixture.clock.now)
            let body = formText([
                ("client_id", fixture.client.id.text), ("client_secret", fixture.clientSecret ?? ""), ("grant_type", "refresh_token"),
                ("refresh_token", "none"),
            ])
            try await Application(router: router(gateway), logger: CapturedLog().logger).test(.router) { client in
                var headers: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
                headers[try #require(HTTPField.Name("DPoP"))] = proof
                let response = try await client.executeRequest(
                    uri: pool + "/oauth2/token", method: .post, headers: headers, body: ByteBuffer(string: body))
                let seen = try JSONParser.parseObject(Array(String(buffer: response.body).utf8))["error"]?.string
                #expect(seen == error, sourceLocation: sourceLocation)
            }
        }
    }

    @Test("a proof of DPoP names the address that was called, there and where a proxy's host says so, and no other")
    func proofs() async throws {
        let (mutual, own) = ("https://mtls.id.test", GatewayFixture.publicURL)
        // Good but for what is redeemed.
        try await expect("invalid_grant", of: { $0.certificateRouter() }, at: mutual, proofFor: mutual)
        try await expect("invalid_dpop_proof", of: { $0.certificateRouter() }, at: mutual, proofFor: own)
        try await expect("invalid_grant", of: { $0.router() }, at: mutual, proofFor: own)
        try await expect("invalid_dpop_proof", of: { $0.router() }, at: mutual, proofFor: mutual)
        // The test client names this host.
        try await expect("invalid_grant", of: { $0.router() }, at: TestServer.ownDomain, proofFor: TestServer.ownDomain)
        try await expect("invalid_dpop_proof", of: { $0.router() }, at: TestServer.ownDomain, proofFor: own)
    }
}
