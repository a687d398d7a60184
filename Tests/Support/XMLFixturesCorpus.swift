package import Foundation

/// The corpus of messages that other people's software made, and of hostile ones. It is not part of the repository.
package enum Corpus {
    /// `COUNTERSIGN_CORPUS`, or `../shared/corpus` seen from the package.
    package static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["COUNTERSIGN_CORPUS"] { return URL(fileURLWithPath: path) }
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appendingPathComponent("shared/corpus")
    }()

    /// For `.enabled(if: Corpus.isPresent, Corpus.hint)`: without the corpus the tests that need it are reported as skipped.
    package static let isPresent = FileManager.default.fileExists(atPath: folder.appendingPathComponent("README.md").path)
    package static let hint = "the corpus is missing: set COUNTERSIGN_CORPUS"

    /// Where the corpus may not be missing: a test says so, and fails.
    package static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"

    package static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appendingPathComponent(path)))
    }

    package static func text(_ path: String) throws -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    /// The rows of a tab-separated index, without its head.
    package static func rows(_ path: String) throws -> [[String]] {
        try text(path).split(separator: "\n").dropFirst().map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
