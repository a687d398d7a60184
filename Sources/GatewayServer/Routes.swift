import HTTPTypes
import Hummingbird

/// One line an endpoint.
struct Route: Sendable {
    let method: HTTPRequest.Method
    let path: String
    let endpoint: any Endpoint
}

extension GatewayApplication {
    /// The one route table; each path stands below the issuer and at the root of a pool's own domain.
    var routes: [Route] {
        [
            Route(method: .get, path: ".well-known/openid-configuration", endpoint: DiscoveryEndpoint(server: self)),
            Route(method: .get, path: ".well-known/oauth-authorization-server", endpoint: DiscoveryEndpoint(server: self)),
            Route(method: .get, path: ".well-known/jwks.json", endpoint: KeysEndpoint(server: self)),
            Route(method: .get, path: "oauth2/authorize", endpoint: AuthorizeEndpoint(server: self)),
            Route(method: .post, path: "oauth2/authorize", endpoint: AuthorizeEndpoint(server: self)),
            Route(method: .get, path: "authorize", endpoint: AuthorizeEndpoint(server: self)),
            Route(method: .get, path: "login", endpoint: AuthorizeEndpoint(server: self)),
            Route(method: .post, path: "login", endpoint: LoginEndpoint(server: self)),
            Route(method: .get, path: "assets/images/:hash", endpoint: ImageEndpoint(server: self)),
            Route(method: .post, path: "oauth2/token", endpoint: TokenEndpoint(server: self)),
            Route(method: .post, path: "oauth2/revoke", endpoint: RevokeEndpoint(server: self)),
            Route(method: .get, path: "oauth2/userInfo", endpoint: UserInfoEndpoint(server: self)),
            Route(method: .post, path: "oauth2/userInfo", endpoint: UserInfoEndpoint(server: self)),
            Route(method: .post, path: "saml2/idpresponse", endpoint: ConsumerServiceEndpoint(server: self)),
            Route(method: .get, path: "oauth2/idpresponse", endpoint: ProviderAnswerEndpoint(server: self)),
            Route(method: .post, path: "oauth2/idpresponse", endpoint: ProviderAnswerEndpoint(server: self)),
            Route(method: .get, path: "oauth2/idpresponse/:provider", endpoint: ProviderAnswerEndpoint(server: self)),
            Route(method: .post, path: "oauth2/idpresponse/:provider", endpoint: ProviderAnswerEndpoint(server: self)),
            Route(method: .get, path: "saml2/metadata", endpoint: ServiceProviderMetadataEndpoint(server: self)),
            Route(method: .get, path: "logout", endpoint: LogoutEndpoint(server: self)),
            Route(method: .post, path: "logout", endpoint: LogoutEndpoint(server: self)),
        ]
    }
}
