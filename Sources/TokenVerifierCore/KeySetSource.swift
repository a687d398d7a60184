internal import WireFormats

/// Where the keys of an issuer are, and one exchange with it.
struct KeySetSource: Sendable {
    enum Location: Sendable {
        /// The issuer's discovery document says it.
        case discovery
        /// Known already: a discovery document is never asked for.
        case known(url: String)
    }

    /// What an exchange brought. Of a discovery document only the URL is kept; the rest may be large, and is not needed for keys.
    struct Answer: Sendable {
        let url: String
        let keys: JSONWebKeySet
        let freshFor: Double
    }

    /// Why there are no keys, and what the issuer's answer had as `Retry-After`.
    struct Failure: Error {
        let error: TokenError
        var retryAfter: String?
    }

    /// Longer documents are refused, whatever the transport let through.
    static let maximumSize = 1024 * 1024

    let issuer: String
    let location: Location
    let transport: any HTTPTransport

    /// The keys of today. `url`, where given, is what an earlier exchange found out about the place; then discovery is left out.
    func load(from url: String?) async -> Result<Answer, Failure> {
        do throws(Failure) {
            let url = if let url { url } else { try await findURL() }
            let response = try await get(url, "key set")
            let keys = try Self.read { () throws(TokenError) in try JSONWebKeySet(bytes: response.body) }
            return .success(Answer(url: url, keys: keys, freshFor: Freshness.seconds(cacheControl: response.header("cache-control"))))
        } catch {
            return .failure(error)
        }
    }

    /// What the issuer sent is no document of the kind: no fault of the token, so that its keys are not available.
    private static func read<Document>(_ body: () throws(TokenError) -> Document) throws(Failure) -> Document {
        do { return try body() } catch { throw Failure(error: .keysUnavailable(error.message)) }
    }

    private func findURL() async throws(Failure) -> String {
        switch location {
        case .known(let url):
            // In the clear only where the issuer is, which is on this machine, for development.
            guard WebAddress.isHTTPS(url) || (WebAddress.isLoopbackHTTP(url) && WebAddress.isLoopbackHTTP(issuer)) else {
                throw Failure(error: .keysUnavailable("the URL of the key set is not an https URL"))
            }
            return url
        case .discovery:
            let document = try await get(ProviderMetadata.url(ofIssuer: issuer), "discovery document")
            return try Self.read { () throws(TokenError) in try ProviderMetadata(bytes: document.body, issuer: issuer).jwksURI }
        }
    }

    private func get(_ url: String, _ what: String) async throws(Failure) -> HTTPTransportResponse {
        guard WebAddress.isAllowed(url) else { throw Failure(error: .keysUnavailable("the URL of the \(what) is not an https URL")) }
        let response: HTTPTransportResponse
        do {
            response = try await transport.send(HTTPTransportRequest(url: url, headers: [("accept", "application/json")]))
        } catch {
            throw Failure(error: .keysUnavailable("\(error.message) (\(what))"))
        }
        guard response.status == 200 else {
            throw Failure(
                error: .keysUnavailable("the server answered with status \(response.status) (\(what))"), retryAfter: response.header("retry-after"))
        }
        guard response.body.count <= Self.maximumSize else { throw Failure(error: .keysUnavailable("the answer is too large (\(what))")) }
        return response
    }
}

/// How long an issuer lets its keys be kept.
enum Freshness {
    /// Never shorter and never longer, whatever the issuer says.
    static let bounds = 300.0...86_400.0
    /// Where it says nothing.
    static let usual = 900.0

    /// RFC 9111 §5.2.2.1, within our bounds.
    static func seconds(cacheControl: String?) -> Double {
        // Text that is not ASCII can be slow to compare, and none of it belongs here.
        guard let cacheControl, cacheControl.utf8.count <= 1024, cacheControl.utf8.allSatisfy({ $0 < 0x80 }) else { return usual }
        for directive in cacheControl.lowercased().split(separator: ",") {
            let parts = directive.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " && $0 != "\"" } }
            switch (parts.first, parts.count) {
            case ("no-store", _), ("no-cache", _): return bounds.lowerBound
            case ("max-age", 2):
                guard let seconds = Int(parts[1]) else { return usual }
                return min(max(Double(seconds), bounds.lowerBound), bounds.upperBound)
            default: continue
            }
        }
        return usual
    }
}
