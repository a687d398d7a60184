internal import WireFormats

/// What apps ask for by `acr_values` (OpenID Connect Core §3.1.2.1), and what one provider calls it: the AuthnContextClassRef of SAML (SAML Core
/// §2.7.2.2), or its own `acr`. Only by the admin's table does a provider's word become one that means something to an app.
package struct AuthenticationContextMapping: Sendable, Hashable, Codable {
    package struct Rule: Sendable, Hashable, Codable {
        /// The `acr` of apps.
        package let acr: String
        /// The same to the provider.
        package let upstream: String

        package init(acr: String, upstream: String) { (self.acr, self.upstream) = (acr, upstream) }

        /// `ACR=CLASS`.
        package var text: String { acr + "=" + upstream }
    }

    /// One `acr` may have several classes, and one class may do for several.
    package private(set) var rules: [Rule]

    /// nil without a rule.
    package init?(_ rules: [Rule]) {
        guard !rules.isEmpty else { return nil }
        self.rules = rules
    }

    /// Those of `asked` that are in the table, in their order; the others are nobody's, and nothing is made of them.
    package func known(_ asked: [String]) -> [String] {
        asked.filter { acr in rules.contains { $0.acr.hasSameBytes(as: acr) } }
    }

    /// What the provider calls any of these, the most wanted first, each once.
    package func upstream(for acrs: [String]) -> [String] {
        acrs.flatMap { acr in rules.filter { $0.acr.hasSameBytes(as: acr) }.map(\.upstream) }.distinctByBytes
    }

    /// Each `acr` for which that will do, in the table's order.
    package func acrs(for upstream: String?) -> [String] {
        guard let upstream else { return [] }
        return rules.filter { $0.upstream.hasSameBytes(as: upstream) }.map(\.acr)
    }
}

extension IdentityProvider {
    package var contextMapping: AuthenticationContextMapping? {
        if case .saml(let connection) = kind { return connection.contextMapping }
        if case .oidc(let connection) = kind { return connection.contextMapping }
        if case .federation(let connection) = kind { return connection.contextMapping }
        return nil
    }
}
