internal import struct FoundationEssentials.Date
internal import TokenVerifier

/// The claims that have a meaning in a protocol, and that no attribute of a user may set (THREATS P21).
package enum ReservedClaims {
    /// Names that an attribute mapping must refuse. `groups` is not among them: it has a mapping of its own.
    package static let names: Set<String> = [
        // RFC 7519 §4.1
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti",
        // OpenID Connect Core §2, §3.1.3.6, §3.3.2.11, §5.6.2, §7.4
        "auth_time", "nonce", "acr", "amr", "azp", "at_hash", "c_hash", "s_hash", "_claim_names", "_claim_sources", "sub_jwk",
        // Sessions and logout, RFC 8693, RFC 7800, RFC 8417, RFC 9068, RFC 7662, RFC 9396
        "sid", "events", "act", "may_act", "cnf", "txn", "toe", "client_id", "scope", "scp", "active", "token_type", "authorization_details",
        // Ours, and the user pool's
        "token_use", "username", "identities", "origin_jti", "roles", "entitlements", "cognito:groups", "cognito:roles", "cognito:username",
        "cognito:preferred_role",
    ]

    /// What the UserInfo answer may hold of them.
    static let userInfo: Set<String> = ["username", "identities"]
}

extension JSONObject {
    /// Adds the members of `extra` that are neither reserved nor there already.
    mutating func appendUnreserved(_ extra: JSONObject, allowing allowed: Set<String> = []) {
        for member in extra.members where !ReservedClaims.names.contains(member.name) || allowed.contains(member.name) {
            append(member.name, member.value)
        }
    }

    /// Adds mapped attributes to a token. Groups have a typed field of their own, which no attribute can stand in for.
    mutating func appendAttributes(_ attributes: JSONObject) {
        for member in attributes.members where member.name != "groups" && !ReservedClaims.names.contains(member.name) {
            append(member.name, member.value)
        }
    }
}

extension JSONValue {
    /// A NumericDate (RFC 7519 §2) in whole seconds, cut off; a date no integer can hold is 0, which is expired everywhere.
    static func numericDate(_ date: Date) -> JSONValue { .integer(Int(exactly: date.timeIntervalSince1970.rounded(.down)) ?? 0) }
}
