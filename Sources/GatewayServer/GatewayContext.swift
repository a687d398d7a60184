package import Hummingbird
import Logging
package import OpenIDConnect
package import NIOCore
package import Tracing

/// What a request carries through the server.
package struct GatewayContext: RequestContext, RemoteAddressRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let remoteAddress: SocketAddress?
    /// Who asks: the other end of the connection, or whom a trusted proxy says it speaks for.
    package var clientAddress: String? {
        get { if let named { named } else { remoteAddress?.ipAddress } }
        set { named = .some(newValue) }
    }
    /// The certificate with which the client opened its connection to us, or to a trusted proxy that says so; never the one where it is the other.
    package var clientCertificate: PresentedCertificate?
    /// Of the request; nil where nobody traces it.
    package var span: (any Tracing.Span)?
    /// nil where nobody looked yet who it is; the address of a connection as text is dear.
    private var named: String??

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        remoteAddress = source.channel.remoteAddress
    }
}
