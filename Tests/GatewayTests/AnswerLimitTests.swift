import Foundation
import Gateway
import TestSupport
import Testing

@Suite("Answers that are refused again and again (THREATS case 128)", .serialized)
struct AnswerLimitTests {
    @Test("case 128: ten refused answers end a pending sign-in; another sign-in of the same browser goes on")
    func oneSignIn() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let (request, binding) = try await flow.begin()
            let (other, otherBinding) = try await flow.begin()
            func refusal() async throws -> SignInError? {
                try await fixture.refusal { try await flow.answer(request, binding) { $0.audiences = [["https://other.example"]] } }
            }
            for _ in 0..<AnswerRateLimiter.maximumRefusals { #expect(try await refusal()?.code == "saml.audience") }
            let refused = try await refusal()
            #expect(refused?.code == "sign_in.too_many_answers" && refused?.status == 429)
            // Not even a good one is looked at now.
            let late = try await fixture.refusal { try await flow.answer(request, binding) }
            #expect(late?.code == "sign_in.too_many_answers")
            #expect(try await flow.answer(other, otherBinding).response != nil)
            #expect(flow.signIn.answers.remembered == 2)
        }
    }

    @Test("case 128: from another browser nothing is used up")
    func otherBrowser() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            let (request, binding) = try await flow.begin()
            let (_, stranger) = try await flow.begin()
            for _ in 0...AnswerRateLimiter.maximumRefusals {
                let error = try await fixture.refusal { try await flow.answer(request, stranger) { $0.signed = .none } }
                #expect(error?.code == "saml.in_response_to")
            }
            #expect(try await flow.answer(request, binding).response != nil)
        }
    }

    @Test("case 128: an address has as many refused answers as its bucket, and accepted ones cost nothing")
    func oneAddress() async throws {
        try await GatewayFixture.run { fixture in
            let flow = Flow(fixture)
            while flow.signIn.answers.start(from: "192.0.2.1") {}
            flow.signIn.answers.accepted(from: "192.0.2.1")
            for _ in 0..<3 {
                let (request, binding) = try await flow.begin()
                #expect(try await flow.answer(request, binding, from: "192.0.2.1").response != nil)
            }
            let (request, binding) = try await flow.begin()
            for code in ["saml.unsigned", "sign_in.too_many_answers"] {
                let error = try await fixture.refusal { try await flow.answer(request, binding, from: "192.0.2.1") { $0.signed = .none } }
                #expect(error?.code == code)
            }
            #expect(try await flow.answer(request, binding, from: "192.0.2.2").response != nil)
            fixture.clock.advanceUptime(by: AnswerRateLimiter.refill)
            #expect(flow.signIn.answers.start(from: "192.0.2.1"))
        }
    }
}
