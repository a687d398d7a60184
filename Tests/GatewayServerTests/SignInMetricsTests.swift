import GatewayServer
import Metrics
import TestSupport
import Testing
import UserPools

@Suite("What sign-ins are counted as")
struct SignInMetricsTests {
    @Test("RFC 9700 §2.1.1: apps without PKCE are a debt, also where a session answers")
    func debt() async {
        // A process of its own: metrics are the process's.
        await #expect(processExitsWith: .success) {
            let registry = PrometheusRegistry()
            MetricsSystem.bootstrap(registry)
            try await TestServer.run { server in
                let browser = Browser(server)
                let without: [String: String?] = ["code_challenge": nil, "code_challenge_method": nil]
                _ = try await browser.signIn(server.app, without)
                for changes in [without, without, [:]] {
                    #expect(try await browser.get(server.app.authorizeURL(server, changes)).parameter("code") != nil)
                }
            }
            let lines = registry.text().split(separator: "\n").filter { $0.hasPrefix("countersign_sign_ins_total{") }
            func count(_ result: String, _ pkce: String) -> String? {
                lines.first { $0.contains("result=\"\(result)\"") && $0.contains("pkce=\"\(pkce)\"") }?.split(separator: " ").last.map(String.init)
            }
            #expect([count("ok", "none"), count("session", "none"), count("session", "S256")] == ["1", "2", "1"], "\(lines)")
        }
    }
}
