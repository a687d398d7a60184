import Foundation
import Telemetry
import Testing

/// The table of docs/operations/monitoring.md is made from the metrics themselves (`make docs`).
@Suite("docs/operations/monitoring.md")
struct MetricsPageTests {
    private static let file = Package.folder.appendingPathComponent("docs/operations/monitoring.md")
    private static let (begin, end) = ("<!-- metrics: written by `make docs` -->\n", "<!-- end of metrics -->\n")

    private static var table: String {
        Metric.allCases.sorted { $0.rawValue < $1.rawValue }.reduce(into: "| metric | kind | labels | meaning |\n|---|---|---|---|\n") {
            table, metric in
            let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
            table += "| `\(metric.rawValue)` | \(metric.kind.name) | \(labels) | \(metric.help) |\n"
        }
    }

    @Test("every metric is in it, as the server shows it") func complete() throws {
        let page = try String(contentsOf: Self.file, encoding: .utf8)
        let start = try #require(page.range(of: Self.begin)?.upperBound), stop = try #require(page.range(of: Self.end)?.lowerBound)
        if ProcessInfo.processInfo.environment["COUNTERSIGN_WRITE_DOCS"] == "1" {
            try page.replacingCharacters(in: start..<stop, with: Self.table).write(to: Self.file, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: Self.file, encoding: .utf8)
        #expect(written.contains(Self.begin + Self.table + Self.end), "make docs writes it")
    }
}
