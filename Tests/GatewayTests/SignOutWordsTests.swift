import SAML
import Testing

@testable import Gateway

@Suite("What a refused message for single logout is told as")
struct SignOutWordsTests {
    @Test("by the code that the cause has, and in words of its own: nobody who signs out is told to sign in again")
    func words() {
        let causes: [SignInError] = [
            .replayed, .busy, .tooManyAnswers, .providerDisabled("corp"), .unexpected("E"), .saml(.inResponseTo(expected: nil, seen: nil)),
        ]
        for cause in causes {
            let error = SignOutError.other(cause)
            #expect(error.code == cause.code)
            for word in ["sign-in", "Begin again at the app", "ssertion", "start again"] {
                #expect(!error.message.contains(word) && !error.remedy.contains(word), "\(error.code): \(word)")
            }
        }
    }
}
