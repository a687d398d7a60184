import Metrics
import Synchronization
import Telemetry

/// One metric with one set of labels. To observe something is one lock and no allocation.
final class PrometheusSeries: CounterHandler, MeterHandler, RecorderHandler, TimerHandler, Sendable {
    private struct State {
        var sum = 0.0
        /// One for each bucket, and one for what is above the last.
        var counts: [Int64]
    }

    let metric: Metric
    private let ends: [Int64]
    private let state: Mutex<State>

    init(_ metric: Metric) {
        self.metric = metric
        if case .histogram(let ends) = metric.kind { self.ends = ends } else { ends = [] }
        state = Mutex(State(counts: ends.isEmpty ? [] : Array(repeating: 0, count: ends.count + 1)))
    }

    func increment(by amount: Int64) { add(Double(amount)) }
    func increment(by amount: Double) { add(amount) }
    func decrement(by amount: Double) { add(-amount) }
    func reset() { set(Double(0)) }
    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { state.withLock { $0.sum = value } }
    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) { set(value) }

    func recordNanoseconds(_ duration: Int64) {
        let place = ends.firstIndex { duration <= $0 } ?? ends.count
        state.withLock { state in
            // Prometheus counts time in seconds.
            state.sum += Double(duration) / 1e9
            if place < state.counts.count { state.counts[place] &+= 1 }
        }
    }

    private func add(_ amount: Double) { state.withLock { $0.sum += amount } }

    func write(_ labels: String, to text: inout String) {
        let (name, state) = (metric.rawValue, state.withLock { $0 })
        let listed = labels.isEmpty ? "" : "{\(labels)}"
        guard !ends.isEmpty else {
            text += "\(name)\(listed) \(Self.number(state.sum))\n"
            return
        }
        let before = labels.isEmpty ? "" : labels + ","
        var count: Int64 = 0
        for (place, counted) in state.counts.enumerated() {
            count += counted
            text += "\(name)_bucket{\(before)le=\"\(place < ends.count ? Self.number(Double(ends[place]) / 1e9) : "+Inf")\"} \(count)\n"
        }
        text += "\(name)_sum\(listed) \(Self.number(state.sum))\n\(name)_count\(listed) \(count)\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
