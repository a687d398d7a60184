import Administration
import FoundationEssentials
import Gateway
import Logging
import Metrics
import SAML
import ServiceLifecycle
import Telemetry
import UserPools

/// Tells when the certificates, documents and exceptions of SAML providers end: each server by its metrics, one of them in the log before they do.
/// Beside that, how old the newest backup is.
struct EndWatchWhileServing: Service, CustomStringConvertible {
    var description: String { "certificates" }

    let watch: EndWatch
    let installation: any InstallationStore
    let now: @Sendable () -> Date
    let logger: Logger

    private static let interval = Duration.seconds(600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var known: Set<Series> = []
            // The start has better to do.
            var pause = Duration.seconds(5)
            while (try? await Task.sleep(for: pause)) != nil {
                pause = Self.interval
                if let backup = try? await installation.find().backedUpAt { Metric.lastBackup.gauge().record(backup.timeIntervalSince1970) }
                // A database that is away has others who tell of it.
                guard let ends = try? await watch.look(warn) else { continue }
                let shown = measure(ends)
                // Of a provider that is gone there is no number; Prometheus' totals live on, and so would its last one.
                for series in known.subtracting(shown) { series.gauge.record(Double.nan) }
                known.formUnion(shown)
            }
        }
    }

    private struct Series: Hashable {
        let metric: Metric, pool: String, provider: String

        var gauge: Gauge { metric.gauge([("pool", pool), ("provider", provider)]) }
    }

    private func measure(_ all: [ProviderEnds]) -> Set<Series> {
        var shown: Set<Series> = []
        let now = now()
        for ends in all {
            for (part, until) in ends.until {
                let metric: Metric =
                    switch part {
                    case .certificate: .certificateExpiry
                    case .document: .documentExpiry
                    case .exception: .exceptionExpiry
                    }
                let series = Series(metric: metric, pool: ends.poolID.text, provider: ends.provider.text)
                series.gauge.record(until.timeIntervalSince(now).rounded())
                shown.insert(series)
            }
        }
        return shown
    }

    private func warn(_ warning: EndWatch.Warning) {
        let (event, what) =
            switch warning.part {
            case .certificate: ("certificate_ends", "the signing certificate of an identity provider ends; it will change its key")
            case .document: ("document_ends", "the metadata of an identity provider ends, and no newer copy is here")
            case .exception: ("exception_ends", "something is tolerated of an identity provider that will be refused again")
            }
        let left = warning.until.timeIntervalSince(now())
        logger.warning(
            "\(what)",
            metadata: [
                "event": "\(event)", "pool": "\(warning.poolID)", "provider": "\(warning.provider)", "until": "\(SAMLInstant.format(warning.until))",
                "days_left": "\(Int((left / 86_400).rounded(.down)))",
            ])
    }
}
