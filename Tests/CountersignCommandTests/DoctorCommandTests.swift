import Foundation
import Glibc
import Testing
import UserPools

@testable import CountersignCommand
@testable import Storage

@Suite("CONTRACT, command line: doctor", .serialized)
struct DoctorCommandTests {
    private struct Found {
        let status: Int32
        let checks: [[String: Any]]
        let error: String

        func codes(_ verdict: String) -> [String] {
            checks.filter { $0["verdict"] as? String == verdict }.map { $0["code"] as? String ?? "" }
        }
        /// The names of what is well.
        var ok: [String] { checks.filter { $0["verdict"] as? String == "ok" }.compactMap { $0["check"] as? String } }
    }

    private func examine(_ admin: LifeCycleTests.Admin, _ words: String...) async throws -> Found { try await examine(with: admin.binary, words) }

    private func examine(with binary: Binary, _ words: [String]) async throws -> Found {
        let result = try await binary.run(["doctor"] + words + ["--output", "json"])
        let checks = result.object["checks"] as? [[String: Any]] ?? []
        for check in checks {
            #expect(Set(check.keys) == ["check", "verdict", "code", "message", "remedy"])
            #expect(check["verdict"] as? String == "ok" || (check["remedy"] as? String)?.isEmpty == false, "\(check)")
        }
        return Found(status: result.status, checks: checks, error: result.error)
    }

    private func spoil(_ admin: LifeCycleTests.Admin, _ statement: SQL) async throws {
        // Also of another version, which nothing else here opens.
        let connection = try SQLiteFile.open(admin.folder.file("countersign.db"))
        _ = try connection.execute(statement, [])
    }

