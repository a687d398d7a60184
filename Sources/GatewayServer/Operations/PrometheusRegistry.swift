package import Metrics
import Synchronization

/// Keeps what swift-metrics records and writes it in Prometheus' text format (version 0.0.4).
///
/// Bounded: past its capacity new series are counted nowhere, so that a label from outside cannot fill the memory.
package final class PrometheusRegistry: MetricsFactory, Sendable {
    private struct Key: Hashable {
        let name: String
        let labels: String
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
        let all = series.withLock { $0 }.sorted { ($0.key.name, $0.key.labels) < ($1.key.name, $1.key.labels) }
        var text = ""
        var named = ""
        for (key, series) in all {
            if key.name != named {
                named = key.name
                text += "# TYPE \(key.name) \(series.kind.rawValue)\n"
            }
            let labels = key.labels.isEmpty ? "" : "{\(key.labels)}"
            let (count, sum) = series.value
            if series.kind == .summary {
                text += "\(key.name)_sum\(labels) \(sum)\n\(key.name)_count\(labels) \(count)\n"
            } else {
                text += "\(key.name)\(labels) \(sum == sum.rounded() && abs(sum) < 1e15 ? String(Int64(sum)) : String(sum))\n"
            }
        }
        return text
    }

    private func find(_ label: String, _ dimensions: [(String, String)], _ kind: Series.Kind) -> Series {
        let key = Key(
            name: Self.name(label), labels: dimensions.map { "\(Self.name($0.0))=\"\(Self.escape($0.1))\"" }.joined(separator: ","))
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
