package import Tracing

/// Records a trace for each request that begins, and hands on those that are to be kept: the part of them that was asked for, and each that ended in an error.
package final class RequestTracer: Tracer {
    package typealias Span = RecordedSpan

    private enum ParentKey: ServiceContextKey { typealias Value = TraceParent }

    private let ratio: Double
    private let isBegunByProxy: Bool
    private let exporter: SpanExporter

    /// - Parameters:
    ///   - ratio: which part of the traces is kept where nothing was wrong, 0 to 1. Where a proxy began the trace, it says whether.
    ///   - isBegunByProxy: whether a proxy may begin a trace at all. Most pass a stranger's header on as it came.
    package init(ratio: Double, isBegunByProxy: Bool, exporter: SpanExporter) {
        (self.ratio, self.isBegunByProxy, self.exporter) = (ratio, isBegunByProxy, exporter)
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind, at instant: @autoclosure () -> Instant,
        function: String, file fileID: String, line: UInt
    ) -> RecordedSpan {
        let context = context()
        if let place = context[SpanPlace.Key.self] {
            return RecordedSpan(operationName, in: place.trace, below: place.span, kind: kind, context: context)
        }
        let parent = context[ParentKey.self]
        let trace = Trace(id: parent?.trace ?? .random(), isSampled: parent?.isSampled ?? (Double.random(in: 0..<1) < ratio))
        return RecordedSpan(operationName, in: trace, below: parent?.span, kind: kind, context: context, exporter: exporter)
    }

    package func extract<Carrier, Extract: Extractor>(_ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract)
    where Extract.Carrier == Carrier {
        guard isBegunByProxy else { return }
        context[ParentKey.self] = extractor.extract(key: "traceparent", from: carrier).flatMap { TraceParent($0) }
    }

    /// Identity providers and apps get no header of ours.
    package func inject<Carrier, Inject: Injector>(_ context: ServiceContext, into carrier: inout Carrier, using injector: Inject)
    where Inject.Carrier == Carrier {}

    package func forceFlush() {}
}
