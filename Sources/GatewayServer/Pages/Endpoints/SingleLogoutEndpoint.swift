import Gateway
import HTTPTypes
import Hummingbird
import Logging
import OpenIDConnect
import SAML
import UserPools

/// `GET` and `POST /saml2/logout`: single logout (SAML Profiles §4.4), by HTTP-Redirect and HTTP-POST.
struct SingleLogoutEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let read: @Sendable () throws(SAMLError) -> ReceivedMessage
        if request.method == .post {
            let form = try await parameters(of: request, limit: 1 << 20)
            read = { () throws(SAMLError) in try ReceivedMessage(form: form) }
        } else {
            // As it came: what is signed are its octets.
            let query = request.uri.query ?? ""
            read = { () throws(SAMLError) in try ReceivedMessage(query: query) }
        }
        let cookies = server.cookies.read(request.headers, pool: site.pool.id).withClientAddress(from: context.clientAddress)
        let outcome = try await server.singleLogout.receive(read, pool: site.pool, address: site.address, cookies: cookies)
        return await answered(outcome, request, context, site)
    }
}

extension Endpoint {
    /// What a provider's message, or the browser's way back from it, led to.
    func answered(_ outcome: SingleLogoutOutcome, _ request: Request, _ context: GatewayContext, _ site: Site) async -> Response {
        let pageContext = PageContext(site, for: request)
        context.logger.signedOut(outcome.record)
        let frames = await server.frontChannelLogout.frames(of: outcome.record, in: site.pool)
        switch outcome {
        case .answer(let answer?, _): return send(answer, frames: frames, isAfterForm: request.method == .post, pageContext)
        case .answer(nil, _): return Pages.signedOut(frames: frames, pageContext: pageContext).response()
        case .redirect(let target, let state, _): return leave(for: target.location(state: state), frames: frames, pageContext)
        case .signedOut(let record):
            let again = await server.signOut.again(after: record, pool: site.pool)
            return Pages.signedOut(again: again, frames: frames, pageContext: pageContext).response()
        case .partly(let record, let next, let refused):
            if let refused {
                let provider = record.parties.last?.name
                context.logger.refused("answer for single logout", refused, ["pool": site.pool.id.text, "provider": provider])
            }
            return Pages.partlySignedOut(reference: record.reference.text, next: next, frames: frames, pageContext: pageContext).response()
        }
    }

    /// To the app that wants the browser after a sign-out; where others have frames to be opened, from a page that goes on by itself.
    func leave(for url: String, frames: [String], _ pageContext: PageContext) -> Response {
        guard !frames.isEmpty else { return redirect(to: url, status: .seeOther) }
        return Pages.leaving(for: url, frames: frames, pageContext: pageContext).response(headers: [.refresh: "3; url=" + url])
    }

    /// Sends the browser to a provider with a message of ours; where apps have frames to be opened, from a page that goes on by itself.
    func send(_ message: BrowserMessage, frames: [String], isAfterForm: Bool, _ pageContext: PageContext) -> Response {
        switch message {
        case .redirect(let url):
            guard isAfterForm || !frames.isEmpty else { return redirect(to: url, status: .found) }
            // A browser holds every redirect that follows on a form to the policy of the form's page (CSP 3 §6.4.2), also those of providers among
            // themselves. From a page of its own it sets out anew.
            return Pages.onward(to: url, frames: frames, pageContext: pageContext)
                .response(headers: [.refresh: (frames.isEmpty ? "0" : "3") + "; url=" + url])
        case .form(let action, let fields):
            return Pages.signOutForm(action: action, fields: fields.map { ($0.name, $0.value) }, frames: frames, pageContext: pageContext).response()
        }
    }
}

extension HTTPField.Name {
    fileprivate static let refresh = HTTPField.Name("Refresh")!
}

extension Logger {
    /// One line a sign-out, under the reference by which its record is found.
    func signedOut(_ record: LogoutRecord) {
        var metadata: Metadata = ["pool": "\(record.poolID)", "reference": "\(record.reference)", "begun_by": "\(record.initiator.kind)"]
        if let user = record.userID { metadata["sub"] = "\(user)" }
        for party in record.parties where party.kind == .provider {
            metadata["provider"] = "\(party.name)"
            metadata["result"] = "\(party.result.rawValue)"
            if let detail = party.detail { metadata["detail"] = "\(detail)" }
        }
        info("signed out", metadata: metadata)
    }
}
