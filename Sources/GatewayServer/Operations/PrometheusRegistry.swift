package import Metrics
import Synchronization

/// Keeps what swift-metrics records and writes it in Prometheus' text format (version 0.0.4).
///
/// Bounded: past its capacity new series are counted nowhere, so that a label from outside cannot fill the memory.
package final class PrometheusRegistry: MetricsFactory, Sendable {
    /// As it was asked for: a request only looks it up, and what it looks like in the answer is made there.
    private struct Key: Hashable {
        let label: String
        /// Names and values in turn.
        let dimensions: [String]

        var name: String { PrometheusRegistry.name(label) }
        var labels: String {
            stride(from: 0, to: dimensions.count, by: 2).map {
                "\(PrometheusRegistry.name(dimensions[$0]))=\"\(PrometheusRegistry.escape(dimensions[$0 + 1]))\""
            }.joined(separator: ",")
        }
    }

    private let series = Mutex<[Key: Series]>([:])
    private let capacity: Int

    package init(capacity: Int = 2_000) { self.capacity = capacity }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { find(label, dimensions, .counter) }
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler { find(label, dimensions, .gauge) }
    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        find(label, dimensions, aggregate ? .summary : .gauge)
    }
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { find(label, dimensions, .summary) }

    // A series lives as long as the process: Prometheus wants its totals to go on.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// Everything recorded so far, sorted, with one `TYPE` line a name.
    package func text() -> String {
        let all = series.withLock { $0 }.map { (name: $0.key.name, labels: $0.key.labels, series: $0.value) }
            .sorted { ($0.name, $0.labels) < ($1.name, $1.labels) }
        var text = ""
        var named = ""
        for (name, listed, series) in all {
            if name != named {
                named = name
                text += "# TYPE \(name) \(series.kind.rawValue)\n"
            }
            let labels = listed.isEmpty ? "" : "{\(listed)}"
            let (count, sum) = series.value
            if series.kind == .summary {
                text += "\(name)_sum\(labels) \(sum)\n\(name)_count\(labels) \(count)\n"
            } else {
                text += "\(name)\(labels) \(sum == sum.rounded() && abs(sum) < 1e15 ? String(Int64(sum)) : String(sum))\n"
            }
        }
        return text
    }

    private func find(_ label: String, _ dimensions: [(String, String)], _ kind: Series.Kind) -> Series {
        let key = Key(label: label, dimensions: dimensions.flatMap { [$0.0, $0.1] })
        return series.withLock { series in
            if let known = series[key] { return known }
            let made = Series(kind: kind)
            if series.count < capacity { series[key] = made }
            return made
        }
    }

    private static func name(_ text: String) -> String {
        String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" })
    }

    private static func escape(_ text: String) -> String {
        // By scalars: a quotation mark with an accent on it is one Character, and not a quotation mark.
        text.unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}

/// One name with one set of labels.
private final class Series: CounterHandler, MeterHandler, RecorderHandler, TimerHandler, Sendable {
    enum Kind: String, Sendable { case counter, gauge, summary }

    let kind: Kind
    private let state = Mutex<(count: Int64, sum: Double)>((0, 0))

    init(kind: Kind) { self.kind = kind }

    var value: (count: Int64, sum: Double) { state.withLock { $0 } }

    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func reset() { set(Double(0)) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0 = ($0.count &+ 1, value) } }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { kind == .gauge ? set(value) : add(value) }
    /// Prometheus counts time in seconds.
    func recordNanoseconds(_ duration: Int64) { add(Double(duration) / 1e9) }

    private func add(_ amount: Double) { state.withLock { $0 = ($0.count &+ 1, $0.sum + amount) } }
}
