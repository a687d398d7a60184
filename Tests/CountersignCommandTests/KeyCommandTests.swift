import Gateway
import Foundation
import OutgoingHTTP
import Storage
import Testing
import TokenVerifier
import UserPools

@testable import CountersignCommand

@Suite("CONTRACT: countersign key rotate (THREATS P16)", .serialized)
struct KeyCommandTests {
    @Test("it publishes, waits, lets sign and retires; two commands at once are one; a running server follows")
    func rotate() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder, environment: ["COUNTERSIGN_PUBLIC_URL": "https://id.example.com"])
            let made = try await binary.run("pool", "create", "staff", "--signing-algorithm", "ES256", "--output", "json")
            let pool = try #require(made.object["id"] as? String, "\(made.error)")
            let server = try binary.start(
                ["serve", "--listen", "127.0.0.1:0", "--log-format", "json"], output: "server-out", error: "server-log")
            defer { server.terminate() }
            let address = try await binary.address(ofServerLoggingTo: "server-log")
            func rotate(_ words: String...) async throws -> Binary.Result { try await binary.run(["key", "rotate", "--pool", pool] + words) }
            func keys(_ result: Binary.Result) throws -> [[String: Any]] {
                let keys = result.document as? [[String: Any]]
                return try #require(keys, "\(result.error)")
            }
            func phases(_ keys: [[String: Any]]) -> [String] { keys.compactMap { $0["phase"] as? String } }

            let published = try keys(try await rotate("--output", "json"))
            #expect(phases(published) == ["current", "upcoming"])
            #expect(
                published.allSatisfy {
                    Set($0.keys) == ["kid", "algorithm", "phase", "held_in", "created_at", "retired_at", "may_sign_from", "published_until"]
                })
            let upcoming = try #require(published.last?["kid"] as? String)
            #expect(published.last?["may_sign_from"] is String && published.first?["may_sign_from"] is NSNull)
            try await follows(address, pool, kids: published)

            let refused = try await rotate("--output", "json")
            #expect(refused.status == 1 && refused.output.isEmpty && refused.failure["error"] as? String == "keys.too_young")
            #expect((refused.failure["commands"] as? [String]) == ["countersign key rotate --pool \(pool) --algorithm ES256"])
            let text = try await rotate()
            #expect(text.status == 1 && text.error.contains("keys.too_young") && text.error.contains("remedy:"))

            try await passQuarterOfAnHour(in: folder)
            async let first = rotate("--output", "json")
            async let second = rotate("--output", "json")
            let both = try await [first, second]
            let won = both.filter { $0.status == 0 }
            #expect(won.count == 1, "\(both.map(\.error))")
            #expect(
                both.filter { $0.status != 0 }.allSatisfy {
                    ["keys.rotated_meanwhile", "keys.too_young", "keys.too_soon"].contains($0.failure["error"] as? String)
                })
            let rotated = try keys(try #require(won.first))
            #expect(phases(rotated) == ["retired", "current", "upcoming"] && rotated[1]["kid"] as? String == upcoming)
            #expect(rotated[0]["retired_at"] is String && rotated[0]["published_until"] is String)
            try await follows(address, pool, kids: rotated)

            try await passQuarterOfAnHour(in: folder)
            let emergency = try await rotate("--now", "--algorithm", "EdDSA")
            #expect(emergency.status == 0 && emergency.error.contains("follows within 2 seconds"))
            let listed = try await binary.run("key", "list", "--pool", pool, "--output", "json")
            let last = try keys(listed)
            #expect(last.filter { $0["phase"] as? String == "current" }.map { $0["algorithm"] as? String } == ["EdDSA"])
            try await follows(address, pool, kids: last)
        }
    }

    /// The server publishes these keys, and no others, before long.
    private func follows(_ address: String, _ pool: String, kids keys: [[String: Any]]) async throws {
        let expected = Set(keys.compactMap { $0["kid"] as? String })
        var seen: Set<String> = []
        for _ in 0..<600 where seen != expected {
            let bytes = try await OutgoingClient(development: true).fetch("http://\(address)/\(pool)/.well-known/jwks.json", limit: 100_000)
            seen = Set(try JSONWebKeySet(bytes: bytes).keyIDs)
            if seen != expected { try await Task.sleep(for: .milliseconds(50)) }
        }
        #expect(seen == expected)
    }
}

extension KeyCommandTests {
    /// What was published may sign then, and the key that signs may be changed.
    /// And a second: the moment from which a key may sign is a whole one.
    private func passQuarterOfAnHour(in folder: TestFolder) async throws {
        let database = try await SQLiteDatabase.open(path: folder.file("countersign.db"))
        _ = try await database.transaction { connection throws(StoreError) in
            .commit(
                try connection.execute("UPDATE signing_keys SET created_at = created_at - 901000, retired_at = retired_at - 901000", []))
        }
        await database.close()
    }
}

extension Binary {
    /// Where a server listens that was told to take any port and to log as JSON.
    func address(ofServerLoggingTo log: String, message: String = "countersign is ready") async throws -> String {
        for _ in 0..<3000 {
            for line in text(log).split(separator: "\n") where line.contains(message) {
                let object = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                if let address = object?["address"] as? String { return address }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw NotReady(log: text(log))
    }

    struct NotReady: Error { let log: String }
}
