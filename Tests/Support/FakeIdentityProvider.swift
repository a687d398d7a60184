package import Foundation
package import SAML
import XMLSecurity

/// An identity provider for whole sign-ins in tests: it has a key, publishes metadata and answers requests, rightly or with one thing broken.
///
///     let identityProvider = FakeIdentityProvider()
///     let response = identityProvider.respond(to: request, audience: serviceProvider.entityID, at: now) { $0.recipient = "https://other.example" }
package struct FakeIdentityProvider: Sendable {
    package var entityID: String
    package var key: Key
    /// What the metadata lists; the signing key unless a test says otherwise.
    package var publishedKeys: [Key]
    package var singleSignOnLocation: String
    package var displayName: String?
    /// Where it takes part in single logout, by HTTP-Redirect and HTTP-POST; nil: it does not.
    package var singleLogoutLocation: String?
    /// Where answers to its own logout requests go, if elsewhere.
    package var singleLogoutResponseLocation: String?
    package var singleLogoutBindings = [Binding.httpRedirect, .httpPOST]
    /// Where its artifacts are resolved, of index 0; nil: it makes none.
    package var resolutionLocation: String?
    /// WantAuthnRequestsSigned; nil is absent.
    package var wantsSignedRequests: Bool?
    /// By which it takes requests.
    package var bindings: [Binding] = [.httpRedirect, .httpPOST]

    package init(
        entityID: String = "https://idp.example/saml/metadata", key: Key = .first, singleSignOnLocation: String = "https://idp.example/saml/sso",
        displayName: String? = "Example Identity Provider"
    ) {
        self.entityID = entityID
        self.key = key
        publishedKeys = [key]
        self.singleSignOnLocation = singleSignOnLocation
        self.displayName = displayName
    }

    /// The metadata document, as an administrator would load it.
    package func metadata() -> [UInt8] {
        var writer = XMLWriter()
        return written(&writer) { writer throws(XMLSecurityError) in try writeMetadata(to: &writer) }
    }

    /// The same, read.
    package func identityProviderMetadata(at now: Date) -> IdentityProviderMetadata {
        do {
            return try IdentityProviderMetadata(parsing: metadata(), at: now)
        } catch {
            fatalError("the fake identity provider's metadata cannot be read: \(error.message)")
        }
    }

    /// Answers a request: to its ACS URL, its issuer being the audience.
    package func respond(
        to request: AuthnRequest, audience: String? = nil, nameID: String = "alice@example.com",
        attributes: [FakeResponse.Attribute] = FakeResponse.usualAttributes, at now: Date, configure: (inout FakeResponse) -> Void = { _ in }
    ) -> [UInt8] {
        respond(
            requestID: request.id, acs: request.assertionConsumerServiceURL ?? "", audience: audience ?? request.issuer, nameID: nameID,
            attributes: attributes, at: now, configure: configure)
    }

    /// Answers the request of that ID; nil begins the sign-in here.
    package func respond(
        requestID: String?, acs: String, audience: String, nameID: String = "alice@example.com",
        attributes: [FakeResponse.Attribute] = FakeResponse.usualAttributes, at now: Date, configure: (inout FakeResponse) -> Void = { _ in }
    ) -> [UInt8] {
        var response = FakeResponse(
            issuer: entityID, requestID: requestID, acs: acs, audience: audience, nameID: nameID, attributes: attributes, at: now)
        configure(&response)
        return response.signed(by: key)
    }

    /// The body of the form that the browser posts (application/x-www-form-urlencoded).
    package func formBody(_ response: [UInt8], relayState: String? = nil) -> String {
        HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: relayState)
            .map { "\($0.name)=\(FakeIdentityProvider.percentEncoded($0.value))" }.joined(separator: "&")
    }

    /// Reads the request out of the address that the browser was sent to.
    package func request(inRedirect url: String) throws -> (request: AuthnRequest, relayState: String?) {
        let query = String(url.split(separator: "?", maxSplits: 1).last ?? "")
        let request = try AuthnRequest(parsing: try HTTPRedirectBinding.decode(query: query))
        let relayState = URLComponents(string: url)?.queryItems?.first { $0.name == "RelayState" }?.value
        return (request, relayState)
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            return character.isASCII && (character.isLetter || character.isNumber)
                ? String(character) : "%" + String(byte, radix: 16, uppercase: true).leftPadded
        }.joined()
    }

    private func writeMetadata(to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element(
            "md:EntityDescriptor",
            [
                "xmlns:md": "urn:oasis:names:tc:SAML:2.0:metadata", "xmlns:ds": "http://www.w3.org/2000/09/xmldsig#",
                "xmlns:mdui": "urn:oasis:names:tc:SAML:metadata:ui", "entityID": entityID,
            ]
        ) { writer throws(XMLSecurityError) in
            try writer.element(
                "md:IDPSSODescriptor",
                [
                    "protocolSupportEnumeration": "urn:oasis:names:tc:SAML:2.0:protocol",
                    "WantAuthnRequestsSigned": wantsSignedRequests.map { $0 ? "true" : "false" },
                ]
            ) {
                writer throws(XMLSecurityError) in
                if let displayName {
                    try writer.element("md:Extensions") { writer throws(XMLSecurityError) in
                        try writer.element("mdui:UIInfo") { writer throws(XMLSecurityError) in
                            try writer.element("mdui:DisplayName", ["xml:lang": "en"], text: displayName)
                        }
                    }
                }
                for key in publishedKeys { try writeKey(key, to: &writer) }
                if let resolutionLocation {
                    try writer.element(
                        "md:ArtifactResolutionService", ["Binding": Binding.soap.uri, "Location": resolutionLocation, "index": "0"])
                }
                if let singleLogoutLocation {
                    for binding in singleLogoutBindings {
                        try writer.element(
                            "md:SingleLogoutService",
                            ["Binding": binding.uri, "Location": singleLogoutLocation, "ResponseLocation": singleLogoutResponseLocation])
                    }
                }
                for binding in bindings {
                    try writer.element("md:SingleSignOnService", ["Binding": binding.uri, "Location": singleSignOnLocation])
                }
            }
        }
    }

    private func writeKey(_ key: Key, to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("md:KeyDescriptor", ["use": "signing"]) { writer throws(XMLSecurityError) in
            try writer.element("ds:KeyInfo") { writer throws(XMLSecurityError) in
                try writer.element("ds:X509Data") { writer throws(XMLSecurityError) in
                    try writer.element("ds:X509Certificate", text: key.certificateBase64)
                }
            }
        }
    }
}

/// A test that asks for a document that cannot be written is wrong itself.
func written(_ writer: inout XMLWriter, _ body: (inout XMLWriter) throws(XMLSecurityError) -> Void) -> [UInt8] {
    do {
        try body(&writer)
        return writer.bytes
    } catch {
        fatalError("the test's document cannot be written: \(error.message)")
    }
}

extension String {
    fileprivate var leftPadded: String { count == 1 ? "0" + self : self }
}
