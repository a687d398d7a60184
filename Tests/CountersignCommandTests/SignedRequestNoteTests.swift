import Foundation
import TestSupport
import Testing

@testable import CountersignCommand

@Suite("SAML Metadata §2.4.3: a provider that wants signed requests")
struct SignedRequestNoteTests {
    @Test("its requests are signed unless that is switched off, which 'idp' says; every option of a request is taken")
    func noted() async throws {
        try await LifeCycleTests().with { admin in
            func make(_ name: String) async throws -> (made: Binary.Result, shown: Binary.Result) {
                let words = ["idp", "create", "saml", name, "--pool", admin.pool, "--metadata-file", "\(name).xml", "--map", "email=mail"]
                let made = try await admin.binary.run(words)
                return (made, try await admin.binary.run("idp", "show", name, "--pool", admin.pool))
            }
            var other = FakeIdentityProvider()
            other.entityID += "/other"
            let text = String(decoding: other.metadata(), as: UTF8.self)
            let wanting = text.replacing("<md:IDPSSODescriptor ", with: "<md:IDPSSODescriptor WantAuthnRequestsSigned=\"true\" ")
            try #require(wanting != text)
            try admin.folder.write(Array(wanting.utf8), to: "wanting.xml")
            try admin.folder.write(FakeIdentityProvider().metadata(), to: "plain.xml")
            let wants = try await make("wanting"), plain = try await make("plain")
            #expect(wants.made.status == 0 && !wants.made.error.contains("WantAuthnRequestsSigned"), "\(wants.made.error)")
            #expect(wants.shown.output.contains("signed; by Redirect") && plain.shown.output.contains("not signed; by Redirect"))
            let update = ["idp", "update", "wanting", "--pool", admin.pool]
            let never = try await admin.binary.run(update + ["--sign-requests", "never"])
            #expect(never.status == 0 && never.error.contains("--sign-requests metadata"), "\(never.error)")
            let post = try await admin.binary.run(
                update + [
                    "--sign-requests", "always", "--request-binding", "post", "--name-id-format", "persistent", "--authn-context", "X509",
                    "--authn-context-comparison", "minimum", "--force-authn", "--send-subject", "--ask-passively", "--provider-name", "Us",
                    "--output", "json",
                ])
            let requests = try #require(post.object["requests"] as? [String: Any], "\(post.error)")
            #expect(requests["signed"] as? Bool == true && requests["binding"] as? String == "post" && requests["force_authn"] as? Bool == true)
            #expect(requests["authn_context"] as? [String] == ["urn:oasis:names:tc:SAML:2.0:ac:classes:X509"])
            let refused = try await admin.binary.run(update + ["--name-id-format", "persistant", "--output", "json"])
            #expect(refused.failure["error"] as? String == "admin.invalid" && "\(refused.failure)".contains("--name-id-format"))
        }
    }
}
