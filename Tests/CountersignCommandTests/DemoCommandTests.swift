import Foundation
import Glibc
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, command line: the demonstration")
struct DemoCommandTests {
    /// With a folder for temporary files of its own, and nothing that a person's own server would read obeyed.
    private func with(_ work: (Binary, TestFolder) async throws -> Void) async throws {
        try await TestFolder.with { folder in
            let environment = ["TMPDIR": folder.path, "COUNTERSIGN_LISTEN": "0.0.0.0:1", "COUNTERSIGN_PUBLIC_URL": "https://other.example"]
            try await work(Binary(folder: folder, environment: environment), folder)
        }
    }

    private func data(in folder: TestFolder) -> [String] { folder.names.filter { $0.hasPrefix("countersign-demo.") } }

    @Test("--once signs alice in by real HTTP, prints her verified claims and how long it took, and leaves nothing")
    func once() async throws {
        try await with { binary, folder in
            let done = try await binary.run("demo", "--once")
            #expect(done.status == 0, "\(done.error)")
            #expect(done.object["email"] as? String == "alice@staff.example" && done.object["name"] as? String == "Alice Example")
            #expect(done.object["cognito:groups"] != nil || done.object["groups"] != nil, "\(done.output)")
            #expect((done.object["iss"] as? String)?.hasPrefix("http://localhost:") == true)
            #expect(done.error.contains("signed in through Sample staff in ") && done.error.contains(" ms after the start"), "\(done.error)")
            #expect(data(in: folder) == [] && !folder.names.contains("countersign.db"))
        }
    }

    @Test(
        "it says what to open and what to type; SIGTERM, Ctrl-C and a closed terminal end it, and the data are gone",
        arguments: [SIGTERM, SIGINT, SIGHUP])
    func runs(signal: Int32) async throws {
        try await with { binary, folder in
            let demo = try binary.start(["demo"], output: "out", error: "log")
            for _ in 0..<600 where !binary.text("out").contains("Ctrl-C ends it") && demo.isRunning { try await Task.sleep(for: .milliseconds(50)) }
            let said = binary.text("out")
            #expect(said.contains("loopback alone") && said.contains("Open  http://localhost:"), "\(said)\(binary.text("log"))")
            let made = try #require(data(in: folder).first)
            // As it is printed, word for word.
            let line = try #require(said.split(separator: "\n").first { $0.contains("countersign user list") })
            let words = line.split(separator: " ").dropFirst().map { String($0) }
            #expect(words.contains("sqlite:\(folder.file(made))/countersign.db"), "\(words)")
            #expect(try await binary.run(words).status == 0)
            demo.send(signal)
            #expect(await demo.wait() == .exit(0), "\(binary.text("log"))")
            #expect(data(in: folder) == [])
        }
    }

    @Test("--keep makes a new folder, which stays, and takes none that is there")
    func keep() async throws {
        try await with { binary, folder in
            #expect(try await binary.run("demo", "--once", "--keep", "kept").status == 0)
            let pools = try await binary.run("pool", "list", "--database", "sqlite:" + folder.file("kept/countersign.db"), "--output", "json")
            #expect(pools.output.contains("\"demo\""), "\(pools.output)\(pools.error)")
            let again = try await binary.run("demo", "--once", "--keep", "kept")
            #expect(again.status == 64 && again.error.contains("--keep"), "\(again.error)")
            #expect(data(in: folder) == [])
        }
    }

    @Test("a port that is taken is told with what to do; without --port a free one is found")
    func ports() async throws {
        let taken = try DemoSockets(from: nil)
        defer { for socket in [taken.gateway, taken.providers, taken.app] { close(socket.file) } }
        let port = taken.gateway.address.port
        for first in [port, port + 2, port - 2] {
            do throws(CommandFailure) {
                _ = try DemoSockets(from: first)
                Issue.record("nothing was refused at \(first)")
            } catch { #expect(error.problems.map(\.code) == ["demo.port_taken"]) }
        }
        let other = try DemoSockets(from: nil)
        #expect(other.gateway.address.port != port && other.app.url == "http://localhost:\(other.gateway.address.port + 2)")
        for socket in [other.gateway, other.providers, other.app] { close(socket.file) }
        try await with { binary, _ in
            let refused = try await binary.run("demo", "--once", "--port", "\(port)")
            #expect(refused.status == 1 && refused.error.contains("ss -ltnp"), "\(refused.error)")
            #expect(try await binary.run("demo", "--port", "65534").status == 64)
        }
    }
}
