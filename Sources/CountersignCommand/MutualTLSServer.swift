import GatewayServer
import Hummingbird
import HummingbirdCore
import Logging
import ServiceLifecycle

/// Serves beside the gateway what clients call with certificates (RFC 8705 §5). A listener of its own: where a browser comes nobody is asked for one, or it
/// would ask its person which to show.
struct MutualTLSServer<Responder: HTTPResponder>: Service, CustomStringConvertible where Responder.Context == GatewayContext {
    var description: String { "mutual TLS" }

    let responder: Responder
    let http: HTTP1Channel.Configuration
    let certificate: ServerCertificate
    let address: GatewayConfiguration.ListenAddress
    let inherited: Int32?
    let url: String
    let maximumConnections: Int
    let logger: Logger

    private let starts: AsyncStream<Void>
    private let start: AsyncStream<Void>.Continuation

    init(
        responder: Responder, http: HTTP1Channel.Configuration, certificate: ServerCertificate, address: GatewayConfiguration.ListenAddress,
        inherited: Int32?, url: String, maximumConnections: Int, logger: Logger
    ) {
        (self.responder, self.http, self.certificate) = (responder, http, certificate)
        (self.address, self.inherited, self.url, self.maximumConnections, self.logger) = (address, inherited, url, maximumConnections, logger)
        (starts, start) = AsyncStream.makeStream()
    }

    /// Returns as soon as it listens; throws where it does not, which ends the start.
    func settled() async throws {
        for await _ in starts { return }
        throw CancellationError()
    }

    func run() async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let listener = Listener(
            address: address, inherited: inherited,
            connections: MutualTLSChannel(
                certificate: certificate, base: HTTP1Channel(responder: responder.answer(logger: quiet), configuration: http)),
            backlog: 256, maximumConnections: maximumConnections,
            listens: { [logger, start, address, url] channel in
                start.yield()
                logger.notice(
                    "clients may show certificates",
                    metadata: ["address": "\(channel.localAddress.map(Server.text) ?? address.text)", "mtls_url": "\(url)"])
            },
            logger: quiet)
        do { try await listener.run() } catch { throw ListenError(error, address: address, setting: .mtlsListen) ?? error }
    }
}
