import FoundationEssentials
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore
import UserPools
import WireFormats

/// `GET /checkup`: how a request arrives here, told to whoever holds the master key (`doctor`). To anybody else there is nothing at this address.
struct CheckupEndpoint: Sendable {
    let pass: CheckupPass
    let trusts: @Sendable (GatewayContext) -> Bool
    let now: @Sendable () -> Date

    func respond(_ request: Request, _ context: GatewayContext) -> Response? {
        guard pass.accepts(request.headers[Self.header], at: now()) else { return nil }
        func text(_ address: String?) -> JSONValue { address.map { .string($0) } ?? .null }
        let seen: JSONObject = [
            "address": text(context.clientAddress), "connection": text(context.remoteAddress?.ipAddress),
            "connection_is_proxy": .bool(trusts(context)), "time": .integer(Int(now().timeIntervalSince1970 * 1_000)),
        ]
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: JSONWriter.encode(seen))))
    }

    // A token of RFC 9110 §5.6.2, which is all the initialiser asks.
    private static let header = HTTPField.Name(CheckupPass.header)!
}
