import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import CountersignCommand

/// A command that is printed acts on the installation on which the one before it acted: followed word for word from another folder, it must not
/// reach the default database.
@Suite("What is printed to be pasted names its installation", .serialized)
struct InstallationOptionsTests {
    @Test("options as they were given, with absolute paths, in the words of a shell; of the environment and the defaults nothing is said")
    func options() {
        let given = InstallationOptions(
            flags: [.database: "sqlite:a b.db", .masterKeyFile: "/keys/it's", .development: "true"], file: "c.json", folder: "/here")
        #expect(
            given.command("pool", "list")
                == #"countersign pool list --config /here/c.json --database 'sqlite:/here/a b.db' --master-key-file '/keys/it'\''s'"#)
        #expect(given.command("idp", "refresh", "corp").hasSuffix(" --development"))
        #expect(InstallationOptions(flags: [:], file: nil, environment: [:]).command("pool", "list") == "countersign pool list")
        // A password is shown nowhere, and what the environment says is another database, or none.
        for url in ["postgresql://u:hunter2@h/db", "postgresql://h/db?password=hunter2", "oracle:hunter2"] {
            let secret = InstallationOptions(flags: [.database: url], file: nil, environment: [:])
            #expect(secret.command("pool", "list") == "countersign pool list --database URL")
        }
        let plain = InstallationOptions(flags: [.database: "postgresql://u@h/db"], file: nil, environment: [:])
        #expect(plain.command("pool", "list") == "countersign pool list --database postgresql://u@h/db")
    }

    @Test("a relative name in the environment is another file in another folder: it is said like an option; an absolute one is not")
    func relativeEnvironment() {
        let (names, folder) = (["COUNTERSIGN_DATABASE": "sqlite:./c.db", "COUNTERSIGN_MASTER_KEY_FILE": "c.key"], "/here")
        let relative = InstallationOptions(flags: [:], file: nil, folder: folder, environment: names)
        #expect(relative.command("pool", "list") == "countersign pool list --database sqlite:/here/c.db --master-key-file /here/c.key")
        let absolute = names.mapValues { $0.replacing("./", with: "").replacing("c.", with: "/c.") }
        #expect(InstallationOptions(flags: [:], file: nil, folder: folder, environment: absolute).command("pool", "list") == "countersign pool list")
    }

    @Test("a server's: always, since its default is that of another user")
    func server() throws {
        func command(_ flags: [Setting: String], _ environment: [String: String] = [:]) throws -> String {
            InstallationOptions(server: try GatewayConfiguration(flags: flags, file: nil, environment: environment)).command("pool", "list")
        }
        let standard = try #require(DatabaseLocation.standard(environment: [:])).url
        #expect(try command([:]) == "countersign pool list --database \(standard)")
        #expect(try command([:], ["COUNTERSIGN_DATABASE": "sqlite:/x.db"]) == "countersign pool list --database sqlite:/x.db")
        #expect(try command([.masterKeyFile: "/k"]) == "countersign pool list --database \(standard) --master-key-file /k")
    }

    @Test("by flags: what a refusal, a note and an empty list offer works, pasted in another folder, and reaches the database that was named")
    func flags() async throws {
        try await LifeCycleTests().with { admin in
            try await followed(by: ["--database", "sqlite:other.db", "--master-key-file", "other.key"], admin)
        }
    }

    @Test("by a configuration file: the same; a relative name in it counts from the folder of the file")
    func file() async throws {
        try await LifeCycleTests().with { admin in
            try FileManager.default.createDirectory(atPath: admin.folder.file("conf"), withIntermediateDirectories: true)
            try admin.folder.write(#"{"database": "sqlite:filed.db", "master_key_file": "./filed.key"}"#, to: "conf/c.json")
            var binary = admin.binary
            // The environment counts before the file.
            binary.environment["COUNTERSIGN_DATABASE"] = ""
            try await followed(by: ["--config", "conf/c.json"], .init(binary: binary, folder: admin.folder, pool: admin.pool))
            #expect(FileManager.default.fileExists(atPath: admin.folder.file("conf/filed.db")))
            #expect(FileManager.default.fileExists(atPath: admin.folder.file("conf/filed.key")))
        }
    }

    private func followed(by options: [String], _ admin: LifeCycleTests.Admin) async throws {
        let binary = admin.binary
        let absent = try await binary.run(["pool", "list", "--output", "json"] + options)
        let create = try #require((absent.failure["commands"] as? [String])?.first)
        let made = try await pasted(create.replacing(" NAME", with: " other"), binary)
        #expect(made.status == 0, "\(made.error)")
        let pools = try await binary.run(["pool", "list", "--output", "json"] + options).document as? [[String: Any]]
        let pool = try #require(pools?.first?["id"] as? String)
        #expect(pools?.count == 1 && pool != admin.pool)

        let refused = try await binary.run(["client", "show", "nobody", "--pool", pool] + options)
        let list = try #require(refused.error.split(separator: "\n").compactMap { $0.split(separator: "try: ").dropFirst().first }.first)
        let empty = try await pasted(String(list), binary)
        #expect(empty.status == 0, "\(empty.error)")
        let register = try #require(empty.output.split(separator: "this registers one: ").last)
        let first = try await pasted(
            register.replacing(" NAME", with: " app").replacing(" URI", with: " https://a.example/cb") + " --confidential", binary)
        #expect(first.status == 0, "\(first.error)")
        let harden = try #require(first.error.split(separator: "this is safer: ").last?.split(separator: "\n").first)
        #expect(try await pasted(String(harden), binary).status == 0)
        let clients = try await binary.run(["client", "list", "--pool", pool, "--output", "json"] + options).document as? [[String: Any]]
        #expect(clients?.first?["pkce"] as? String == "required")
    }

    @Test("in the log of a server, of which a new shell knows nothing")
    func log() async throws {
        try await LifeCycleTests().with { admin in
            let server = try admin.binary.start(
                ["serve", "--listen", "127.0.0.1:0", "--log-format", "json"], output: "out", error: "log")
            defer { server.terminate() }
            let address = try await admin.binary.address(ofServerLoggingTo: "log")
            let request = HTTPClientRequest(url: "http://\(address)/\(admin.pool)/oauth2/authorize?client_id=nobody&response_type=code")
            #expect(try await HTTPClient.shared.execute(request, timeout: .seconds(20)).status == .badRequest)
            let lines = admin.binary.text("log").split(separator: "\n").compactMap {
                (try? JSONSerialization.jsonObject(with: Data($0.utf8))) as? [String: Any]
            }
            let command = try #require(lines.compactMap { $0["try"] as? String }.first)
            #expect(command == "countersign client list --pool \(admin.pool) --database sqlite:\(admin.folder.file("countersign.db"))")
            server.terminate()
            #expect(await server.wait() == .exit(0))
        }
    }

    /// As a shell would run it that stands elsewhere; its words here need no quotes.
    private func pasted(_ command: String, _ binary: Binary) async throws -> Binary.Result {
        #expect(command.hasPrefix("countersign ") && !command.contains("'"), "\(command)")
        return try await TestFolder.with { folder in
            var environment = binary.environment
            environment["COUNTERSIGN_DATABASE"] = "sqlite:" + folder.file("default.db")
            if binary.environment["COUNTERSIGN_DATABASE"] == "" { environment["COUNTERSIGN_DATABASE"] = "" }
            return try await Binary(folder: folder, environment: environment).run(
                command.split(whereSeparator: \.isWhitespace).dropFirst().map(String.init))
        }
    }
}
