import Foundation
import TestSupport
import Testing
import WireFormats

@testable import CountersignCommand

/// `saml inspect` and `saml validate` on what an admin has in a file, by the real binary.
@Suite("CONTRACT, command line: captured SAML messages")
struct CapturedMessageTests {
    private static let metadata = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("metadata")

    static let samples: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: metadata.path)) ?? [])
        .filter { $0.hasSuffix(".xml") }.sorted()

    @Test("every sample of metadata/ is explained; a program gets each value in one piece", arguments: samples)
    func inspect(name: String) async throws {
        try await TestFolder.with { folder in
            let (binary, file) = (Binary(folder: folder), Self.metadata.appendingPathComponent(name).path)
            let document = try await binary.run("saml", "inspect", file, "--output", "json")
            #expect(document.status == 0 && document.object["kind"] as? String == "Metadata", "\(document.error)")
            #expect(document.object["verified"] as? Bool == false && document.object["packing"] as? String == "XML")
            let lines = try #require(document.object["lines"] as? [[String: Any]])
            #expect(lines.allSatisfy { Set($0.keys) == ["label", "value", "depth"] })
            #expect(lines.contains { $0["label"] as? String == "Entity ID" && ($0["value"] as? String)?.isEmpty == false })

            let text = try await binary.run("saml", "inspect", file)
            #expect(text.status == 0 && text.output.contains("Nothing was verified"))
            for line in lines { #expect(text.output.contains(Printable.line(try #require(line["value"] as? String)) + "\n")) }
        }
    }

    @Test("a web page is called that, as at registration")
    func webPage() async throws {
        try await TestFolder.with { folder in
            let page = try folder.write("<!DOCTYPE html>\n<html><body>Sign in</body></html>", to: "page.xml")
            let refused = try await Binary(folder: folder).run("saml", "inspect", page, "--output", "json")
            #expect(refused.failure["error"] as? String == "saml.metadata_root" && (refused.failure["seen"] as? String)?.contains("web page") == true)
        }
    }

    @Test("samples are there")
    func present() { #expect(Self.samples.count >= 6) }

    @Test("a Response as XML, base64 and form body, as a file and on standard input: the same verdict")
    func packings() async throws {
        try await TestFolder.with { folder in
            let (binary, provider) = (Binary(folder: folder), FakeIdentityProvider())
            let (consumer, audience) = ("https://id.example.com/p/saml2/idpresponse", "https://id.example.com/p/saml2/metadata")
            let response = provider.respond(requestID: "_request1", acs: consumer, audience: audience, at: Date())
            try folder.write(provider.metadata(), to: "idp.xml")
            try folder.write(response, to: "xml")
            try folder.write(Data(response).base64EncodedString() + "\n", to: "base64")
            try folder.write(Data(response).base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn]), to: "lines")
            try folder.write(provider.formBody(response, relayState: "x&y=z"), to: "form")
            let common = [
                "--metadata", "idp.xml", "--acs-url", consumer, "--sp-entity-id", audience, "--in-response-to", "_request1", "--output", "json",
            ]
            for name in ["xml", "base64", "lines", "form"] {
                let file = try await binary.run(["saml", "validate", name] + common)
                let input = try await binary.run(["saml", "validate", "-"] + common, input: binary.text(name))
                for result in [file, input] { #expect(result.status == 0 && result.object["accepted"] as? Bool == true, "\(name): \(result.error)") }
            }

            for (arguments, code, check) in [
                (["--sp-entity-id", "https://other.example"], "saml.audience", "audience"),
                (["--acs-url", consumer + "/"], "saml.destination", "destination"),
                (["--in-response-to", "_other"], "saml.in_response_to", "in_response_to"),
                (["--at", "2099-01-01"], "saml.expired", "confirmation_period"),
            ] as [([String], String, String)] {
                // Of an option that is given twice the last one counts.
                let refused = try await binary.run(["saml", "validate", "xml"] + common + arguments)
                let checks = try #require(refused.object["checks"] as? [[String: Any]], "\(refused.error)")
                let failed = checks.filter { $0["outcome"] as? String == "failed" }
                #expect(
                    refused.status == 1 && refused.object["accepted"] as? Bool == false && refused.object["error"] as? String == code,
                    "\(refused.output)")
                #expect(failed.count == 1 && failed.first?["name"] as? String == check && failed.first?["code"] as? String == code, "\(failed)")
                #expect(failed.first?["remedy"] is String && (refused.object["attributes"] as? [String: Any])?.isEmpty == true)
            }
        }
    }

    @Test(
        "what is no Response is refused by a code, and no byte of it is shown", arguments: ["", "hunter2 hunter2", "{\"hunter2\": 1}", "<hunter2/>"])
    func garbage(text: String) async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder)
            try folder.write(FakeIdentityProvider().metadata(), to: "idp.xml")
            let refused = try await binary.run(
                ["saml", "validate", "-", "--metadata", "idp.xml", "--acs-url", "https://a.example/", "--sp-entity-id", "a"], input: text)
            #expect(refused.status == 1 && !(refused.error + refused.output).contains("hunter2 "))
            #expect((refused.error + refused.output).contains("saml."))
            let missing = try await binary.run("saml", "inspect", "none.xml", "--output", "json")
            #expect(missing.status == 1 && missing.failure["error"] as? String == "file.cannot_read")
        }
    }

    @Test("cases 76 and 84: token verify refuses garbage by a code, and never shows it")
    func tokens() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder, environment: ["COUNTERSIGN_PUBLIC_URL": "https://id.example.com"])
            let made = try await binary.run("pool", "create", "staff", "--signing-algorithm", "ES256", "--output", "json")
            let issuer = try #require(made.object["issuer"] as? String)
            func part(_ json: String) -> String {
                Data(json.utf8).base64EncodedString().replacingOccurrences(of: "=", with: "").replacingOccurrences(of: "+", with: "-")
                    .replacingOccurrences(of: "/", with: "_")
            }
            let claims = part(#"{"iss":"\#(issuer)","aud":"\#(issuer)","sub":"hunter2","exp":4102444800,"iat":1}"#)
            for token in [
                "hunter2", "a.b", "a.b.c", "...", part(#"{"alg":"none","typ":"at+jwt"}"#) + "." + claims + ".",
                part(#"{"alg":"NONE"}"#) + "." + claims + ".aGk", part(#"{"alg":"HS256","typ":"at+jwt"}"#) + "." + claims + ".aGk",
                part(#"{"alg":"ES256","alg":"none"}"#) + "." + claims + ".aGk", part(#"{"alg":"ES256"}"#) + "." + claims + ".a.b.c",
                String(repeating: ".", count: 1000), String(repeating: "a", count: 20_000) + ".b.c", String(repeating: "[", count: 5000),
            ] {
                let refused = try await binary.run("token", "verify", "--output", "json", input: token)
                #expect(refused.status == 1 && refused.output.isEmpty, "\(token.prefix(40))")
                #expect((refused.failure["error"] as? String)?.hasPrefix("token.") == true, "\(refused.error)")
                #expect(token.utf8.count < 6 || !refused.error.contains(token))
            }
            let empty = try await binary.run("token", "verify", "--output", "json", input: " \n")
            #expect(empty.status == 64 && empty.failure["error"] as? String == "token.missing")
            let large = try await binary.run("token", "verify", "--output", "json", input: String(repeating: "a", count: 70_000))
            #expect(large.status == 1 && large.failure["error"] as? String == "file.too_large")
        }
    }
}
