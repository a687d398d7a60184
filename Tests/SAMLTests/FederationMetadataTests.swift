import Foundation
import TestSupport
import Testing
import XMLSecurity

@testable import SAML

@Suite("SAML Metadata §2.3.1: the metadata of a federation")
struct FederationMetadataTests {
    private let now = Fixture.now
    private let signer = FakeIdentityProvider.Key.second

    private struct Read {
        var entities: [FederationEntity] = []
        var metadata: FederationMetadata?
        var code: String?
    }

    private func signed(_ entities: [String], attributes: String = " validUntil=\"2099-01-01T00:00:00Z\" cacheDuration=\"PT6H\"") throws -> [UInt8] {
        let names =
            " xmlns:mdui=\"urn:oasis:names:tc:SAML:metadata:ui\" xmlns:mdrpi=\"urn:oasis:names:tc:SAML:metadata:rpi\""
            + " xmlns:mdattr=\"urn:oasis:names:tc:SAML:metadata:attribute\" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\""
            + " xmlns:shibmd=\"urn:mace:shibboleth:metadata:1.0\""
        let text =
            "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"\(names) ID=\"_all\"\(attributes)>\(entities.joined())"
            + "</md:EntitiesDescriptor>"
        return try XMLSigner(privateKeyPEM: signer.privateKeyPEM, certificateDER: nil).sign(Array(text.utf8), elementID: "_all", afterChild: nil)
    }

    private func read(_ bytes: [UInt8], signers: [TrustedKey]? = nil) throws -> Read {
        var read = Read()
        let signers = try signers ?? [TrustedKey(certificateDER: signer.certificateDER)]
        do throws(SAMLError) {
            var reader = try FederationMetadataReader(signers: signers, at: now)
            try reader.read(Array(bytes.prefix(500))) { read.entities.append($0) }
            try reader.read(Array(bytes.dropFirst(500))) { read.entities.append($0) }
            read.metadata = try reader.finish()
        } catch {
            read.code = error.code
        }
        return read
    }

    private func entity(_ host: String, extensions: String = "", ofRole: String = "", attributes: String = "") -> String {
        let role = "<md:IDPSSODescriptor "
        return TestMetadata.entity(
            entityID: "https://\(host)/idp", attributes: attributes, extra: ofRole.isEmpty ? "" : "<md:Extensions>\(ofRole)</md:Extensions>"
        ).replacingOccurrences(of: role, with: (extensions.isEmpty ? "" : "<md:Extensions>\(extensions)</md:Extensions>") + role)
    }

    @Test(
        "MDRPI §2.1, MDATTR §2.4: who registered an entity and what it is says the registrar, and no role of it; an entity ID has 1,024 bytes at most"
    )
    func ofTheWhole() throws {
        let own = """
            <mdrpi:RegistrationInfo registrationAuthority="https://registrar.example"/><mdattr:EntityAttributes>
            <saml:Attribute Name="a"><saml:AttributeValue>b</saml:AttributeValue></saml:Attribute></mdattr:EntityAttributes>
            """
        let long = String(repeating: "ä", count: 510)
        let read = try read(signed([entity("one.example", ofRole: own), entity(long), entity("two.example", extensions: own)]))
        #expect(read.entities.map(\.entityID) == ["https://one.example/idp", "https://two.example/idp"])
        #expect(read.entities.map(\.registrationAuthority) == [nil, "https://registrar.example"])
        #expect(read.entities.map(\.entityAttributes) == [[:], ["a": ["b"]]])
    }

