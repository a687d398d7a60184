import Administration
import ArgumentParser
import Foundation
import SAML
import Testing

@testable import CountersignCommand

@Suite("CONTRACT, command line: what parses")
struct ParsingTests {
    @Test(
        "every command of the contract parses",
        arguments: [
            "serve --listen 127.0.0.1:8080 --public-url http://localhost:8080 --tls-certificate c --tls-key k --trusted-proxy 10.0.0.0/8 --console-pool p_1 --console-group admins --console-acr mfa --verify-twice --development --log-level debug --log-format json --config f",
            "pool create staff --domain id.example.com --signing-algorithm EdDSA --region eu", "pool list --output json", "pool show ID",
            "pool update ID --name x",
            "pool delete ID", "pool add-attribute POOL team --type boolean --multivalued",
            "idp create saml corp --pool P --metadata-file f --map email=mail --map groups=g --require email --allow-idp-initiated --idp-initiated-client c --domain a.example --domain b.example",
            "idp create saml corp --pool P --metadata-url https://x --entity-id e --allow-sha1-until 2027-01-31 --allow-cbc-until 2027-01-31 --no-allow-missing-authn-statement --allow-any-signature-order --disable --development",
            "idp list --pool P", "idp show corp --pool P", "idp update corp --pool P --enable", "idp delete corp --pool P",
            "idp refresh corp --pool P --development",
            "idp secret set corp --pool P --client-secret-file f", "idp secret set corp --pool P --client-key-file f --key-id k",
            "idp secret test corp --pool P --development", "idp secret finish corp --pool P --untested --yes", "idp secret back corp --pool P",
            "idp secret forget corp --pool P --previous --yes", "idp secret show corp --pool P --output json",
            "client create app --pool P --redirect-uri https://a --redirect-uri https://b --logout-uri https://c --confidential --idp corp --scope openid --grant refresh_token --refresh-grace 5",
            "client list --pool P", "client show ID --pool P", "client update ID --pool P --access-token-lifetime 600", "client delete ID --pool P",
            "user list --pool P --limit 5 --after x", "user show corp_ada@example.com --pool P", "user disable x --pool P", "user enable x --pool P",
            "user delete x --pool P", "user sign-out x --pool P", "user sign-out --all --yes --pool P", "key list --pool P",
            "key rotate --pool P", "key rotate --pool P --now --algorithm EdDSA", "token verify --issuer https://i --audience a -",
            "token verify",
            "saml inspect f", "saml validate f --metadata m --sp-entity-id s --acs-url a --in-response-to i --at 2026-01-31T12:00:00Z --allow-sha1",
        ])
    func parses(line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        _ = try Countersign.parseAsRoot(words + ["--database", "sqlite:x.db", "--master-key-file", "k"])
    }

    @Test(
        "wrong usage is refused with status 64",
        arguments: [
            "pool", "pool create", "pool lst", "pool update ID", "pool create x --signing-algorithm HS256", "idp create saml corp --pool P",
            "idp create saml corp --metadata-file f", "idp create saml corp --pool P --metadata-file f --metadata-url https://x",
            "idp create saml corp --pool P --metadata-file f --allow-sha1-until 2027-02-30", "idp update corp --pool P",
            "idp update corp --pool P --entity-id e", "idp update corp --pool P --enable --disable", "idp create oidc corp --pool P",
            "idp secret set corp --pool P", "idp secret set corp --pool P --client-secret-file f --client-key-file g",
            "idp secret set corp --pool P --client-secret-file f --key-id k", "idp secret forget corp --pool P",
            "idp secret forget corp --pool P --pending --previous",
            "key rotate", "key rotate --pool P --algorithm HS256",
            "client create app --pool P", "client update ID --pool P", "user list", "user list --pool P --limit 0", "saml validate f",
            "saml validate - --metadata - --sp-entity-id s --acs-url a", "serve extra", "pool list --output yaml", "nonsense",
        ])
    func wrongUsage(line: String) {
        do {
            var command = try Countersign.parseAsRoot(line.split(separator: " ").map(String.init))
            // A group without a command shows its help.
            try command.run()
            Issue.record("parsed: \(line)")
        } catch {
            let code = Countersign.exitCode(for: error)
            #expect(code == .validationFailure || (line == "pool" && code == .success))
        }
    }

