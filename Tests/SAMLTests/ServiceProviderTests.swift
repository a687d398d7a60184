import Foundation
import SAML
import TestSupport
import Testing
import WireFormats
import XMLSecurity

@Suite("SAML Core §3.4.1 and SAML Metadata §2.4.4: what we send and publish")
struct ServiceProviderTests {
    private let fixture = Fixture()
    private let now = Fixture.now

    private func request(
        binding: Binding? = nil, forceAuthn: Bool = false, isPassive: Bool = false, nameIDFormat: String? = nil, contexts: [String] = []
    ) -> AuthnRequest {
        fixture.serviceProvider.makeAuthnRequest(
            id: "_0123456789abcdef", to: fixture.identityProvider.identityProviderMetadata(at: now), binding: binding,
            assertionConsumerService: Fixture.consumer, forceAuthn: forceAuthn, isPassive: isPassive, nameIDFormat: nameIDFormat,
            requestedAuthnContext: RequestedAuthnContext(contexts), at: now)
    }

    @Test("A request is read as it was made")
    func roundTrip() throws {
        let requests = [
            request(), request(forceAuthn: true, isPassive: true), request(nameIDFormat: NameIDFormat.persistent),
            request(contexts: ["urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken", "https://refeds.org/profile/mfa"]),
        ]
        for request in requests { #expect(try AuthnRequest(parsing: request.encoded()) == request) }
    }

    @Test("A request says who asks, where the answer goes, and how")
    func content() {
        let request = request()
        #expect(request.issuer == fixture.serviceProvider.entityID)
        #expect(request.destination == fixture.identityProvider.singleSignOnLocation)
        #expect(request.assertionConsumerServiceURL == Fixture.consumer)
        #expect(request.protocolBinding == .httpPOST)
        #expect(request.issueInstant == now)
    }

    @Test("The endpoint of the binding that was asked for, else the preferred one")
    func binding() {
        #expect(request(binding: .httpPOST).binding == .httpPOST)
        #expect(request(binding: .soap).binding == .httpRedirect)
    }

    @Test("XML that would break out of its place is escaped (THREATS S35)")
    func escaping() throws {
        let hostile = "\"/><evil a='&\">"
        let serviceProvider = ServiceProvider(entityID: hostile, assertionConsumerServices: [hostile], displayName: hostile)
        let request = serviceProvider.makeAuthnRequest(
            id: "_1", to: fixture.identityProvider.identityProviderMetadata(at: now), assertionConsumerService: hostile, nameIDFormat: hostile,
            at: now)
        let read = try AuthnRequest(parsing: request.encoded())
        #expect(read.issuer == hostile && read.assertionConsumerServiceURL == hostile && read.nameIDPolicyFormat == hostile)
        let root = try XMLDocument(parsing: serviceProvider.metadata(), limits: .metadata).root
        #expect(root.attribute("entityID") == hostile)
    }

    @Test(
        "A request that is not one is refused",
        arguments: [
            ("samlp:AuthnRequest", "samlp:LogoutRequest", "saml.malformed"), ("Version=\"2.0\"", "Version=\"1.1\"", "saml.version"),
            ("ID=\"_0123456789abcdef\"", "", "saml.malformed"), ("IssueInstant=\"2027", "IssueInstant=\"20270", "saml.malformed_time"),
            ("<saml:Issuer>", "<saml:Issuer/><saml:Other>", "saml.malformed"),
        ])
    func refused(_ change: (String, String, String)) {
        let document = String(decoding: request().encoded(), as: UTF8.self).replacingOccurrences(of: change.0, with: change.1)
            .replacingOccurrences(of: change.1.contains("Other") ? "</saml:Issuer>" : "\u{0}", with: "</saml:Other>")
        do {
            _ = try AuthnRequest(parsing: Array(document.utf8))
            Issue.record("accepted")
        } catch {
            #expect(error.code == change.2)
        }
    }

    @Test("Our metadata: entity ID, signed assertions wanted, POST ACS with index 0 as default, formats, display name")
    func metadata() throws {
        var serviceProvider = fixture.serviceProvider
        serviceProvider = ServiceProvider(
            entityID: serviceProvider.entityID, assertionConsumerServices: [Fixture.consumer, "https://staff.example/saml2/idpresponse"],
            displayName: "Staff & Guests")
        let root = try XMLDocument(parsing: serviceProvider.metadata(), limits: .metadata).root
        func metadata(_ name: String) -> XMLName { XMLName("urn:oasis:names:tc:SAML:2.0:metadata", name) }
        #expect(root.name == metadata("EntityDescriptor"))
        #expect(root.attribute("entityID") == serviceProvider.entityID)
        let role = try #require(root.first(metadata("SPSSODescriptor")))
        #expect(role.attribute("WantAssertionsSigned") == "true")
        #expect(role.attribute("protocolSupportEnumeration") == "urn:oasis:names:tc:SAML:2.0:protocol")
        let services = role.elements(metadata("AssertionConsumerService"))
        let places = [Fixture.consumer, "https://staff.example/saml2/idpresponse"]
        #expect(services.map { $0.attribute("Location") } == places + places)
        #expect(services.map { $0.attribute("index") } == ["0", "1", "2", "3"])
        #expect(services.map { $0.attribute("isDefault") } == ["true", nil, nil, nil])
        let (post, artifact) = (Binding.httpPOST.uri, Binding.httpArtifact.uri)
        #expect(services.map { $0.attribute("Binding") } == [post, post, artifact, artifact])
        #expect(role.elements(metadata("NameIDFormat")).count == 3)
        // The schema's order: Extensions, NameIDFormat, AssertionConsumerService.
        #expect(role.elements.first?.name == metadata("Extensions") && role.elements.last?.name == metadata("AssertionConsumerService"))
    }

    @Test("SAML Metadata §2.4.1.1: keys stand after the extensions, those for encryption with what we decrypt, and neither CBC nor RSA 1.5")
    func keys() throws {
        let keys = [PublishedKey(.signing, [1, 2, 3]), PublishedKey(.encryption, [4])]
        let serviceProvider = ServiceProvider(entityID: "https://sp.example", assertionConsumerServices: [Fixture.consumer], displayName: "Staff")
        let root = try XMLDocument(parsing: serviceProvider.metadata(keys: keys), limits: .metadata).root
        func metadata(_ name: String) -> XMLName { XMLName("urn:oasis:names:tc:SAML:2.0:metadata", name) }
        let role = try #require(root.first(metadata("SPSSODescriptor")))
        #expect(role.elements.prefix(4).map(\.name.localName) == ["Extensions", "KeyDescriptor", "KeyDescriptor", "NameIDFormat"])
        let descriptors = role.elements(metadata("KeyDescriptor"))
        #expect(descriptors.map { $0.attribute("use") } == ["signing", "encryption"])
        let certificates = try descriptors.map { try $0.elements[0].elements[0].elements[0].text() }
        #expect(certificates == ["AQID", "BA=="])
        let methods = descriptors.map { $0.elements(metadata("EncryptionMethod")).compactMap { $0.attribute("Algorithm") } }
        #expect(methods[0].isEmpty && methods[1].count == 4 && methods[1].allSatisfy { $0.hasSuffix("-gcm") || $0.contains("rsa-oaep") })
    }

    @Test("Service provider metadata is not taken for an identity provider's")
    func ownMetadata() {
        #expect(throws: SAMLError.metadataNoIdentityProvider(found: [fixture.serviceProvider.entityID])) {
            try IdentityProviderMetadata(parsing: fixture.serviceProvider.metadata(), at: now)
        }
    }
}
