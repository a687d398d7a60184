internal import WireFormats

/// How somebody was authenticated, as tokens say it (OpenID Connect Core §2).
package struct AuthenticationContext: Sendable, Hashable {
    /// `acr`: each for which it will do, by the table of the provider. Of a grant there is one at most, which its tokens say.
    package let acrs: [String]
    /// `amr` (RFC 8176).
    package let methods: [String]
    /// What the provider called it, of which the table made `acrs`; empty of what was kept before that was.
    package let upstream: [String]

    /// nil where nothing is known.
    package init?(acrs: [String] = [], methods: [String] = [], upstream: [String] = []) {
        guard !acrs.isEmpty || !methods.isEmpty else { return nil }
        (self.acrs, self.methods, self.upstream) = (acrs, methods, upstream)
    }

    /// The first of `asked` for which it will do.
    package func met(of asked: [String]) -> String? { asked.first { acr in acrs.contains { $0.hasSameBytes(as: acr) } } }

    /// The same for one app: a token says one `acr`, the one that was asked for where it will do.
    package func told(to asked: [String]?) -> AuthenticationContext? {
        AuthenticationContext(acrs: [met(of: asked ?? []) ?? acrs.first].compactMap(\.self), methods: methods, upstream: upstream)
    }

    /// What of it holds by the table of now: what was taken out of that nobody says any more, however the person signed in then.
    package func current(by table: AuthenticationContextMapping?) -> AuthenticationContext? {
        let held = acrs.filter { acr in
            let classes = table?.upstream(for: [acr]) ?? []
            return upstream.isEmpty ? !classes.isEmpty : upstream.contains { own in classes.contains { $0.hasSameBytes(as: own) } }
        }
        return AuthenticationContext(acrs: held, methods: methods, upstream: upstream)
    }
}
