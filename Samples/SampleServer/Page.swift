import HTTPTypes
package import Hummingbird

/// A page of a sample. Its colour tells people which of the samples they are looking at.
package struct Page: ResponseGenerator, Sendable {
    package enum Colour: String, Sendable { case violet = "#6d28d9", blue = "#0b62b8" }

    let status: HTTPResponse.Status
    let title: String
    let site: String
    let colour: Colour
    let body: HTML
    let submitsItself: Bool

    /// - Parameter submitsItself: whether a script sends the page's form; it also needs a button, for browsers without scripts.
    package init(_ title: String, of site: String, _ colour: Colour, status: HTTPResponse.Status = .ok, submitsItself: Bool = false, body: HTML) {
        (self.title, self.site, self.colour, self.status, self.submitsItself, self.body) = (title, site, colour, status, submitsItself, body)
    }

    package func response(from request: Request, context: some RequestContext) -> Response {
        let html: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) · \(site)</title>
            <style>:root { --colour: \(colour.rawValue) }\(Self.style)</style>
            </head>
            <body>
            <header>\(site) <small>for development only</small></header>
            <main>
            <h1>\(title)</h1>
            \(body)
            </main>
            \(submitsItself ? Self.script : "")
            </body>
            </html>
            """
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html.markup)))
    }

    private var headers: HTTPFields {
        // The hash is that of the text between the script tags below; no other script runs.
        let script = submitsItself ? "'sha256-ePniVEkSivX/c7XWBGafqh8tSpiRrKiqYeqbG7N1TOE='" : "'none'"
        return [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; script-src \(script); base-uri 'none'; frame-ancestors 'none'",
        ]
    }

    private static let script: HTML = "<script>document.forms[0].submit()</script>"

    private static let style: HTML = """

        :root { color-scheme: light dark; --soft: light-dark(#5b6470, #a3abb5); --line: light-dark(#d5dae0, #3a4149) }
        body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: light-dark(#f6f7f9, #14171b); color: light-dark(#1b1f24, #e8eaed) }
        header { background: var(--colour); color: #fff; padding: .7rem 1.5rem; font-weight: 600 }
        header small { opacity: .8; font-weight: 400; margin-left: .5rem }
        main { max-width: 40rem; margin: 3rem auto; padding: 1.5rem 2rem 2rem; background: light-dark(#fff, #1d2126); border: 1px solid var(--line); border-radius: 10px }
        h1 { font-size: 1.4rem; margin: 0 0 1rem }
        label { display: block; margin: .9rem 0 .2rem; font-weight: 600 }
        input { width: 100%; box-sizing: border-box; font: inherit; padding: .5rem .6rem; border: 1px solid var(--line); border-radius: 6px }
        button { font: inherit; font-weight: 600; margin: 1.2rem .5rem 0 0; padding: .5rem 1.1rem; border: 1px solid var(--colour); border-radius: 6px; background: var(--colour); color: #fff; cursor: pointer }
        button.plain { background: transparent; color: inherit }
        form.inline { display: inline }
        table { border-collapse: collapse; width: 100%; margin: 1rem 0 }
        th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
        th { font-weight: 600; white-space: nowrap }
        pre { white-space: pre-wrap; overflow-wrap: anywhere; padding: .8rem; border: 1px solid var(--line); border-radius: 6px }
        .soft { color: var(--soft) }
        .problem { border-left: 4px solid #c62828; padding-left: .8rem }
        """
}
