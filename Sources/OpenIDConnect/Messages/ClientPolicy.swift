internal import TokenVerifier
internal import WireFormats

/// What one client may ask for. Every grant goes by it, so none can forget a part of it.
package struct ClientPolicy: Sendable {
    /// In the order of the registration; what counts where a request names no scope.
    package let scopes: [String]
    /// RFC 9700 §2.1.1.
    package let requiresProofKey: Bool
    /// The resources for which its tokens may be (RFC 8707).
    package let resources: [String]

    /// A scope that every client has: tokens name the groups of their user anyway, and many an app asks for them by this name.
    private static let ofEveryClient = ["groups"]

    package init(scopes: [String], requiresProofKey: Bool, resources: [String]) {
        (self.scopes, self.requiresProofKey, self.resources) = (scopes, requiresProofKey, resources)
    }

    package func allows(_ scope: String) -> Bool {
        scopes.contains { $0.hasSameBytes(as: scope) } || Self.ofEveryClient.contains { $0.hasSameBytes(as: scope) }
    }

    /// The scopes that are given where `asked` are asked for. What is unknown or not the client's is left out (OpenID Connect Core §3.1.2.1,
    /// RFC 6749 §3.3), and the answer's `scope` says so.
    /// - Throws: `invalid_scope` where none is left (THREATS case 111).
    package func grant(_ asked: Scope?) throws(OAuthError) -> Scope {
        // OpenID Connect Core §11: where it means nothing it is ignored.
        let names = asked?.names.filter { $0 != "offline_access" || allows($0) } ?? []
        guard !names.isEmpty else { return Scope(names: scopes) }
        let granted = names.filter(allows)
        guard !granted.isEmpty else {
            throw OAuthError(
                .invalidScope, "None of the scopes is known and allowed for this client.", parameter: "scope",
                expected: scopes.joined(separator: " "), seen: names.joined(separator: " "))
        }
        return Scope(names: granted)
    }

    /// The resource that a token may be for.
    /// - Throws: `invalid_target` where it is not registered for this client (RFC 8707 §2).
    package func resource(_ asked: String?) throws(OAuthError) -> String? {
        guard let asked else { return nil }
        guard resources.contains(where: { $0.hasSameBytes(as: asked) }) else {
            throw OAuthError(
                .invalidTarget, "The resource is not registered for this client.", parameter: "resource", expected: resources.joined(separator: " "),
                seen: asked)
        }
        return asked
    }
}
