import XMLSecurity

/// samlp:RequestedAuthnContext, SAML Core §3.3.2.2.1: how the person is to be authenticated.
package struct RequestedAuthnContext: Hashable, Sendable {
    package enum Comparison: String, Hashable, Sendable { case exact, minimum, maximum, better }

    /// AuthnContextClassRef of each, the most wanted first.
    package let classes: [String]
    package let comparison: Comparison

    /// nil without a class: then nothing is asked for.
    package init?(_ classes: [String], comparison: Comparison = .exact) {
        guard !classes.isEmpty else { return nil }
        (self.classes, self.comparison) = (classes, comparison)
    }

    init?(of request: XMLElement) {
        guard let element = request.first(.samlp("RequestedAuthnContext")) else { return nil }
        let classes = element.elements(.assertion("AuthnContextClassRef")).compactMap { try? $0.text() }
        self.init(classes, comparison: element.attribute("Comparison").flatMap(Comparison.init(rawValue:)) ?? .exact)
    }

    func write(to writer: inout XMLWriter) throws(XMLSecurityError) {
        try writer.element("samlp:RequestedAuthnContext", ["Comparison": comparison.rawValue]) { writer throws(XMLSecurityError) in
            for reference in classes { try writer.element("saml:AuthnContextClassRef", text: reference) }
        }
    }
}
