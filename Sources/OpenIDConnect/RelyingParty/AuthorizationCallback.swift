internal import TokenVerifier
internal import WireFormats

/// The answer to our authorization request (RFC 6749 §4.1.2, RFC 9207 §2), as the browser brought it: nothing of it is believed yet.
package struct AuthorizationCallback: Sendable {
    /// Which sign-in it says that it answers.
    package let state: String
    private let outcome: Outcome
    private let issuer: String?
    /// Apple's `user`: the name, at the first sign-in only. The browser could have written it.
    package let userText: String?

    private enum Outcome: Sendable { case code(String), error(String) }

    private static let maximumCodeLength = 8192

    /// - Throws: `callback` where a parameter is missing, there twice, or malformed; `state` where there is none.
    package init(_ parameters: Parameters) throws(RelyingPartyError) {
        func one(_ name: String, limit: Int) throws(RelyingPartyError) -> String? {
            do { return try parameters.single(name, limit: limit) } catch { throw .callback("\(name) is there twice, too long or malformed") }
        }
        guard let state = try one("state", limit: 256) else { throw .state }
        self.state = state
        issuer = try one("iss", limit: 2048)
        userText = try one("user", limit: 4096)
        let (code, error) = (try one("code", limit: Self.maximumCodeLength), try one("error", limit: 256))
        switch (code, error) {
        case (let code?, nil): outcome = .code(code)
        case (nil, let error?): outcome = .error(Self.named(error))
        case (_?, _?): throw .callback("it has both a code and an error")
        case (nil, nil): throw .callback("it has neither a code nor an error")
        }
    }

    /// The code, once it is sure that the right provider answered (RFC 9207 §2.4, THREATS O16, case 91), and that it did not refuse.
    package func code(for relyingParty: RelyingParty) throws(RelyingPartyError) -> String {
        if let issuer {
            if let known = relyingParty.answerIssuers, !known.contains(where: { $0.hasSameBytes(as: issuer) }) {
                throw .mixUp(expected: known.first ?? relyingParty.issuer, seen: issuer)
            }
        } else if relyingParty.sendsIssuer {
            throw .mixUp(expected: relyingParty.issuer, seen: nil)
        }
        switch outcome {
        case .code(let code): return code
        case .error("access_denied"), .error("user_cancelled_authorize"), .error("user_cancelled_login"): throw .declined
        case .error(let error): throw .refused(error)
        }
    }

    /// An error code of RFC 6749 §4.1.2.1, or what is left of it: only what such codes are made of.
    static func named(_ error: String) -> String {
        let text = error.utf8.prefix(64).filter { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        return text.isEmpty ? "unreadable" : String(decoding: text, as: UTF8.self)
    }
}
