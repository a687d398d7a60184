import FoundationEssentials
import OpenIDConnect
import TokenVerifier
import UserPools
import WireFormats

/// A user's attributes as claims, as far as scopes allow (OIDC Core §5.4).
enum UserClaims {
    /// Standard claims of the scopes `email`, `phone`, `address` and `profile`, and those that were asked for by name; the pool's own attributes always.
    /// - Parameter updatedAt: when one of them last became another.
    static func claims(of attributes: [String: AttributeValue], updatedAt: Date, scopes: [String], and names: [String] = []) -> JSONObject {
        func isAllowed(_ name: String) -> Bool { scope(of: name).map { scopes.contains($0) || names.contains(name) } ?? true }
        var claims: [(String, JSONValue)] = []
        for (name, value) in attributes where !name.hasPrefix("address") && isAllowed(name) { claims.append((name, json(value))) }
        if isAllowed("address"), let address = address(of: attributes) { claims.append(("address", .object(address))) }
        // A NumericDate.
        if isAllowed("updated_at"), let seconds = Int(exactly: updatedAt.timeIntervalSince1970.rounded(.down)) {
            claims.append(("updated_at", .integer(seconds)))
        }
        return JSONObject(claims.sorted { $0.0 < $1.0 })
    }

    /// The scope that asks for a claim; nil of what every app may see.
    static func scope(of name: String) -> String? {
        switch name {
        case "email", "email_verified": "email"
        case "phone_number", "phone_number_verified": "phone"
        case "address": "address"
        default: name.hasPrefix("custom:") ? nil : "profile"
        }
    }

    /// OIDC Core §5.1.1, in its order; nil where nothing of it is known.
    private static func address(of attributes: [String: AttributeValue]) -> JSONObject? {
        var address = JSONObject()
        for member in UserAttribute.addressMembers {
            if let value = attributes[member == "formatted" ? "address" : "address." + member] { address.append(member, json(value)) }
        }
        return address.members.isEmpty ? nil : address
    }

    static func identities(of user: User) -> [JSONObject] {
        user.identities.map { ["provider": .string($0.provider.text), "subject": .string($0.subject)] }
    }

    /// What userinfo says beside `sub`: the attributes, and the same `groups` and `username` that tokens carry.
    static func userInfo(of user: CurrentUser, as subjects: Subjects, scopes: [String], and names: [String]) -> JSONObject {
        var claims = claims(of: user.attributes, updatedAt: user.updatedAt, scopes: scopes, and: names)
        if !user.groups.isEmpty { claims.append("groups", .array(user.groups.map(JSONValue.string))) }
        if !subjects.isPairwise { claims.append("username", .string(user.username)) }
        return claims
    }

    private static func json(_ value: AttributeValue) -> JSONValue {
        switch value {
        case .text(let text): .string(text)
        case .number(let number): Int(exactly: number).map(JSONValue.integer) ?? .number(number)
        case .boolean(let flag): .bool(flag)
        case .list(let values): .array(values.map(json))
        }
    }
}

extension GrantedClaims {
    /// What of it the client may have: claims of scopes that it may ask for, which it need not do for that.
    init?(_ asked: RequestedClaims?, allowedBy policy: ClientPolicy) {
        guard let asked else { return nil }
        self.init(idToken: Self.allowed(asked.idToken, by: policy), userInfo: Self.allowed(asked.userInfo, by: policy))
    }

    static func allowed(_ names: [String], by policy: ClientPolicy) -> [String] {
        names.filter { name in
            UserAttribute.standardClaims.contains { $0.hasSameBytes(as: name) }
                && UserClaims.scope(of: name).map { policy.allows($0, for: nil) } ?? false
        }.distinctByBytes
    }
}
