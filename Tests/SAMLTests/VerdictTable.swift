import Foundation

/// What we say of each document of a corpus: its code, or `accepted`. The tables were made from the verdicts themselves and then read; a
/// verdict that changes is a line that changes. `COUNTERSIGN_VERDICTS=FOLDER` writes what the tests find there, one file a table.
struct VerdictTable: Sendable {
    private let rows: [String: [String]]
    private let name: String

    init(_ name: String) {
        self.name = name
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Verdicts/\(name).tsv")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        let rows = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map {
            $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
        self.rows = Dictionary(rows.map { ($0[0], Array($0.dropFirst())) }, uniquingKeysWith: { first, _ in first })
    }

    var count: Int { rows.count }

    /// The verdicts on that document; empty where the table does not know it.
    func expected(_ id: String, found: [String]) -> [String] {
        if let folder = ProcessInfo.processInfo.environment["COUNTERSIGN_VERDICTS"] {
            let file = fopen(folder + "/\(name).tsv", "a")
            if let file { fputs(([id] + found).joined(separator: "\t") + "\n", file) }
            if let file { fclose(file) }
        }
        return rows[id] ?? []
    }
}
