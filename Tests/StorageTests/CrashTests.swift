import Foundation
import Synchronization
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Processes that are killed in the middle of their work: what they answered is there, and nothing half.
@Suite struct CrashTests {
    @Test("case 68: kill -9 during sign-ins: each answered one is there, and no session without its proof, user and code", arguments: [1, 40, 400])
    func signIns(_ count: Int) async throws {
        try await withFile { path in
            let log = path + ".answers"
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, log = log as String, count = count as Int] in
                let (example, database) = (Example(), try await SQLiteDatabase.open(path: path))
                let stores = Stores(database)
                try await example.prepare(stores)
                let answers = Answers(in: log, last: count)
                _ = await gather(16) { task throws(SignInCompletionError) in
                    for index in 0..<100_000 {
                        let name = "\(task)-\(index)"
                        let pending = example.pending("_pending-sign-in-\(name)")
                        do throws(StoreError) { try await stores.signIns.insert(pending) } catch { throw .store(error) }
                        let completed = try await stores.signIns.completeSignIn(
                            example.completion(
                                pending: pending.id, proof: name, identity: example.identity("u-\(index % 7)"), code: example.randomHash()))
                        answers.append(completed.session.id.text)
                    }
                }
            }
            let answers = try lines(of: log)
            let database = try await SQLiteDatabase.open(path: path)
            let known = Set(try await database.rows(of: [SQLStatement("SELECT id FROM sessions", [])])[0].flatMap(\.values))
            #expect(known.isSuperset(of: answers.map { SQLValue.text($0) }))
            #expect(answers.count >= count)
            for table in ["accepted_proofs", "token_families", "authorization_codes"] {
                #expect(try await database.number("SELECT count(*) FROM \(table)") == known.count)
            }
            #expect(
                try await database.number(
                    "SELECT count(*) FROM pending_sign_ins WHERE substr(id, 18) IN (SELECT proof_id FROM accepted_proofs)") == 0)
            #expect(try await database.number("SELECT count(*) FROM users WHERE id NOT IN (SELECT user_id FROM federated_identities)") == 0)
            #expect(try await database.text("PRAGMA integrity_check") == "ok")
            await database.close()
        }
    }

    @Test("case 109: kill -9 during rotations: of every family exactly one token works, the answered one or its successor", arguments: [1, 40, 400])
    func rotations(_ count: Int) async throws {
        try await withFile { path in
            let log = path + ".answers"
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, log = log as String, count = count as Int] in
                let (example, database) = (Example(), try await SQLiteDatabase.open(path: path))
                let stores = Stores(database)
                try await example.prepare(stores)
                var tokens: [RefreshToken] = []
                for index in 0..<8 { tokens.append(try await example.refreshToken(stores, subject: "u-\(index)")) }
                let answers = Answers(in: log, last: count)
                _ = await gather(8) { [tokens] task throws(GrantError) in
                    var token = tokens[task]
                    for _ in 0..<100_000 {
                        token = try await stores.grants.rotate(token.presented, at: example.now, grace: 0) { token, _ in
                            example.successor(of: token)
                        }.token
                        answers.append("\(token.grant.family) \(token.generation) \(hex(token.hash))")
                    }
                }
            }
            let answers = try lines(of: log).map { $0.split(separator: " ").map(String.init) }
            #expect(answers.count >= count)
            let database = try await SQLiteDatabase.open(path: path)
            let families = try await database.rows(of: [SQLStatement("SELECT id, generation, token_hash FROM token_families", [])])[0].map { row in
                var columns = ColumnReader(row, of: "family")
                return (try columns.text("id"), try columns.integer("generation"), try columns.bytes("token_hash"))
            }
            #expect(families.count == 8)
            let (stores, example) = (Stores(database), Example())
            for (id, generation, bytes) in families {
                let hash = try #require(SecretHash(bytes))
                // The last that was answered, or the one after it, whose answer was lost.
                if let last = answers.last(where: { $0[0] == id }) {
                    #expect(last[1] == "\(generation)" ? last[2] == hex(hash) : last[1] == "\(generation - 1)")
                }
                let family = TokenFamily.ID(id)!
                let token = PresentedRefreshToken(.named(family, generation: generation, isAuthentic: true), hash: hash)
                _ = try await stores.grants.rotate(token, at: example.now, grace: 0) { token, _ in example.successor(of: token) }
            }
            await database.close()
        }
    }
}

private func hex(_ hash: SecretHash) -> String { hash.bytes.map { String(format: "%02X", $0) }.joined() }

/// What a process answered, written past every buffer so that it outlives it; some time after the last answer the process is killed.
private final class Answers: Sendable {
    private let file: Int32
    private let last: Int
    private let count = Atomic<Int>(0)

    init(in path: String, last: Int) {
        file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        self.last = last
    }

    func append(_ line: String) {
        _ = Array((line + "\n").utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard count.add(1, ordering: .relaxed).newValue == last else { return }
        let delay = DispatchTimeInterval.microseconds(Int.random(in: 0...5000))
        DispatchQueue(label: "kill").asyncAfter(deadline: .now() + delay) { kill(getpid(), SIGKILL) }
    }
}

private func lines(of log: String) throws -> [String] {
    try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
}
