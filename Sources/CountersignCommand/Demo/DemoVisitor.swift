import FoundationEssentials
import OpenIDConnect
import TokenVerifier
import WireFormats

/// As much of a browser as `demo --once` needs: redirects, and the cookies of one host. It reads no page.
struct DemoVisitor {
    private var cookies: [String: String] = [:]
    private let network = AsyncHTTPTransport()

    /// Signs in at the app as somebody whom the provider knows, and asks the app who that is.
    mutating func signIn(at app: DemoApp, by provider: DemoProvider, as person: String) async throws -> JSONObject {
        let asked = try await follow(post(app.url + "/sign-in", [("provider", provider.name)]))
        guard asked.url.utf8.starts(with: (provider.issuer + "/authorize?").utf8), asked.answer.status == 200 else { throw ended(asked) }
        // What the button posts.
        let query = String(decoding: asked.url.utf8.drop { $0 != UInt8(ascii: "?") }.dropFirst(), as: UTF8.self)
        let fields = (FormCoding.decode(query) ?? []) + [("person", person)]
        let signedIn = try await follow(post(provider.issuer + "/authorize", fields))
        guard signedIn.url.hasSameBytes(as: app.url + "/"), signedIn.answer.status == 200 else { throw ended(signedIn) }
        let claims = try await send(HTTPTransportRequest(url: app.url + "/claims"))
        return try JSONParser.parseObject(claims.body)
    }

    private func ended(_ last: (url: String, answer: HTTPTransportResponse)) -> DemoClient.Refused {
        let address = String(decoding: last.url.utf8.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
        return DemoClient.Refused(reason: "The sign-in ended at \(address) with status \(last.answer.status).")
    }

    private func post(_ url: String, _ fields: [(name: String, value: String)]) -> HTTPTransportRequest {
        HTTPTransportRequest(
            method: "POST", url: url, headers: [("Content-Type", "application/x-www-form-urlencoded")], body: FormCoding.encode(fields))
    }

    private mutating func follow(_ first: HTTPTransportRequest) async throws -> (url: String, answer: HTTPTransportResponse) {
        var request = first
        for _ in 0..<10 {
            let answer = try await send(request)
            guard (300..<400).contains(answer.status), let location = answer.header("Location") else { return (request.url, answer) }
            let origin = ProtocolText(location).hasPrefix("/") ? WebAddress(request.url)?.origin ?? "" : ""
            request = HTTPTransportRequest(url: origin + location)
        }
        throw DemoClient.Refused(reason: "The sign-in goes round in circles.")
    }

    /// Everything is at localhost, and cookies know no port (RFC 6265 §8.5).
    private mutating func send(_ request: HTTPTransportRequest) async throws -> HTTPTransportResponse {
        var request = request
        let pairs = cookies.map { $0.key + "=" + $0.value }.sorted()
        if !pairs.isEmpty { request.headers.append((name: "Cookie", value: pairs.joined(separator: "; "))) }
        let answer = try await network.send(request)
        for header in answer.headers where header.name.lowercased() == "set-cookie" {
            let pair = ProtocolText(header.value).prefix { $0 != UInt8(ascii: ";") }
            if let (name, value) = pair.cut(at: "=") { cookies[name.string] = value.string }
        }
        return answer
    }
}
