import Foundation
import Glibc

/// A folder of a test's own, gone afterwards.
struct TestFolder {
    let path: String

    static func with<Value>(_ body: (TestFolder) async throws -> Value) async throws -> Value {
        let path = FileManager.default.temporaryDirectory.path + "/countersign-command-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(TestFolder(path: path))
    }

    func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ bytes: some Sequence<UInt8>, to name: String, mode: Int = 0o600) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file(name))
        return file(name)
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String { try write(text.utf8, to: name) }

    func mode(of name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file(name))[.posixPermissions] as? Int
    }

    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}

/// The real binary, as a shell runs it.
struct Binary {
    /// Beside the tests.
    static let path: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? own
        let folders = [URL(fileURLWithPath: own), URL(fileURLWithPath: bundle)].map { $0.deletingLastPathComponent().path }
        return folders.map { $0 + "/countersign" }.first { access($0, X_OK) == 0 } ?? ".build/debug/countersign"
    }()

    struct Result: Sendable {
        let status: Int32
        let output: String
        let error: String

        /// Standard output as JSON.
        var document: Any? { try? JSONSerialization.jsonObject(with: Data(output.utf8)) }
        var object: [String: Any] { document as? [String: Any] ?? [:] }
        /// Standard error as JSON.
        var failure: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(error.utf8))) as? [String: Any] ?? [:] }
    }

    let folder: TestFolder
    var environment: [String: String] = [:]

    /// - Parameter program: another one, which is to start ours.
    func start(
        _ arguments: [String], input: String? = nil, output: String, error: String, program: String = Self.path
    ) throws -> ChildProcess {
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("COUNTERSIGN_") }
        // Many servers run at once.
        variables["COUNTERSIGN_METRICS_LISTEN"] = "none"
        variables["COUNTERSIGN_DATABASE"] = "sqlite:" + folder.file("countersign.db")
        variables.merge(environment) { _, new in new }
        // Files and not pipes: nobody has to read them for the process to go on.
        let files = [output, error].map { folder.file($0) }
        for file in files { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        return try ChildProcess(
            program, arguments, environment: variables, folder: folder.path,
            input: try input.map { try folder.write($0, to: ".input-" + UUID().uuidString) }, output: files[0], error: files[1])
    }

    func run(_ arguments: String..., input: String? = nil) async throws -> Result { try await run(arguments, input: input) }

    func run(_ arguments: [String], input: String? = nil) async throws -> Result {
        let (output, error) = (".output-" + UUID().uuidString, ".error-" + UUID().uuidString)
        let end = await (try start(arguments, input: input, output: output, error: error)).wait()
        guard case .exit(let status) = end else { throw Crashed(end: end) }
        return Result(status: status, output: text(output), error: text(error))
    }

    /// No input ends the process by a signal.
    struct Crashed: Error { let end: ChildProcess.End }

    func text(_ name: String) -> String {
        (try? String(contentsOfFile: folder.file(name), encoding: .utf8)) ?? ""
    }
}
