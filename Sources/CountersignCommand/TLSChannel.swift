import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// TLS in front of HTTP/1.1, with the certificate as it stands when the connection comes. Hummingbird's own keeps the one of its start.
struct TLSChannel: ServerChildChannel {
    let certificate: ServerCertificate
    let base: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: certificate.context))
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}
