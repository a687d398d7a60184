internal import WireFormats
import XMLSecurity

/// samlp:Status, SAML Core §3.2.2: success, or whose fault it was and why.
package struct Status: Hashable, Sendable {
    package static let success = "urn:oasis:names:tc:SAML:2.0:status:Success"

    package let code: String
    /// The second-level code, which usually is the reason.
    package let subcode: String?
    /// The identity provider's own words, shortened, controls made visible. Text of a stranger: escape it before it is shown.
    package let message: String?

    /// Whether the provider says that this person is not signed in (Core §3.2.2.2), as against that our request was no good.
    package var isRefusal: Bool {
        guard code.hasSameBytes(as: "urn:oasis:names:tc:SAML:2.0:status:Responder") else { return false }
        let reasons = ["AuthnFailed", "RequestDenied", "NoAuthnContext", "NoPassive", "UnknownPrincipal"]
        guard let subcode else { return true }
        return reasons.contains { subcode.hasSameBytes(as: "urn:oasis:names:tc:SAML:2.0:status:" + $0) }
    }

    /// Whether the provider would have had to ask the person, and was not to (Core §3.2.2.2).
    package var isNoPassive: Bool { subcode?.hasSameBytes(as: "urn:oasis:names:tc:SAML:2.0:status:NoPassive") == true }

    /// Whether the provider cannot authenticate the person as was asked for (Core §3.2.2.2).
    package var isNoAuthnContext: Bool { subcode?.hasSameBytes(as: "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext") == true }

    package var isSuccess: Bool { code.hasSameBytes(as: Status.success) }

    static let elements: Set<XMLName> = [.samlp("Status"), .samlp("StatusCode"), .samlp("StatusMessage")]

    init(code: String, subcode: String? = nil, message: String? = nil) {
        (self.code, self.subcode, self.message) = (code.shortened, subcode?.shortened, message?.shortened)
    }

    /// Reads the one Status of a Response; nil where there is none or it has no code.
    init?(ofResponse response: XMLElement) {
        let statuses = response.elements(.samlp("Status"))
        guard statuses.count == 1, let status = statuses.first else { return nil }
        let codes = status.elements(.samlp("StatusCode"))
        guard codes.count == 1, let top = codes.first, let code = top.attribute("Value"), !code.isEmpty else { return nil }
        self.init(
            code: code,
            subcode: top.first(.samlp("StatusCode"))?.attribute("Value"),
            message: (try? status.first(.samlp("StatusMessage"))?.text()).flatMap { $0.isEmpty ? nil : $0 })
    }
}

extension Status {
    /// The codes alone.
    package var withoutMessage: Status { Status(code: code, subcode: subcode, message: nil) }

    /// The last part of the most exact code (`AuthnFailed`), and the identity provider's words.
    package var explanation: String {
        let words = message.map { " It says: \($0)" } ?? ""
        return shortCode + "." + words
    }

    var shortCode: String {
        let exact = subcode ?? code
        return exact.split(separator: ":").last.map(String.init) ?? exact
    }

    /// Core §3.2.2.2 says what the codes mean; this says what usually stands behind them.
    var remedy: String {
        switch shortCode {
        case "AuthnFailed": "The person cancelled, or could not be authenticated there. Look into the sign-in log of the identity provider."
        case "NoPassive": "The person has no session at the identity provider, and was not to be asked (prompt=none). Sign in with interaction."
        case "InvalidNameIDPolicy":
            "The identity provider cannot give the NameID format that was asked for. Choose a format that it lists, or ask for none."
        case "RequestDenied": "The identity provider refuses this person or this application: check the assignment of people and groups there."
        case "NoAuthnContext": "The identity provider cannot meet the authentication context that was asked for."
        case "UnknownPrincipal": "The identity provider does not know the person, or the person is not assigned to this application there."
        case "RequestUnsupported", "UnsupportedBinding", "NoAvailableIDP", "NoSupportedIDP", "ProxyCountExceeded":
            "The identity provider cannot serve this request: check the application's settings there."
        case "Requester": "The identity provider did not like our request: check entity ID, ACS URL and whether it demands signed requests."
        case "Responder": "The identity provider failed: look into its log at this time."
        case "VersionMismatch": "The identity provider does not speak SAML 2.0 for this application."
        default: "Look into the log of the identity provider at this time."
        }
    }
}
