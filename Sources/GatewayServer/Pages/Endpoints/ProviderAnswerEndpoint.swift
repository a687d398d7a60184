import Gateway
import HTTPTypes
import Logging
import Hummingbird
import OpenIDConnect
import Tracing
import UserPools
import WireFormats

/// `GET` and `POST /oauth2/idpresponse/NAME`: the redirect URI of our role as a relying party (OpenID Connect Core §3.1.2.5).
struct ProviderAnswerEndpoint: Endpoint {
    let server: GatewayApplication

    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response {
        let parameters = try await parameters(of: request, limit: 64 << 10)
        // The router leaves a path as it came: `a%2Bb` for a provider `a+b`.
        let name = context.parameters.get("provider").map { PercentCoding.pathSegment($0) ?? $0 }
        let answer = try await server.signIn.answerOIDC(
            Parameters(parameters), provider: name, pool: site.pool, address: site.address,
            cookies: server.cookies.read(request.headers, pool: site.pool.id).withClientAddress(from: context.clientAddress))
        return try await answered(answer, request, context, site)
    }
}

extension Endpoint {
    /// What an app is told that does not get the person who signed in, and what the log says about it.
    private func told(_ refusal: SignInFailure?, _ context: GatewayContext) -> AuthorizationResponse? {
        guard let refusal else { return nil }
        let reference = Reference()
        context.logger.refused(refusal, reference: reference)
        context.traceRefusal(refusal, reference: reference)
        server.signIn.records.keep(refusal, reference: reference.description, from: context.clientAddress)
        return refusal.wayBack?.response(refusal.error, reference: reference.description)
    }

    /// The end of a sign-in, whatever the protocol was: the app's answer or a page, with the cookies of the new session and the last choice.
    func signedIn(_ done: CompletedSignIn, _ request: Request, _ context: GatewayContext, _ site: Site) async throws -> Response {
        var metadata: Logger.Metadata = [
            "pool": "\(site.pool.id)", "provider": "\(done.provider)", "sub": "\(done.user.id)", "new_user": "\(done.isNewUser)",
            "client_id": "\(done.client?.text ?? "none")",
        ]
        if done.isLinked { metadata["linked"] = "by e-mail" }
        if !done.unfilled.isEmpty { metadata["unfilled"] = "\(done.unfilled.joined(separator: " "))" }
        // Who signed in, and is not let in by the app, is counted there and has the record of that.
        if done.refusal == nil { server.signIn.records.count(done, in: site.pool.id) }
        if done.refusal == nil, server.signIn.records.wantsAccepted(of: site.pool, by: done.provider) {
            let reference = Reference()
            metadata["reference"] = "\(reference)"
            server.signIn.records.keep(done, reference: reference.description, in: site.pool)
        }
        context.logger.info("signed in", metadata: metadata)
        if done.leftOutGroups {
            context.logger.warning(
                "signed in without groups: the provider left them out because they are many, which is ignored for this provider",
                metadata: ["pool": "\(site.pool.id)", "provider": "\(done.provider)", "sub": "\(done.user.id)"])
        }
        ServerMetrics.signedIn(done, pool: site.pool.id)
        context.span?.attributes["countersign.provider"] = done.provider.text
        let pageContext = PageContext(site, for: request)
        var response: Response
        if let question = done.question {
            response = bound(asked(question, pageContext, site), question.binding, site)
        } else if let answer = done.response ?? told(done.refusal, context) {
            response = Pages.toApp(try await server.signIn.message(answer, pool: site.pool), pageContext: pageContext)
        } else if let initiation = done.initiation {
            response = redirect(to: initiation, status: .seeOther)
        } else {
            response = Pages.signedIn(pageContext: pageContext).response()
        }
        response.headers[values: .setCookie] += server.cookies(of: done, pool: site.pool.id)
        return response
    }
}