    @Test("MDUI, MDRPI, MDATTR and shibmd:Scope, as federations publish them")
    func whole() throws {
        let display = """
            <mdui:UIInfo><mdui:DisplayName xml:lang="en"> University
              of Examples </mdui:DisplayName><mdui:DisplayName xml:lang="de-AT">Universität</mdui:DisplayName>
            <mdui:DisplayName>none</mdui:DisplayName><mdui:Keywords xml:lang="en">uni example+town</mdui:Keywords>
            <mdui:Logo height="600" width="600">https://x.example/large.png</mdui:Logo>
            <mdui:Logo height="40" width="80" xml:lang="en">https://x.example/small.png</mdui:Logo>
            <mdui:Logo height="40" width="40">http://x.example/insecure.png</mdui:Logo></mdui:UIInfo>
            <shibmd:Scope regexp="false"> uni.example </shibmd:Scope><shibmd:Scope regexp="true">.*\\.uni\\.example</shibmd:Scope>
            """
        let more = """
            <mdrpi:RegistrationInfo registrationAuthority="https://registrar.example"/><mdattr:EntityAttributes>
            <saml:Attribute Name="http://macedir.org/entity-category-support"><saml:AttributeValue>https://a.example</saml:AttributeValue>
            <saml:AttributeValue>https://b.example</saml:AttributeValue></saml:Attribute></mdattr:EntityAttributes>
            """
        let read = try read(
            signed([entity("one.example", extensions: more, ofRole: display, attributes: " cacheDuration=\"PT1H\""), entity("two.example")]))
        #expect(read.code == nil && read.entities.count == 2)
        let one = try #require(read.entities.first)
        #expect(one.entityID == "https://one.example/idp")
        #expect(one.displayNames == ["en": "University of Examples", "de-at": "Universität"])
        #expect(one.keywords == ["en": ["uni", "example town"]])
        #expect(one.logo == "https://x.example/small.png")
        #expect(one.registrationAuthority == "https://registrar.example")
        #expect(one.entityAttributes == ["http://macedir.org/entity-category-support": ["https://a.example", "https://b.example"]])
        #expect(one.scopes == [.init(value: "uni.example", isRegexp: false), .init(value: ".*\\.uni\\.example", isRegexp: true)])
        // The shortest and the earliest of what stands around it.
        #expect(one.cacheDuration == 3600 && one.validUntil == SAMLInstant.parse("2099-01-01T00:00:00Z"))
        // What is kept stands by itself, and is read as the metadata of one provider.
        #expect(try IdentityProviderMetadata(parsing: one.document, entityID: one.entityID, at: now).entityID == one.entityID)
        let metadata = try #require(read.metadata)
        #expect(metadata.counts.identityProviders == 2 && metadata.counts.leftOut.isEmpty && metadata.cacheDuration == 6 * 3600)
    }

    @Test("an entity that cannot be used is left out with its reason, and never stops the others")
    func leftOut() throws {
        let read = try read(
            signed([
                entity("one.example"), entity("one.example"), entity("old.example", attributes: " validUntil=\"2001-01-01T00:00:00Z\""),
                TestMetadata.entity(entityID: "https://keys.example/idp", certificates: []),
                TestMetadata.entity(entityID: "https://nowhere.example/idp", singleSignOn: ""), TestMetadata.entity(entityID: " blank "),
                entity("sp.example").replacingOccurrences(of: "IDPSSODescriptor", with: "SPSSODescriptor"), entity("two.example"),
            ]))
        #expect(read.code == nil)
        #expect(read.entities.map(\.entityID) == ["https://one.example/idp", "https://two.example/idp"])
        let counts = try #require(read.metadata?.counts)
        #expect(counts.others == 1)
        #expect(
            counts.leftOut == [
                "saml.metadata_choice": 1, "saml.metadata_expired": 1, "saml.metadata_no_signing_key": 1, "saml.metadata_no_single_sign_on": 1,
                "saml.metadata_entity_id": 1,
            ])
        #expect(counts.examples.map(\.entityID).contains("https://old.example/idp"))
    }

    @Test("a document that is not signed by a pinned key, was altered, has no end or has ended is refused whole")
    func refused() throws {
        let entities = [entity("one.example"), entity("two.example")]
        let good = try signed(entities)
        let other = try TrustedKey(certificateDER: FakeIdentityProvider.Key.curve.certificateDER)
        func altered(_ part: String, _ with: String) -> [UInt8] {
            Array(String(decoding: good, as: UTF8.self).replacingOccurrences(of: part, with: with).utf8)
        }
        #expect(try read(good).code == nil)
        #expect(try read(good, signers: [other]).code == "saml.metadata_signature_invalid")
        #expect(try read(good, signers: []).code == "saml.metadata_no_keys")
        let evil = try read(altered("https://two.example/idp", "https://evil.example/idp"))
        #expect(evil.code == "saml.metadata_signature_invalid" && evil.metadata == nil)
        #expect(try read(signed(entities, attributes: "")).code == "saml.metadata_without_end")
        #expect(try read(signed(entities, attributes: " validUntil=\"2001-01-01T00:00:00Z\"")).code == "saml.metadata_expired")
        #expect(try read(signed(entities, attributes: " validUntil=\"tomorrow\"")).code == "saml.metadata_time")
        #expect(try read(TestMetadata.group(entities[0])).code == "saml.metadata_unsigned")
        #expect(try read(TestMetadata.document()).code == "saml.metadata_root")
        #expect(try read(Array("<!DOCTYPE html><html></html>".utf8)).code == "saml.metadata_root")
        #expect(try read([]).code == "saml.metadata_malformed")
    }
}
