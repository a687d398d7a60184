import GatewayServer
import Metrics
import Telemetry
import Testing

@Suite("What Prometheus reads")
struct PrometheusTests {
    @Test("every metric says what it is, in which unit, and who is counted apart", arguments: Metric.allCases) func catalogue(_ metric: Metric) {
        let name = metric.rawValue
        #expect(metric.help.utf8.count > 20 && metric.help.hasSuffix("."))
        #expect(name.hasPrefix("countersign_") && name.utf8.allSatisfy { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "_") })
        #expect(name.hasSuffix("_total") == (metric.kind == .counter))
        if case .histogram(let ends) = metric.kind {
            #expect(name.hasSuffix("_seconds") && ends == ends.sorted() && Set(ends).count == ends.count)
        }
        #expect(!metric.labels.contains("le"))
    }

    @Test("a histogram's buckets hold all that is below, in seconds") func histogram() {
        let registry = PrometheusRegistry()
        let timer = registry.makeTimer(label: Metric.httpRequest.rawValue, dimensions: [("status", "2xx")])
        for nanoseconds: Int64 in [1_000_000, 1_000_001, 3_000_000_000, 60_000_000_000] { timer.recordNanoseconds(nanoseconds) }
        let lines = registry.text().split(separator: "\n").map(String.init)
        let type = lines.firstIndex(of: "# TYPE countersign_http_request_seconds histogram") ?? 0
        #expect(lines[max(type - 1, 0)] == "# HELP countersign_http_request_seconds \(Metric.httpRequest.help)")
        func value(_ name: String) -> String? {
            lines.first { $0.hasPrefix("countersign_http_request_seconds\(name) ") }?.split(separator: " ").last.map(String.init)
        }
        #expect(value("_bucket{status=\"2xx\",le=\"0.001\"}") == "1")
        #expect(value("_bucket{status=\"2xx\",le=\"0.0025\"}") == "2")
        #expect(value("_bucket{status=\"2xx\",le=\"2.5\"}") == "2")
        #expect(value("_bucket{status=\"2xx\",le=\"5\"}") == "3")
        #expect(value("_bucket{status=\"2xx\",le=\"10\"}") == "3")
        #expect(value("_bucket{status=\"2xx\",le=\"+Inf\"}") == "4")
        #expect(value("_count{status=\"2xx\"}") == "4" && value("_sum{status=\"2xx\"}") == "63.002000001")
    }

    @Test("what is in no catalogue, and what is too much, is counted nowhere") func bounded() {
        let registry = PrometheusRegistry(capacity: 2)
        registry.makeCounter(label: "somebody_elses_total", dimensions: []).increment(by: 1)
        for pool in ["a", "b", "c"] { registry.makeCounter(label: Metric.tokenRequests.rawValue, dimensions: [("pool", pool)]).increment(by: 1) }
        let lines = registry.text().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines == [
                #"countersign_metrics_left_out_total{metric="countersign_token_requests_total"} 1"#,
                #"countersign_token_requests_total{pool="a"} 1"#, #"countersign_token_requests_total{pool="b"} 1"#,
            ])
    }

    @Test("however many codes are made up, who signs in has a series of its own") func folded() {
        let registry = PrometheusRegistry(capacity: 6)
        func count(_ result: String, provider: String) {
            registry.makeCounter(label: Metric.signIns.rawValue, dimensions: [("pool", "p"), ("provider", provider), ("result", result)])
                .increment(by: Int64(1))
        }
        for code in 1...5 { count("code.\(code)", provider: "a") }
        for result in ["ok", "session"] { count(result, provider: "b") }
        count("code.1", provider: "a")
        let lines = registry.text().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            lines
                == [("a", "code.1", 2), ("a", "code.2", 1), ("a", "code.3", 1), ("a", "other", 2), ("b", "ok", 1), ("b", "session", 1)].map {
                    #"countersign_sign_ins_total{pool="p",provider="\#($0)",result="\#($1)"} \#($2)"#[...]
                })
    }

    @Test("a label cannot end its quotation marks; a gauge of what is gone is no number") func texts() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: Metric.signIns.rawValue, dimensions: [("result", "a\"\u{301}\\\nb")]).increment(by: 2)
        registry.makeRecorder(label: Metric.ready.rawValue, dimensions: [], aggregate: false).record(Double.nan)
        let text = registry.text()
        #expect(text.contains("\ncountersign_sign_ins_total{result=\"a\\\"\u{301}\\\\\\nb\"} 2\n"))
        #expect(text.contains("\ncountersign_ready NaN\n"))
    }
}
