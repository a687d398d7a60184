import HTTPTypes
import Hummingbird

/// A page of ours: one frame, one style sheet from our own host, no inline code, no script unless the page says so.
struct Page: Sendable {
    let status: HTTPResponse.Status
    let title: String
    /// HTML; whoever makes a page has escaped what is not ours.
    let body: String
    /// Where a form of the page may post to; origins beside our own.
    var formTargets: [String] = []
    /// Whether the page's form posts itself.
    var submitsItself = false

    func response(headers extra: HTTPFields = [:]) -> Response {
        let script = submitsItself ? "<script src=\"\(Assets.submitScript.path)\"></script>" : ""
        let html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(escapeHTML(title))</title>
            <link rel="stylesheet" href="\(Assets.styleSheet.path)">
            </head>
            <body>
            <main>
            <h1>\(escapeHTML(title))</h1>
            \(body)
            </main>\(script)
            </body>
            </html>
            """
        var headers = extra
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.contentSecurityPolicy] = policy
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    private var policy: String {
        let forms = (["'self'"] + formTargets).joined(separator: " ")
        return "default-src 'none'; style-src 'self'; script-src \(submitsItself ? "'self'" : "'none'"); img-src 'self'; form-action \(forms); "
            + "frame-ancestors 'none'; base-uri 'none'"
    }
}
