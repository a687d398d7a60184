import Hummingbird

/// What clients call where they are asked for certificates (RFC 8705 §5): `mtls_endpoint_aliases` of the discovery document names the same.
struct CertificateSurface: Surface {
    let server: GatewayApplication

    var routes: [Route] {
        [
            .alias([.post], "oauth2/token", TokenEndpoint(server: server)),
            .alias([.post], "oauth2/revoke", RevokeEndpoint(server: server)),
            .alias([.post], "oauth2/introspect", IntrospectEndpoint(server: server)),
            .alias([.post], "oauth2/par", PushEndpoint(server: server)),
            .alias([.post], "oauth2/device_authorization", DeviceAuthorizationEndpoint(server: server)),
            .alias([.get, .post], "oauth2/userInfo", UserInfoEndpoint(server: server)),
        ]
    }

    func encode(_ refusal: Refusal, _ request: Request) async -> Response { await OAuthSurface(server: server).encode(refusal, request) }
}
