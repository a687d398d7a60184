internal import Metrics
internal import Synchronization
internal import Telemetry

/// Sends spans to a collector, behind the answers: no request waits for it, and what it has no room for is dropped and counted.
///
/// A batch that the collector does not take is dropped as well. Who must know what happened to a sign-in has its record and the log.
package final class SpanExporter: Sendable {
    /// Spans.
    static let longestQueue = 4_096
    static let largestBatch = 128
    /// Traces that are kept only because their request was refused, a minute: whoever is refused on purpose fills no collector, and no queue of ours.
    static let mostRefused = 600
    /// How long the first span of a batch waits for others.
    private static let patience = Duration.milliseconds(500)

    package typealias Send = @Sendable (_ document: [UInt8]) async throws(CollectorError) -> Void

    private struct State {
        var waiting: [FinishedSpan] = []
        var isSending = false
        var refused: (since: ContinuousClock.Instant, count: Int)?
        var complainedAt: ContinuousClock.Instant?
        var isEnding = false
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private let service: TracedService
    private let send: Send
    private let complain: @Sendable (CollectorError) -> Void
    private let silence: Duration
    private let state = Mutex(State())
    private let sent = Metric.traceSpans.counter([("result", "sent")])
    private let dropped = Metric.traceSpans.counter([("result", "dropped")])

    /// - Parameter complain: told why spans were dropped, once in the time of `silence` at most.
    package init(
        service: TracedService, silence: Duration = .seconds(60), send: @escaping Send, complain: @escaping @Sendable (CollectorError) -> Void
    ) {
        (self.service, self.silence, self.send, self.complain) = (service, silence, send, complain)
    }

    /// Takes one of the places of those that were refused.
    func takeRefused() -> Bool {
        state.withLock { state in
            let now = ContinuousClock.now
            var refused = state.refused ?? (now, 0)
            if now - refused.since >= .seconds(60) { refused = (now, 0) }
            defer { state.refused = refused }
            guard refused.count < Self.mostRefused else { return false }
            refused.count += 1
            return true
        }
    }

    func keep(_ spans: [FinishedSpan]) {
        guard !spans.isEmpty else { return }
        let (isKept, begins) = state.withLock { state in
            guard state.waiting.count + spans.count <= Self.longestQueue else { return (false, false) }
            state.waiting += spans
            defer { state.isSending = true }
            return (true, !state.isSending)
        }
        if !isKept { drop(spans.count, because: .tooMany) }
        // Of no request: whatever this does is not traced.
        if begins { Task.detached { await self.sendAll() } }
    }

    private func sendAll() async {
        while true {
            if !state.withLock({ $0.isEnding || $0.waiting.count >= Self.largestBatch }) { try? await Task.sleep(for: Self.patience) }
            let batch = state.withLock { state in
                let batch = Array(state.waiting.prefix(Self.largestBatch))
                state.waiting.removeFirst(batch.count)
                return batch
            }
            if !batch.isEmpty {
                do throws(CollectorError) {
                    try await send(OTLPDocument.encode(batch, of: service))
                    sent.increment(by: batch.count)
                } catch { drop(batch.count, because: error) }
            }
            let idle: [CheckedContinuation<Void, Never>]? = state.withLock { state in
                guard state.waiting.isEmpty else { return nil }
                state.isSending = false
                defer { state.idle = [] }
                return state.idle
            }
            guard let idle else { continue }
            for waiter in idle { waiter.resume() }
            return
        }
    }

    private func drop(_ count: Int, because error: CollectorError) {
        dropped.increment(by: count)
        let isFirst = state.withLock { state in
            let now = ContinuousClock.now
            guard state.complainedAt.map({ now - $0 >= silence }) ?? true else { return false }
            state.complainedAt = now
            return true
        }
        if isFirst { complain(error) }
    }

    /// Returns when all that was kept is sent or dropped, or after that time: whoever stops a server waits for no collector.
    package func finish(within time: Duration = .seconds(1)) async {
        let whenSent = Task {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isIdle = state.withLock { state in
                    state.isEnding = true
                    if state.isSending { state.idle.append(continuation) }
                    return !state.isSending
                }
                if isIdle { continuation.resume() }
            }
        }
        let (answers, answer) = AsyncStream.makeStream(of: Void.self)
        let first = Task {
            await whenSent.value
            answer.yield()
        }
        let late = Task {
            try? await Task.sleep(for: time)
            answer.yield()
        }
        for await _ in answers { break }
        first.cancel()
        late.cancel()
    }
}

/// Why spans were dropped. `reason` is a short fixed text.
package enum CollectorError: Error, Equatable, Sendable {
    case unreachable(reason: String)
    case status(Int)
    /// More came than is sent.
    case tooMany
}
