import Foundation
import Gateway
import Logging
import Testing
import UserPools
import WireFormats

@testable import CountersignCommand

@Suite("CONTRACT, configuration of the server")
struct ConfigurationTests {
    private func read(
        _ flags: [Setting: String] = [:], file: String? = nil, environment: [String: String] = [:], serving: Bool = true
    ) throws -> GatewayConfiguration {
        try GatewayConfiguration(flags: flags, file: file, environment: environment, serving: serving)
    }

    private func problems(_ flags: [Setting: String] = [:], file: String? = nil, environment: [String: String] = [:]) -> [String] {
        do {
            _ = try read(flags, file: file, environment: environment)
            return []
        } catch let failure as CommandFailure {
            #expect(failure.status == 64)
            #expect(failure.problems.allSatisfy { !$0.remedy.isEmpty })
            return failure.problems.map(\.code)
        } catch { return ["\(error)"] }
    }

    @Test("without anything the defaults hold")
    func defaults() throws {
        let configuration = try read()
        #expect(configuration.listen == .init(host: "127.0.0.1", port: 8080, isLoopback: true))
        #expect(configuration.publicURL == "http://localhost:8080")
        #expect(configuration.metrics == .standard(.init(host: "127.0.0.1", port: 9464, isLoopback: true)))
        #expect(configuration.publicURLSource == .assumed)
        #expect(configuration.database.isDefault)
        #expect(configuration.tls == nil && configuration.trustedProxies.isEmpty)
        #expect(!configuration.verifiesTwice && !configuration.development && configuration.logLevel == .info && configuration.logFormat == nil)
    }

    @Test("the master key's default place is next to a SQLite file; PostgreSQL has none")
    func masterKey() throws {
        #expect(try read([.database: "sqlite:/srv/c.db"]).masterKeyFile == "/srv/c.db.master-key")
        #expect(try read([.database: "sqlite:/srv/c.db", .masterKeyFile: "/etc/key"]).masterKeyFile == "/etc/key")
        #expect(try read([.database: "postgresql://db/c", .masterKeyFile: "/etc/key"]).masterKeyFile == "/etc/key")
        #expect(problems([.database: "postgresql://db/c"]) == ["configuration.master_key_file"])
    }

