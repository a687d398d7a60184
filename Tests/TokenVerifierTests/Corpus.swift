import Foundation
import TokenVerifier
import WireFormats

/// The test data beside the project; see its README. A test that needs it skips where it is missing, and fails in CI.
enum Corpus {
    private static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["COUNTERSIGN_CORPUS"] { return URL(fileURLWithPath: path) }
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return root.deletingLastPathComponent().appendingPathComponent("shared/corpus")
    }()

    static var isExpected: Bool {
        FileManager.default.fileExists(atPath: folder.path) || ProcessInfo.processInfo.environment["CI"] == "true"
    }

    static func json(_ path: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appendingPathComponent(path))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// The names of all files in a folder and the folders in it.
    static func files(_ path: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.appendingPathComponent(path).path).filter { $0.hasSuffix(".json") }
    }

    /// The groups of a Wycheproof file, each with its tests.
    static func wycheproof(_ name: String) throws -> [(group: [String: Any], tests: [[String: Any]])] {
        let groups = try json("wycheproof/testvectors_v1/\(name)")["testGroups"] as? [[String: Any]] ?? []
        return groups.map { ($0, $0["tests"] as? [[String: Any]] ?? []) }
    }
}

extension JSONObject {
    /// A Foundation object, by way of text.
    init(foundation object: Any) throws {
        self = try JSONParser.parseObject(Array(try JSONSerialization.data(withJSONObject: object)))
    }
}
