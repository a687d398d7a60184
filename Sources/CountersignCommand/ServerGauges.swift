import FoundationEssentials
import Gateway
import GatewayServer
import Metrics
import Telemetry

/// What is true of the server at the moment somebody looks: asked for each scrape, and never in between.
struct ServerGauges: Sendable {
    let gateway: GatewayApplication
    /// nil: TLS does not end here.
    let certificate: ServerCertificate?
    let now: @Sendable () -> Date

    private let ready = Metric.ready.gauge()
    private let clock = Metric.clock.gauge()
    private let verificationsWaiting = Metric.verificationsWaiting.gauge()
    private let recordsWaiting = Metric.recordsWaiting.gauge()

    init(gateway: GatewayApplication, certificate: ServerCertificate?, now: @escaping @Sendable () -> Date) {
        (self.gateway, self.certificate, self.now) = (gateway, certificate, now)
        Metric.buildInfo.gauge([("version", Countersign.version)]).record(1)
    }

    func refresh() async {
        ready.record(await gateway.ready() ? 1 : 0)
        clock.record(now().timeIntervalSince1970)
        if let end = certificate?.validUntil { Metric.ownCertificateExpiry.gauge().record(end.timeIntervalSince(now()).rounded()) }
        verificationsWaiting.record(gateway.signIn.verification.waiting)
        recordsWaiting.record(gateway.signIn.records.waiting)
    }
}
