package import TokenVerifier
internal import WireFormats

/// The parameters of a request object (RFC 9101 §4, OpenID Connect Core §6.1): nothing of what stands beside it counts.
package struct RequestObject: Sendable {
    package let parameters: Parameters

    /// - Parameter object: verified; what we do not know in it is ignored.
    package init(_ object: VerifiedRequestObject) throws(OAuthError) {
        var pairs: [(name: String, value: String)] = []
        for member in object.claims.members.members where AuthorizationParameters.names.contains(member.name) {
            // §4: nor may it hold another one.
            guard member.name != "request", member.name != "request_uri" else { throw Self.refused(member.name) }
            for value in try Self.values(of: member.value, in: member.name) { pairs.append((member.name, value)) }
        }
        parameters = Parameters(pairs)
    }

    /// A text as it is, a number in digits, `claims` as the object that it is (§4). A list is the parameter several times, as `resource` may be.
    private static func values(of value: JSONValue, in name: String) throws(OAuthError) -> [String] {
        switch value {
        case .string(let text): return [text]
        case .integer(let number): return [String(number)]
        case .object(let object) where name == "claims": return [String(decoding: JSONWriter.encode(object), as: UTF8.self)]
        case .array:
            guard let texts = value.strings else { throw refused(name) }
            return texts
        case .bool, .number, .null, .object: throw refused(name)
        }
    }

    private static func refused(_ name: String) -> OAuthError {
        OAuthError(.invalidRequestObject, "The request object holds a member that it may not, or in a form that no parameter has.", parameter: name)
    }

    /// Why an object is none of this client: the app is told that it is not, and the log what is wrong with it.
    package static func refused(_ error: TokenError) -> OAuthError {
        OAuthError(
            .invalidRequestObject, "The request object is not one that this client signed for this server, now.", parameter: "request",
            expected: error.expected, seen: error.seen.map { "\(error.code): \($0)" } ?? "\(error.code): \(error.message)")
    }

    /// No key is registered by which one could be verified; nothing unsigned is taken.
    package static let notSupported = OAuthError(
        .requestNotSupported, "The client has no registered keys, without which no request object counts.", parameter: "request")
}
