import ArgumentParser
import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOSSL
import WireFormats

struct HealthCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Ask the server of this machine whether it is ready.",
        discussion: """
            countersign health
            countersign health --listen 127.0.0.1:8080
            countersign health --config /etc/countersign/countersign.json

            It asks for /readyz where the same settings let 'serve' listen, and exits 0 or
            1: for the health check of a container. With TLS it does not look at whose the
            certificate is; nothing but the question is sent.
            """)

    @Option(help: ArgumentHelp("Where the server listens (COUNTERSIGN_LISTEN; default: 127.0.0.1:8080).", valueName: "HOST:PORT")) var listen: String?
    @OptionGroup var shared: SharedOptions

    /// Longer than the server takes to say no.
    private static let seconds: Int64 = 8

    func answer() async throws -> Answer {
        let configuration = try GatewayConfiguration(flags: shared.flags([.listen: listen]), file: shared.config, needingMasterKey: false)
        let address = configuration.listen.fromHere.text
        let url = (configuration.tls == nil ? "http://" : "https://") + address + "/readyz"
        do {
            let status = try await Self.ask(url)
            guard status == 200 else { throw CommandFailure.notReady(at: address, seen: "\(status)") }
        } catch let failure as CommandFailure { throw failure } catch {
            throw CommandFailure.notReady(at: address, seen: "no answer")
        }
        return Answer(document: ["address": .string(address), "ready": .bool(true)], text: "The server at \(address) is ready.\n")
    }

    private static func ask(_ url: String) async throws -> UInt {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        var client = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        // The question is for this machine, whatever HTTP_PROXY says.
        client.proxy = nil
        client.connectionPool.retryConnectionEstablishment = false
        return try await HTTPClient.withHTTPClient(configuration: client) { client in
            try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(seconds)).status.code
        }
    }
}

extension GatewayConfiguration.ListenAddress {
    /// Where this machine reaches who listens on all its addresses.
    var fromHere: Self {
        guard let address = IPAddress(host), address.bytes.allSatisfy({ $0 == 0 }) else { return self }
        return .init(host: address.isIPv6 ? "::1" : "127.0.0.1", port: port, isLoopback: true)
    }
}
