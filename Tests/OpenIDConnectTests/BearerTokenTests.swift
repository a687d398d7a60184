import Testing
import WireFormats

@testable import OpenIDConnect

/// Where a request has its access token (RFC 6750 §2).
struct BearerTokenTests {
    private func token(_ authorization: String?, _ form: [(name: String, value: String)] = []) throws(OAuthError) -> String? {
        try BearerToken(authorization: authorization, form: Parameters(form))?.secret.revealText()
    }

    private func code(_ authorization: String?, _ form: [(name: String, value: String)] = []) -> OAuthError.Code? {
        do throws(OAuthError) {
            _ = try token(authorization, form)
            return nil
        } catch { return error.error }
    }

    @Test("RFC 6750 §2.1, §2.2: in the header, in whatever case and with any number of blanks, or in a form; none is none")
    func found() throws {
        for header in ["Bearer abc.d", "bearer abc.d", "BEARER   abc.d"] { #expect(try token(header) == "abc.d") }
        #expect(try token(nil, [("access_token", "abc.d")]) == "abc.d")
        #expect(try token(nil, [("token", "abc.d")]) == nil && token(nil, [("access_token", "")]) == nil)
    }

    @Test("RFC 6750 §2, §3.1: more than one is invalid_request, the same one included")
    func two() {
        #expect(code("Bearer abc", [("access_token", "abc")]) == .invalidRequest)
        #expect(code(nil, [("access_token", "abc"), ("access_token", "abc")]) == .invalidRequest)
    }

    @Test("another scheme, a blank or a byte beyond ASCII in the token, a joiner behind the scheme, 20 kB: invalid_token")
    func malformed() {
        for header in ["Basic abc", "Bearer", "Bearer ", "Bearer a b", "Bearer\u{200D} abc", "Bearer a\u{301}bc", "Bearer\tabc"] {
            #expect(code(header) == .invalidToken, "\(header)")
        }
        #expect(code(nil, [("access_token", String(repeating: "a", count: 20_001))]) == .invalidToken)
    }
}
