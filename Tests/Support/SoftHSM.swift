import Foundation
package import OpenIDConnect
package import PKCS11
import WireFormats

/// SoftHSM2: a hardware security module in software, with one token in a folder of its own. It is one in a process, so that one test has it at a time.
package struct SoftHSM: Sendable {
    package static let library = "/usr/lib/softhsm/libsofthsm2.so"
    package static let label = "countersign tests"
    package static let pin = "8316-2749"
    /// `scripts/bootstrap` installs it.
    package static let isInstalled = FileManager.default.fileExists(atPath: library)

    private static let turn = Turn()
    /// Where tokens are: named once, as the module reads the environment of the process.
    private static let folder: URL = {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("countersign-softhsm-\(getpid())")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let text = "directories.tokendir = \(folder.path)/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
        try? text.write(to: folder.appendingPathComponent("softhsm2.conf"), atomically: true, encoding: .utf8)
        setenv("SOFTHSM2_CONF", folder.appendingPathComponent("softhsm2.conf").path, 1)
        atexit { try? FileManager.default.removeItem(at: SoftHSM.folder) }
        return folder
    }()

    private static var tokens: URL { folder.appendingPathComponent("tokens") }
    private static var away: URL { folder.appendingPathComponent("away") }

    /// Gives `body` a new token.
    @discardableResult
    package static func with<Value: Sendable>(_ body: (SoftHSM) async throws -> Value) async throws -> Value {
        await turn.take()
        let result: Result<Value, any Error>
        do {
            for folder in [tokens, away] { try? FileManager.default.removeItem(at: folder) }
            try FileManager.default.createDirectory(at: tokens, withIntermediateDirectories: true)
            try await initialize(label)
            result = .success(try await body(SoftHSM()))
        } catch { result = .failure(error) }
        await turn.give()
        return try result.get()
    }

    /// A module that ends before another test begins.
    @discardableResult
    package func withModule<Value: Sendable>(
        label: String = SoftHSM.label, library: String = SoftHSM.library, sessions: Int = 4, longestQueue: Int = 1024,
        patience: Duration = .seconds(20),
        pin: @escaping @Sendable () -> String = { SoftHSM.pin }, changed: @escaping @Sendable (SecurityModuleError?) -> Void = { _ in },
        _ body: (PKCS11Module) async throws -> Value
    ) async throws -> Value {
        let module = PKCS11Module(
            .init(
                path: library, label: label, sessions: sessions, longestQueue: longestQueue, patience: patience,
                pin: { () throws(SecurityModuleError) in SecretBytes(pin()) }, changed: changed))
        let result: Result<Value, any Error>
        do { result = .success(try await body(module)) } catch { result = .failure(error) }
        // Several tests use one module after another.
        await module.closeAndWait(patience: 60)
        return try result.get()
    }

    /// As if its cable were pulled.
    package func takeAway() throws { try FileManager.default.moveItem(at: Self.tokens, to: Self.away) }
    package func putBack() throws { try FileManager.default.moveItem(at: Self.away, to: Self.tokens) }

    /// How many objects it has: halves of keys.
    package func objects() throws -> Int {
        let files = FileManager.default.enumerator(at: Self.tokens, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        return files.count { $0.pathExtension == "object" && $0.lastPathComponent != "token.object" }
    }

    /// Another token beside it.
    package func add(_ label: String) async throws { try await Self.initialize(label) }

    private static func initialize(_ label: String) async throws {
        try await run("--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", pin)
    }

    /// Puts a key into the token that was made elsewhere.
    package func importKey(pem: String, id: [UInt8]) async throws {
        let file = Self.folder.appendingPathComponent("import.pem")
        try pem.write(to: file, atomically: true, encoding: .utf8)
        try await Self.run("--import", file.path, "--token", Self.label, "--label", "imported", "--id", id.hexText, "--pin", Self.pin)
    }

    private static func run(_ arguments: String...) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/softhsm2-util")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let status = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        guard status == 0 else { throw Failed(arguments: arguments, status: status) }
    }

    private struct Failed: Error {
        let arguments: [String]
        let status: Int32
    }

    private actor Turn {
        private var isTaken = false
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func take() async {
            guard isTaken else {
                isTaken = true
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        func give() { if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() } }
    }
}
