import Gateway
import HTTPTypes
import Logging
import Hummingbird
import OpenIDConnect
import UserPools
import WireFormats

/// `GET` and `POST /logout`: RP-initiated logout, and Amazon Cognito's form of it.
struct LogoutEndpoint: Endpoint {
    let server: GatewayApplication

    /// Marks the GET that follows on a form.
    private static let posted = (name: "confirm", value: "posted")
    /// What servers on the way take, in bytes.
    private static let longestURL = 7_000

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let parameters = try await parameters(of: request, limit: 64 << 10)
        let pageContext = PageContext(site, for: request, parameters)
        // The link of the page that asks.
        if request.method == .get, parameters.contains(where: { $0 == ("confirm", "no") }) {
            return Pages.stillSignedIn(pageContext: pageContext).response()
        }
        // Only our own page posts `confirm`, and a browser says of a POST from where it came.
        let ours = request.headers[.origin].map { $0.hasSameBytes(as: server.publicURL) || $0.hasSameBytes(as: site.address.base) } ?? false
        let confirmed = request.method == .post && ours && parameters.contains { $0 == ("confirm", "yes") }
        let cookies = server.cookies.read(request.headers, pool: site.pool.id)
        let asked = parameters.filter { $0.name != "confirm" }
        // With a form of another site no session cookie comes (RFC 6265bis §5.5); it comes with the GET that follows on a redirect.
        if request.method == .post, !ours, cookies.session == nil {
            let url = FormCoding.append(asked + [Self.posted], to: site.address.base + "/logout")
            if url.utf8.count <= Self.longestURL { return redirect(to: url, status: .seeOther) }
        }
        let answer = try await server.signOut.end(
            Parameters(asked), pool: site.pool, address: site.address, cookies: cookies, confirmed: confirmed)
        if let record = answer.elsewhere { context.logger.signedOut(record) }
        if let record = answer.record { context.logger.signedOut(record) }
        if let notice = answer.notice {
            context.logger.refused("redirect after a sign-out", notice, ["pool": site.pool.id.text, "client_id": notice.client?.text])
        }
        var response: Response
        switch answer.outcome {
        // Under `no-referrer` a browser posts the form with `Origin: null` (Fetch §3.2, "append a request Origin header").
        case .confirm(let target):
            return Pages.confirmSignOut(fields: asked, action: site.address.base + "/logout", target: target?.value, pageContext: pageContext)
                .response(headers: [.referrerPolicy: "same-origin"])
        case .redirect(let target, let state):
            let frames = await server.frontChannelLogout.frames(of: answer.record, in: site.pool)
            response = leave(for: target.location(state: state), frames: frames, pageContext)
        case .signedOut:
            let frames = await server.frontChannelLogout.frames(of: answer.record, in: site.pool)
            response = Pages.signedOut(again: answer.again, frames: frames, pageContext: pageContext).response()
        case .upstream(let message):
            let frames = await server.frontChannelLogout.frames(of: answer.record, in: site.pool)
            let isAfterForm = request.method == .post || parameters.contains { $0 == Self.posted }
            response = send(message, frames: frames, isAfterForm: isAfterForm, pageContext)
            if let binding = answer.binding { response = bound(response, binding, site) }
        case .partly(let record, let next):
            let frames = await server.frontChannelLogout.frames(of: record, in: site.pool)
            response = Pages.partlySignedOut(reference: record.reference.text, next: next, frames: frames, pageContext: pageContext).response()
        }
        response.headers[values: .setCookie].append(server.cookies.clearedSession(pool: site.pool.id))
        return response
    }
}
