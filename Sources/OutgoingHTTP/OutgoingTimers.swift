internal import Metrics
internal import Telemetry

/// How long it takes to get an answer, by what came of it. Not by host: whose servers are slow is in the log and in traces.
struct OutgoingTimers: Sendable {
    private let answered = Metric.outgoing.timer([("result", "answered")])
    private let unreachable = Metric.outgoing.timer([("result", "unreachable")])
    private let refused = Metric.outgoing.timer([("result", "refused")])

    /// - Parameter error: nil where an answer came, whichever.
    func record(_ error: OutgoingError?, since start: ContinuousClock.Instant) {
        let timer =
            switch error {
            case nil: answered
            case .unreachable?: unreachable
            // By us: its address, its certificate, its length.
            case .refusedURL?, .untrustedCertificate?, .tooLarge?: refused
            }
        timer.record(since: start)
    }
}
