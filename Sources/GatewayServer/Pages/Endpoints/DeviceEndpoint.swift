import Gateway
import HTTPTypes
import Hummingbird
import Logging
import OpenIDConnect
import UserPools
import WireFormats

/// `GET` and `POST /device` (RFC 8628 §3.3): the code that a device shows is typed, or looked at where the address brought it.
struct DeviceEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let parameters = try await parameters(of: request, limit: 4 << 10)
        let cookies = server.cookies.read(request.headers, pool: site.pool.id).withClientAddress(from: context.clientAddress)
        let typed = singleValue("user_code", in: parameters)
        guard request.method == .post else { return devicePage(typed, nil, cookies, request, site) }
        guard server.formToken.accepts(singleValue("csrf", in: parameters), pool: site.pool.id, binding: cookies.binding) else {
            throw SignInFailure(.formToken(cookieSeen: cookies.binding != nil), pool: site.pool.id)
        }
        switch try await server.devices.enter(typed ?? "", pool: site.pool, address: site.address, cookies: cookies) {
        case .signIn(let url): return redirect(to: url, status: .seeOther)
        case .unknown: return devicePage(typed, .unknown, cookies, request, site)
        case .tooMany:
            context.logger.notice(
                "too many codes of devices that are none", metadata: ["pool": "\(site.pool.id)", "address": "\(cookies.address ?? "")"])
            return devicePage(typed, .tooMany, cookies, request, site)
        }
    }
}

/// `GET` and `POST /device/confirm`: the sign-in for a device comes back here, and the person is asked; nothing is let in before that.
struct DeviceAnswerEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let parameters = try await parameters(of: request, limit: 8 << 10)
        let cookies = server.cookies.read(request.headers, pool: site.pool.id).withClientAddress(from: context.clientAddress)
        let pageContext = PageContext(site, for: request, parameters)
        guard request.method == .post else {
            // RFC 6749 §4.1.2.1: the log has it from where it happened.
            if let error = singleValue("error", in: parameters) {
                throw SignInFailure(
                    .oauth(OAuthError(.init(rawValue: error) ?? .serverError, "The sign-in for a device failed.")), pool: site.pool.id)
            }
            let code = singleValue("code", in: parameters)
            guard let code, let question = try await server.devices.question(singleValue("state", in: parameters), pool: site.pool, cookies: cookies),
                let binding = cookies.binding
            else { return devicePage(nil, .gone, cookies, request, site) }
            let csrf = server.formToken.text(pool: site.pool.id, binding: binding)
            return Pages.confirmDevice(question, code: code, csrf: csrf, pageContext: pageContext).response()
        }
        guard server.formToken.accepts(singleValue("csrf", in: parameters), pool: site.pool.id, binding: cookies.binding) else {
            throw SignInFailure(.formToken(cookieSeen: cookies.binding != nil), pool: site.pool.id)
        }
        // Whatever else was pressed than "allow" is no.
        let code = singleValue("answer", in: parameters) == "allow" ? singleValue("code", in: parameters) : nil
        let outcome = try await server.devices.answer(
            singleValue("user_code", in: parameters), allowingBy: code, pool: site.pool, address: site.address, cookies: cookies)
        switch outcome {
        case .allowed(let client):
            context.logger.info("device let in", metadata: ["pool": "\(site.pool.id)", "client_id": "\(client)"])
            return Pages.deviceAllowed(pageContext: pageContext).response()
        case .denied(let client):
            context.logger.info("device denied", metadata: ["pool": "\(site.pool.id)", "client_id": "\(client)"])
            return Pages.deviceDenied(pageContext: pageContext).response()
        case .signIn(let url): return redirect(to: url, status: .seeOther)
        case .gone: return devicePage(nil, .gone, cookies, request, site)
        }
    }
}

extension Endpoint {
    /// The page with the box for the code; its form is bound to this browser.
    fileprivate func devicePage(
        _ code: String?, _ problem: Pages.DeviceProblem?, _ cookies: BrowserCookies, _ request: Request, _ site: Site
    ) -> Response {
        let binding = cookies.binding ?? server.signIn.makeBinding()
        let csrf = server.formToken.text(pool: site.pool.id, binding: binding)
        var response = Pages.enterDeviceCode(code, problem: problem, csrf: csrf, pageContext: PageContext(site, for: request)).response()
        let cookie = server.cookies.binding(binding, pool: site.pool.id, seconds: Int(server.signIn.settings.pendingLifetime))
        response.headers.append(HTTPField(name: .setCookie, value: cookie))
        return response
    }
}
