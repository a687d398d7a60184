package import Metrics
import Synchronization
import Telemetry

/// Keeps what swift-metrics records of each `Metric`, and writes it in Prometheus' text format (version 0.0.4).
///
/// Bounded: of each metric there are so many series, and new ones past that are counted nowhere but in `leftOut`: a label from outside cannot fill the
/// memory, nor one metric take the room of another. Nor is counted what no `Metric` names.
package final class PrometheusRegistry: MetricsFactory, Sendable {
    /// As it was asked for: a request only looks it up, and what it looks like in the answer is made there.
    private struct Key: Hashable {
        let label: String
        /// Names and values in turn.
        let dimensions: [String]

        func folded(_ metric: Metric) -> Key {
            guard let (name, but) = metric.folded, let place = stride(from: 0, to: dimensions.count, by: 2).first(where: { dimensions[$0] == name }),
                !but.contains(dimensions[place + 1])
            else { return self }
            var folded = dimensions
            folded[place + 1] = "other"
            return Key(label: label, dimensions: folded)
        }

        var labels: String {
            stride(from: 0, to: dimensions.count, by: 2).map { "\(dimensions[$0])=\"\(PrometheusRegistry.escape(dimensions[$0 + 1]))\"" }
                .joined(separator: ",")
        }
    }

    private let series = Mutex<(all: [Key: PrometheusSeries], count: [Metric: Int])>(([:], [:]))
    private let capacity: Int

    /// - Parameter capacity: the most series of a metric.
    package init(capacity: Int = 10_000) { self.capacity = capacity }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { find(label, dimensions) }
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { find(label, dimensions) }
    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler { find(label, dimensions) }
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { find(label, dimensions) }

    // A series lives as long as the process: Prometheus wants its totals to go on.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// Every metric with what it means, sorted, and what was recorded of it so far.
    package func text() -> String {
        let recorded = Dictionary(grouping: series.withLock { $0.all }, by: \.value.metric)
        var text = ""
        for metric in Metric.allCases.sorted(by: { $0.rawValue < $1.rawValue }) {
            text += "# HELP \(metric.rawValue) \(Self.escape(metric.help, quotes: false))\n# TYPE \(metric.rawValue) \(metric.kind.name)\n"
            for (labels, series) in (recorded[metric] ?? []).map({ ($0.key.labels, $0.value) }).sorted(by: { $0.0 < $1.0 }) {
                series.write(labels, to: &text)
            }
        }
        return text
    }

    private func find(_ label: String, _ dimensions: [(String, String)]) -> PrometheusSeries {
        let key = Key(label: label, dimensions: dimensions.flatMap { [$0.0, $0.1] })
        return series.withLock { series in
            if let known = series.all[key] { return known }
            guard let metric = Metric(rawValue: label) else { return PrometheusSeries(.buildInfo) }
            let count = series.count[metric, default: 0]
            let key = count < capacity / 2 ? key : key.folded(metric)
            if let known = series.all[key] { return known }
            let made = PrometheusSeries(metric)
            if count < capacity {
                series.all[key] = made
                series.count[metric] = count + 1
            } else {
                let place = Key(label: Metric.leftOut.rawValue, dimensions: ["metric", label])
                let counter = series.all[place] ?? PrometheusSeries(.leftOut)
                series.all[place] = counter
                counter.increment(by: Int64(1))
            }
            return made
        }
    }

    private static func escape(_ text: String, quotes: Bool = true) -> String {
        // By scalars: a quotation mark with an accent on it is one Character, and not a quotation mark.
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"" where quotes: escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