    @Test("a list that is given replaces, an empty one empties, none changes nothing")
    func lists() {
        #expect(listChange([]) == nil)
        #expect(listChange([""]) == [])
        #expect(listChange(["a", "b"]) == ["a", "b"])
        #expect(listChange([], adding: ["a"], removing: ["b"]) == ListChange(added: ["a"], removed: ["b"]))
    }

    @Test("a span of time has a unit; what documents count in seconds may do without")
    func spans() {
        for (text, seconds) in [("24h", 86_400), ("30m", 1_800), ("7d", 604_800), ("0s", 0)] {
            #expect((try? Span(text))?.seconds == seconds && Seconds(argument: text)?.count == seconds)
        }
        for text in ["", "h", "-1h", "1w", "1.5h", "9999999999999999999d", "999999999999999999d"] {
            #expect((try? Span(text)) == nil && Seconds(argument: text) == nil)
        }
        #expect((try? Span("90")) == nil && Seconds(argument: "90")?.count == 90)
    }

    @Test("a moment is a day or an instant, strictly")
    func moments() {
        #expect(Moment(argument: "2026-12-31")?.date == SAMLInstant.parse("2026-12-31T00:00:00Z"))
        #expect(Moment(argument: "2026-12-31T23:59:59Z") != nil)
        for text in ["2026-02-30", "2026-1-1", "tomorrow", "2026-12-31T25:00:00Z", "2026-12-31 10:00"] { #expect(Moment(argument: text) == nil) }
    }

    @Test("the format that is asked for is known even where the rest does not parse")
    func format() {
        #expect(OutputFormat.asked(in: ["pool", "--output", "json"]) == .json)
        #expect(OutputFormat.asked(in: ["pool", "--output=json", "x"]) == .json)
        #expect(OutputFormat.asked(in: ["pool", "--output"]) == .table)
    }

    @Test(
        "the help of every command has an example, and no line of it is broken by an 80 column terminal",
        arguments: Self.allCommands(Countersign.self))
    func help(path: [String]) throws {
        let command = try path.reduce(Countersign.self as any ParsableCommand.Type) { command, name in
            try #require(command.configuration.subcommands.first { $0._commandName == name })
        }
        let examples = command.configuration.discussion.split(separator: "\n").map(String.init)
        #expect(examples.contains { $0.contains((["countersign"] + path).joined(separator: " ")) })
        let help = Countersign.helpMessage(for: command, columns: 80)
        #expect(help.contains("OVERVIEW:"))
        let lines = Set(help.split(separator: "\n").map(String.init))
        // The list of all keys is as long as it is.
        for line in examples where !line.hasPrefix("Its keys: ") { #expect(lines.contains(line), "it is broken in two: \(line)") }
    }

    private static func allCommands(_ command: any ParsableCommand.Type, path: [String] = []) -> [[String]] {
        [path] + command.configuration.subcommands.flatMap { allCommands($0, path: path + [$0._commandName]) }
    }

    @Test("a response is read as XML, as base64, and as the form that was posted")
    func captured() throws {
        let xml = Array("<Response/>".utf8)
        let base64 = Data(xml).base64EncodedString()
        let form = "RelayState=x&SAMLResponse=" + base64.replacingOccurrences(of: "=", with: "%3D").replacingOccurrences(of: "+", with: "%2B")
        #expect(try CapturedResponse.decode(xml) == xml)
        #expect(try CapturedResponse.decode(Array((base64 + "\n").utf8)) == xml)
        #expect(try CapturedResponse.decode(Array((form + "\n").utf8)) == xml)
        #expect(throws: SAMLError.self) { try CapturedResponse.decode(Array("hello".utf8)) }
        #expect(throws: SAMLError.self) { try CapturedResponse.decode(Array((form + "&" + form).utf8)) }
        #expect(throws: SAMLError.self) { try CapturedResponse.decode([]) }
    }
}
