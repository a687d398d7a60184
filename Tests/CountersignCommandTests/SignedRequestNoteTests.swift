import Foundation
import TestSupport
import Testing

@testable import CountersignCommand

@Suite("SAML Metadata §2.4.3: a provider that wants signed requests")
struct SignedRequestNoteTests {
    @Test("metadata with WantAuthnRequestsSigned is taken with a note, and 'idp show' has a line")
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
            #expect(wants.made.status == 0 && wants.made.error.contains("WantAuthnRequestsSigned"), "\(wants.made.error)")
            #expect(wants.shown.output.contains("sign-in requests") && wants.shown.error.contains("WantAuthnRequestsSigned"))
            #expect(plain.made.status == 0 && !plain.made.error.contains("WantAuthnRequestsSigned"))
            #expect(!plain.shown.output.contains("sign-in requests"))
        }
    }
}
