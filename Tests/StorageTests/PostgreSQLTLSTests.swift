import Foundation
import Glibc
import Testing
import UserPools

@testable import Storage

/// Another machine's PostgreSQL is verified: a server with TLS on an address that does not count as this machine, and none of whose URLs says `sslmode`.
@Suite(.serialized) struct PostgreSQLTLSTests {
    private static let address = "127.0.0.2"
    private static let server = PostgreSQLServer(
        "tls", port: freePort(), options: "-c listen_addresses=\(address) -c ssl_ca_file=ours.crt",
        preparation: """
            cd data
            for authority in ours other; do
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout $authority.key -out $authority.crt -subj /CN=$authority -days 2
            done
            certify() { # NAME SUBJECT DAYS EXTENSIONS
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout $1.key -out $1.csr -subj /CN=$2
                echo "$4" >$1.extensions
                openssl x509 -req -in $1.csr -CA ours.crt -CAkey ours.key -days $3 -set_serial $RANDOM -extfile $1.extensions -out $1.crt
            }
            certify server db.example.com 2 "subjectAltName=DNS:db.example.com,IP:\(address)"
            certify expired db.example.com -1 "subjectAltName=DNS:db.example.com"
            certify client certified 2 "extendedKeyUsage=clientAuth"
            chmod 600 *.key
            echo "ssl = on" >>postgresql.conf
            echo "hostssl all certified all cert" >pg_hba.conf
            echo "hostssl all all all trust" >>pg_hba.conf
            echo "host all all all reject" >>pg_hba.conf
            echo "local all all trust" >>pg_hba.conf

            """)

    private func url(_ database: PostgreSQLLocation, host: String = "db.example.com", authority: String? = "ours", user: String = "countersign")
        -> String
    {
        let root = authority.map { "&sslrootcert=\(Self.server.folder)/data/\($0).crt" } ?? ""
        return "postgresql://\(user)@\(host)/\(database.name)?hostaddr=\(Self.address)&port=\(Self.server.port)\(root)"
    }

    /// The code of the refusal; nil where it opens, by TLS.
    private func outcome(_ url: String) async throws -> String? {
        let database: PostgreSQLDatabase
        do { database = try await PostgreSQLDatabase.open(try PostgreSQLLocation(url: url), connections: 1) } catch {
            #expect(!error.remedy.isEmpty)
            return error.code
        }
        let encrypted = try await database.read { connection throws(StoreError) in
            try connection.row("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", [])?.values
        }
        #expect(encrypted == [.integer(1)])
        await database.close()
        return nil
    }

    @Test("a server is used whose certificate names the host and is of the authority; another name or authority is refused as such")
    func verified() async throws {
        let database = try await Self.server.makeDatabase()
        #expect(try await outcome(url(database)) == nil)
        #expect(try await outcome(url(database, host: Self.address)) == nil)
        #expect(try await outcome(url(database, host: "other.example.com")) == "storage.unverified_server")
        #expect(try await outcome(url(database, authority: "other")) == "storage.unverified_server")
        // Without a word the system's authorities count.
        #expect(try await outcome(url(database, authority: nil)) == "storage.unverified_server")
        #expect(try await outcome(url(database, authority: "missing")) == "storage.unverified_server")
    }

    @Test("an expired certificate is refused, and so is a server without TLS")
    func unverified() async throws {
        let database = try await Self.server.makeDatabase()
        for settings in [["ssl_key_file": "expired.key", "ssl_cert_file": "expired.crt"], ["ssl": "off"]] {
            for (name, value) in settings { try await Self.server.statement("ALTER SYSTEM SET \(name) = '\(value)'") }
            try await reload(until: settings.map { "current_setting('\($0)') = '\($1)'" }.joined(separator: " AND "))
            #expect(try await outcome(url(database)) == "storage.unverified_server")
            try await Self.server.statement("ALTER SYSTEM RESET ALL")
            try await reload(until: "current_setting('ssl_cert_file') = 'server.crt' AND current_setting('ssl') = 'on'")
            #expect(try await outcome(url(database)) == nil)
        }
    }

    @Test("a client certificate does instead of a password; without one nobody comes in")
    func clientCertificate() async throws {
        let database = try await Self.server.makeDatabase()
        // libpq takes only a key of its own user's.
        let key = NSTemporaryDirectory() + "/countersign-\(UUID()).key"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.server.folder + "/data/client.key"))
        #expect(FileManager.default.createFile(atPath: key, contents: bytes, attributes: [.posixPermissions: 0o600]))
        defer { unlink(key) }
        try await Self.server.statement("CREATE ROLE certified SUPERUSER LOGIN")
        let asCertified = url(database, user: "certified")
        #expect(try await outcome(asCertified) == "storage.cannot_connect")
        #expect(try await outcome(asCertified + "&sslcert=\(Self.server.folder)/data/client.crt&sslkey=\(key)") == nil)
    }

    /// Lets the server read its files anew; it has where a new connection sees it.
    private func reload(until condition: String) async throws {
        try await Self.server.statement("SELECT pg_reload_conf()")
        for attempt in 1... {
            do { return try await Self.server.statement("SELECT 1 / (\(condition))::int") } catch { guard attempt < 100 else { throw error } }
        }
    }

    private static func freePort() -> UInt16 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr(Self.address)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                _ = bind(listener, general, length)
                _ = getsockname(listener, general, &length)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
