import Gateway
import TestSupport
import Testing
import TokenVerifier

@Suite("Case 93: a token endpoint that answers wrongly costs one sign-in a clear error, and nothing else")
struct OpenIDTokenEndpointTests {
    @Test("case 93: nothing but the pending sign-in is left, an outage says 503, and the next sign-in goes its way")
    func refused() async throws {
        let wrong: [(change: (inout FakeOpenIDProvider.Behaviour) -> Void, code: String, status: Int)] = [
            ({ $0.reply(at: "/token", "<html>", type: "text/html") }, "oidc.answer", 400),
            ({ $0.tokenAnswer = { $0.with(["id_token": nil]) } }, "oidc.no_id_token", 400),
            ({ $0.reply(at: "/token", #"{"error":"invalid_grant"}"#, status: 400) }, "oidc.token_refused", 400),
            ({ $0.fail(at: "/token", .timeout) }, "oidc.unreachable", 503),
        ]
        for (change, code, status) in wrong {
            try await OpenIDFlow.run { flow in
                flow.provider.change(change)
                let error = try await flow.refusal()
                #expect(error?.code == code && error?.status == status)
                #expect(try await flow.fixture.contents() == .init(pendingSignIns: 1), "\(code)")
                flow.provider.change { ($0.answers, $0.tokenAnswer) = ([:], { $0 }) }
                _ = try await flow.signIn()
            }
        }
    }
}
