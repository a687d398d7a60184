import Foundation
import SAML
import TestSupport
import Testing
import XMLSecurity

@Suite("SAML Metadata §2: metadata of an identity provider (case 74)")
struct MetadataTests {
    private let now = Fixture.now
    private let second = FakeIdentityProvider.Key.second.certificateBase64

    private func refusal(_ bytes: [UInt8], entityID: String? = nil, signers: [TrustedKey] = []) -> String? {
        do {
            _ = try IdentityProviderMetadata(parsing: bytes, entityID: entityID, signers: signers, at: now)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("The fake identity provider's own metadata is read whole")
    func whole() throws {
        var identityProvider = FakeIdentityProvider()
        identityProvider.publishedKeys = [.first, .second, .curve]
        let metadata = try IdentityProviderMetadata(parsing: identityProvider.metadata(), at: now)
        #expect(metadata.entityID == identityProvider.entityID)
        #expect(metadata.signingKeys.map(\.description) == ["RSA 2048", "RSA 2048", "P-256"])
        #expect(metadata.singleSignOnService(.httpRedirect)?.location == identityProvider.singleSignOnLocation)
        #expect(metadata.singleSignOnService(.soap) == nil)
        #expect(metadata.preferredSingleSignOnService.binding == .httpRedirect)
        #expect(metadata.displayName == "Example Identity Provider")
        #expect(!metadata.wantsAuthnRequestsSigned && metadata.validUntil == nil)
    }

    @Test("A DOCTYPE, and other things that no parser should be asked to read")
    func xml() {
        #expect(refusal(Array("<!DOCTYPE md:EntityDescriptor>".utf8) + TestMetadata.document()) == "saml.metadata_doctype")
        #expect(refusal([]) == "saml.metadata_malformed")
        #expect(refusal(Array("<html><body>Sign in</body></html>".utf8)) == "saml.metadata_root")
        #expect(refusal(Array("<EntityDescriptor entityID=\"a\"/>".utf8)) == "saml.metadata_root")
    }

    @Test("20 MB")
    func tooLarge() {
        let padding = String(repeating: " ", count: 20_000_000)
        #expect(refusal(TestMetadata.document(extra: padding)) == "saml.metadata_too_large")
    }

    @Test("No signing key, only keys for encryption, certificates that are none")
    func keys() {
        #expect(refusal(TestMetadata.document(certificates: [])) == "saml.metadata_no_signing_key")
        #expect(refusal(TestMetadata.document(use: " use=\"encryption\"")) == "saml.metadata_only_encryption_keys")
        #expect(refusal(TestMetadata.document(use: " use=\"other\"")) == "saml.metadata_no_signing_key")
        for garbage in ["", "garbage!", "AAAA", String(second.dropLast(40)), second + second] {
            #expect(refusal(TestMetadata.document(certificates: [garbage])) == "saml.metadata_certificate")
            #expect(refusal(TestMetadata.document(certificates: [second, garbage])) == "saml.metadata_certificate")
        }
        let keyName =
            "<md:KeyDescriptor><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:KeyName>k</ds:KeyName></ds:KeyInfo></md:KeyDescriptor>"
        #expect(refusal(TestMetadata.document(certificates: [], extra: keyName)) == "saml.metadata_no_signing_key")
    }

    @Test("A key without use signs; an encryption key beside it does not; one listed twice counts once; indentation and PEM lines are left out")
    func usableKeys() throws {
        let pem = "-----BEGIN CERTIFICATE-----\n\t \(second)\r\n-----END CERTIFICATE-----\n"
        let document = TestMetadata.document(
            certificates: [second, pem], use: "",
            extra: TestMetadata.key(FakeIdentityProvider.Key.first.certificateBase64, use: " use=\"encryption\""))
        let metadata = try IdentityProviderMetadata(parsing: document, at: now)
        #expect(metadata.signingKeys == [try TrustedKey(certificateDER: FakeIdentityProvider.Key.second.certificateDER)])
    }

    @Test("At most eight keys")
    func tooManyKeys() throws {
        let certificates = try MetadataSample.manyCertificates()
        #expect(certificates.count >= 9)
        #expect(refusal(TestMetadata.document(certificates: Array(certificates.prefix(8)))) == nil)
        #expect(refusal(TestMetadata.document(certificates: Array(certificates.prefix(9)))) == "saml.metadata_too_many_keys")
    }

    @Test("validUntil of the entity, of its role, and of the group around it", arguments: ["2027-01-15T08:00:00Z", "2001-01-01T00:00:00Z"])
    func expired(_ instant: String) {
        let past = " validUntil=\"\(instant)\""
        #expect(refusal(TestMetadata.document(attributes: past)) == "saml.metadata_expired")
        #expect(refusal(TestMetadata.document(roleAttributes: past)) == "saml.metadata_expired")
        #expect(refusal(TestMetadata.group(TestMetadata.entity(), attributes: past)) == "saml.metadata_expired")
    }

    @Test("The earliest validUntil counts, and must be a UTC time")
    func validUntil() throws {
        let document = TestMetadata.group(
            TestMetadata.entity(attributes: " validUntil=\"2027-03-01T00:00:00Z\""), attributes: " validUntil=\"2027-02-01T00:00:00Z\"")
        #expect(try IdentityProviderMetadata(parsing: document, at: now).validUntil == SAMLInstant.parse("2027-02-01T00:00:00Z"))
        #expect(refusal(TestMetadata.document(attributes: " validUntil=\"tomorrow\"")) == "saml.metadata_time")
        #expect(refusal(TestMetadata.document(attributes: " validUntil=\"2030-01-01T00:00:00+02:00\"")) == "saml.metadata_time")
    }

    @Test("A certificate that has expired stays a key: the metadata is the trust")
    func expiredCertificate() {
        #expect(refusal(TestMetadata.document(certificates: [MetadataSample.expiredCertificate])) == nil)
    }

    @Test("Several entities: one identity provider among service providers needs no choice, two do, and the same twice is no choice")
    func choice() throws {
        let one = TestMetadata.entity(entityID: "https://one.example"), two = TestMetadata.entity(entityID: "https://two.example")
        let service =
            "<md:EntityDescriptor entityID=\"https://app.example\">"
            + "<md:SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"/></md:EntityDescriptor>"
        let nested = String(decoding: TestMetadata.group(two), as: UTF8.self)
        #expect(refusal(TestMetadata.group(service, one)) == nil)
        #expect(throws: SAMLError.metadataChoice(found: ["https://one.example", "https://two.example"])) {
            try IdentityProviderMetadata(parsing: TestMetadata.group(one, service, nested), at: now)
        }
        #expect(
            try IdentityProviderMetadata(parsing: TestMetadata.group(one, nested), entityID: "https://two.example", at: now).entityID
                == "https://two.example")
        #expect(refusal(TestMetadata.group(one, one), entityID: "https://one.example") == "saml.metadata_choice")
        #expect(refusal(TestMetadata.group(one), entityID: "https://one.example/") == "saml.metadata_entity")
        #expect(refusal(TestMetadata.document(), entityID: "https://other.example") == "saml.metadata_entity")
        #expect(refusal(TestMetadata.group(service)) == "saml.metadata_no_identity_provider")
        #expect(refusal(TestMetadata.group(service), entityID: "https://app.example") == "saml.metadata_no_identity_provider")
        #expect(refusal(TestMetadata.group()) == "saml.metadata_no_identity_provider")
    }

