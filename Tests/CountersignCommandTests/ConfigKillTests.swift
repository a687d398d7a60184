import Foundation
import Synchronization
import TestSupport
import Testing
import WireFormats

@testable import CountersignCommand

@Suite("Configuration as a file: an apply that is killed")
struct ConfigKillTests {
    @Test("each thing is made as a whole or not at all, and the next one goes on")
    func killed() async throws {
        // Of the last provider a document is asked for: then all before it is made, and nothing of it.
        let killing = Killing()
        let answers = Mutex(false)
        try await LocalServer.with { origin in
            killing.kill()
            guard answers.withLock({ $0 }) else { return [:] }
            let discovery: JSONObject = [
                "issuer": .string(origin), "authorization_endpoint": .string(origin + "/authorize"), "token_endpoint": .string(origin + "/token"),
                "jwks_uri": .string(origin + "/keys"),
            ]
            return ["/.well-known/openid-configuration": discovery.encoded()]
        } _: { origin in
            try await TestFolder.with { folder in
                let binary = Binary(folder: folder, environment: ["SECRET": "s3cret", "COUNTERSIGN_DEVELOPMENT": "1"])
                try folder.write(String(decoding: TestImage.svg, as: UTF8.self), to: "logo.svg")
                // Their preset maps and shows more than is wanted.
                let providers = (0..<300).map { number in
                    """
                          - { name: p\(number), type: oidc, preset: github, client_id: gate, client_secret: "env:SECRET", display_name: null,
                              attribute_mapping: { email: email } }

                    """
                }
                let text =
                    "version: 1\npools:\n  - name: staff\n    signing_algorithm: ES256\n    display_name: Acme\n    logo: file:logo.svg\n"
                    + "    identity_providers:\n" + providers.joined()
                    + "      - { name: last, type: oidc, issuer: \"\(origin)\", client_id: gate, client_secret: \"env:SECRET\" }\n"
                let file = try folder.write(text, to: "gate.yaml")
                // A database, for a plan makes none.
                _ = try await binary.run("pool", "create", "other")
                func missing() async throws -> [String] {
                    let plan = try await binary.run("config", "plan", file, "--output", "json")
                    let changes = try #require(plan.object["changes"] as? [[String: Any]], "\(plan.error)")
                    #expect(changes.allSatisfy { $0["action"] as? String == "create" })
                    return changes.compactMap { $0["name"] as? String }
                }
                // Somewhere at its work: a shell watches it. In a test among two thousand, nobody would see it there.
                let shell = """
                    size() { cat countersign.db* | wc -c; }
                    until=$(($(size) + $3))
                    "$1" config apply "$2" & child=$!
                    while kill -0 $child && [ "$(size)" -lt $until ]; do :; done
                    kill -KILL $child
                    wait $child
                    exit 0
                    """
                for round in 1...3 {
                    let words = ["-c", shell, "killer", Binary.path, file, String(300_000 * round)]
                    _ = try await binary.start(words, output: "applied", error: "error", program: "/bin/bash").wait()
                    #expect(try await missing().last == "last")
                }
                let child = try killing.start { try binary.start(["config", "apply", file], output: "applied", error: "error") }
                #expect(await child.wait() == .signal(SIGKILL))
                #expect(try await missing() == ["last"])
                answers.withLock { $0 = true }
                #expect(try await binary.run("config", "apply", file).status == 0)
                #expect(try await binary.run("config", "plan", file).output == "nothing to do\n")
            }
        }
    }

    /// A process that is killed once; it is known before anybody can ask for that.
    private final class Killing: Sendable {
        private let child = Mutex<ChildProcess?>(nil)

        func start(_ begin: () throws -> ChildProcess) throws -> ChildProcess {
            try child.withLock { child in
                let begun = try begin()
                child = begun
                return begun
            }
        }

        func kill() {
            child.withLock { child in
                child?.send(SIGKILL)
                child = nil
            }
        }
    }
}
