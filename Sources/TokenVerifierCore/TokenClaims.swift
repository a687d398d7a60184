internal import struct FoundationEssentials.Date
package import WireFormats

/// The claims of a token (RFC 7519 §4), each with the exact JSON type it came with.
public struct TokenClaims: Sendable, Hashable {
    /// All claims in their order.
    public let members: JSONObject

    /// The claim `name`, nil where the token has none.
    public subscript(name: String) -> JSONValue? { members[name] }

    /// The claim `name` as text, nil where it is missing or no string.
    public func string(_ name: String) -> String? { members[name]?.string }

    /// The claim `name` as a list of texts: an array of strings, or one string. Nil where it is missing or something else.
    public func strings(_ name: String) -> [String]? {
        guard let value = members[name] else { return nil }
        return value.string.map { [$0] } ?? value.strings
    }

    package init(_ members: JSONObject) { self.members = members }

    init(payload: [UInt8]) throws(TokenError) {
        do { members = try JSONParser.parseObject(payload) } catch { throw .malformed("the payload is no JSON object, \(error.reason)") }
    }
}

extension TokenClaims {
    /// The claim as text; nil where it is missing, refused where it is something else.
    func optionalText(_ name: String) throws(TokenError) -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value.string else { throw .claim(name, problem: "is not a string") }
        return text
    }

    /// `sub`: 1 to 255 characters (OpenID Connect Core §2).
    func subject() throws(TokenError) -> String {
        guard let subject = try optionalText("sub") else { throw .claim("sub", problem: "is missing") }
        guard !subject.isEmpty, subject.utf8.count <= 255 else { throw .claim("sub", problem: "is empty or longer than 255 bytes") }
        return subject
    }

    /// A NumericDate (RFC 7519 §2): seconds since 1970, an integer or with a fraction, between 1970 and 9999.
    func date(_ name: String) throws(TokenError) -> Date? {
        guard let value = members[name] else { return nil }
        let seconds: Double
        switch value {
        case .integer(let whole): seconds = Double(whole)
        // Only a true fraction: `1e10` for a whole number is a notation that no issuer uses.
        case .number(let fraction) where fraction != fraction.rounded(): seconds = fraction
        default: throw .claim(name, problem: "is not a number of seconds")
        }
        guard (0...253_402_300_799).contains(seconds) else { throw .claim(name, problem: "is not a date between 1970 and 9999") }
        return Date(timeIntervalSince1970: seconds)
    }

    /// The times of RFC 7519 §4.1.4–4.1.6, compared with the present: `exp` must be there.
    func validateTime(now: Date, clockSkew: Double) throws(TokenError) -> TokenTimes {
        guard let expiresAt = try date("exp") else { throw .claim("exp", problem: "is missing") }
        // Before the others are read: of a token that has expired nothing else matters.
        try TokenTimes(expiresAt: expiresAt).validate(now: now, clockSkew: clockSkew)
        let issuedAt = try date("iat")
        let times = TokenTimes(expiresAt: expiresAt, notBefore: try date("nbf"), issuedAt: issuedAt)
        try times.validate(now: now, clockSkew: clockSkew)
        return times
    }

    /// `token_use`, where present (`access` and `id`, as user pools write it).
    func validateTokenUse(_ expected: String) throws(TokenError) {
        guard let use = try optionalText("token_use") else { return }
        guard use.hasSameBytes(as: expected) else { throw .tokenUse(expected: expected, seen: use) }
    }

    func audience() throws(TokenError) -> Audience {
        guard let value = members["aud"] else { throw .claim("aud", problem: "is missing") }
        if value.array?.isEmpty == true { throw .claim("aud", problem: "is an empty list") }
        guard let audience = Audience(value) else { throw .claim("aud", problem: "is neither a string nor a list of strings") }
        return audience
    }
}

/// When a token counts.
struct TokenTimes: Sendable {
    let expiresAt: Date
    var notBefore: Date?
    var issuedAt: Date?

    /// RFC 7519 §4.1.4–4.1.6: what is in the future by more than the skew is not valid yet.
    func validate(now: Date, clockSkew: Double) throws(TokenError) {
        guard now < expiresAt.addingTimeInterval(clockSkew) else { throw .expired(at: expiresAt, now: now) }
        let latest = now.addingTimeInterval(clockSkew)
        if let notBefore, notBefore > latest { throw .notYetValid(from: notBefore, now: now) }
        if let issuedAt, issuedAt > latest { throw .notYetValid(from: issuedAt, now: now) }
    }
}
