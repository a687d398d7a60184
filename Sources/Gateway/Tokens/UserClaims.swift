import FoundationEssentials
import OpenIDConnect
import TokenVerifier
import UserPools

/// A user's attributes as claims, as far as scopes allow (OIDC Core §5.4).
enum UserClaims {
    private static let email: Set<String> = ["email", "email_verified"]
    private static let phone: Set<String> = ["phone_number", "phone_number_verified"]

    /// Standard claims of the scopes `email`, `phone`, `address` and `profile`; the pool's own attributes always.
    static func attributes(of user: User, scopes: [String]) -> JSONObject {
        var claims = user.attributes.filter { isAllowed($0.key, scopes) }.map { ($0.key, json($0.value)) }
        if scopes.contains("address"), let address = address(of: user) { claims.append(("address", .object(address))) }
        // A NumericDate, and the one that we know: when an attribute last became another.
        if scopes.contains("profile"), let seconds = Int(exactly: user.updatedAt.timeIntervalSince1970.rounded(.down)) {
            claims.append(("updated_at", .integer(seconds)))
        }
        return JSONObject(claims.sorted { $0.0 < $1.0 })
    }

    /// OIDC Core §5.1.1, in its order; nil where nothing of it is known.
    private static func address(of user: User) -> JSONObject? {
        var address = JSONObject()
        for member in UserAttribute.addressMembers {
            if let value = user.attributes[member == "formatted" ? "address" : "address." + member] { address.append(member, json(value)) }
        }
        return address.members.isEmpty ? nil : address
    }

    static func identities(of user: User) -> [JSONObject] {
        user.identities.map { ["provider": .string($0.provider.text), "subject": .string($0.subject)] }
    }

    /// What userinfo says beside `sub`: the attributes, and the same `groups` and `username` that tokens carry.
    static func userInfo(of user: User, scopes: [String], at now: Date) -> JSONObject {
        var claims = attributes(of: user, scopes: scopes)
        let groups = user.groups(at: now)
        if !groups.isEmpty { claims.append("groups", .array(groups.map(JSONValue.string))) }
        claims.append("username", .string(user.username))
        return claims
    }

    private static func isAllowed(_ name: String, _ scopes: [String]) -> Bool {
        if name.hasPrefix("custom:") { return true }
        if email.contains(name) { return scopes.contains("email") }
        if phone.contains(name) { return scopes.contains("phone") }
        // One claim, made of them all.
        if name == "address" || name.hasPrefix("address.") { return false }
        return scopes.contains("profile")
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
