import FoundationEssentials
import Gateway
import GatewayServer
import Metrics
import Telemetry

/// What is true of the server at the moment somebody looks: asked for each scrape, and never in between.
struct ServerGauges: Sendable {
    let gateway: GatewayApplication
    let now: @Sendable () -> Date

    private let ready = Metric.ready.gauge()
    private let clock = Metric.clock.gauge()
    private let verificationsWaiting = Metric.verificationsWaiting.gauge()
    private let recordsWaiting = Metric.recordsWaiting.gauge()

    init(gateway: GatewayApplication, now: @escaping @Sendable () -> Date) {
        (self.gateway, self.now) = (gateway, now)
        Metric.buildInfo.gauge([("version", Countersign.version)]).record(1)
    }

    func refresh() async {
        ready.record(await gateway.ready() ? 1 : 0)
        clock.record(now().timeIntervalSince1970)
        verificationsWaiting.record(gateway.signIn.verification.waiting)
        recordsWaiting.record(gateway.signIn.records.waiting)
    }
}
