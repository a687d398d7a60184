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

    /// - Parameter extra: none of those that every page has.
    func response(headers extra: HTTPFields = [:]) -> Response {
        var headers = extra
        headers.append(Self.contentType)
        headers.append(HTTPField(name: .contentLanguage, value: pageContext.language.rawValue))
        headers.append(Self.vary)
        headers.append(HTTPField(name: .contentSecurityPolicy, value: policy))
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: html)))
    }

    private static let contentType = HTTPField(name: .contentType, value: "text/html; charset=utf-8")
    private static let vary = HTTPField(name: .vary, value: "Accept-Language")

    private var policy: String {
        let forms = (["'self'"] + formTargets).joined(separator: " ")
        return "default-src 'none'; style-src 'self'; script-src \(submitsItself ? "'self'" : "'none'"); img-src 'self'; form-action \(forms); "
            + "frame-ancestors 'none'; base-uri 'none'"
    }
}
