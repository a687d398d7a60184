import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import OpenIDConnect
import Synchronization

/// TLS in front of HTTP/1.1 that asks the client for its certificate, and does without.
///
/// That the client has the certificate's key BoringSSL has seen before the first request is read. Whose it is, and whether anybody issued it, is looked at where
/// it is shown for something: a client may be known by a certificate that nobody else issued (RFC 8705 §2.2).
struct MutualTLSChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let requests: HTTP1Channel.Value
        let certificate: ConnectionCertificate

        var channel: any Channel { requests.channel }
    }

    let certificate: ServerCertificate
    let base: HTTP1Channel

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let shown = ConnectionCertificate()
        return channel.eventLoop.makeCompletedFuture {
            let handler = NIOSSLServerHandler(
                context: try certificate.contextThatAsks(),
                customVerificationCallback: { chain, promise in promise.succeed(shown.take(chain) ? .certificateVerified : .failed) },
                configuration: .init())
            try channel.pipeline.syncOperations.addHandler(handler)
        }.flatMap { base.setup(channel: channel, logger: logger) }.map { Value(requests: $0, certificate: shown) }
    }

    func handle(value: Value, logger: Logger) async {
        await ConnectionCertificate.$current.withValue(value.certificate) { await base.handle(value: value.requests, logger: logger) }
    }
}

/// The certificate with which the client opened a connection of ours.
final class ConnectionCertificate: Sendable {
    /// Of the connection whose requests are being answered.
    @TaskLocal static var current: ConnectionCertificate?

    /// Of all that comes, the client's own and what is beside it.
    private static let maximumBytes = 32 << 10

    private let chain = Mutex<[[UInt8]]>([])

    /// Once, in the handshake; none is taken that is too large to be looked at, and the handshake ends there.
    func take(_ presented: [NIOSSLCertificate]) -> Bool {
        guard presented.count <= ClientCertificate.maximumChain, let chain = try? presented.map({ try $0.toDERBytes() }),
            chain.reduce(0, { $0 + $1.count }) <= Self.maximumBytes
        else { return false }
        self.chain.withLock { $0 = chain }
        return true
    }

    /// nil where the client showed none.
    var presented: PresentedCertificate? {
        let chain = chain.withLock { $0 }
        return chain.isEmpty ? nil : PresentedCertificate(chain: chain)
    }
}
