import Foundation
import TestSupport
import UserPools

@testable import Storage

/// How a database goes about a statement: which rows it reads by which index, and whether it sorts them.
struct QueryPlan: CustomStringConvertible {
    struct Read {
        /// A table, or the name that the statement gives it where the database says no more.
        let table: String
        let index: String?
        /// By which columns the rows are found; none where all are read.
        var columns: [String] = []
    }

    let description: String
    /// As PostgreSQL estimates it; nothing with SQLite.
    private(set) var cost = 0.0
    private(set) var reads: [Read] = []
    private(set) var sorts = false

    /// `EXPLAIN QUERY PLAN`.
    /// - Parameter tables: by the names of their indexes.
    init(sqlite lines: [String], tables: [String: String]) {
        description = lines.joined(separator: "\n")
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            if line.contains("TEMP B-TREE") { sorts = true }
            guard let verb = words.first, ["SCAN", "SEARCH"].contains(verb), words.count > 1, !line.contains("CONSTANT ROW") else { continue }
            let index = words.firstIndex(of: "INDEX").map { words[$0 + 1] }
            // What is made for one statement is made of all rows.
            let columns = line.contains("AUTOMATIC") ? [] : Self.names(before: ["=", ">", "<"], in: line)
            reads.append(Read(table: index.flatMap { tables[$0] } ?? words[1], index: index, columns: columns))
        }
    }

    /// `EXPLAIN`.
    init(postgreSQL lines: [String], tables: [String: String]) {
        description = lines.joined(separator: "\n")
        // `(cost=0.42..8.44 rows=1 width=104)`
        cost = lines.first.flatMap { $0.components(separatedBy: "..").last?.components(separatedBy: " ").first }.flatMap { Double($0) } ?? 0
        var above: [(indent: Int, isLimit: Bool)] = []
        for line in lines {
            let words = line.split(separator: " ").map(String.init).drop { ["->", "Parallel"].contains($0) }
            let text = words.joined(separator: " ")
            let indent = line.prefix { $0 == " " }.count
            if above.isEmpty || line.dropFirst(indent).hasPrefix("->") {
                above = above.filter { $0.indent < indent }
                // Of all rows for the first of them; what a limit left is few.
                if ["Sort", "Incremental"].contains(words.first), above.contains(where: \.isLimit) { sorts = true }
                above.append((indent, words.first == "Limit"))
            }
            if text.hasPrefix("Seq Scan on ") {
                reads.append(Read(table: words[words.startIndex + 3], index: nil))
            } else if text.hasPrefix("Bitmap Index Scan on ") {
                let index = words[words.startIndex + 4]
                reads.append(Read(table: tables[index] ?? index, index: index))
            } else if text.hasPrefix("Index"), let using = words.firstIndex(of: "using") {
                reads.append(Read(table: words[using + 3], index: words[using + 1]))
            } else if text.hasPrefix("Index Cond: "), let last = reads.indices.last {
                reads[last].columns = Self.names(before: [" =", " <", " >", " IS", " = ANY"], in: text)
            }
        }
    }

    /// The names of columns that stand before one of the signs.
    private static func names(before signs: [String], in line: String) -> [String] {
        let pattern = "([a-z_]+)(?:" + signs.joined(separator: "|") + ")"
        let expression = try! NSRegularExpression(pattern: pattern)
        let range = NSRange(line.startIndex..., in: line)
        return expression.matches(in: line, range: range).compactMap { Range($0.range(at: 1), in: line).map { String(line[$0]) } }
    }
}