    /// A public URL that answers with what a server of ours would, or another one.
    private func withPublicURL(_ admin: LifeCycleTests.Admin, issuer: String? = nil, _ body: (String) async throws -> Void) async throws {
        let pool = admin.pool
        try await LocalServer.with { origin in
            ["/\(pool)/.well-known/openid-configuration": Array(#"{"issuer":"\#(issuer ?? "\(origin)/\(pool)")"}"#.utf8)]
        } _: {
            try await body($0)
        }
    }

    @Test("all is well: a line for each thing, by the server's own public URL, and status 0")
    func well() async throws {
        try await LifeCycleTests().with { admin in
            let port = try Self.freePort()
            let url = "http://127.0.0.1:\(port)"
            let server = try admin.binary.start(
                ["serve", "--listen", "127.0.0.1:\(port)", "--public-url", url, "--log-format", "json"], output: "out", error: "log")
            defer { if server.isRunning { server.terminate() } }
            _ = try await admin.binary.address(ofServerLoggingTo: "log")
            let found = try await examine(admin, "--public-url", url)
            #expect(found.status == 0 && found.codes("fail") == [], "\(found.checks) \(found.error)")
            #expect(
                found.ok.filter { $0 != "disk" } == ["database", "master key", "signing keys", "public url", "clocks", "proxy"], "\(found.checks)")
            let text = try await admin.binary.run("doctor", "--public-url", url)
            #expect(text.status == 0 && text.output.hasSuffix(" 0 failures.\n"), "\(text.output)")
            #expect(text.output.contains("ok    public url: \(url) answers with its issuer\n"))
            server.terminate()
            #expect(await server.wait() == .exit(0))
            let gone = try await examine(admin, "--public-url", url)
            #expect(gone.status == 1 && gone.codes("fail") == ["doctor.unreachable"])
        }
    }

    @Test("no backup, an old one and a new one")
    func backup() async throws {
        try await LifeCycleTests().with { admin in
            func found() async throws -> (warned: [String], isWell: Bool) {
                let found = try await examine(admin)
                return (found.codes("warn").filter { $0.hasSuffix("_backup") }, found.ok.contains("backup"))
            }
            #expect(try await found() == (["doctor.no_backup"], false))
            #expect(try await admin.binary.run("backup", "--make-key", "key").status == 0)
            let made = try await admin.binary.run("backup", "one.csb", "--key-file", "key", "--output", "json")
            #expect(made.status == 0 && (made.object["notes"] as? [String] ?? []).isEmpty, "\(made.error)")
            #expect(try await found() == ([], true))
            try await spoil(admin, "UPDATE installation_settings SET changed_at = changed_at - 172801000 WHERE name = 'backup'")
            #expect(try await found() == (["doctor.old_backup"], false))
        }
    }

    @Test("a trusted proxy that tells nobody's address is a warning; so is a server that does not say how a request arrives")
    func proxies() async throws {
        try await LifeCycleTests().with { admin in
            let port = try Self.freePort()
            let url = "http://127.0.0.1:\(port)"
            let server = try admin.binary.start(
                ["serve", "--listen", "127.0.0.1:\(port)", "--public-url", url, "--trusted-proxy", "127.0.0.0/8", "--log-format", "json"],
                output: "out", error: "log")
            defer { if server.isRunning { server.terminate() } }
            _ = try await admin.binary.address(ofServerLoggingTo: "log")
            #expect(try await examine(admin, "--public-url", url).codes("warn").contains("doctor.proxy_tells_nobody"))
            server.terminate()
            #expect(await server.wait() == .exit(0))
            try await withPublicURL(admin) { url in
                let found = try await examine(admin, "--public-url", url)
                #expect(found.codes("warn").contains("doctor.no_arrival"), "\(found.checks)")
            }
        }
    }

    @Test("the public URL: a name without address, another installation, nobody")
    func publicURL() async throws {
        try await LifeCycleTests().with { admin in
            try await withPublicURL(admin) { url in
                let found = try await examine(admin, "--public-url", url)
                #expect(found.codes("fail") == [])
            }
            try await withPublicURL(admin, issuer: "https://other.example/x") { url in
                let found = try await examine(admin, "--public-url", url)
                #expect(found.status == 1 && found.codes("fail") == ["doctor.other_issuer"])
            }
            for (url, code) in [("https://nothing.invalid", "doctor.name"), ("http://127.0.0.1:1", "doctor.unreachable")] {
                let found = try await examine(admin, "--public-url", url)
                #expect(found.status == 1 && found.codes("fail") == [code], "\(found.checks)")
            }
        }
    }

    @Test("a certificate that nobody here trusts is unreachable, and its end is told all the same")
    func certificate() async throws {
        try await LifeCycleTests().with { admin in
            try admin.folder.write(TestCertificate.first.chain, to: "certificate.pem")
            try admin.folder.write(TestCertificate.first.key, to: "key.pem")
            let port = try Self.freePort()
            let url = "https://localhost:\(port)"
            let server = try admin.binary.start(
                [
                    "serve", "--listen", "127.0.0.1:\(port)", "--public-url", url, "--tls-certificate", "certificate.pem", "--tls-key", "key.pem",
                    "--log-format", "json",
                ], output: "out", error: "log")
            defer { if server.isRunning { server.terminate() } }
            _ = try await admin.binary.address(ofServerLoggingTo: "log")
            let found = try await examine(admin, "--public-url", url)
            #expect(found.status == 1 && found.codes("fail").contains("doctor.unreachable"), "\(found.checks)")
            #expect(found.checks.contains { $0["check"] as? String == "certificate" }, "\(found.checks)")
        }
    }

    @Test("what of a provider ends within 30 days is a warning, and the status 0; nobody's public URL another one")
    func warnings() async throws {
        try await LifeCycleTests().with { admin in
            // What is of this machine, not of the installation.
            let machine: Set = ["doctor.disk_space", "doctor.clock_not_kept"]
            let nowhere = try await examine(with: Binary(folder: admin.folder, environment: [:]), [])
            #expect(nowhere.codes("warn").filter { !machine.contains($0) } == ["doctor.no_backup", "doctor.no_public_url"], "\(nowhere.checks)")
            #expect(try await admin.run("idp", "create", "saml", "corp", "--metadata-file", "idp.xml").status == 0)
            let storage = try await Storage.open(url: "sqlite:" + admin.folder.file("countersign.db"))
            let (pool, corp) = (try #require(UserPool.ID(admin.pool)), try #require(IdentityProvider.Name("corp")))
            var ends = ProviderEnds(poolID: pool, provider: corp, readAt: nil, updatedAt: Date())
            ends.until[.certificate] = Date(timeIntervalSinceNow: 20 * 86_400)
            try await storage.stores.ends.keep(ends)
            await storage.close()
            try await withPublicURL(admin) { url in
                let found = try await examine(admin, "--public-url", url)
                #expect(found.status == 0 && found.codes("warn").contains("doctor.provider_ends"), "\(found.checks)")
            }
        }
    }

    @Test("the master key: missing, another one, and a secret that does not open")
    func masterKey() async throws {
        try await LifeCycleTests().with { admin in
            try await withPublicURL(admin) { url in
                try admin.folder.write([UInt8](repeating: 1, count: 32), to: "other-key")
                for (file, code) in [("none", "master_key.missing"), ("other-key", "master_key.other")] {
                    let found = try await examine(admin, "--public-url", url, "--master-key-file", admin.folder.file(file))
                    #expect(found.status == 1 && found.codes("fail") == [code], "\(found.checks)")
                }
                try await spoil(admin, "UPDATE signing_keys SET sealed_private_key = zeroblob(64)")
                let found = try await examine(admin, "--public-url", url)
                #expect(found.status == 1 && Set(found.codes("fail")) == ["master_key.not_opened"], "\(found.checks)")
            }
        }
    }

    @Test("the database: none, of another shape, and a pool without a key that signs")
    func database() async throws {
        try await LifeCycleTests().with { admin in
            try await withPublicURL(admin) { url in
                let none = try await admin.binary.run("doctor", "--database", "sqlite:" + admin.folder.file("none.db"), "--output", "json")
                #expect(none.status == 1 && none.failure["error"] as? String == "storage.no_database")
                try await spoil(admin, "DELETE FROM signing_keys")
                #expect(try await examine(admin, "--public-url", url).codes("fail") == ["doctor.no_signing_key"])
                // Tables of an older version stay as they are.
                try await spoil(admin, "DELETE FROM schema_migrations WHERE version = (SELECT max(version) FROM schema_migrations)")
                #expect(try await examine(admin, "--public-url", url).codes("fail") == ["storage.older_schema"])
                #expect(try await examine(admin, "--public-url", url).codes("fail") == ["storage.older_schema"])
                try await spoil(admin, "INSERT INTO schema_migrations VALUES (99, 'later', 1)")
                let found = try await examine(admin, "--public-url", url)
                #expect(found.status == 1 && found.codes("fail") == ["storage.newer_schema"], "\(found.checks)")
            }
        }
    }

    /// Nobody listens there; somebody may a moment later.
    private static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0 }
        }
        try #require(port)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
