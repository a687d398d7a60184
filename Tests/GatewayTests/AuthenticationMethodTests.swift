import OpenIDConnect
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats

@testable import Gateway

@Suite("amr (RFC 8176)")
struct AuthenticationMethodTests {
    @Test("of classes of SAML, each method once; of what is not in the table nothing is known")
    func classes() {
        let saml = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
        #expect(AuthenticationMethods.of([saml + "PasswordProtectedTransport", saml + "Password", saml + "TimeSyncToken"]) == ["pwd", "otp"])
        #expect(AuthenticationMethods.of(["https://refeds.org/profile/mfa", "http://schemas.microsoft.com/claims/multipleauthn"]) == ["mfa"])
        #expect(AuthenticationMethods.of([saml + "unspecified", "mfa", "", saml + "password"]) == [])
    }

    @Test("of an ID token, as they are: strings of printable ASCII, no more and no longer ones than anybody writes")
    func openID() async throws {
        try await OpenIDFlow.run { flow in
            func methods(_ amr: JSONValue?) async throws -> [String]? {
                flow.provider.change { $0.claims = { $0.with(["amr": amr]) } }
                let completed = try await flow.signIn()
                let tokens = try await Flow(flow.fixture).redeem(Flow(flow.fixture).code(completed))
                return FakeOpenIDProvider.payload(tokens.idToken ?? "")["amr"]?.strings
            }
            let several = try await methods(["pwd", "otp", "pwd", "urn:x:y"])
            #expect(several == ["pwd", "otp", "urn:x:y"])
            for nothing: JSONValue? in [nil, "pwd", 1, [], ["pwd", 1], [""], ["a b"], ["\u{E9}"]] {
                #expect(try await methods(nothing) == nil)
            }
            #expect(try await methods(.array((0..<30).map { .string("m\($0)") }))?.count == 10)
            #expect(try await methods([.string(String(repeating: "a", count: 65)), "mfa"]) == ["mfa"])
        }
    }
}
