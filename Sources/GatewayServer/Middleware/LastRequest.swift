import NIOCore
import NIOHTTP1

/// Says `Connection: close` of each request after which its connection ends, as Hummingbird looks for it: of one that says so in other letters or
/// beside other options (RFC 9110 §7.6.1), and of every one of HTTP/1.0, whose sender waits for the end (RFC 9112 §9.3).
final class LastRequest: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(var head) = unwrapInboundIn(data), head.version != .http1_1 || !head.isKeepAlive else {
            return context.fireChannelRead(data)
        }
        head.headers.replaceOrAdd(name: "Connection", value: "close")
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }
}
