import Administration
import Foundation
import Gateway
import TestSupport
import Testing

@testable import CountersignCommand

@Suite("Configuration as a file: the real binary")
struct ConfigCommandTests {
    private static let file = """
        version: 1
        pools:
          - name: staff
            signing_algorithm: ES256
            display_name: Acme
            custom_attributes:
              - name: team
            identity_providers:
              - name: corp
                type: oidc
                issuer: https://id.corp.example
                client_id: gateway
                client_secret: file:secret.txt
                authorization_endpoint: https://id.corp.example/authorize
                token_endpoint: https://id.corp.example/token
                jwks_uri: https://id.corp.example/keys
                attribute_mapping: { email: email, groups: [groups, roles] }
            clients:
              - client_name: shop
                confidential: true
                redirect_uris: [https://shop.example.com/callback]

        """

    @Test("what an act would refuse is told with the command that mends it")
    func acts() {
        let problem = ConfigProblem(at: nil, .refused(.twoSecrets(client: "shop", until: Date())))
        #expect(problem.shown(in: "countersign.yaml").acts == [.replaceNewestSecret])
    }

    @Test("apply makes it, a second plan is empty, drift tells of a change by hand, and no secret is ever shown")
    func wholeWay() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder, environment: ["STAFF_CORP_CLIENT_SECRET": "hunter3-of-corp"])
            try folder.write("hunter2-of-corp\n", to: "secret.txt")
            let file = try folder.write(Self.file, to: "gate.yaml")
            var said = ""
            func run(_ arguments: String..., status: Int32 = 0) async throws -> Binary.Result {
                let result = try await binary.run(["config"] + arguments)
                #expect(result.status == status, "\(arguments) \(result.output) \(result.error)")
                said += result.output + result.error
                return result
            }
            let applied = try await run("apply", file)
            #expect(applied.output.hasSuffix("4 created, 0 changed, 0 deleted\n") && applied.error.contains("client rotate-secret"))
            #expect(try await run("plan", file).output == "nothing to do\n")
            #expect(try await run("drift", file).output == "nothing to do\n")
            let pools = try #require(try await binary.run("pool", "list", "--output", "json").document as? [[String: Any]])
            let id = try #require(pools.first?["id"] as? String)

            _ = try await binary.run("pool", "update", id, "--display-name", "Other")
            let drift = try await run("drift", file, status: 1)
            #expect(
                drift.output.hasPrefix("~ change user pool staff\n    display_name: Other -> Acme\n0 to create, 1 to change, 0 to delete\ndigest "))
            try folder.write("hunter3-of-corp", to: "secret.txt")
            let both = try await run("plan", file, "--output", "json")
            #expect((both.object["summary"] as? [String: Any])?["change"] as? Int == 2)
            #expect(try await run("apply", file).output.hasSuffix("0 created, 2 changed, 0 deleted\n"))
            #expect(try await run("plan", file).output == "nothing to do\n")

            // The same elsewhere, from what is exported here as JSON and as YAML.
            for format in ["json", "yaml"] {
                let exported = try await run("export", "--format", format)
                #expect(
                    exported.error
                        == "note: to be set where the file is used: STAFF_CORP_CLIENT_SECRET, the client_secret of identity provider 'corp' of pool 'staff'\n"
                )
                let copy = try folder.write(exported.output, to: "copy." + format)
                #expect(try await run("plan", copy, "--prune").output == "nothing to do\n")
            }
            let elsewhere = Binary(
                folder: folder,
                environment: ["COUNTERSIGN_DATABASE": "sqlite:" + folder.file("elsewhere.db"), "STAFF_CORP_CLIENT_SECRET": "hunter3-of-corp"])
            _ = try await elsewhere.run("config", "apply", folder.file("copy.yaml"))
            #expect(try await elsewhere.run("config", "export").output == String(contentsOfFile: folder.file("copy.yaml"), encoding: .utf8))
            let unset = try folder.write(Self.file.replacing("file:secret.txt", with: "env:NOBODY_SET_THIS"), to: "unset.yaml")
            #expect(try await run("plan", unset, status: 1).error.contains("unset.yaml:13:24: identity provider"))
            #expect(try await run("drift", unset, "--without-secrets").output == "nothing to do\n")
            let refused = try await run("apply", folder.file("empty.yaml"), status: 1)
            #expect(refused.error.contains("file.cannot_read"))
            try folder.write("version: 1\npools:\n  - name: staff\n    clients: []\n", to: "none.yaml")
            let left = try await run("plan", folder.file("none.yaml"))
            #expect(
                left.output == "nothing to do\n"
                    && left.error.contains("note: not in the file, left alone: client shop of staff (--prune would delete)\n"))
            #expect(try await run("apply", folder.file("none.yaml"), "--prune", status: 1).error.contains("admin.not_confirmed"))
            #expect(try await run("apply", folder.file("none.yaml"), "--prune", "--yes").output.hasSuffix("0 created, 0 changed, 1 deleted\n"))
            #expect(!said.contains("hunter"))
        }
    }

    @Test("what was planned is done where it is as it was; else it is refused, and the digest of what would be done now is told")
    func digest() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            let file = try folder.write("version: 1\npools:\n  - name: staff\n    display_name: Acme\n", to: "gate.yaml")
            let made = try await binary.run("pool", "create", "staff", "--output", "json")
            let id = try #require(made.object["id"] as? String)
            func digest() async throws -> String {
                let (plan, json) = (try await binary.run("config", "plan", file), try await binary.run("config", "plan", file, "--output", "json"))
                let digest = try #require(json.object["digest"] as? String)
                #expect(plan.output.hasSuffix("\ndigest \(digest)\n"))
                return digest
            }
            let first = try await digest()
            _ = try await binary.run("pool", "update", id, "--display-name", "Other")
            let refused = try await binary.run("config", "apply", file, "--plan", first, "--output", "json")
            let second = try await digest()
            #expect(refused.status == 1 && refused.failure["error"] as? String == "config.other_plan")
            #expect(refused.failure["expected"] as? String == first && refused.failure["seen"] as? String == second)
            let applied = try await binary.run("config", "apply", file, "--plan", second)
            #expect(applied.status == 0 && applied.output.hasSuffix("0 created, 1 changed, 0 deleted\n"), "\(applied.error)")
        }
    }

    @Test("of two of one name a plan says which is meant, for people and for programs")
    func namesakes() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            let id = try #require(try await binary.run("pool", "create", "staff", "--output", "json").object["id"] as? String)
            func clients(_ lifetime: Int) throws -> String {
                let clients = [("phone-1", 3600), ("phone-2", lifetime)].map { id, lifetime in
                    "      - { client_id: \(id), client_name: phone, redirect_uris: [\"com.example.phone:/cb\"], access_token_lifetime: \(lifetime) }\n"
                }
                return try folder.write("version: 1\npools:\n  - name: staff\n    clients:\n" + clients.joined(), to: "gate.yaml")
            }
            let made = try await binary.run("config", "apply", try clients(3600))
            #expect(made.output.contains("+ create client phone (phone-2) of staff\n"), "\(made.output) \(made.error)")
            let file = try clients(600)
            let plan = try await binary.run("config", "plan", file)
            #expect(plan.output.hasPrefix("~ change client phone (phone-2) of staff\n    access_token_lifetime: 3600 -> 600\n"), "\(plan.output)")
            let changes = try #require(try await binary.run("config", "plan", file, "--output", "json").object["changes"] as? [[String: Any]])
            #expect(changes.map { $0["id"] as? String } == ["phone-2"] && changes.map { $0["pool_id"] as? String } == [id])
        }
    }

    @Test("the file of docs/operations/configuration-as-code.md is one that can be applied")
    func example() async throws {
        let page = try String(contentsOf: Package.folder.appendingPathComponent("docs/operations/configuration-as-code.md"), encoding: .utf8)
        let file = try #require(page.firstMatch(of: #/```yaml\n(.*?)```/#.dotMatchesNewlines())).output.1
        try await TestFolder.with { folder in
            let binary = Binary(
                folder: folder, environment: ["PARTNER_SECRET": "s3cret", "ORDER_DESK_SECRET": String(repeating: "s3cret", count: 6)])
            _ = try await binary.run("pool", "create", "other")
            try folder.write(String(decoding: FakeIdentityProvider().metadata(), as: UTF8.self), to: "corp.xml")
            try folder.write(String(decoding: TestImage.svg, as: UTF8.self), to: "logo.svg")
            try folder.write("s3cret", to: "google-secret.txt")
            let plan = try await binary.run("config", "plan", try folder.write(String(file), to: "countersign.yaml"))
            #expect(plan.status == 0 && plan.output.contains("\n10 to create, 0 to change, 0 to delete\ndigest "), "\(plan.output) \(plan.error)")
            #expect(plan.error == "note: not in the file, left alone: user pool other\n")
        }
    }

    @Test("what is wrong with a file is told with its line, in YAML and in JSON, and nothing is done")
    func refusals() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            func refusal(_ text: String, _ name: String = "gate.yaml") async throws -> String {
                let result = try await binary.run("config", "plan", try folder.write(text, to: name))
                #expect(result.status == 1, "\(result.output)")
                return result.error
            }
            let unknown = try await refusal("version: 1\npools:\n  - name: staff\n    domian: a.example\n")
            #expect(unknown.contains("gate.yaml:4:5: a pool: there is no field 'domian'.") && unknown.contains("'domain'?"))
            let type = try await refusal("version: 1\npools:\n  - name: staff\n    limit_per_user: many\n")
            #expect(type.contains("gate.yaml:4:21: pool 'staff': limit_per_user is of another type.") && type.contains("a whole number"))
            for (value, seen) in [("false", "false"), ("12", "a number")] {
                let quoted = try await refusal("version: 1\npools:\n  - name: staff\n    display_name: \(value)\n")
                #expect(
                    quoted.contains("gate.yaml:4:19: pool 'staff': display_name is of another type.") && quoted.contains("in quotes")
                        && quoted.contains("seen \(seen)"), "\(quoted)")
            }
            let entry = try await refusal("version: 1\npools:\n  - name: staff\n    provider_order: [corp, 1]\n")
            #expect(entry.contains("gate.yaml:4:28: pool 'staff': provider_order") && entry.contains("each in quotes"))
            let twice = try await refusal("version: 1\npools:\n  - name: staff\n    name: other\n")
            #expect(twice.contains("gate.yaml:3:5: The name 'name' stands there twice."))
            let json = try await refusal("{\"version\": 1,\n \"pools\": [{\"name\": \"a\",\n  \"name\": \"b\"}]}", "gate.json")
            #expect(json.contains("gate.json:2:13: The name 'name' stands there twice."))
            let field = try await refusal("{\"version\": 1,\n \"pools\": [{\"name\": \"a\",\n  \"enable\": true}]}", "gate.json")
            #expect(field.contains("gate.json:3:3: a pool: there is no field 'enable'."))
            let secret = try await refusal(Self.file.replacing("file:secret.txt", with: "hunter2"))
            #expect(secret.contains("gate.yaml:13:24: ") && !secret.contains("hunter2"))
        }
    }

    @Test("what an act would refuse is told with the line of the field that is to blame, each for itself")
    func places() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            let file = folder.file("gate.yaml")
            try folder.write(Self.file, to: "gate.yaml")
            try folder.write("hunter2", to: "secret.txt")
            #expect(try await binary.run("config", "apply", file).status == 0)
            func places(_ changes: (String, String)...) async throws -> [String] {
                try folder.write(changes.reduce(Self.file) { $0.replacing($1.0, with: $1.1) }, to: "gate.yaml")
                let result = try await binary.run("config", "plan", file)
                #expect(result.status == 1)
                return result.error.matches(of: #/gate\.yaml:(\d+:\d+)/#).map { String($0.output.1) }.sorted()
            }
            #expect(try await places(("display_name: Acme", "display_name: Other\n    accent: blue\n    privacy_url: nowhere")) == ["6:13", "7:18"])
            #expect(try await places(("confidential: true", "confidential: true\n        access_token_lifetime: 1")) == ["21:32"])
            // What stands somewhere else, at the place that names it.
            try folder.write("hunter\u{7}2", to: "secret.txt")
            #expect(try await places() == ["13:24"])
        }
    }

    @Test("a reference stands where a secret, a document or a picture does, and leads to neither the server's settings nor away")
    func references() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder, environment: ["COUNTERSIGN_MASTER_KEY": "s3cret", "SECRET": "s3cret"])
            _ = try await binary.run("pool", "create", "other")
            try folder.write("s3cret", to: "secret.txt")
            func refusal(_ old: String, _ new: String) async throws -> String {
                let file = try folder.write(Self.file.replacing(old, with: new), to: "gate.yaml")
                return try await binary.run("config", "plan", file, "--without-secrets").error
            }
            let secret = "file:secret.txt"
            for (reference, words) in [
                ("env:COUNTERSIGN_MASTER_KEY", "a setting of the server"), ("file:../secret.txt", "leads away"), ("file:a/../../b", "leads away"),
            ] {
                let error = try await refusal(secret, reference)
                #expect(error.contains("config.reference") && error.contains("gate.yaml:13:24: ") && error.contains(words), "\(error)")
            }
            #expect(try await refusal(secret, "file:" + folder.file("secret.txt")).hasPrefix("note: "))
            for (value, words) in [("env:SECRET", "would be taken as it stands"), ("file:secret.txt", "would be taken as it stands")] {
                let error = try await refusal("display_name: Acme", "display_name: \(value)")
                #expect(error.contains("config.reference") && error.contains("gate.yaml:5:19: ") && error.contains(words), "\(error)")
                let list = try await refusal(
                    "[https://shop.example.com/callback]", "\n          - https://shop.example.com/callback\n          - \(value)")
                #expect(list.contains("config.reference") && list.contains("gate.yaml:23:13: "), "\(list)")
            }
            for reference in ["env:SECRET", "file:" + folder.file("logo.svg"), "file:../logo.svg"] {
                let error = try await refusal("display_name: Acme", "logo: \(reference)")
                #expect(error.contains("config.reference") && error.contains("gate.yaml:5:11: "), "\(error)")
            }
            #expect(try await refusal("display_name: Acme", "display_name: \"env: production\"").hasPrefix("note: "))
        }
    }

    @Test("no link leads away from the folder of the document, and what is no file is not waited for")
    func links() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            _ = try await binary.run("pool", "create", "other")
            try folder.write("s3cret", to: "secret.txt")
            try folder.write(String(decoding: TestImage.svg, as: UTF8.self), to: "inside.svg")
            for (name, target) in [("away.svg", "/etc/passwd"), ("etc", "/etc"), ("near.svg", "inside.svg")] {
                try FileManager.default.createSymbolicLink(atPath: folder.file(name), withDestinationPath: target)
            }
            #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
            func plan(_ old: String, _ new: String) async throws -> Binary.Result {
                let file = try folder.write(Self.file.replacing(old, with: new), to: "gate.yaml")
                return try await binary.run("config", "plan", file)
            }
            #expect(try await plan("display_name: Acme", "logo: file:near.svg").status == 0)
            for (path, words) in [("away.svg", "leads away"), ("etc/passwd", "leads away"), ("pipe", "it is no regular file")] {
                for (old, new) in [("display_name: Acme", "logo: file:\(path)"), ("file:secret.txt", "file:\(path)")] {
                    let refused = try await plan(old, new)
                    #expect(refused.status == 1 && refused.error.contains(words), "\(refused.error)")
                }
            }
            let pipe = try await plan("file:secret.txt", "file:" + folder.file("pipe"))
            #expect(pipe.status == 1 && pipe.error.contains("it is no regular file"), "\(pipe.error)")
        }
    }
}
