internal import WireFormats
package import XMLSecurity

/// Which of the two a protocol message is: the name of the parameter that it travels in (SAML Bindings §3.4.4.1 and §3.5.4).
package enum MessageRole: String, Sendable, Hashable {
    case request = "SAMLRequest"
    case response = "SAMLResponse"
}

/// A message of ours on its way through the browser.
package enum BrowserMessage: Sendable, Equatable {
    case redirect(url: String)
    /// A form that the browser posts; whoever writes the page escapes its fields.
    case form(action: String, fields: [Field])

    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) { (self.name, self.value) = (name, value) }
    }

    /// Signed as the binding wants it: over the octets of the query (§3.4.4.1), or enveloped after the Issuer (§3.5.5.2).
    ///
    /// An RSA signature takes a millisecond: not for an event loop.
    /// - Parameters:
    ///   - id: of the message's root element, which is what is signed.
    ///   - binding: HTTP-Redirect or HTTP-POST.
    ///   - relayState: as it is to come back, or as it came.
    package static func signed(
        _ message: [UInt8], id: String, role: MessageRole, to destination: String, by binding: Binding, relayState: String?, signer: XMLSigner
    ) throws(SAMLError) -> BrowserMessage {
        do {
            guard binding != .httpRedirect else {
                return .redirect(url: try HTTPRedirectBinding.url(destination, message, role: role, relayState: relayState, signer: signer))
            }
            let signed = try signer.sign(message, elementID: id, afterChild: .assertion("Issuer"))
            let state = relayState.map { [Field(name: "RelayState", value: $0)] } ?? []
            return .form(action: destination, fields: [Field(name: role.rawValue, value: Base64.encode(signed))] + state)
        } catch { throw .xml(error) }
    }
}

extension HTTPRedirectBinding {
    /// The address with the message, its RelayState, and a signature over just these octets (§3.4.4.1).
    fileprivate static func url(
        _ destination: String, _ message: [UInt8], role: MessageRole, relayState: String?, signer: XMLSigner
    ) throws(XMLSecurityError) -> String {
        var query = role.rawValue + "=" + PercentCoding.encode(Base64.encode(Deflate.deflate(message)))
        if let relayState { query += "&RelayState=" + PercentCoding.encode(relayState) }
        query += "&SigAlg=" + PercentCoding.encode(signer.algorithm.rawValue)
        query += "&Signature=" + PercentCoding.encode(Base64.encode(try signer.signature(over: Array(query.utf8))))
        return append(query, to: destination)
    }
}
