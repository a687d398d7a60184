import FoundationEssentials
import Gateway
import HTTPTypes
import Hummingbird
import UserPools
import OpenIDConnect
import WireFormats

/// A proxy asks about a request (nginx `auth_request`, Traefik, Caddy `forward_auth`, Envoy ext_authz): 200 with who it is, 401 or the way to the
/// sign-in, 403 for who is in none of the groups.
struct ForwardVerifyEndpoint: Endpoint {
    let server: GatewayApplication
    /// nginx can pass on nothing but 401.
    let sendsToSignIn: Bool

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let asked = try await ForwardedRequest(request, context, site: site, server: server)
        let decision: ForwardAuth.Decision
        do {
            decision = try await server.forwardAuth.decide(
                asked.subject, cookie: CookieJar(publicURL: asked.subject.host.origin).forwardTicket(request.headers))
        } catch { throw ForwardAuthFailure(error, pool: site.pool.id, client: asked.subject.client.id.text) }
        switch decision {
        case .admitted(let person): return Response(status: .ok, headers: Self.headers(of: person))
        case .denied:
            return Response(
                status: .forbidden, headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: "You are signed in, and may not use this app. Ask whoever runs it.\n")))
        case .unknown:
            guard sendsToSignIn, asked.isNavigation else { return Response(status: .unauthorized) }
            let start = asked.subject.host.origin + ForwardedHost.ownPath + "start"
            return redirect(to: FormCoding.append([("return", ForwardAuth.path(asked.path))], to: start), status: .found)
        }
    }

    /// All of them, also where one is empty: what a client sent under the name is overwritten by every proxy that copies them.
    private static func headers(of person: ForwardedPerson) -> HTTPFields {
        let said: [(HTTPField.Name, String)] = [
            (.remoteUser, person.username), (.remoteSub, person.subject), (.remoteEmail, person.email),
            (.remoteEmailVerified, person.isEmailVerified ? "true" : "false"), (.remoteName, person.name), (.remoteGroups, person.groups),
            (.remoteToken, person.token),
        ]
        var headers = HTTPFields()
        // Those of the connection come to them.
        headers.reserveCapacity(said.count + 8)
        for (name, value) in said { headers.append(HTTPField(name: name, value: value)) }
        return headers
    }
}

/// `/_countersign/start` on the app's host: off to the sign-in.
struct ForwardStartEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let asked = try await ForwardedRequest(request, context, site: site, server: server)
        // A script that calls for data cannot follow the way, and neither can a form.
        guard asked.isNavigation else { return Response(status: .unauthorized) }
        let path = try await parameters(of: request, limit: 0).first { $0.name == "return" }?.value ?? asked.path
        let cookies = CookieJar(publicURL: asked.subject.host.origin)
        do {
            let departure = try server.forwardAuth.begin(
                asked.subject, address: site.address, path: path, secret: cookies.forwardSecret(request.headers))
            var response = redirect(to: departure.location, status: .found)
            response.headers[.setCookie] = cookies.forwardSecret(departure.secret, seconds: ForwardAuth.longestSignIn)
            return response
        } catch { throw ForwardAuthFailure(error, pool: site.pool.id, client: asked.subject.client.id.text) }
    }
}

/// `/_countersign/callback` on the app's host: back from it.
struct ForwardCallbackEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let asked = try await ForwardedRequest(request, context, site: site, server: server)
        let parameters = Parameters(try await parameters(of: request, limit: 0))
        let cookies = CookieJar(publicURL: asked.subject.host.origin)
        do {
            let arrival = try await server.forwardAuth.complete(asked.subject, parameters, secret: cookies.forwardSecret(request.headers))
            var response = redirect(to: arrival.location, status: .found)
            response.headers[.setCookie] = cookies.forwardTicket(
                arrival.cookie, seconds: max(0, Int(arrival.endsAt.timeIntervalSince(server.now()))))
            return response
        } catch { throw ForwardAuthFailure(error, pool: site.pool.id, client: asked.subject.client.id.text) }
    }
}

/// `/_countersign/sign-out` on the app's host: its cookie goes, and the browser to the sign-out of all apps, which asks.
struct ForwardSignOutEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let asked = try await ForwardedRequest(request, context, site: site, server: server)
        let client = asked.subject.client.id.text
        var response = redirect(to: FormCoding.append([("client_id", client)], to: site.address.base + "/logout"), status: .seeOther)
        response.headers[.setCookie] = CookieJar(publicURL: asked.subject.host.origin).forwardTicket("", seconds: 0)
        return response
    }
}
