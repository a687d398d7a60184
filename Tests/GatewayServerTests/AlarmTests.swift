import Gateway
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import SAML
import TestSupport
import Testing
import UserPools
import XMLSecurity

@testable import GatewayServer

@Suite("Two verifiers of signatures that disagree (`serve --verify-twice`)")
struct AlarmTests {
    /// The consumer service as it is where one of the two was deceived: nobody knows a response that does that.
    private struct DeceivedSurface: Surface, GatewayServer.Endpoint {
        let server: GatewayApplication

        var routes: [Route] { [.post("saml2/idpresponse", self)] }
        func encode(_ refusal: Refusal, _ request: Request) async -> Response { await PagesSurface(server: server).encode(refusal, request) }

        func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
            throw SignInFailure(.saml(.xml(.verifiersDisagree(direct: "accepted", xmlsec: "signature_invalid"))), pool: site.pool.id)
        }
    }

    @Test("are logged at level error with what each said, and the person learns no more than a reference")
    func disagreement() async throws {
        try await GatewayFixture.run { fixture in
            let (log, gateway, router) = (CapturedLog(), fixture.application(), Router(context: GatewayContext.self))
            gateway.mount(DeceivedSurface(server: gateway), on: router)
            let path = "/\(fixture.pool.id.text)/saml2/idpresponse"
            try await Application(router: router, logger: log.logger).test(.router) { client in
                let answer = try await client.executeRequest(uri: path, method: .post, headers: [:], body: nil)
                let alarms = log.lines.filter { $0.level == .error }
                let alarm = try #require(alarms.first)
                #expect(alarms.count == 1 && alarm.metadata["code"] == "saml.verifiers_disagree" && alarm.metadata["pool"] == fixture.pool.id.text)
                #expect(alarm.metadata["expected"]?.hasSuffix("accepted") == true && alarm.metadata["seen"]?.hasSuffix("signature_invalid") == true)
                let (page, reference) = (String(buffer: answer.body), try #require(alarm.metadata["reference"]))
                #expect(answer.status == .badRequest && page.contains(reference) && !page.contains("disagree"))
            }
        }
    }
}
