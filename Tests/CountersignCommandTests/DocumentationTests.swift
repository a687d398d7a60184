import ArgumentParser
import Foundation
import Testing

@testable import CountersignCommand

/// What the documentation names is there.
@Suite("Documentation")
struct DocumentationTests {
    @Test("docs/architecture.md describes the house as it stands: each type, function and file that it names is in the sources")
    func architecture() throws {
        let page = try text("docs/architecture.md")
        let others =
            ["Package.swift"]
            + ["ErrorCatalogue", "RemedyTrial"].map { "Tests/CountersignCommandTests/\($0).swift" }
        let sources = try (Package.sources() + others.map(text)).joined(separator: "\n")
        let words = Set(sources.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
        let files = Set(try Self.files(in: "Sources").map(\.lastPathComponent))
        var names = 0
        for match in page.matches(of: #/`([A-Za-z+]+(?:\.[A-Za-z]+)?)(?:\([A-Za-z:]*\))?`/#) {
            let name = String(match.output.1)
            names += 1
            if name.hasSuffix(".swift") {
                #expect(files.contains(name))
            } else if name.contains(where: \.isUppercase) {
                let isThere = name.split(separator: ".").allSatisfy { words.contains(String($0)) }
                #expect(isThere, "\(name)")
            }
        }
        try #require(names > 80)
    }

    @Test("each link to a file of ours, and to a heading of it, leads somewhere")
    func links() throws {
        let pages =
            try ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"].map { Package.folder.appendingPathComponent($0) }
            + Self.files(in: "docs").filter { $0.pathExtension == "md" }
        var count = 0
        for page in pages {
            for match in try String(contentsOf: page, encoding: .utf8).matches(of: #/\]\(([^)\s]+)\)/#) {
                let link = match.output.1
                guard !link.contains("://") else { continue }
                count += 1
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let target = parts[0].isEmpty ? page : page.deletingLastPathComponent().appendingPathComponent(String(parts[0])).standardizedFileURL
                #expect(FileManager.default.fileExists(atPath: target.path), "\(page.lastPathComponent): \(link)")
                if parts.count == 2 { #expect(try Self.anchors(of: target).contains(String(parts[1])), "\(page.lastPathComponent): \(link)") }
            }
        }
        try #require(count > 60)
    }

    @Test("README's verifier is one line of the sample that 'make demo' runs, for the resource that README registers")
    func verifier() throws {
        let readme = try text("README.md")
        let line = try #require(readme.firstMatch(of: #/let verifier = TokenVerifier\(issuer: "[^"]+", audience: "([^"]+)"\)/#))
        let audience = line.output.1
        for command in ["pool add-resource $POOL \(audience)\n", "--add-resource \(audience)\n", "`resource=\(audience)`"] {
            #expect(readme.contains(command), "\(command)")
        }
        let sample = line.output.0.replacing(#/"[^"]+", audience: "[^"]+"/#, with: "issuer, audience: audience")
        #expect(try text("Samples/SampleService/Main.swift").contains(sample), "\(sample)")
        #expect(readme.contains("verifier.verify(accessToken: bearer)"))
    }

    @Test("each command of README and of the guides is one that the command line takes")
    func commands() throws {
        let pages =
            try ["README.md", "docs/operations/configuration-as-code.md"].map { Package.folder.appendingPathComponent($0) }
            + Self.files(in: "docs/guides").filter { $0.pathExtension == "md" }
        var count = 0
        for page in pages {
            let text = try String(contentsOf: page, encoding: .utf8).replacing("\\\n", with: " ")
            // In blocks, and between the words of a sentence.
            let lines = text.split(separator: "\n").filter { $0.hasPrefix("countersign ") }.map(String.init)
            let inline = text.matches(of: #/`(countersign [^`\n]+)`/#).map { String($0.output.1) }
            for line in lines + inline where !line.contains("…") && line.split(separator: " ").count > 3 {
                count += 1
                #expect(throws: Never.self, "\(page.lastPathComponent): \(line)") { _ = try Countersign.parseAsRoot(Self.words(line)) }
            }
        }
        try #require(count > 60)
    }

    /// The arguments, as a shell sees them: of what it knows, only what the documentation uses.
    private static func words(_ line: String) -> [String] {
        var words: [String] = [], word = "", quote: Character?, isWord = false
        for character in line + " " {
            switch character {
            case quote: quote = nil
            case "'" where quote == nil, "\"" where quote == nil: (quote, isWord) = (character, true)
            case " " where quote == nil:
                if isWord { words.append(word) }
                (word, isWord) = ("", false)
            default:
                word.append(character)
                isWord = true
            }
        }
        // What follows is the shell's, or a remark.
        return Array(words.dropFirst().prefix { !["#", "&", "<", ">", "|", ";"].contains($0) })
    }

    /// As GitHub makes them of headings: lower case, blanks become hyphens, and punctuation goes.
    private static func anchors(of page: URL) throws -> Set<String> {
        Set(
            try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                line.drop { $0 == "#" || $0 == " " }.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.replacing(
                    " ", with: "-")
            })
    }

    private static func files(in folder: String) throws -> [URL] {
        let root = Package.folder.appendingPathComponent(folder)
        return try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)).compactMap { $0 as? URL }
    }

    private func text(_ path: String) throws -> String { try String(contentsOf: Package.folder.appendingPathComponent(path), encoding: .utf8) }
}
