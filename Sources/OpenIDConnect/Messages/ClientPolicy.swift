internal import TokenVerifier
internal import WireFormats

/// What one client may ask for. Every grant goes by it, so none can forget a part of it.
package struct ClientPolicy: Sendable {
    /// In the order of the registration; what counts where a request names no scope.
    package let scopes: [String]
    /// RFC 9700 §2.1.1.
    package let requiresProofKey: Bool
    /// The resources for which its tokens may be (RFC 8707).
    package let resources: [Resource]

    /// A service for which a token may be, and the scopes that only a token for it has.
    package struct Resource: Sendable {
        package let uri: String
        package let scopes: [String]

        package init(uri: String, scopes: [String]) { (self.uri, self.scopes) = (uri, scopes) }
    }

    /// A scope that every client has: tokens name the groups of their user anyway, and many an app asks for them by this name.
    package static let scopesOfEveryClient = ["groups"]

    package init(scopes: [String], requiresProofKey: Bool, resources: [Resource]) {
        (self.scopes, self.requiresProofKey, self.resources) = (scopes, requiresProofKey, resources)
    }

    /// Whether a token for `resource` may have the scope: the client's own, whatever the token is for, or one of that resource.
    package func allows(_ scope: String, for resource: String?) -> Bool {
        let ofResource = ResourceIndicator.all(in: resource).flatMap { registered($0)?.scopes ?? [] }
        return (scopes + Self.scopesOfEveryClient + ofResource).contains { $0.hasSameBytes(as: scope) }
    }

    /// Whether a token may be for `resource`; one that names none may be for us.
    package func allows(resource: String?) -> Bool { ResourceIndicator.all(in: resource).allSatisfy { registered($0) != nil } }

    private func registered(_ uri: String) -> Resource? { resources.first { $0.uri.hasSameBytes(as: uri) } }

    /// The scopes that are given where `asked` are asked for. What is unknown or not the client's is left out (OpenID Connect Core §3.1.2.1,
    /// RFC 6749 §3.3), and the answer's `scope` says so.
    /// - Throws: `invalid_scope` where none is left (THREATS case 111).
    package func grant(_ asked: Scope?, for resource: String?) throws(OAuthError) -> Scope {
        // OpenID Connect Core §11: where it means nothing it is ignored.
        let names = asked?.names.filter { $0 != "offline_access" || allows($0, for: resource) } ?? []
        guard !names.isEmpty else { return Scope(names: scopes) }
        let granted = names.filter { allows($0, for: resource) }
        guard !granted.isEmpty else {
            throw OAuthError(
                .invalidScope, "None of the scopes is known and allowed for this client.", parameter: "scope",
                expected: scopes.joined(separator: " "), seen: names.joined(separator: " "))
        }
        return Scope(names: granted)
    }

    /// What says something of a person: no client has it for itself.
    private static let scopesOfPeople = Scope.standard + scopesOfEveryClient + ["offline_access"]

    /// The same where the client asks for itself and no person takes part (RFC 6749 §4.4).
    package func grantToItself(_ asked: Scope?, for resource: String?) throws(OAuthError) -> Scope {
        let own = try grant(asked, for: resource).names.filter { !Self.scopesOfPeople.contains($0) }
        guard !own.isEmpty || asked?.names.isEmpty ?? true else {
            throw OAuthError(
                .invalidScope, "The scopes say something of a person, and no person takes part.", parameter: "scope", seen: asked?.text)
        }
        return Scope(names: own)
    }

    /// The resource that a token may be for.
    /// - Throws: `invalid_target` where it is not registered for this client (RFC 8707 §2).
    package func resource(_ asked: String?) throws(OAuthError) -> String? {
        guard allows(resource: asked) else {
            throw OAuthError(
                .invalidTarget, "The resource is not registered for this client.", parameter: "resource",
                expected: resources.map(\.uri).joined(separator: " "),
                seen: asked)
        }
        return asked
    }
}
