import Foundation
import OpenIDConnect
import SAML
import Testing

/// docs/errors.md is what an admin searches: it has every code, and none that does not exist.
@Suite("docs/errors.md")
struct ErrorPageTests {
    @Test("every code of the sources has a row")
    func complete() throws {
        let codes = try SourceCodes.all()
        // A scan that finds nothing would be content with anything.
        try #require(codes.count > 150)
        let missing = codes.subtracting(try ErrorRow.rows().flatMap(\.codes)).sorted()
        #expect(missing == [])
    }

    @Test("no row is of a code that does not exist")
    func current() throws {
        let codes = try SourceCodes.all()
        let unknown = try ErrorRow.rows().flatMap(\.codes).filter { !codes.contains($0) }
        #expect(unknown == [])
    }

    @Test("a code has one row, and a row says what happened and what to do")
    func rows() throws {
        let rows = try ErrorRow.rows()
        let counts = Dictionary(rows.flatMap(\.codes).map { ($0, 1) }, uniquingKeysWith: +)
        let repeated = counts.filter { $0.value > 1 }.keys.sorted()
        #expect(repeated == [])
        let incomplete = rows.filter { $0.cells.count != 4 || $0.cells.contains("") }.flatMap(\.codes)
        #expect(incomplete == [])
    }

    @Test("a family's rows are in the order of the alphabet")
    func order() throws {
        for rows in Dictionary(grouping: try ErrorRow.rows(), by: \.family).values {
            let first = rows.compactMap(\.codes.first)
            #expect(first == first.sorted())
        }
    }
}

/// The tables of the page: `| code | what happened | usual cause | remedy |`.
private struct ErrorRow {
    let family: String
    /// Similar ones share a row.
    let codes: [String]
    let cells: [String]

    static func rows() throws -> [ErrorRow] {
        var family = ""
        let page = try String(contentsOf: Package.folder.appendingPathComponent("docs/errors.md"), encoding: .utf8)
        return page.split(separator: "\n").compactMap { line in
            if line.hasPrefix("## ") { family = String(line.dropFirst(3)) }
            guard line.hasPrefix("| `") else { return nil }
            let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            return ErrorRow(family: family, codes: cells[0].matches(of: #/`([^`]+)`/#).map { String($0.output.1) }, cells: cells)
        }
    }
}

/// The codes as the sources have them: what a module counts up itself, and every literal of the form `family.word`.
///
/// A literal of that form that is no code has its family in `others`.
private enum SourceCodes {
    /// What reads like a code and is none: a mail domain.
    private static let others: Set<String> = ["gmail"]

    static func all() throws -> Set<String> {
        var codes = Set(SAMLError.allCodes)
        codes.formUnion(OAuthError.Code.allCases.map { "oauth." + $0.rawValue })
        codes.formUnion(RedirectURIError.allCases.map(\.code))
        codes.formUnion(SigningKeyError.allCases.map(\.code))
        for text in try Package.sources() {
            codes.formUnion(text.matches(of: #/"([a-z][a-z_]*\.[a-z](?:[a-z0-9_]*[a-z0-9])?)"/#).map { String($0.output.1) })
            // Those without a family stand behind their label only.
            codes.formUnion(text.matches(of: #/\bcode: "([a-z_]+)"/#).map { String($0.output.1) })
        }
        codes.formUnion(try settings().map { "configuration." + $0 })
        return codes.filter { code in !others.contains { code.hasPrefix($0 + ".") } }
    }

    /// Every setting of the server has a code of its own, put together where it is told.
    private static func settings() throws -> [String] {
        let file = Package.folder.appendingPathComponent("Sources/CountersignCommand/Setting.swift")
        let text = try String(contentsOf: file, encoding: .utf8)
        let body = try #require(text.firstMatch(of: #/enum Setting: String[^{]*\{(.*?)\n\n/#.dotMatchesNewlines())).output.1
        let names = body.matches(of: #/case (\w+)(?: = "(\w+)")?/#).map { String($0.output.2 ?? $0.output.1) }
        try #require(names.contains("listen") && names.contains("public_url"))
        return names
    }
}

private enum Package {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The Swift files of Sources, without comment lines.
    static func sources() throws -> [String] {
        let root = folder.appendingPathComponent("Sources")
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)).compactMap { $0 as? URL }
        // What is recorded of admin acts has the form of a code and is none.
        return try files.filter { $0.pathExtension == "swift" && $0.lastPathComponent != "AuditAction.swift" }.map { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                .filter { !$0.drop(while: \.isWhitespace).hasPrefix("//") }.joined(separator: "\n")
        }
    }
}
