import Gateway
import HTTPTypes
import Hummingbird
import OpenIDConnect
import UserPools

/// `POST /oauth2/device_authorization` (RFC 8628 §3.1): a device begins, and gets the code that its person types.
struct DeviceAuthorizationEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        try await asClient(request, "device authorization request", site) { parameters, credentials throws(OAuthError) in
            json(
                try await server.tokens.authorizeDevice(
                    parameters, credentials: credentials, pool: site.pool, page: site.address.deviceEntry, from: context.clientAddress
                ).encoded())
        }
    }
}
