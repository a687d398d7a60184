package import FoundationEssentials
package import XMLSecurity

/// samlp:ArtifactResolve, SAML Core §3.5.1: please give the message that this artifact stands for.
package struct ArtifactResolve: Hashable, Sendable {
    package let id: String
    package let issueInstant: Date
    /// The provider's resolution service.
    package let destination: String
    package let issuer: String
    package let artifact: Artifact

    /// The request in the envelope that is posted (Bindings §3.2.3), signed by us: nobody else gets the answer.
    ///
    /// An RSA signature takes a millisecond: not for an event loop.
    package func enveloped(signer: XMLSigner) throws(SAMLError) -> [UInt8] {
        do {
            var writer = XMLWriter()
            try write(to: &writer)
            let signed = try signer.sign(writer.bytes, elementID: id, afterChild: .assertion("Issuer"))
            // Signed in exclusive canonical form: what stands around it does not count.
            return SOAPEnvelope.around(signed)
        } catch { throw .xml(error) }
    }

    private func write(to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element(
            "samlp:ArtifactResolve",
            [
                "xmlns:samlp": Namespace.messages, "xmlns:saml": Namespace.assertion, "ID": id, "Version": "2.0",
                "IssueInstant": SAMLInstant.format(issueInstant), "Destination": destination,
            ]
        ) { writer throws(XMLSecurityError) in
            try writer.element("saml:Issuer", text: issuer)
            try writer.element("samlp:Artifact", text: artifact.text)
        }
    }
}
