import HTTPTypes
import Hummingbird

/// The files that pages load from our own host, so that no page needs inline code.
struct Asset: Sendable {
    let path: String
    let type: String
    let text: String

    func response() -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "public, max-age=3600"], body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}

enum Assets {
    static let all = [styleSheet, submitScript]

    static let submitScript = Asset(path: "/assets/submit.js", type: "text/javascript; charset=utf-8", text: "document.forms[0].submit()\n")

    static let styleSheet = Asset(
        path: "/assets/countersign.css", type: "text/css; charset=utf-8",
        text: """
            :root{color-scheme:light dark;--ink:#1a1d21;--paper:#fff;--soft:#59626e;--line:#c9d0d8;--accent:#0b57d0;--on-accent:#fff}
            @media(prefers-color-scheme:dark){:root{--ink:#eef1f4;--paper:#15181c;--soft:#a7b0bb;--line:#454d57;--accent:#8ab4f8;--on-accent:#10131a}}
            *{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
            main{max-width:26rem;margin:10vh auto;padding:1.5rem}h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
            p{margin:0 0 1rem}.soft{color:var(--soft)}code{font-size:1.1em;letter-spacing:.05em}ul{list-style:none;margin:0;padding:0}
            .button{display:block;width:100%;padding:.75rem 1rem;margin:0 0 .75rem;border:1px solid var(--line);border-radius:.5rem;background:none;
            color:inherit;font:inherit;text-align:center;text-decoration:none;cursor:pointer}
            .primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
            .button:hover{text-decoration:underline}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
            """)
}
