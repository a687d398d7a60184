import Foundation
import OpenIDConnect
import SAML
import Testing

@testable import CountersignCommand

/// docs/errors.md is what an admin searches. Its remedies are made from the errors themselves (`make docs`), so it says what the log says;
/// what happened and the usual cause are written by hand, in the page.
@Suite("docs/errors.md")
struct ErrorPageTests {
    @Test("every code of the sources is in the catalogue, and none that does not exist")
    func complete() async throws {
        let codes = try SourceCodes.all()
        // A scan that finds nothing would be content with anything.
        try #require(codes.count > 150)
        let made = Set(try await ErrorCatalogue.remedies().keys)
        #expect(codes.subtracting(made).sorted() == [])
        #expect(made.subtracting(codes).sorted() == [])
    }

    @Test("the page is the one that is made from the errors; else: make docs")
    func generated() async throws {
        let page = try ErrorPage.read()
        let made = page.generated(by: try await ErrorCatalogue.remedies())
        if ProcessInfo.processInfo.environment["COUNTERSIGN_WRITE_DOCS"] == "1" { try ErrorPage.write(made) }
        #expect(try ErrorPage.read().lines == made)
    }

    @Test("every code has one row, no row is of a code that does not exist, and codes that share one share the remedy")
    func rows() async throws {
        let rows = try ErrorPage.read().rows, remedies = try await ErrorCatalogue.remedies()
        let counts = Dictionary(rows.flatMap(\.codes).map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.filter { $0.value > 1 }.keys.sorted() == [])
        #expect(Set(remedies.keys).subtracting(counts.keys).sorted() == [])
        #expect(Set(counts.keys).subtracting(remedies.keys).sorted() == [])
        for row in rows { #expect(Set(row.codes.map { ErrorPage.cell(remedies[$0] ?? []) }).count == 1, "\(row.codes)") }
        #expect(rows.filter { $0.cells.count != 4 || $0.cells.contains("") }.flatMap(\.codes) == [])
    }

    @Test("a family's rows are in the order of the alphabet")
    func order() throws {
        for rows in Dictionary(grouping: try ErrorPage.read().rows, by: \.family).values {
            let first = rows.compactMap(\.codes.first)
            #expect(first == first.sorted())
        }
    }
}

/// The page: tables of `| code | what happened | usual cause | remedy |`, of which the last column is made.
struct ErrorPage {
    struct Row {
        let family: String
        /// Similar ones share a row.
        let codes: [String]
        var cells: [String]
    }

    let lines: [String]

    static func read() throws -> ErrorPage {
        ErrorPage(lines: try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }

    static func write(_ lines: [String]) throws { try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8) }

    static func cell(_ remedies: [ErrorCatalogue.Shown]) -> String {
        remedies.map(\.cell).joined(separator: "<br>").replacing("|", with: "&#124;")
    }

    var rows: [Row] {
        var family = ""
        return lines.compactMap { line in
            if line.hasPrefix("## ") { family = String(line.dropFirst(3)) }
            return Self.row(line, family)
        }
    }

    func generated(by remedies: [String: [ErrorCatalogue.Shown]]) -> [String] {
        lines.map { line in
            guard var row = Self.row(line, ""), row.cells.count == 4, let shown = row.codes.first.flatMap({ remedies[$0] }) else { return line }
            row.cells[3] = Self.cell(shown)
            return "| " + row.cells.joined(separator: " | ") + " |"
        }
    }

    private static func row(_ line: String, _ family: String) -> Row? {
        guard line.hasPrefix("| `") else { return nil }
        let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        return Row(family: family, codes: cells[0].matches(of: #/`([^`]+)`/#).map { String($0.output.1) }, cells: cells)
    }

    private static let file = Package.folder.appendingPathComponent("docs/errors.md")
}

/// The codes as the sources have them: what a module counts up itself, and every literal of the form `family.word`.
private enum SourceCodes {
    /// What reads like a code and is none: a mail domain, a part of an attribute, values of `response_mode` (JARM §2.3), and what errors that only carry
    /// another would have without it.
    private static let others: Set<String> = [
        "gmail.com", "address.street_address", "query.jwt", "form_post.jwt", "sign_in.failed", "admin.failed", "service.name", "service.version",
    ]

    static func all() throws -> Set<String> {
        var codes = Set(SAMLError.allCodes)
        codes.formUnion(OAuthError.Code.allCases.map { "oauth." + $0.rawValue })
        codes.formUnion(Setting.allCases.map { "configuration." + $0.rawValue })
        for source in try Package.sources() {
            // Attributes of spans have names of the same form.
            let text = source.replacing(#/attributes\["[^"]*"\]/#, with: "")
            codes.formUnion(text.matches(of: #/"([a-z][a-z_]*\.[a-z](?:[a-z0-9_]*[a-z0-9])?)"/#).map { String($0.output.1) })
            // Those without a family stand behind their label only.
            codes.formUnion(text.matches(of: #/\bcode: "([a-z_]+)"/#).map { String($0.output.1) })
        }
        return codes.subtracting(others)
    }
}

enum Package {
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
