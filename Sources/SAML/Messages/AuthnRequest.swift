package import FoundationEssentials
import XMLSecurity

/// samlp:AuthnRequest, SAML Core §3.4.1: please authenticate whoever this browser is, and answer there.
package struct AuthnRequest: Hashable, Sendable {
    /// "_" and hexadecimal digits, given from outside: an XML ID must not begin with a digit.
    package let id: String
    package let issueInstant: Date
    package let destination: String?
    package let issuer: String
    package let assertionConsumerServiceURL: String?
    package let assertionConsumerServiceIndex: Int?
    /// How the answer shall travel.
    package let protocolBinding: Binding?
    package let forceAuthn: Bool
    package let isPassive: Bool
    package let nameIDPolicyFormat: String?
    package let requestedAuthnContext: RequestedAuthnContext?
    /// A name for people, SAML Core §3.4.1.
    package let providerName: String?
    /// The value of the NameID of whom is expected; nil leaves that to the identity provider.
    package let subject: String?
    package let scoping: Scoping?
    /// How the request itself travels. Not part of the message.
    package let binding: Binding

    package init(
        id: String, issueInstant: Date, destination: String?, issuer: String, assertionConsumerServiceURL: String?,
        protocolBinding: Binding = .httpPOST, forceAuthn: Bool = false, isPassive: Bool = false, nameIDPolicyFormat: String? = nil,
        requestedAuthnContext: RequestedAuthnContext? = nil, providerName: String? = nil,
        subject: String? = nil, scoping: Scoping? = nil, binding: Binding = .httpRedirect
    ) {
        self.id = id
        self.issueInstant = issueInstant
        self.destination = destination
        self.issuer = issuer
        self.assertionConsumerServiceURL = assertionConsumerServiceURL
        assertionConsumerServiceIndex = nil
        self.protocolBinding = protocolBinding
        self.forceAuthn = forceAuthn
        self.isPassive = isPassive
        self.nameIDPolicyFormat = nameIDPolicyFormat
        self.requestedAuthnContext = requestedAuthnContext
        self.providerName = providerName
        self.subject = subject
        self.scoping = scoping
        self.binding = binding
    }

    /// Reads a request, as the sample identity provider and `saml inspect` need it. No signature is looked at.
    package init(parsing bytes: [UInt8]) throws(SAMLError) {
        try self.init(try XMLElement.root(ofMessage: bytes))
    }

    init(_ root: XMLElement) throws(SAMLError) {
        guard root.name == .samlp("AuthnRequest") else { throw .malformed("the message is no AuthnRequest") }
        guard root.attribute("Version") == "2.0" else { throw .version(seen: root.attribute("Version")) }
        guard let id = root.attribute("ID"), !id.isEmpty else { throw .malformed("the AuthnRequest has no ID") }
        guard let issueInstant = try root.instant("IssueInstant") else { throw .malformedTime("AuthnRequest/@IssueInstant", seen: nil) }
        guard let issuer = try? root.first(.assertion("Issuer"))?.text(), !issuer.isEmpty else { throw .malformed("the AuthnRequest has no Issuer") }
        self.id = id
        self.issueInstant = issueInstant
        self.issuer = issuer
        destination = root.attribute("Destination")
        assertionConsumerServiceURL = root.attribute("AssertionConsumerServiceURL")
        assertionConsumerServiceIndex = root.attribute("AssertionConsumerServiceIndex").flatMap { UInt16($0) }.map(Int.init)
        protocolBinding = root.attribute("ProtocolBinding").flatMap(Binding.init(uri:))
        forceAuthn = ["true", "1"].contains(root.attribute("ForceAuthn"))
        isPassive = ["true", "1"].contains(root.attribute("IsPassive"))
        nameIDPolicyFormat = root.first(.samlp("NameIDPolicy"))?.attribute("Format")
        requestedAuthnContext = RequestedAuthnContext(of: root)
        providerName = root.attribute("ProviderName")
        subject = try? root.first(.assertion("Subject"))?.first(.assertion("NameID"))?.text()
        scoping = Scoping(of: root)
        binding = .httpRedirect
    }
}

extension AuthnRequest {
    /// The message as XML. Identifiers and addresses are our own configuration or were validated when metadata was read, so that the
    /// writer has nothing to refuse; if it did, the document would be empty and nobody would sign in by it.
    package func encoded() -> [UInt8] {
        var writer = XMLWriter()
        return (try? write(to: &writer)).map { writer.bytes } ?? []
    }

    private func write(to writer: inout XMLWriter) throws(XMLSecurityError) {
        // Subject has its place after the Issuer, NameIDPolicy before RequestedAuthnContext (§3.2.1 and §3.4.1). AllowCreate: a person may sign in here for the first time.
        try writer.element(
            "samlp:AuthnRequest",
            [
                "xmlns:samlp": Namespace.messages, "xmlns:saml": Namespace.assertion, "ID": id, "Version": "2.0",
                "IssueInstant": SAMLInstant.format(issueInstant), "Destination": destination,
                "AssertionConsumerServiceURL": assertionConsumerServiceURL, "ProtocolBinding": protocolBinding?.uri,
                "ForceAuthn": forceAuthn ? "true" : nil, "IsPassive": isPassive ? "true" : nil, "ProviderName": providerName,
            ]
        ) { writer throws(XMLSecurityError) in
            try writer.element("saml:Issuer", text: issuer)
            if let subject {
                try writer.element("saml:Subject") { writer throws(XMLSecurityError) in try writer.element("saml:NameID", text: subject) }
            }
            try writer.element("samlp:NameIDPolicy", ["Format": nameIDPolicyFormat, "AllowCreate": "true"])
            try requestedAuthnContext?.write(to: &writer)
            try scoping?.write(to: &writer)
        }
    }
}
