package import XMLSecurity

extension AuthnRequest {
    /// The request on its way by its binding; signed where there is a signer (`BrowserMessage.signed`).
    package func message(relayState: String, signer: XMLSigner?) throws(SAMLError) -> BrowserMessage {
        let (bytes, address) = (encoded(), destination ?? "")
        if let signer { return try .signed(bytes, id: id, role: .request, to: address, by: binding, relayState: relayState, signer: signer) }
        if binding == .httpRedirect {
            return .redirect(url: HTTPRedirectBinding.url(destination: address, samlRequest: bytes, relayState: relayState))
        }
        let fields = HTTPPostBinding.autoSubmitFields(samlRequest: bytes, relayState: relayState)
        return .form(action: address, fields: fields.map { .init(name: $0.name, value: $0.value) })
    }
}
