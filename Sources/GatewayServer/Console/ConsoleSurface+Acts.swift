import Administration
import Gateway
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import UserPools
import WireFormats

extension ConsoleSurface {
    /// An act at an address: GET asks, POST does. Both want somebody who proved lately who they are.
    func act(_ path: String, _ act: any ConsoleAct) -> Route {
        Route(
            methods: [.get, .post], path: path,
            target: .server { request, context in
                request.method == .post ? try await perform(act, request, context) : try await ask(act, request, context)
            })
    }

    private func ask(_ act: any ConsoleAct, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let site = try await site(context)
        let visitor: ConsoleVisitor
        do throws(ConsoleError) { visitor = try await console.access.administrator(cookies(request)).visitor } catch {
            return try await signIn(request, within: ConsoleAccess.act, because: error)
        }
        let pageContext = PageContext(site, for: request)
        return try await failing {
            let asked = try asked(request, context, visitor, in: pageContext.language)
            guard let path = ConsolePath(request.uri.path) else { throw MalformedRequest.form }
            let csrf = server.formToken.text(pool: site.pool.id, binding: visitor.binding)
            let pool = try await console.questions.pool(asked.part("pool"))
            let page = try await act.question(asked, console).page(asked, of: pool, at: path, csrf: csrf)
            var response = page.page(for: visitor.user.shownName, pageContext).response()
            let binding = server.cookies.binding(visitor.binding, pool: site.pool.id, seconds: Int(server.signIn.settings.pendingLifetime))
            response.headers.append(HTTPField(name: .setCookie, value: binding))
            return response
        }
    }

    /// The form first: what another site posts is told nothing of who is signed in.
    private func perform(_ act: any ConsoleAct, _ request: Request, _ context: GatewayContext) async throws -> Response {
        let site = try await site(context)
        let form = try await form(of: request)
        let cookies = cookies(request)
        let token = form.filter { $0.name == "csrf" }
        guard token.count == 1, server.formToken.accepts(token[0].value, pool: site.pool.id, binding: cookies.binding) else {
            throw ConsoleFailure(ConsoleError.formToken(cookieSeen: cookies.binding != nil))
        }
        let administrator: ConsoleAdministrator
        do throws(ConsoleError) { administrator = try await console.access.administrator(cookies) } catch { throw ConsoleFailure(error) }
        return try await failing {
            let pageContext = PageContext(site, for: request)
            let asked = try asked(request, context, administrator.visitor, in: pageContext.language, parameters: form)
            try await act.question(asked, console).requireTyped(asked)
            let answer = try await act.perform(asked, at: console.desk(of: administrator))
            context.logger.notice(
                "done at the console",
                metadata: [
                    "act": "\(type(of: act))", "by": "\(administrator.visitor.user.id)", "path": "\(Printable.clipped(request.uri.path, to: 200))",
                ])
            switch answer {
            case .elsewhere(let path): return redirect(to: path.text)
            case .page(let page): return page.page(for: administrator.visitor.user.shownName, pageContext).response()
            }
        }
    }

    private func form(of request: Request) async throws -> [(name: String, value: String)] {
        do {
            let body = try await request.body.collect(upTo: 8 << 10)
            guard let fields = FormCoding.decode(Array(buffer: body)) else { throw MalformedRequest.form }
            return fields
        } catch is NIOTooManyBytesError { throw MalformedRequest.tooLarge } catch is RequestTooSlow {
            throw MalformedRequest.tooSlow
        } catch is BodiesTooMany { throw MalformedRequest.tooMany }
    }
}
