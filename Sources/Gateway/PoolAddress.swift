import OpenIDConnect
package import UserPools
package import WireFormats

/// Where a pool is found from outside. Built from the configuration alone: no header of a request reaches it.
package struct PoolAddress: Sendable, Hashable {
    /// `{public-url}/{pool}`: the `iss` of every token.
    package let issuer: String
    /// What the endpoints' paths are appended to: the issuer, or the pool's own domain.
    package let base: String

    package init(publicURL: String, pool: UserPool, onOwnDomain: Bool = false) {
        issuer = publicURL + "/" + pool.id.text
        if onOwnDomain, let domain = pool.domain { base = "https://" + domain } else { base = issuer }
    }

    /// What every OpenID Connect client reads first (OpenID Connect Discovery §4).
    package var discovery: String { issuer + "/.well-known/openid-configuration" }
    /// Our entity ID: the address of our metadata (SAML Metadata §4.1).
    /// Our metadata at an address that names the provider that fetches it; its contents, and our entity ID, are the same.
    package func serviceProviderMetadata(for provider: IdentityProvider.Name) -> String {
        FormCoding.append([("idp", provider.text)], to: serviceProviderEntityID)
    }

    package var serviceProviderEntityID: String { issuer + "/saml2/metadata" }
    /// The redirect URI of the upstream OpenID provider `name`; nil: the one that providers share which name themselves in every answer.
    package func redirectURI(of name: String?) -> String {
        base + "/oauth2/idpresponse" + (name.map { "/" + PercentCoding.encode($0) } ?? "")
    }
    /// The person's own page.
    package var account: String { base + "/account" }
    /// Where the upstream OpenID provider `name` tells of the end of a session.
    package func backChannelLogout(of name: String) -> String { base + "/oauth2/idplogout/" + PercentCoding.encode(name) }
    package var assertionConsumerService: String { base + "/saml2/idpresponse" }
    /// Where the browser comes back to from the sign-out at an upstream OpenID provider.
    package var signedOutUpstream: String { base + "/logout/callback" }
    /// Where single logout takes requests and answers.
    package var singleLogoutService: String { base + "/saml2/logout" }

    /// Where a dry sign-in begins. The ticket stands in the query, which no log has.
    package func trial(ticket: SecretBytes) -> String { base + "/trial?ticket=" + ticket.revealText() }

    /// Where a person types the code that a device shows.
    package var deviceEntry: String { base + "/device" }
    /// Where the sign-in for a device comes back to, and the person is asked.
    package var devicePage: String { base + "/device/confirm" }

    /// The same at every address of the pool.
    static func devicePages(publicURL: String, pool: UserPool) -> [String] {
        let own = pool.domain == nil ? [] : [PoolAddress(publicURL: publicURL, pool: pool, onOwnDomain: true).devicePage]
        return [PoolAddress(publicURL: publicURL, pool: pool).devicePage] + own
    }

    /// Where a logo of the pool, or of one of its providers, is served.
    package func image(_ image: ImageReference) -> String { base + "/assets/images/" + image.hash }

    /// Every single logout service of the pool, the default first.
    package static func singleLogoutServices(publicURL: String, pool: UserPool) -> [String] {
        let own = pool.domain == nil ? [] : [PoolAddress(publicURL: publicURL, pool: pool, onOwnDomain: true).singleLogoutService]
        return [PoolAddress(publicURL: publicURL, pool: pool).singleLogoutService] + own
    }

    /// Every assertion consumer service of the pool, the default first.
    package static func assertionConsumerServices(publicURL: String, pool: UserPool) -> [String] {
        let own = pool.domain == nil ? [] : [PoolAddress(publicURL: publicURL, pool: pool, onOwnDomain: true).assertionConsumerService]
        return [PoolAddress(publicURL: publicURL, pool: pool).assertionConsumerService] + own
    }
}
