import Foundation
import Glibc
import TestSupport
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, --public-url: stored at start; commands print by it")
struct PublicURLTests {
    private func start(_ binary: Binary, _ url: String, log: String) throws -> ChildProcess {
        try binary.start(["serve", "--listen", "127.0.0.1:0", "--public-url", url, "--log-format", "json"], output: log + ".out", error: log)
    }

    private func issuer(_ binary: Binary, _ pool: String, _ more: [String] = []) async throws -> (issuer: String?, notes: String) {
        let shown = try await binary.run(["pool", "show", pool, "--output", "json"] + more)
        return (shown.object["issuer"] as? String, shown.error)
    }

    @Test("commands print what the server last announced, wherever they run; what is given for one command counts, and is said to differ")
    func stored() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            let made = try await binary.run("pool", "create", "staff", "--signing-algorithm", "ES256")
            #expect(made.error.contains("no server was started with this database yet") && made.output.contains("http://localhost:8080/"))
            let pools = try #require(try await binary.run("pool", "list", "--output", "json").document as? [[String: Any]])
            let pool = try #require(pools.first?["id"] as? String)

            let server = try start(binary, "https://id.test", log: "log")
            defer { server.terminate() }
            _ = try await binary.address(ofServerLoggingTo: "log")
            let shown = try await issuer(binary, pool)
            #expect(shown.issuer == "https://id.test/" + pool && shown.notes.isEmpty)
            let other = try await issuer(binary, pool, ["--public-url", "https://other.test"])
            #expect(other.issuer == "https://other.test/" + pool && other.notes.contains("https://id.test"))
            server.terminate()
            #expect(await server.wait() == .exit(0))
            #expect(try await issuer(binary, pool).issuer == "https://id.test/" + pool)
        }
    }

    @Test(
        "a second server of the database under another public URL is refused, under the same one it serves; when the first has ended, the other may begin"
    )
    func second() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            let first = try start(binary, "https://id.test", log: "first")
            defer { first.terminate() }
            _ = try await binary.address(ofServerLoggingTo: "first")

            let other = try start(binary, "https://other.test", log: "other")
            #expect(await other.wait() == .exit(1))
            #expect(binary.text("other").contains("error: serve.other_public_url: ") && binary.text("other").contains("--public-url https://id.test"))
            let same = try start(binary, "https://id.test", log: "same")
            defer { same.terminate() }
            _ = try await binary.address(ofServerLoggingTo: "same")

            for server in [first, same] {
                server.terminate()
                #expect(await server.wait() == .exit(0))
            }
            let later = try start(binary, "https://other.test", log: "later")
            defer { later.terminate() }
            _ = try await binary.address(ofServerLoggingTo: "later")
        }
    }

    @Test("another public URL is warned of, with every address that must be registered anew")
    func changed() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            let pool = try #require(
                try await binary.run("pool", "create", "staff", "--signing-algorithm", "ES256", "--output", "json").object["id"] as? String)
            try folder.write(FakeIdentityProvider().metadata(), to: "idp.xml")
            #expect(try await binary.run("idp", "create", "saml", "corp", "--pool", pool, "--metadata-file", "idp.xml").status == 0)
            for (url, warns) in [("https://id.test", false), ("https://id.test", false), ("https://new.test", true)] {
                let log = UUID().uuidString
                let server = try start(binary, url, log: log)
                _ = try await binary.address(ofServerLoggingTo: log)
                server.terminate()
                #expect(await server.wait() == .exit(0))
                #expect(binary.text(log).contains("the public URL has changed") == warns)
                for address in ["\"issuer\":\"\(url)/\(pool)\"", "\"acs_url\":\"\(url)/\(pool)/saml2/idpresponse\""] {
                    #expect(binary.text(log).replacingOccurrences(of: "\\/", with: "/").contains(address) == warns)
                }
            }
        }
    }
}
