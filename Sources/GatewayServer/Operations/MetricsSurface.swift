import HTTPTypes
package import Hummingbird

/// `/metrics` for Prometheus, on a listener of its own: whom the gateway serves, and who cannot sign in, is not for browsers.
package enum MetricsSurface {
    /// - Parameter refresh: looks at what only changes when somebody looks.
    package static func router(_ registry: PrometheusRegistry, refresh: @escaping @Sendable () async -> Void = {}) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.get("metrics") { _, _ in
            await refresh()
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(string: registry.text())))
        }
        return router
    }
}
