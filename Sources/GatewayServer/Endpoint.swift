import Gateway
import HTTPTypes
import Logging
import Hummingbird
import NIOCore
import OpenIDConnect
import UserPools
import WireFormats

/// One address of a pool: parses the request, calls a flow, encodes its answer. No rule of a protocol lives here.
protocol Endpoint: Sendable {
    var server: GatewayApplication { get }
    func handle(_ request: Request, _ context: GatewayContext, site: Site) async throws -> Response
}

/// A request that could not be read, for what it is or for how it came; answered with its HTTP status and a sentence.
struct MalformedRequest: Diagnosable {
    let code: String
    let message: String
    let remedy: String
    var status = HTTPResponse.Status.badRequest
    var expected: String?
    /// Seconds (RFC 9110 §10.2.3).
    var retryAfter: Int?

    static let form = MalformedRequest(
        code: "http.malformed", message: "The parameters do not decode as a form.",
        remedy: "Send application/x-www-form-urlencoded parameters in UTF-8, at most \(FormCoding.maximumParameters) of them.")
    static let tooLarge = MalformedRequest(
        code: "http.too_large", message: "The request is larger than this address takes.",
        remedy: "Send less; a SAML response may have 256 KiB.", status: .contentTooLarge)
    static let tooSlow = MalformedRequest(
        code: "http.too_slow", message: "The body of the request did not arrive within \(RequestDeadline.seconds) seconds.",
        remedy: "Send it again over a better connection. From one address again and again it is an attack: block that address.",
        status: .requestTimeout)
    static let tooMany = MalformedRequest(
        code: "http.busy", message: "So much is being sent to this server at once that it takes no more now.",
        remedy: "Try again. If it lasts, look at 'address' of these lines for who sends so much, and block that address.",
        status: .serviceUnavailable)

    /// More from one address than the pool allows.
    static func tooOften(_ exceeded: RateLimiter.Exceeded) -> MalformedRequest {
        MalformedRequest(
            code: "http.rate_limited", message: "This address sent more requests within a minute than the pool allows.",
            remedy:
                "If 'address' of this line is a proxy of yours, name it as trusted, so that each person counts alone; if an office or a service really asks so much, raise the pool's limit for each address.",
            status: .tooManyRequests, expected: exceeded.text, retryAfter: exceeded.retryAfter)
    }
}

extension Endpoint {
    /// Parameters of the query (GET) or of the body (POST), as they came, with repetitions.
    func parameters(of request: Request, limit: Int) async throws -> [(name: String, value: String)] {
        guard request.method == .post else {
            guard let pairs = FormCoding.decode(request.uri.query ?? "") else { throw MalformedRequest.form }
            return pairs
        }
        guard let pairs = FormCoding.decode(try await body(of: request, limit: limit)) else { throw MalformedRequest.form }
        return pairs
    }

    /// The body, of at most `limit` bytes.
    func body(of request: Request, limit: Int) async throws -> [UInt8] {
        do { return Array(buffer: try await request.body.collect(upTo: limit)) } catch is NIOTooManyBytesError {
            throw MalformedRequest.tooLarge
        } catch is RequestTooSlow {
            throw MalformedRequest.tooSlow
        } catch is BodiesTooMany {
            throw MalformedRequest.tooMany
        }
    }

    func redirect(to url: String, status: HTTPResponse.Status) -> Response {
        Response(status: status, headers: [.location: url])
    }

    func document(_ bytes: [UInt8], as type: String) -> Response {
        Response(status: .ok, headers: [.contentType: type, .cacheControl: "no-store"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    func json(_ bytes: [UInt8], status: HTTPResponse.Status = .ok, cacheControl: String = "no-store") -> Response {
        json(ByteBuffer(bytes: bytes), status: status, cacheControl: cacheControl)
    }

    func json(_ bytes: ByteBuffer, status: HTTPResponse.Status = .ok, cacheControl: String = "no-store") -> Response {
        Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: cacheControl], body: .init(byteBuffer: bytes))
    }
}
