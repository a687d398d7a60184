import Foundation
import Gateway
import SAML
import TestSupport
import Testing
import UserPools
import XMLSecurity

@testable import CountersignCommand

@Suite("A certificate's end, in 'idp list' and 'idp show'")
struct CertificateEndTests {
    @Test("one that is over is marked, though its key is trusted still; the one that lasts longest counts")
    func row() throws {
        let idp = FakeIdentityProvider()
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let connection = SAMLConnection(metadata: String(decoding: idp.metadata(), as: UTF8.self), entityID: idp.entityID)
        let provider = try ConfiguredProvider(
            IdentityProvider(
                poolID: #require(UserPool.ID("local_Ab3")), name: #require(IdentityProvider.Name("corp")), kind: .saml(connection),
                attributeMapping: AttributeMapping(), createdAt: now, updatedAt: now))
        let end = try #require(provider.saml?.metadata.signingKeys.compactMap(\.notAfter).max())
        #expect(provider.row(at: end - 40 * 86_400)[3].utf8.count == 10)
        #expect(provider.row(at: end - 20 * 86_400)[3].hasSuffix(", 20 days") && provider.row(at: end - 1)[3].hasSuffix(", today"))
        #expect(provider.row(at: end + 1)[3].hasSuffix(" EXPIRED"))
        #expect(provider.row(at: end)[4] == "")

        let pool = UserPool(id: provider.settings.poolID, name: "Staff", domain: nil, signingAlgorithm: "ES256", createdAt: now)
        func notes(at time: Date) -> [String] { provider.warnings(at: time, in: pool, InstallationOptions()) }
        #expect(!notes(at: end - 1).contains { $0.hasPrefix("the certificate expired on ") })
        #expect(notes(at: end + 1).contains { $0.hasPrefix("the certificate expired on ") })
    }
}
