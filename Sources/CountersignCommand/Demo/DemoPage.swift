import GatewayServer
import HTTPTypes
import Hummingbird
import NIOCore

/// Markup. A text that is put into it is escaped.
struct DemoMarkup: ExpressibleByStringInterpolation, Sendable {
    private(set) var bytes: [UInt8]

    init(stringLiteral markup: String) { bytes = Array(markup.utf8) }
    init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.bytes }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var bytes: [UInt8] = []

        init(literalCapacity: Int, interpolationCount: Int) { bytes.reserveCapacity(literalCapacity) }

        mutating func appendLiteral(_ markup: String) { bytes += markup.utf8 }
        mutating func appendInterpolation(_ text: String) { bytes.append(escaped: text) }
        mutating func appendInterpolation(_ part: DemoMarkup) { bytes += part.bytes }
        mutating func appendInterpolation(_ parts: [DemoMarkup]) { for part in parts { bytes += part.bytes } }
    }

    /// A button that posts these fields.
    static func button(_ label: String, to address: String, _ fields: [(name: String, value: String)] = []) -> DemoMarkup {
        let hidden: [DemoMarkup] = fields.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" }
        return "<form method=\"post\" action=\"\(address)\">\(hidden)<button>\(label)</button></form>"
    }
}

/// A page of the demonstration. Its colour tells people which of the parts they are looking at.
struct DemoPage: Sendable {
    enum Colour: String { case app = "#0b62b8", provider = "#6d28d9" }

    let title: String
    let site: String
    let colour: Colour
    var status = HTTPResponse.Status.ok
    let body: DemoMarkup

    var response: Response {
        let page: DemoMarkup = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) · \(site)</title>
            <style>:root { --colour: \(colour.rawValue) }\(Self.style)</style></head>
            <body><header>\(site) <small>a demonstration</small></header>
            <main><h1>\(title)</h1>
            \(body)
            </main></body></html>
            """
        return Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
            ], body: .init(byteBuffer: ByteBuffer(bytes: page.bytes)))
    }

    private static let style: DemoMarkup = """

        :root { color-scheme: light dark; --line: light-dark(#d5dae0, #3a4149) }
        body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f6f7f9, #14171b); color: light-dark(#1b1f24, #e8eaed) }
        header { background: var(--colour); color: #fff; padding: .7rem 1.5rem; font-weight: 600 }
        small { opacity: .8; font-weight: 400; margin-left: .5rem }
        main { max-width: 40rem; margin: 2rem auto; padding: 1.5rem 2rem; background: light-dark(#fff, #1d2126); border: 1px solid var(--line); border-radius: 10px }
        h1 { font-size: 1.4rem; margin: 0 0 1rem }
        form { display: inline-block; margin: 0 .5rem .8rem 0 }
        button { font: inherit; font-weight: 600; padding: .5rem 1.1rem; border: 0; border-radius: 6px; background: var(--colour); color: #fff; cursor: pointer }
        table { border-collapse: collapse; width: 100% }
        th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .8rem; border: 1px solid var(--line); border-radius: 6px }
        """
}