    @Test("A role of SAML 1.1 only is none of ours")
    func protocols() {
        let old = String(decoding: TestMetadata.document(), as: UTF8.self)
            .replacingOccurrences(
                of: "protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"",
                with: "protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:1.1:protocol\"")
        #expect(refusal(Array(old.utf8)) == "saml.metadata_no_identity_provider")
    }

    @Test(
        "An entityID that could never match an Issuer",
        arguments: ["", " ", " https://idp.example", "https://idp.example ", "\u{A0}x", "a\u{2003}b", String(repeating: "a", count: 1025)])
    func entityID(_ entityID: String) {
        #expect(refusal(TestMetadata.document(entityID: entityID)) == "saml.metadata_entity_id")
    }

    @Test("A blank inside an entity ID stays; white space around a location is not part of it (XML Schema §4.3.6)")
    func blanks() throws {
        let service = TestMetadata.service("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect", "&#10;\t https://idp.example/sso \n")
        let metadata = try IdentityProviderMetadata(parsing: TestMetadata.document(entityID: "JumpCloud Example", singleSignOn: service), at: now)
        #expect(metadata.entityID == "JumpCloud Example")
        #expect(metadata.preferredSingleSignOnService.location == "https://idp.example/sso")
    }

    @Test("What is no XML says where and why; a web page is called that, and so is a line before the XML declaration")
    func words() {
        func error(_ text: String) -> SAMLError? {
            do throws(SAMLError) {
                _ = try IdentityProviderMetadata(parsing: Array(text.utf8), at: now)
                return nil
            } catch { return error }
        }
        for page in ["<!DOCTYPE html><html></html>", "\n<!doctype HTML>", "\u{FEFF}<HTML lang=en>", "<html><body>Sign in<br></body></html>"] {
            #expect(error(page) == .metadataRoot(seen: "a web page (HTML)"))
        }
        let mismatch = error("<md:a xmlns:md=\"urn:x\">\n<b>\n</c></md:a>")
        #expect(mismatch?.code == "saml.metadata_malformed" && mismatch?.message.contains("line 3: Opening and ending tag mismatch") == true)
        let early = error("\n<?xml version=\"1.0\"?><a/>")
        #expect(early?.code == "saml.metadata_malformed" && early?.message.contains("before <?xml") == true)
    }

