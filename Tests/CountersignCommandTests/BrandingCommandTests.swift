import Foundation
import TestSupport
import Testing

@testable import CountersignCommand

@Suite("Branding from the command line: the real binary")
struct BrandingCommandTests {
    @Test("pool update and idp create, update: what is given is shown, 'none' takes it away, and what is refused says why")
    func branding() async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder, environment: ["COUNTERSIGN_PUBLIC_URL": "https://id.example.com"])
            try folder.write(TestImage.svg, to: "acme.svg")
            try folder.write(TestImage.png, to: "corp.png")
            try folder.write(TestImage.png(width: 4000, height: 10), to: "wide.png")
            try folder.write("<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>", to: "evil.svg")
            try folder.write([UInt8](repeating: 0, count: 2 << 20), to: "huge.png")
            try folder.write(FakeIdentityProvider().metadata(), to: "idp.xml")
            let made = try await binary.run("pool", "create", "staff", "--signing-algorithm", "ES256", "--output", "json")
            let id = try #require(made.object["id"] as? String)
            #expect(made.object["logo"] is NSNull && made.object["accent"] is NSNull)
            func update(_ arguments: String...) async throws -> Binary.Result {
                try await binary.run(["pool", "update", id, "--output", "json"] + arguments)
            }

            let updated = try await update(
                "--display-name", "Acme", "--logo", "acme.svg", "--accent", "#0b57d0", "--dark-accent", "#8ab4f8", "--privacy-url",
                "https://example.com/privacy", "--terms-url", "https://example.com/terms")
            #expect(updated.status == 0, "\(updated.error)")
            let pool = try await binary.run("pool", "show", id, "--output", "json").object
            for (name, value) in [
                ("display_name", "Acme"), ("accent", "#0b57d0"), ("dark_accent", "#8ab4f8"), ("privacy_url", "https://example.com/privacy"),
                ("terms_url", "https://example.com/terms"), ("name", "staff"),
            ] {
                #expect(pool[name] as? String == value && updated.object[name] as? String == value)
            }
            #expect((pool["logo"] as? String)?.hasPrefix("https://id.example.com/\(id)/assets/images/") == true)
            let table = try await binary.run("pool", "show", id)
            #expect(table.output.contains("Acme") && table.output.contains("/assets/images/"))

            for (arguments, part) in [
                (["--accent", "#ffd700"], "1.40:1"), (["--dark-accent", "#000000"], "3:1"), (["--logo", "wide.png"], "4000 x 10"),
                (["--logo", "evil.svg"], "script"), (["--privacy-url", "http://example.com"], "https"), (["--logo", "idp.xml"], "SVG"),
            ] {
                let refused = try await binary.run(["pool", "update", id, "--output", "json"] + arguments)
                #expect(refused.status == 1 && refused.failure["error"] as? String == "admin.invalid", "\(refused.error)")
                #expect((refused.failure["message"] as? String)?.contains(part) == true && refused.failure["remedy"] is String, "\(refused.error)")
            }
            let missing = try await update("--logo", "missing.png")
            #expect(missing.status == 1 && missing.failure["error"] as? String == "file.cannot_read")
            #expect(try await update("--logo", "huge.png").failure["error"] as? String == "file.too_large")
            #expect(try await update().status == 64)
            #expect(try await binary.run("pool", "show", id, "--output", "json").object["logo"] as? String == pool["logo"] as? String)

            let created = try await binary.run(
                "idp", "create", "saml", "corp", "--pool", id, "--metadata-file", "idp.xml", "--display-name", "Acme Corporation", "--logo",
                "corp.png",
                "--output", "json")
            #expect(created.object["display_name"] as? String == "Acme Corporation", "\(created.error)")
            #expect((created.object["logo"] as? String)?.contains("/assets/images/") == true)
            // A logo that is refused makes no provider.
            let none = try await binary.run(
                "idp", "create", "saml", "other", "--pool", id, "--metadata-file", "idp.xml", "--logo", "evil.svg", "--output", "json")
            #expect(none.status == 1 && none.failure["error"] as? String == "admin.invalid")
            #expect(try await binary.run("idp", "show", "other", "--pool", id).status == 1)
            let changed = try await binary.run("idp", "update", "corp", "--pool", id, "--display-name", "none", "--output", "json").object
            #expect(changed["display_name"] is NSNull && changed["logo"] as? String == created.object["logo"] as? String)
            let bare = try await binary.run("idp", "update", "corp", "--pool", id, "--logo", "none", "--output", "json").object
            #expect(bare["logo"] is NSNull && bare["name"] as? String == "corp")

            let cleared = try await update("--display-name", "none", "--logo", "none", "--accent", "none", "--privacy-url", "none").object
            #expect(["display_name", "logo", "accent", "privacy_url"].allSatisfy { cleared[$0] is NSNull })
            #expect(cleared["terms_url"] as? String == "https://example.com/terms")
        }
    }
}
