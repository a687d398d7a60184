import CPostgreSQL
import FoundationEssentials
import Glibc
import UserPools

/// Where the server is and how to get in: libpq's own parameters, with stricter defaults.
///
/// What the URL does not say, libpq takes from its environment (`PGPASSWORD`, `PGPASSFILE`, `PGSSLROOTCERT` …).
package struct PostgreSQLLocation: Sendable {
    /// What libpq is told, by its keywords.
    let parameters: [String: String]
    /// The database's name.
    let name: String
    /// The URL without what nobody else is to read: `postgresql://host:5432/database`.
    package let text: String

    /// - Throws: `.malformedURL` for what libpq does not take, `.passwordInURL`.
    package init(url: String) throws(StorageError) {
        var parameters = try Self.parse(url)
        guard parameters["password"] == nil, parameters["sslpassword"] == nil else { throw .passwordInURL }
        // What is connected to is the address, whatever the name beside it.
        let hosts = parameters["hostaddr"] ?? Self.environment("PGHOSTADDR") ?? parameters["host"] ?? Self.environment("PGHOST") ?? ""
        if parameters["sslmode"] == nil, Self.environment("PGSSLMODE") == nil, !Self.isLocal(hosts) {
            // Anybody on the way could be the server otherwise.
            parameters["sslmode"] = "verify-full"
        }
        if parameters["sslmode"]?.utf8.starts(with: "verify-".utf8) == true, parameters["sslrootcert"] == nil,
            Self.environment("PGSSLROOTCERT") == nil
        {
            parameters["sslrootcert"] = Self.systemCertificates
        }
        let defaults = [
            // A server that became a standby is left for the one that takes writes.
            "target_session_attrs": "read-write", "application_name": "countersign", "client_encoding": "UTF8",
            // A peer that vanished is noticed although nobody waits for it.
            "keepalives_idle": "10", "keepalives_interval": "3", "keepalives_count": "3", "tcp_user_timeout": "10000",
        ]
        parameters.merge(defaults) { given, _ in given }
        self.parameters = parameters
        name = parameters["dbname"] ?? Self.environment("PGDATABASE") ?? ""
        let servers = Self.servers(parameters).map { ($0["host"] ?? $0["hostaddr"] ?? hosts) + ($0["port"].map { $0.isEmpty ? "" : ":" + $0 } ?? "") }
        text = "postgresql://" + servers.joined(separator: ",") + "/" + name
    }

    /// One for each host of a list. libpq would ask the next only when the one before answers, and a machine that is gone does not.
    var servers: [[String: String]] { Self.servers(parameters) }

    private static func servers(_ parameters: [String: String]) -> [[String: String]] {
        let lists = [("host", "PGHOST"), ("hostaddr", "PGHOSTADDR"), ("port", "PGPORT")].map { keyword, variable in
            (keyword, (parameters[keyword] ?? environment(variable)).map(parts) ?? [])
        }
        let count = max(lists[0].1.count, lists[1].1.count)
        // A list that fits no other is libpq's to refuse.
        guard count > 1, lists.allSatisfy({ $0.1.count <= 1 || $0.1.count == count }) else { return [parameters] }
        return (0..<count).map { index in
            var parameters = parameters
            for (keyword, list) in lists where list.count == count { parameters[keyword] = list[index] }
            return parameters
        }
    }

    private static func parts(_ list: String) -> [String] {
        list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    private static let systemCertificates = "/etc/ssl/certs/ca-certificates.crt"

    private static func parse(_ url: String) throws(StorageError) -> [String: String] {
        guard !url.utf8.contains(0), let options = PQconninfoParse(url, nil) else { throw .malformedURL("postgresql") }
        defer { PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { parameters[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return parameters
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Whether every host is this machine: a socket, or a loopback address.
    static func isLocal(_ hosts: String) -> Bool {
        parts(hosts).allSatisfy { $0.isEmpty || $0.utf8.first == UInt8(ascii: "/") || ["localhost", "127.0.0.1", "::1"].contains($0) }
    }
}