    @Test(
        "A single sign-on address that no browser should be sent to",
        arguments: [
            "javascript:alert(1)", "ftp://idp.example/", "//idp.example/sso", "/sso", "", "https://", "https:///sso", "https://user@idp.example/",
            "https://idp.example\\@evil.example/",
            "https://idp.example/ a", "https://idp.example/&#10;x", "https://idp.example/&quot;", "data:text/html,x", "https://:443/",
            "h\u{442}tps://idp.example/",
        ])
    func endpoint(_ location: String) {
        let service = TestMetadata.service("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect", location)
        #expect(refusal(TestMetadata.document(singleSignOn: service)) == "saml.metadata_endpoint")
    }

    @Test("Plain HTTP is read and marked; a binding that is not known is passed over; none that a browser can use is refused")
    func bindings() throws {
        let plain = TestMetadata.service("urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", "http://localhost:8081/sso")
        let metadata = try IdentityProviderMetadata(parsing: TestMetadata.document(singleSignOn: plain), at: now)
        #expect(metadata.preferredSingleSignOnService.isPlainHTTP)
        #expect(metadata.preferredSingleSignOnService.binding == .httpPOST)
        let old = TestMetadata.service("urn:mace:shibboleth:1.0:profiles:AuthnRequest", "javascript:never-looked-at")
        #expect(refusal(TestMetadata.document(singleSignOn: old)) == "saml.metadata_no_single_sign_on")
        #expect(refusal(TestMetadata.document(singleSignOn: old + TestMetadata.redirect)) == nil)
        let soap = TestMetadata.service("urn:oasis:names:tc:SAML:2.0:bindings:SOAP", "https://idp.example/soap")
        #expect(refusal(TestMetadata.document(singleSignOn: soap)) == "saml.metadata_no_single_sign_on")
    }

    @Test("Where a signer is pinned: unsigned, altered, and signed by another are refused, and only signed bytes are read")
    func pinnedSigner() throws {
        let signer = try TrustedKey(certificateDER: FakeIdentityProvider.Key.second.certificateDER)
        let other = try TrustedKey(certificateDER: FakeIdentityProvider.Key.curve.certificateDER)
        let unsigned = TestMetadata.document(attributes: " ID=\"_metadata\"")
        let xmlSigner = try XMLSigner(privateKeyPEM: FakeIdentityProvider.Key.second.privateKeyPEM, certificateDER: nil)
        let signed = try xmlSigner.sign(unsigned, elementID: "_metadata", afterChild: nil)
        let altered = Array(String(decoding: signed, as: UTF8.self).replacingOccurrences(of: "/saml/sso", with: "/evil").utf8)
        #expect(refusal(signed, signers: [signer]) == nil)
        #expect(refusal(signed, signers: [other, signer]) == nil)
        #expect(refusal(unsigned, signers: [signer]) == "saml.metadata_unsigned")
        #expect(refusal(altered, signers: [signer]) == "saml.metadata_signature_invalid")
        #expect(refusal(signed, signers: [other]) == "saml.metadata_signature_invalid")
    }

    @Test("Attributes and elements of other namespaces are everybody's right")
    func extensions() {
        let extra = "<md:Extensions><x:Anything xmlns:x=\"urn:x\" x:a=\"b\"/></md:Extensions>"
        #expect(
            refusal(
                TestMetadata.document(
                    attributes: " xmlns:y=\"urn:y\" y:registered=\"true\"", roleAttributes: " xmlns:y=\"urn:y\" y:z=\"1\"", extra: extra)) == nil)
    }
}
