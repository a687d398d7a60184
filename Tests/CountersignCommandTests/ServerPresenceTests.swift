import Foundation
import TestSupport
import Testing

@testable import CountersignCommand

@Suite("What a server that runs, or cannot, means for its database")
struct ServerPresenceTests {
    private func start(_ binary: Binary, _ arguments: [String], log: String) throws -> ChildProcess {
        try binary.start(["serve", "--log-format", "json"] + arguments, output: log + ".out", error: log)
    }

    @Test("a server that cannot listen changes no public URL, and is not in the way of the next")
    func cannotListen() async throws {
        try await LifeCycleTests().with { admin in
            let server = try start(admin.binary, ["--listen", "127.0.0.1:0", "--public-url", "https://first.example"], log: "first")
            let address = try await admin.binary.address(ofServerLoggingTo: "first")
            server.terminate()
            #expect(await server.wait() == .exit(0))

            let other = Binary(folder: admin.folder)
            let holder = try start(
                Binary(folder: admin.folder), ["--listen", address, "--database", "sqlite:" + admin.folder.file("other.db")], log: "holder")
            defer { holder.terminate() }
            _ = try await admin.binary.address(ofServerLoggingTo: "holder")
            let late = try start(other, ["--listen", address, "--public-url", "https://second.example"], log: "late")
            #expect(await late.wait() == .exit(1))
            #expect(other.text("late").contains("error: listen.in_use: ") && !other.text("late").contains("public URL has changed"))
            let shown = try await other.run("pool", "show", admin.pool, "--output", "json")
            #expect(shown.object["issuer"] as? String == "https://first.example/" + admin.pool)

            let next = try start(other, ["--listen", "127.0.0.1:0", "--public-url", "https://third.example"], log: "next")
            defer { next.terminate() }
            _ = try await other.address(ofServerLoggingTo: "next")
            #expect(
                try await other.run("pool", "show", admin.pool, "--output", "json").object["issuer"] as? String == "https://third.example/"
                    + admin.pool)
        }
    }

    @Test("nothing is sealed anew while a server runs, which would go on with the old master key")
    func reseal() async throws {
        try await LifeCycleTests().with { admin in
            let (binary, new) = (admin.binary, admin.folder.file("second-key"))
            let server = try start(binary, ["--listen", "127.0.0.1:0"], log: "log")
            defer { server.terminate() }
            _ = try await binary.address(ofServerLoggingTo: "log")
            let refused = try await binary.run("key", "reseal", "--new-master-key-file", new, "--output", "json")
            #expect(refused.status == 1 && refused.failure["error"] as? String == "master_key.in_use")
            #expect((refused.failure["remedy"] as? String)?.contains("Stop every server") == true)
            #expect(!FileManager.default.fileExists(atPath: new), "a key that seals nothing")
            server.terminate()
            #expect(await server.wait() == .exit(0))
            #expect(try await binary.run("key", "reseal", "--new-master-key-file", new, "--output", "json").status == 0)

            let old = try start(binary, ["--listen", "127.0.0.1:0"], log: "old")
            #expect(await old.wait() == .exit(1))
            #expect(binary.text("old").contains("error: master_key.other: "))
        }
    }
}
