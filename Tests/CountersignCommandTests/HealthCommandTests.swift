import Foundation
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, command line: health")
struct HealthCommandTests {
    @Test(
        "it asks where the same settings let the server listen, by TLS where that is; a server that is gone is not ready", arguments: [false, true])
    func asks(byTLS: Bool) async throws {
        try await TestFolder.with { folder in
            try folder.write(TestCertificate.first.chain, to: "certificate.pem")
            try folder.write(TestCertificate.first.key, to: "key.pem")
            let tls = byTLS ? ["COUNTERSIGN_TLS_CERTIFICATE": "certificate.pem", "COUNTERSIGN_TLS_KEY": "key.pem"] : [:]
            let binary = Binary(folder: folder, environment: tls)
            let server = try binary.start(
                ["serve", "--listen", "127.0.0.1:0", "--public-url", "https://id.test", "--log-format", "json"], output: "out", error: "log")
            defer { if server.isRunning { server.terminate() } }
            let address = try await binary.address(ofServerLoggingTo: "log")
            let well = try await binary.run("health", "--listen", address, "--output", "json")
            #expect(well.status == 0 && well.object["ready"] as? Bool == true, "\(well.error)")
            server.terminate()
            #expect(await server.wait() == .exit(0))
            let gone = try await binary.run("health", "--listen", address, "--output", "json")
            #expect(gone.status == 1 && gone.failure["error"] as? String == "serve.not_ready", "\(gone.error)")
        }
    }

    @Test("where no /proc is mounted, and so no word can be read, nothing is well", .enabled(if: geteuid() == 0))
    func withoutWords() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            let words = ["--mount", "sh", "-c", "umount -l /proc && exec \"$0\" health", Binary.path]
            let end = await (try binary.start(words, output: "out", error: "err", program: "/usr/bin/unshare")).wait()
            let said = binary.text("err")
            // Also root may have no right to a namespace, in a container.
            if said.hasPrefix("unshare:") { return }
            #expect(end == .exit(64) && said.hasPrefix("error: what was typed cannot be read") && binary.text("out").isEmpty, "\(said)")
        }
    }

    @Test("who listens on all addresses is asked on this machine's own")
    func address() {
        for (named, asked) in [("0.0.0.0:1", "127.0.0.1:1"), ("[::]:1", "[::1]:1"), ("10.0.0.5:1", "10.0.0.5:1"), ("localhost:1", "localhost:1")] {
            guard case .success(let address) = GatewayConfiguration.listenAddress(named) else {
                Issue.record("\(named)")
                continue
            }
            #expect(address.fromHere.text == asked)
        }
    }
}
