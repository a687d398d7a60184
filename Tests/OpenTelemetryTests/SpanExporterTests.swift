import Synchronization
import Telemetry
import Testing
import Tracing
import WireFormats

@testable import OpenTelemetry

/// What a collector got.
final class FakeCollector: Sendable {
    private let state = Mutex<(documents: [JSONObject], complaints: [CollectorError])>(([], []))
    let failure: CollectorError?

    init(failing failure: CollectorError? = nil) { self.failure = failure }

    var complaints: [CollectorError] { state.withLock { $0.complaints } }

    func exporter() -> SpanExporter {
        SpanExporter(
            // Longer than a busy machine takes.
            service: TracedService(name: "test", version: "1", instance: "i"), silence: .seconds(3_600),
            send: { [self] document throws(CollectorError) in
                if let failure { throw failure }
                let object = try? JSONParser.parseObject(document)
                state.withLock { $0.documents.append(object ?? JSONObject()) }
            }, complain: { [self] error in state.withLock { $0.complaints.append(error) } })
    }

    /// The members of every span, in the order they came.
    var spans: [JSONObject] {
        state.withLock { $0.documents }.flatMap { document in
            list(document, "resourceSpans").flatMap { list($0, "scopeSpans") }.flatMap { list($0, "spans") }
        }
    }

    private func list(_ object: JSONObject, _ name: String) -> [JSONObject] {
        guard case .array(let values)? = object[name] else { return [] }
        return values.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }
}

@Suite("Spans on their way to a collector (OTLP over HTTP, JSON)")
struct SpanExporterTests {
    private func place(of tracer: RequestTracer, parent: String? = nil) -> ServiceContext {
        var place = ServiceContext.topLevel
        place.tracer = tracer
        if let parent { tracer.extract(parent, into: &place, using: Itself()) }
        return place
    }

    private struct Itself: Extractor {
        func extract(key: String, from carrier: String) -> String? { key == "traceparent" ? carrier : nil }
    }

    @Test("a request and what is below it: ids, times and attributes as the mapping has them") func document() async {
        let collector = FakeCollector()
        let exporter = collector.exporter()
        let tracer = RequestTracer(ratio: 1, isBegunByProxy: true, exporter: exporter)
        let root = tracer.startSpan("GET /{pool}", context: place(of: tracer), ofKind: .server)
        await ServiceContext.withValue(root.context) {
            await traced("write database", ofKind: .client) { span in span?.attributes["db.system.name"] = "sqlite" }
        }
        root.attributes["http.response.status_code"] = 200
        root.end()
        await exporter.finish()
        let spans = collector.spans
        #expect(spans.map { $0["name"] } == ["GET /{pool}", "write database"])
        #expect(spans.map { $0["kind"] } == [2, 3])
        #expect(spans.count == 2 && spans[1]["parentSpanId"] == spans[0]["spanId"] && spans[1]["traceId"] == spans[0]["traceId"])
        #expect(spans.first?["parentSpanId"] == nil)
        let attribute: JSONValue = ["key": "http.response.status_code", "value": ["intValue": "200"]]
        #expect(spans.first?["attributes"] == [attribute])
    }

    @Test("a part of them is kept; what ended in an error always, and what a proxy began as it says") func sampling() async {
        func count(_ ratio: Double, parent: String? = nil, isError: Bool = false) async -> Int {
            let collector = FakeCollector()
            let exporter = collector.exporter()
            let tracer = RequestTracer(ratio: ratio, isBegunByProxy: true, exporter: exporter)
            let span = tracer.startSpan("GET", context: place(of: tracer, parent: parent), ofKind: .server)
            if isError { span.setStatus(SpanStatus(code: .error)) }
            span.end()
            await exporter.finish()
            return collector.spans.count
        }
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0"
        #expect(await count(0) == 0)
        #expect(await count(1) == 1)
        #expect(await count(0, isError: true) == 1)
        #expect(await count(0, parent: parent + "1") == 1)
        #expect(await count(1, parent: parent + "0") == 0)
        #expect(await count(1, parent: parent + "0", isError: true) == 1)
    }

    @Test("whoever is refused on purpose fills no collector: so many a minute are kept, then a part of them as of the others") func flood() async {
        let collector = FakeCollector()
        let exporter = collector.exporter()
        let (none, all) = (
            RequestTracer(ratio: 0, isBegunByProxy: false, exporter: exporter), RequestTracer(ratio: 1, isBegunByProxy: false, exporter: exporter)
        )
        for _ in 0..<SpanExporter.mostRefused + 50 {
            let span = none.startSpan("GET", context: place(of: none), ofKind: .server)
            span.setStatus(SpanStatus(code: .error))
            span.end()
        }
        let span = all.startSpan("sampled", context: place(of: all), ofKind: .server)
        span.setStatus(SpanStatus(code: .error))
        span.end()
        await exporter.finish()
        #expect(collector.spans.count == SpanExporter.mostRefused + 1 && collector.spans.last?["name"] == "sampled")
    }

    @Test("a collector that takes nothing is told of once, and a queue that is full drops what comes") func drops() async {
        let collector = FakeCollector(failing: .status(503))
        let exporter = collector.exporter()
        let tracer = RequestTracer(ratio: 1, isBegunByProxy: true, exporter: exporter)
        for _ in 0..<(SpanExporter.longestQueue + 10) { tracer.startSpan("GET", context: place(of: tracer), ofKind: .server).end() }
        await exporter.finish()
        #expect(collector.complaints.count == 1)
        #expect(collector.spans.isEmpty)
    }

    @Test("a request records so many steps and no more; what ends after it belongs to nobody") func bounded() async {
        let collector = FakeCollector()
        let exporter = collector.exporter()
        let tracer = RequestTracer(ratio: 1, isBegunByProxy: true, exporter: exporter)
        let root = tracer.startSpan("GET", context: place(of: tracer), ofKind: .server)
        for _ in 0..<500 { tracer.startSpan("step", context: root.context, ofKind: .internal).end() }
        let late = tracer.startSpan("late", context: root.context, ofKind: .internal)
        root.end()
        late.end()
        root.end()
        await exporter.finish()
        #expect(collector.spans.count == Trace.maximumSpans)
        #expect(!collector.spans.contains { $0["name"] == "late" })
    }

    @Test("where nobody traces, a step makes no span") func off() async {
        let seen = await traced("step") { span in span != nil || ServiceContext.current != nil }
        #expect(!seen)
    }

    @Test("an error is known by its type, and by no word of it") func errors() async {
        struct Told: Error { let word = "grace@example.com" }
        let collector = FakeCollector()
        let exporter = collector.exporter()
        let tracer = RequestTracer(ratio: 1, isBegunByProxy: true, exporter: exporter)
        let root = tracer.startSpan("GET", context: place(of: tracer), ofKind: .server)
        await ServiceContext.withValue(root.context) {
            _ = await #expect(throws: Told.self) { try await traced("step") { _ throws(Told) in throw Told() } }
        }
        root.end()
        await exporter.finish()
        let attribute: JSONValue = ["key": "error.type", "value": ["stringValue": "Told"]]
        #expect(collector.spans.last?["attributes"] == [attribute] && collector.spans.last?["status"] == ["code": 2])
    }
}
