internal import Synchronization
package import Tracing

/// A span of ours while it lasts. Events and links it has none, and of an error it knows the type alone: a message may say more than a collector may know.
package final class RecordedSpan: Tracing.Span {
    private struct State {
        var name: String
        var attributes: SpanAttributes = [:]
        var isError = false
        var isOver = false
    }

    package let context: ServiceContext
    private let trace: Trace
    private let id: UInt64
    private let parent: UInt64?
    private let kind: SpanKind
    private let start: Int64
    private let state: Mutex<State>
    /// nil for a child.
    private let exporter: SpanExporter?

    init(
        _ name: String, in trace: Trace, below parent: UInt64?, kind: SpanKind, context: ServiceContext,
        exporter: SpanExporter? = nil
    ) {
        id = .random(in: 1 ... .max)
        var context = context
        context[SpanPlace.Key.self] = SpanPlace(trace: trace, span: id)
        (self.context, self.trace, self.parent, self.kind, self.exporter) = (context, trace, parent, kind, exporter)
        start = trace.now
        state = Mutex(State(name: name))
    }

    package var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    package var isRecording: Bool { state.withLock { !$0.isOver } }

    package func setStatus(_ status: SpanStatus) { state.withLock { $0.isError = status.code == .error } }

    package func recordError<Instant: TracerInstant>(_ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant) {
        state.withLock { state in
            state.attributes["error.type"] = "\(type(of: error))"
            state.isError = true
        }
    }

    package func addEvent(_ event: SpanEvent) {}
    package func addLink(_ link: SpanLink) {}

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = trace.now
        let finished: FinishedSpan? = state.withLock { state in
            guard !state.isOver else { return nil }
            state.isOver = true
            return FinishedSpan(
                trace: trace.id, id: id, parent: parent, name: state.name, kind: kind, start: start, end: end, attributes: state.attributes,
                isError: state.isError)
        }
        guard let finished else { return }
        guard let exporter else { return trace.add(finished) }
        exporter.keep(trace.end(with: finished, keepingRefused: exporter.takeRefused))
    }
}

/// Where in a trace the work of a context is.
struct SpanPlace: Sendable {
    enum Key: ServiceContextKey { typealias Value = SpanPlace }

    let trace: Trace
    let span: UInt64
}
