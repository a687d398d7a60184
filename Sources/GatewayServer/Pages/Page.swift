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
    /// Whether the page's form posts itself.
    var submitsItself = false

    var html: [UInt8] { Templates.compiledTemplate(kind, in: pageContext.language).fill([pageContext.values, values]) }

    func response(headers extra: HTTPFields = [:]) -> Response {
        var headers = extra
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentLanguage] = pageContext.language.rawValue
        headers[.vary] = "Accept-Language"
        headers[.contentSecurityPolicy] = policy
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: html)))
    }

    private var policy: String {
        let forms = (["'self'"] + formTargets).joined(separator: " ")
        return "default-src 'none'; style-src 'self'; script-src \(submitsItself ? "'self'" : "'none'"); img-src 'self'; form-action \(forms); "
            + "frame-ancestors 'none'; base-uri 'none'"
    }
}
