package import NIOCore
package import NIOHTTP1

/// The body of a request did not arrive in time.
package struct RequestTooSlow: Error {}

/// Ends a request that does not arrive in time (slowloris: THREATS P20, case 122), so that nobody keeps a connection by sending a byte now and
/// then. The server's idle time does not see to that: each byte of a body begins it anew.
///
/// A head that is not complete in time closes the connection. A body that is not becomes an error to whoever reads it, so that the browser gets
/// a page; a little later the connection is closed, whoever reads or does not.
package final class RequestDeadline: ChannelInboundHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPServerRequestPart
    package typealias InboundOut = HTTPServerRequestPart

    /// For the head of a request from its first byte on, that of a connection's first one from the beginning, and for every body. Between requests
    /// the idle time of the server counts.
    package static let seconds = 20
    /// For the page, after that.
    package static let secondsToAnswer = 10

    /// `end`: a request was complete within what is being read.
    private enum Awaited { case head, body, end, nothing }

    private let limit: TimeAmount
    private let grace: TimeAmount
    private var awaited = Awaited.head
    private var timer: Scheduled<Void>?

    package init(limit: TimeAmount = .seconds(Int64(seconds)), grace: TimeAmount = .seconds(Int64(secondsToAnswer))) {
        self.limit = limit
        self.grace = grace
    }

    package func handlerAdded(context: ChannelHandlerContext) { start(limit, context) { $0.context.close(promise: nil) } }
    package func handlerRemoved(context: ChannelHandlerContext) { stop() }

    package func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            stop()
            awaited = .body
        case .body: break
        case .end:
            stop()
            awaited = .end
        }
        context.fireChannelRead(data)
    }

    /// Most requests are complete by now: for those no timer is set.
    package func channelReadComplete(context: ChannelHandlerContext) {
        switch awaited {
        case .body where timer == nil: start(limit, context) { $0.handler.refuseBody($0.context) }
        case .end: awaited = .nothing
        case .nothing:
            // Bytes came that are no request yet: the next head has begun.
            awaited = .head
            start(limit, context) { $0.context.close(promise: nil) }
        case .head, .body: break
        }
        context.fireChannelReadComplete()
    }

    private func refuseBody(_ context: ChannelHandlerContext) {
        start(grace, context) { $0.context.close(promise: nil) }
        context.fireErrorCaught(RequestTooSlow())
    }

    private func start(
        _ time: TimeAmount, _ context: ChannelHandlerContext,
        _ action: @escaping ((handler: RequestDeadline, context: ChannelHandlerContext)) -> Void
    ) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { action((self, context)) }
    }

    private func stop() {
        timer?.cancel()
        timer = nil
    }
}

extension RequestDeadline {
    /// Hummingbird takes handlers behind its own types only. This one puts a `RequestDeadline` and a `LastRequest` behind the decoder, and goes away.
    package final class Placement: ChannelInboundHandler, RemovableChannelHandler {
        package typealias InboundIn = NIOAny

        private let deadline: @Sendable () -> RequestDeadline

        package init(_ deadline: @escaping @Sendable () -> RequestDeadline = { RequestDeadline() }) { self.deadline = deadline }

        package func handlerAdded(context: ChannelHandlerContext) {
            let pipeline = context.pipeline.syncOperations
            do {
                let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
                try pipeline.addHandlers([deadline(), LastRequest()], position: .after(decoder))
                pipeline.removeHandler(self, promise: nil)
            } catch {
                // Without the limit nothing is served.
                context.close(promise: nil)
            }
        }
    }
}
