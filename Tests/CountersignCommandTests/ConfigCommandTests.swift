import Administration
import Foundation
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

    @Test("apply makes it, a second plan is empty, drift tells of a change by hand, and no secret is ever shown")
    func wholeWay() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
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
            #expect(drift.output == "~ change user pool staff\n    display_name: Other -> Acme\n0 to create, 1 to change, 0 to delete\n")
            try folder.write("hunter3-of-corp", to: "secret.txt")
            let both = try await run("plan", file, "--output", "json")
            #expect((both.object["summary"] as? [String: Any])?["change"] as? Int == 2)
            #expect(try await run("apply", file).output.hasSuffix("0 created, 2 changed, 0 deleted\n"))
            #expect(try await run("plan", file).output == "nothing to do\n")

            // The same elsewhere, from what is exported here as JSON and as YAML.
            for format in ["json", "yaml"] {
                let exported = try await run("export", "--format", format)
                let copy = try folder.write(exported.output, to: "copy." + format)
                #expect(try await run("plan", copy, "--prune").output == "nothing to do\n")
            }
            let unset = try folder.write(Self.file.replacing("file:secret.txt", with: "env:COUNTERSIGN_TEST_UNSET"), to: "unset.yaml")
            #expect(try await run("plan", unset, status: 1).error.contains("config.reference: line 13, column 24"))
            let refused = try await run("apply", folder.file("empty.yaml"), status: 1)
            #expect(refused.error.contains("file.cannot_read"))
            try folder.write("version: 1\npools:\n  - name: staff\n    clients: []\n", to: "none.yaml")
            #expect(try await run("apply", folder.file("none.yaml"), "--prune", status: 1).error.contains("admin.not_confirmed"))
            #expect(try await run("apply", folder.file("none.yaml"), "--prune", "--yes").output.hasSuffix("0 created, 0 changed, 1 deleted\n"))
            #expect(!said.contains("hunter"))
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
            #expect(unknown.contains("config.invalid: line 4, column 5: a pool: there is no field 'domian'.") && unknown.contains("'domain'?"))
            let type = try await refusal("version: 1\npools:\n  - name: staff\n    limit_per_user: many\n")
            #expect(type.contains("line 4, column 21: pool 'staff': limit_per_user is of another type.") && type.contains("a whole number"))
            let twice = try await refusal("version: 1\npools:\n  - name: staff\n    name: other\n")
            #expect(twice.contains("config.syntax: line 3, column 5: The name 'name' stands there twice."))
            let json = try await refusal("{\"version\": 1,\n \"pools\": [{\"name\": \"a\",\n  \"name\": \"b\"}]}", "gate.json")
            #expect(json.contains("line 2, column 13: The name 'name' stands there twice."))
            let field = try await refusal("{\"version\": 1,\n \"pools\": [{\"name\": \"a\",\n  \"enable\": true}]}", "gate.json")
            #expect(field.contains("line 3, column 3: a pool: there is no field 'enable'."))
            let secret = try await refusal(Self.file.replacing("file:secret.txt", with: "hunter2"))
            #expect(secret.contains("line 13, column 24") && !secret.contains("hunter2"))
        }
    }

    @Test("documents that would grow, or go deep, are refused before they do")
    func hostile() throws {
        func refusal(_ text: String) -> String {
            do {
                _ = try ConfigYAML.read(Array(text.utf8))
                return ""
            } catch { return CommandFailure(error).problems[0].message }
        }
        let laughs = "a: &a [x, x]\nb: &b [*a, *a]\n? [*b, *b]\n: 1\n"
        #expect(refusal(laughs) == "line 2, column 8: An alias is not taken: write out what it stands for.")
        #expect(refusal("a: &a x\n") == "line 1, column 4: An anchor is not taken: write out what it stands for.")
        #expect(refusal("a: !!binary eA==\n") == "line 1, column 4: A tag is not taken.")
        #expect(refusal("a: 1\n---\nb: 2\n").hasPrefix("line 2, column 1: It is no YAML"))
        #expect(refusal("") == "The document is empty.")
        #expect(refusal(String(repeating: "[", count: 100_000)).contains("It is no YAML"))
        #expect(refusal(String(repeating: "- ", count: 100_000) + "a").contains("It is no YAML"))
        #expect(refusal(String(repeating: "[", count: 900) + String(repeating: "]", count: 900)).hasSuffix("It has more than 32 levels."))
        #expect(refusal("a: \u{0}") != "" && refusal("a: [1\n").contains("line 2"))
    }

    @Test("what is written as YAML is read as the same: words that mean something, signs, lines and letters")
    func texts() throws {
        let texts = [
            "true", "no", "null", "~", "12", "-3", "1e3", "0x1f", "a: b", "a #b", "- a", "*a", "&a", "!a", "%a", "@a", "'", "\"", "\\", "\n", " a ",
            "",
            "Åsa", "👩‍💻", "\u{85}\u{2028}", "\t", "https://a.example/?x=1&y=2", "#0b57d0", "urn:ietf:params:oauth:grant-type:device_code", "{a}", "[a]",
            "2001-01-01", "=", "<<", "a:", "?", "|", ">",
        ]
        for text in texts {
            let yaml = ConfigText.yaml(.init(.members([.init("a", .init(.list([.init(.members([.init(text, .init(.text(text)))]))])))])))
            guard case .members(let members) = try ConfigYAML.read(Array(yaml.utf8)).content, case .list(let values) = members[0].value.content,
                case .members(let inner) = values[0].content, case .text(let read) = inner[0].value.content
            else {
                Issue.record("\(yaml)")
                continue
            }
            #expect(Array(read.utf8) == Array(text.utf8) && Array(inner[0].name.utf8) == Array(text.utf8), "\(yaml)")
        }
    }
}
