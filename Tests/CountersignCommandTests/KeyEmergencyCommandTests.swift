import Foundation
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, command line: a key that leaked")
struct KeyEmergencyCommandTests {
    @Test("a withdrawn key is published no more, the next one signs, and it cannot be withdrawn twice")
    func withdraw() async throws {
        try await LifeCycleTests().with { admin in
            let before = try #require(try await admin.run("key", "list").document as? [[String: Any]])
            let leaked = try #require(before.first { $0["phase"] as? String == "current" }?["kid"] as? String)
            // An id may begin with a hyphen, as base64url does.
            let words = ["key", "withdraw", "--pool", admin.pool, "--output", "json", "--", leaked]
            let after = try #require(try await admin.binary.run(words).document as? [[String: Any]])
            let current = after.filter { $0["phase"] as? String == "current" }.compactMap { $0["kid"] as? String }
            #expect(current.count == 1 && current != [leaked])
            #expect(!after.contains { $0["kid"] as? String == leaked && $0["phase"] as? String != "withdrawn" })
            #expect(try await admin.binary.run(words).failure["error"] as? String == "keys.unknown")
            let events = try #require(try await admin.run("audit", "list").document as? [[String: Any]])
            #expect(events.first?["action"] as? String == "key.withdraw")
        }
    }

    @Test("after a reseal the new master key opens everything, and the old one nothing")
    func reseal() async throws {
        try await LifeCycleTests().with { admin in
            let (binary, folder) = (admin.binary, admin.folder)
            let old = folder.file("countersign.db.master-key"), new = folder.file("second-key")
            let resealed = try await binary.run("key", "reseal", "--new-master-key-file", new, "--output", "json")
            #expect(
                resealed.status == 0 && (resealed.object["keys"] as? Int ?? 0) >= 1 && resealed.object["made"] as? Bool == true, "\(resealed.error)")
            #expect(try folder.mode(of: "second-key") == 0o600)
            let withOld = try await binary.run("key", "rotate", "--pool", admin.pool, "--master-key-file", old, "--output", "json")
            #expect(withOld.status == 1 && withOld.failure["error"] as? String == "master_key.other")
            #expect(try await binary.run("key", "rotate", "--pool", admin.pool, "--master-key-file", new).status == 0)
            let again = try await binary.run("key", "reseal", "--new-master-key-file", new, "--master-key-file", new, "--output", "json")
            #expect(again.status == 1 && again.failure["error"] as? String == "master_key.same")
        }
    }
}
