import FoundationEssentials
import TokenVerifier

/// As much of a browser as a sign-in needs: cookies by host, redirects, and forms, which it fills and sends. No script ever runs.
struct FormBrowser {
    /// What to write into the fields of these names.
    let fills: [String: String]
    /// A link with these words is followed before any form is filled.
    let presses: String?
    private var cookies: [String: [String: String]] = [:]
    private let network = AsyncHTTPTransport()

    init(fills: [String: String], presses: String? = nil) { (self.fills, self.presses) = (fills, presses) }

    /// Goes wherever the pages lead, and returns the first address that begins with `end`.
    mutating func follow(_ address: String, until end: String) async throws -> String {
        var request = HTTPTransportRequest(url: address)
        for _ in 0..<20 {
            if request.url.hasPrefix(end) { return request.url }
            let answer = try await send(request)
            if (300..<400).contains(answer.status), let location = answer.header("Location") {
                request = HTTPTransportRequest(url: try resolve(location, against: request.url))
            } else if let link = link(in: String(decoding: answer.body, as: UTF8.self)) {
                request = HTTPTransportRequest(url: try resolve(link, against: request.url))
            } else if let form = Form(html: String(decoding: answer.body, as: UTF8.self)), !isRepeated(form, request) {
                request = try submit(form, from: request.url)
            } else {
                throw SignInFailure("The sign-in ended at \(request.url.prefix { $0 != "?" }) with status \(answer.status).")
            }
        }
        throw SignInFailure("The sign-in goes round in circles.")
    }

    /// The sign-in form again after it was sent: name or password were wrong, and would be again.
    private func isRepeated(_ form: Form, _ request: HTTPTransportRequest) -> Bool {
        request.method == "POST" && form.fields.contains { fills[$0.name] != nil }
    }

    /// The address behind the link that is to be pressed.
    private func link(in html: String) -> String? {
        guard let words = presses else { return nil }
        for start in html.ranges(of: "<a ") {
            let link = html[start.upperBound...].firstRange(of: "</a>").map { html[start.upperBound..<$0.lowerBound] } ?? ""
            if link.contains(words) { return Form.attributes(of: link.prefix { $0 != ">" })["href"] }
        }
        return nil
    }

    private func submit(_ form: Form, from page: String) throws -> HTTPTransportRequest {
        let fields = formEncoded(form.fields.map { ($0.name, fills[$0.name] ?? $0.value) })
        let action = try form.action.isEmpty ? page : resolve(form.action, against: page)
        guard form.isPost else { return HTTPTransportRequest(url: action.prefix { $0 != "?" } + "?" + fields) }
        let headers = [(name: "Content-Type", value: "application/x-www-form-urlencoded"), (name: "Origin", value: origin(of: page))]
        return HTTPTransportRequest(method: "POST", url: action, headers: headers, body: Array(fields.utf8))
    }

    /// Cookies go by host and not by port (RFC 6265 §8.5), as in every browser.
    private mutating func send(_ request: HTTPTransportRequest) async throws -> HTTPTransportResponse {
        let host = URL(string: request.url)?.host() ?? ""
        var request = request
        let kept = (cookies[host] ?? [:]).map { "\($0.key)=\($0.value)" }.sorted()
        if !kept.isEmpty { request.headers.append((name: "Cookie", value: kept.joined(separator: "; "))) }
        let answer = try await network.send(request)
        for header in answer.headers where header.name.lowercased() == "set-cookie" {
            let parts = header.value.split(separator: ";").map { $0.drop { $0 == " " } }
            guard let pair = parts.first, let equals = pair.firstIndex(of: "=") else { continue }
            let isOver = parts.contains { $0.lowercased() == "max-age=0" }
            cookies[host, default: [:]][String(pair[..<equals])] = isOver ? nil : String(pair[pair.index(after: equals)...])
        }
        return answer
    }

    private func resolve(_ address: String, against page: String) throws -> String {
        guard let url = URL(string: address, relativeTo: URL(string: page)) else { throw SignInFailure("\(address.prefix(200)) is no address.") }
        return url.absoluteString
    }

    private func origin(of page: String) -> String {
        page.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
    }
}

/// The first form of a page. It reads what the pages of this demo write, not everything that calls itself HTML.
struct Form {
    let action: String
    let isPost: Bool
    let fields: [(name: String, value: String)]

    init?(html: String) {
        guard let start = html.firstRange(of: "<form"), let end = html.firstRange(of: "</form>"), start.upperBound <= end.lowerBound else {
            return nil
        }
        let tags = html[start.lowerBound..<end.lowerBound].split(separator: "<").map { Self.attributes(of: $0.prefix { $0 != ">" }) }
        guard let form = tags.first else { return nil }
        action = form["action"] ?? ""
        isPost = form["method"]?.lowercased() == "post"
        fields = tags.dropFirst().compactMap { tag in tag["name"].map { (name: $0, value: tag["value"] ?? "") } }
    }

    /// `name="value"` pairs of a tag; the text of an attribute ends at its quote.
    static func attributes(of tag: Substring) -> [String: String] {
        var attributes: [String: String] = [:]
        let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            guard let name = parts[index].split(separator: " ").last, name.hasSuffix("=") else { continue }
            attributes[name.dropLast().lowercased()] = unescaped(parts[index + 1])
        }
        return attributes
    }

    private static func unescaped(_ text: Substring) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(String(text)) { text, entity in
            text.split(separator: entity.0, omittingEmptySubsequences: false).joined(separator: entity.1)
        }
    }
}
