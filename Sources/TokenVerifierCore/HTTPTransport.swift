/// The way to the network for discovery documents and keys. Give a verifier one of your own for a proxy, a private network's rules or a test.
///
/// An implementation answers with whatever status came, does not follow redirects, and keeps to the limits of the request.
public protocol HTTPTransport: Sendable {
    /// Sends one request and reads the whole answer.
    /// - Throws: `HTTPTransportError` where no answer within the limits could be had.
    func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse
}

/// One request: method, absolute URL, header fields and body.
public struct HTTPTransportRequest: Sendable {
    /// `GET` or `POST`.
    public var method: String
    /// The absolute URL.
    public var url: String
    /// Header fields in their order.
    public var headers: [(name: String, value: String)]
    /// The body in bytes, empty for none.
    public var body: [UInt8]
    /// The time for the whole exchange, in seconds.
    public var timeout: Int = 5
    /// The largest answer that is read, in bytes.
    public var maximumBodySize: Int = 1024 * 1024

    /// A request with the usual limits, 5 seconds and 1 MiB.
    public init(method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        (self.method, self.url, self.headers, self.body) = (method, url, headers, body)
    }
}

/// One answer: status, header fields and body.
public struct HTTPTransportResponse: Sendable {
    /// The status code.
    public let status: Int
    /// Header fields as they came.
    public let headers: [(name: String, value: String)]
    /// The body in bytes.
    public let body: [UInt8]

    /// An answer, for implementations of the protocol.
    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// The first field `name`, whatever its case (RFC 9110 §5.1).
    public func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// Why there is no answer.
public enum HTTPTransportError: Error, Sendable, Hashable {
    /// The URL is not one that may be asked: not https, or no URL.
    case notAllowed
    /// The answer is larger than the limit.
    case tooLarge
    /// The other side did not answer in time.
    case timeout
    /// There is no connection, or it broke.
    case unreachable
    /// No authority that this machine trusts has signed the server's certificate.
    case untrustedCertificate

    /// A stable name.
    public var code: String {
        switch self {
        case .notAllowed: "transport.not_allowed"
        case .tooLarge: "transport.too_large"
        case .timeout: "transport.timeout"
        case .unreachable: "transport.unreachable"
        case .untrustedCertificate: "transport.untrusted_certificate"
        }
    }

    /// One sentence for people.
    public var message: String {
        switch self {
        case .notAllowed: "The address is not an https URL of a host that may be asked"
        case .tooLarge: "The answer is too large"
        case .timeout: "The server did not answer in time"
        case .unreachable: "The server could not be reached"
        case .untrustedCertificate: "The server's certificate is signed by no authority that this machine trusts"
        }
    }

    /// Nothing beside the sentence.
    public var expected: String? { nil }
    /// Nothing beside the sentence.
    public var seen: String? { nil }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .notAllowed: "Give an https URL; plain http is for localhost during development only."
        case .tooLarge: "Check that the URL leads to the document that is meant."
        case .timeout: "Check the network between this machine and the server, and whether the server is overloaded."
        case .untrustedCertificate:
            "Add the authority's certificate to this machine's trust store (/etc/ssl/certs/ca-certificates.crt or /etc/pki/tls/certs/ca-bundle.crt), which decides; then restart."
        case .unreachable: "Check the name, the port, the certificate and the network between this machine and the server."
        }
    }
}