    @Test("flag, then environment, then file, then default")
    func precedence() async throws {
        try await TestFolder.with { folder in
            let file = try folder.write(
                #"{"listen": "127.0.0.1:1", "database": "sqlite:file.db", "log_level": "error", "development": true}"#, to: "c.json")
            let environment = ["COUNTERSIGN_LISTEN": "127.0.0.1:2", "COUNTERSIGN_DATABASE": "sqlite:environment.db"]
            let configuration = try read([.listen: "127.0.0.1:3"], file: file, environment: environment)
            #expect(configuration.listen.port == 3)
            #expect(configuration.database.url == "sqlite:" + FileManager.default.currentDirectoryPath + "/environment.db")
            #expect(configuration.logLevel == .error)
            #expect(configuration.development)
            #expect(configuration.logFormat == nil)
            let named = try read(environment: ["COUNTERSIGN_CONFIG": file])
            #expect(named.listen.port == 1)
        }
    }

    @Test("a variable that is set to nothing counts as not set")
    func emptyVariable() throws {
        #expect(try read(environment: ["COUNTERSIGN_TLS_KEY": "", "COUNTERSIGN_CONFIG": ""]).tls == nil)
    }

    @Test("COUNTERSIGN_DEVELOPMENT=1 is true", arguments: [("1", true), ("true", true), ("yes", true), ("0", false), ("off", false)])
    func development(text: String, expected: Bool) throws {
        #expect(try read(environment: ["COUNTERSIGN_DEVELOPMENT": text]).development == expected)
    }

    @Test("traces go where a collector is named, ours before OpenTelemetry's own variables, and none go otherwise")
    func tracing() throws {
        #expect(try read().tracing == nil)
        let standard = ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SERVICE_NAME": "gate"]
        let other = try #require(try read(environment: standard).tracing)
        #expect(other.endpoint.origin == "http://127.0.0.1:9" && other.serviceName == "gate" && other.ratio == 1 && !other.isBegunByProxy)
        #expect(try read(environment: standard, serving: false).tracing == nil)
        // The other commands of a server have its settings.
        let rest = ["COUNTERSIGN_TRACE_SAMPLE": "0.1", "COUNTERSIGN_TRACE_FROM_PROXY": "1", "COUNTERSIGN_OTLP_HEADERS_FILE": "h"]
        #expect(try read(environment: rest, serving: false).tracing == nil)
        let flags: [Setting: String] = [
            .otlpEndpoint: "https://otlp.example.com", .traceSample: "0.25", .trustedProxy: "10.0.0.0/8", .traceFromProxy: "true",
        ]
        let ours = try #require(try read(flags, environment: standard).tracing)
        #expect(ours.endpoint.origin == "https://otlp.example.com" && ours.ratio == 0.25 && ours.isBegunByProxy)
    }

    @Test(
        "what would be traced to nobody, told by a stranger, or tell a secret in the clear is refused",
        arguments: [
            ([Setting.otlpEndpoint: "127.0.0.1:4318"], "otlp_endpoint"), ([.otlpEndpoint: "http://h:4318/?a=b"], "otlp_endpoint"),
            ([.traceSample: "0.1"], "trace_sample"), ([.otlpEndpoint: "http://h:4318", .traceSample: "1.01"], "trace_sample"),
            ([.otlpHeadersFile: "h"], "otlp_headers_file"), ([.otlpEndpoint: "http://h:4318", .otlpHeadersFile: "h"], "otlp_headers_file"),
            ([.otlpEndpoint: "http://h:4318", .traceFromProxy: "true"], "trace_from_proxy"),
            ([.trustedProxy: "10.0.0.0/8", .traceFromProxy: "true"], "trace_from_proxy"),
        ] as [([Setting: String], String)])
    func tracingRefused(flags: [Setting: String], code: String) {
        #expect(problems(flags) == ["configuration." + code])
    }

    @Test("two verifiers are asked where a flag, the environment or the file says so")
    func verifyTwice() throws {
        #expect(try read([.verifyTwice: "true"]).verifiesTwice)
        #expect(try read(environment: ["COUNTERSIGN_VERIFY_TWICE": "1"]).verifiesTwice)
        #expect(try !read(environment: ["COUNTERSIGN_VERIFY_TWICE": "0"]).verifiesTwice)
    }

    @Test("a console is for a group of a pool: both are named, or neither")
    func console() throws {
        #expect(try read().console == nil)
        let flags: [Setting: String] = [.consolePool: "local_4fGh2kQ9x", .consoleGroup: "admins"]
        let console = try #require(try read(flags).console)
        #expect(console.pool.text == "local_4fGh2kQ9x" && console.group == "admins" && console.acr == nil)
        #expect(try read(flags, environment: ["COUNTERSIGN_CONSOLE_ACR": "mfa"]).console?.acr == "mfa")
        #expect(problems([.consolePool: "local_4fGh2kQ9x"]) == ["configuration.console_pool"])
        #expect(problems([.consoleGroup: "admins"]) == ["configuration.console_group"])
        #expect(problems([.consoleACR: "mfa"]) == ["configuration.console_acr"])
        #expect(problems([.consolePool: "staff", .consoleGroup: ""]) == ["configuration.console_pool", "configuration.console_group"])
    }

    @Test("all problems come together, each with its key")
    func allProblems() {
        let found = problems(
            [.listen: "8080", .publicURL: "http://id.example.com", .database: "mysql://db"],
            environment: ["COUNTERSIGN_LOG_LEVEL": "loud", "COUNTERSIGN_TLS_KEY": "key.pem", "COUNTERSIGN_TRUSTED_PROXY": "10.0.0.0/33"])
        #expect(
            Set(found) == [
                "configuration.listen", "configuration.public_url", "configuration.database", "configuration.log_level", "configuration.tls_key",
                "configuration.trusted_proxy",
            ])
    }

    @Test("a problem names where the value stands, and never the database's URL")
    func origin() throws {
        do {
            _ = try read([.database: "mysql://user:secret@db"], environment: ["COUNTERSIGN_LISTEN": "nonsense"])
            Issue.record("accepted")
        } catch let failure as CommandFailure {
            let text = Output.text(failure)
            #expect(text.contains("COUNTERSIGN_LISTEN 'nonsense'"))
            #expect(text.contains("--database"))
            #expect(!text.contains("secret"))
        }
    }

