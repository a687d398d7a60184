import Administration
import Foundation
import Gateway
import SAML
import TestSupport
import Testing
import UserPools
import XMLSecurity

@Suite("SAML: sign-ins by encrypted assertions, with the pool's own key")
struct EncryptedSignInTests {
    private func published(_ fixture: GatewayFixture) async throws -> [UInt8] {
        let keys = try await fixture.signIn.samlKeys.keys(of: fixture.pool).published
        return try #require(keys.last { $0.use == .encryption }).certificateDER
    }

    @Test("what a provider encrypts for the certificate in our metadata is decrypted; for another one it is refused, and that is said")
    func encrypted() async throws {
        try await GatewayFixture.run { fixture in
            let (flow, certificate) = (Flow(fixture), try await published(fixture))
            let open = try await flow.complete()
            for signed in [FakeResponse.Signed.assertion, .response, .both] {
                let user = try await flow.complete { ($0.signed, $0.encryption) = (signed, Encryption(to: certificate)) }.user
                #expect(user.id == open.user.id && user.groups == open.user.groups)
            }
            #expect(try await flow.complete { $0.innerEncryption = Encryption(to: certificate) }.user.id == open.user.id)
            #expect(try await flow.refusal { $0.encryption = Encryption() } == .saml(.xml(.encryptedForAnother)))
            #expect(try await flow.refusal { ($0.signed, $0.encryption) = (.none, Encryption(to: certificate)) } == .saml(.xml(.unsigned)))
        }
    }

    @Test("AES-CBC is let through for one provider, where the response is signed, until its date")
    func chained() async throws {
        try await GatewayFixture.run { fixture in
            let (flow, certificate) = (Flow(fixture), try await published(fixture))
            let encryption = {
                var encryption = Encryption(to: certificate)
                (encryption.method, encryption.bits) = (Encryption.aes256CBC.method, 256)
                return encryption
            }()
            let refused = try await flow.refusal { ($0.signed, $0.encryption) = (.response, encryption) }
            #expect(refused == .saml(.xml(.cbcNotAllowed(encryption.method))))
            let until = fixture.clock.now + 86_400
            try await fixture.updateProvider { $0.exceptions = [.cbc: until] }
            _ = try await flow.complete { ($0.signed, $0.encryption) = (.response, encryption) }
            #expect(
                try await flow.refusal { ($0.signed, $0.encryption) = (.assertion, encryption) } == .saml(.xml(.cbcNotSigned(encryption.method))))
            fixture.clock.advance(by: 86_400)
            #expect(try await flow.refusal { ($0.signed, $0.encryption) = (.response, encryption) } == refused)
        }
    }
}
