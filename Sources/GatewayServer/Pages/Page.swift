import HTTPTypes
import Hummingbird

/// A page of ours: one frame, one style sheet from our own host, no inline code, no script unless the page says so.
struct Page: Sendable {
    let kind: PageKind
    var status = HTTPResponse.Status.ok
    let pageContext: PageContext
    var values: Values = [:]
    /// Where a form of the page may post to; origins and schemes beside our own.
    var formTargets: [String] = []
    /// What its frames may show, by origins; without any it has no frames.
    var frameSources: [String] = []
    /// Whether the page's form posts itself.
    var submitsItself = false

    var html: [UInt8] { Templates.compiledTemplate(kind, in: pageContext.language).fill([pageContext.values, languageMenu, values]) }

    func response(headers extra: HTTPFields = [:]) -> Response {
        var headers = extra
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentLanguage] = pageContext.language.rawValue
        headers[.vary] = "Accept-Language"
        headers[.contentSecurityPolicy] = policy
        if let chosen = pageContext.chosenLanguage {
            headers[values: .setCookie].append(CookieJar(publicURL: pageContext.base).language(chosen))
        }
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: html)))
    }

    /// The same page in another language, where asking for it once more does nothing else.
    private var languageMenu: Values {
        guard kind.canBeAskedForAgain, let fields = pageContext.languageFields else { return [:] }
        let languages = Language.allCases.map { [.languageCode: .text($0.rawValue), .languageName: .text($0.ownName)] as Values }
        return [.languageMenu: .items([[.fields: Pages.hidden(fields), .languages: .items(languages)]])]
    }

    private var frames: String {
        guard !frameSources.isEmpty else { return "" }
        let unique = frameSources.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return "frame-src " + unique.joined(separator: " ") + "; "
    }

    private var policy: String {
        let forms = (["'self'"] + formTargets).joined(separator: " ")
        return
            "default-src 'none'; style-src 'self'; script-src \(submitsItself ? "'self'" : "'none'"); img-src 'self'; font-src 'self'; form-action \(forms); "
            + frames + "frame-ancestors 'none'; base-uri 'none'"
    }
}