    @Test("an unknown key of the file is a problem, with the key that was meant")
    func unknownKey() async throws {
        try await TestFolder.with { folder in
            let file = try folder.write(#"{"public-url": "https://id.example.com", "trusted_proxy": ["10.0.0.0/8", "::1"]}"#, to: "c.json")
            do {
                _ = try read(file: file)
                Issue.record("accepted")
            } catch let failure as CommandFailure {
                #expect(failure.problems.map(\.code) == ["configuration.unknown_key"])
                #expect(failure.problems.first?.remedy.contains("public_url") == true)
            }
        }
    }

    @Test("a file that is missing, no object, or has a name twice is a problem", arguments: [nil, "[]", #"{"listen": "a", "listen": "b"}"#, "{"])
    func badFile(text: String?) async throws {
        try await TestFolder.with { folder in
            if let text { try folder.write(text, to: "c.json") }
            #expect(problems(file: folder.file("c.json")) == [text == nil ? "file.cannot_read" : "configuration.file"])
        }
    }

    @Test("where the text of a file breaks off is said; a path for a database, which has no scheme, is told from an address")
    func wrongPlace() async throws {
        try await TestFolder.with { folder in
            try folder.write("{\n  \"listen\": \"127.0.0.1:1\",\n}", to: "c.json")
            for (flags, file, words) in [
                ([:], folder.file("c.json"), "no member name, in line 3"), ([Setting.database: "/var/lib/c.db"], nil, "has no 'sqlite:' before it"),
                ([.database: "mysql://me:secret@db/x"], nil, "is neither sqlite:PATH"),
            ] as [([Setting: String], String?, String)] {
                do {
                    _ = try read(flags, file: file)
                    Issue.record("accepted")
                } catch let failure as CommandFailure {
                    let message = failure.problems.first?.message ?? ""
                    #expect(message.contains(words) && !message.contains("secret"), "\(message)")
                }
            }
        }
    }

    @Test(
        "a public URL is https, or of this machine; no path, the slash at the end goes",
        arguments: [
            ("https://id.example.com", "https://id.example.com"), ("https://ID.Example.com/", "https://id.example.com"),
            ("https://id.example.com:443", "https://id.example.com"), ("https://id.example.com:8443", "https://id.example.com:8443"),
            ("http://localhost:8080/", "http://localhost:8080"), ("http://127.0.0.1", "http://127.0.0.1"), ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://id.example.com", nil), ("http://127.0.0.2:8080", nil), ("http://localhost.example.com", nil),
            ("https://id.example.com/auth", nil),
            ("https://id.example.com?x=1", nil), ("https://id.example.com/#x", nil), ("https://user@id.example.com", nil), ("https://", nil),
            ("id.example.com", nil), ("ftp://id.example.com", nil), ("https://id.example.com:0", nil), ("https://id.example.com:99999", nil),
            ("https://id.example.com\\@evil.example", nil), ("https://id.exämple.com", nil), ("https://id.example.com.", nil),
        ] as [(String, String?)])
    func publicURL(text: String, expected: String?) {
        switch GatewayConfiguration.publicURL(text) {
        case .success(let value): #expect(value == expected)
        case .failure: #expect(expected == nil)
        }
    }

    @Test("plain HTTP for other machines is refused, unless TLS or a proxy is there")
    func plainHTTP() throws {
        #expect(problems([.listen: "0.0.0.0:8080"]) == ["configuration.listen"])
        #expect(problems([.listen: "[::]:8080"]) == ["configuration.listen"])
        #expect(problems([.listen: "0.0.0.0:8080", .trustedProxy: "10.0.0.0/8, 192.168.0.1"]) == [])
        #expect(problems([.listen: "0.0.0.0:8080", .tlsCertificate: "c", .tlsKey: "k"]) == [])
        #expect(problems([.listen: "[::1]:8080"]) == [])
        #expect(try read([.listen: "0.0.0.0:8080"], serving: false).listen.port == 8080)
    }

    @Test("metrics have an address, or none")
    func metrics() throws {
        #expect(try read([.metricsListen: "none"]).metrics == .none)
        #expect(try read([.metricsListen: "0.0.0.0:9100"]).metrics == .named(.init(host: "0.0.0.0", port: 9100, isLoopback: false)))
        #expect(problems([.metricsListen: "9464"]) == ["configuration.metrics_listen"])
    }

    @Test("with TLS the default public URL is https; port 0 needs one")
    func defaultPublicURL() throws {
        #expect(try read([.listen: "127.0.0.1:8443", .tlsCertificate: "c", .tlsKey: "k"]).publicURL == "https://localhost:8443")
        #expect(problems([.listen: "127.0.0.1:0"]) == ["configuration.public_url"])
    }
}
