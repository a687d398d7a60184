import Foundation
import Glibc

@testable import Storage

/// A PostgreSQL server of the tests' own: Debian's, with a data folder that goes when the process ends, on a socket in it.
actor PostgreSQLServer {
    /// For all tests that leave it as it is.
    static let shared = PostgreSQLServer("shared")

    struct Failure: Error, CustomStringConvertible { let description: String }

    private let queue = DispatchQueue(label: "PostgreSQL of the tests")
    let folder: String
    let port: UInt16
    /// Said to the server when it starts, besides what all are told.
    private let options: String
    /// Run once the data folder is there, by the user that the server runs as.
    private let preparation: String
    private var making: Task<Void, any Error>?
    private var count = 0

    init(_ name: String, port: UInt16 = 5432, options: String = "", preparation: String = "") {
        folder = Self.place + "/countersign-\(name)-\(getpid())"
        (self.port, self.options, self.preparation) = (port, options, preparation)
    }

    /// In memory, where there is room for some hundred databases: on a disk they slow every other test.
    private static let place: String = {
        var room = statvfs()
        let isRoomy = statvfs("/dev/shm", &room) == 0 && UInt64(room.f_bavail) * UInt64(room.f_frsize) > 6 << 30
        return isRoomy ? "/dev/shm" : NSTemporaryDirectory()
    }()

    /// A new, empty database.
    func makeDatabase() async throws -> PostgreSQLLocation { try PostgreSQLLocation(url: try await makeURL()) }

    /// The URL of a new, empty database.
    func makeURL() async throws -> String {
        count += 1
        return url(of: try await makeDatabase(named: "test\(count)"))
    }

    @discardableResult func makeDatabase(named name: String) async throws -> String {
        if making == nil { making = Task { try await run(Self.make + prepare + start(with: options)) } }
        try await making?.value
        try await statement("CREATE DATABASE \(name) TEMPLATE template0")
        return name
    }

    nonisolated func url(of database: String) -> String { "postgresql://countersign@/\(database)?host=\(folder)&port=\(port)" }

    /// What an admin of the server says, through another connection.
    func statement(_ text: String, in database: String = "postgres") async throws { try await statements([text], in: database) }

    func statements(_ texts: [String], in database: String) async throws {
        let commands = texts.map { "-c \"\($0)\"" }.joined(separator: " ")
        try await run("psql -q -v ON_ERROR_STOP=1 -h \"$F\" -U countersign -d \(database) \(commands)")
    }

    /// As if the machine had gone: nothing is finished, nothing is written any more.
    func kill() async throws { try await run("as pg_ctl -D \"$F/data\" -m immediate stop") }

    func start() async throws { try await run(start(with: options)) }

    /// Fills a database from a file of plain SQL.
    func restore(_ file: String, into database: String) async throws {
        try await run("psql -q -o /dev/null -v ON_ERROR_STOP=1 -h \"$F\" -U countersign -d \(database) -f '\(file)'")
    }

    // PostgreSQL refuses to run as root; Debian's package brings its own user.
    // What other tests have open at this moment goes to nobody: whoever waits for the end of a pipe would wait for the server's.
    private static let prelude = """
        for fd in /proc/$$/fd/*; do
            fd=${fd##*/}
            if [ "$fd" -gt 2 ] && [ "$fd" -ne 255 ]; then eval "exec $fd>&-"; fi
        done
        as() { "$@"; }
        if [ "$(id -u)" = 0 ]; then as() { runuser -u postgres -- "$@"; }; fi
        PATH="$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1):$PATH"

        """

    /// What is tested is what we do, not what the disk does. Nobody tells a test process that it ends, so somebody looks.
    private static let make = """
        rm -rf "$F" && mkdir -p "$F" && chmod 755 "$F" || exit 1
        if [ "$(id -u)" = 0 ]; then chown postgres "$F"; fi
        as initdb -D "$F/data" -U countersign --auth=trust --encoding=UTF8 --locale=C --no-sync || exit 1
        (while kill -0 \(getpid()); do sleep 1; done; as pg_ctl -D "$F/data" -m immediate stop; cd /; rm -rf "$F") &

        """

    private var prepare: String { preparation.isEmpty ? "" : "cd \"$F\"\nas bash -ec '\n\(preparation)' || exit 1\ncd /\n" }

    private func start(with options: String) -> String {
        """
        as pg_ctl -D "$F/data" -w -l "$F/log" \
            -o "-c listen_addresses='' -c unix_socket_directories=$F -c fsync=off -c autovacuum=off -c max_connections=1000 \(options)" start \
            || { tail -n 5 "$F/log"; exit 1; }

        """
    }

    private func run(_ script: String) async throws {
        let (folder, port, path) = (folder, port, NSTemporaryDirectory() + "/countersign-\(UUID()).sh")
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.async {
                continuation.resume(
                    with: Result {
                        try "F='\(folder)'; export PGPORT=\(port); cd /\n\(Self.prelude)\(script)".write(
                            toFile: path, atomically: true, encoding: .utf8)
                        defer { for suffix in ["", ".out"] { unlink(path + suffix) } }
                        guard system("bash '\(path)' </dev/null >'\(path).out' 2>&1") != 0 else { return }
                        let said = (try? String(contentsOfFile: path + ".out", encoding: .utf8)) ?? ""
                        throw Failure(description: "PostgreSQL for the tests (Debian's package postgresql): \(said)")
                    })
            }
        }
    }
}
