package import Foundation
package import SAML
import WireFormats
import XMLSecurity

/// Single logout, as an identity provider speaks it.
extension FakeIdentityProvider {
    /// A request as a test wants it: right in everything unless something of it is changed.
    package struct Logout: Sendable {
        package var id: String
        package var issuer: String
        package var destination: String?
        package var issueInstant: Date
        package var notOnOrAfter: Date?
        package var nameID = NameID(value: "alice@example.com", format: NameIDFormat.emailAddress)
        package var sessionIndexes: [String] = []
        package var key: Key
        package var binding = Binding.httpRedirect
        package var relayState: String?
        /// Changes the document before it is signed.
        package var beforeSigning: @Sendable (String) -> String = { $0 }

        package var document: [UInt8] {
            let request = LogoutRequest(
                id: id, issueInstant: issueInstant, destination: destination, issuer: issuer, notOnOrAfter: notOnOrAfter, nameID: nameID,
                sessionIndexes: sessionIndexes)
            return Array(beforeSigning(String(decoding: (try? request.encoded()) ?? [], as: UTF8.self)).utf8)
        }

        /// On its way through the browser.
        package func sent() throws -> BrowserMessage {
            try BrowserMessage.signed(
                document, id: id, role: .request, to: destination ?? "https://nowhere.example", by: binding, relayState: relayState,
                signer: key.signer)
        }
    }

    package func logout(
        _ id: String = "_logout-1", at destination: String, now: Date, _ configure: (inout Logout) -> Void = { _ in }
    ) -> Logout {
        var logout = Logout(
            id: id, issuer: entityID, destination: destination, issueInstant: now, notOnOrAfter: now.addingTimeInterval(300), key: key)
        configure(&logout)
        return logout
    }

    /// The answer to a request of ours, on its way through the browser.
    package func answer(
        _ request: LogoutRequest, at destination: String, status: Status = .loggedOut, by binding: Binding = .httpRedirect, relayState: String? = nil,
        key: Key? = nil, now: Date
    ) throws -> BrowserMessage {
        let response = LogoutResponse(
            id: "_answer-to-" + request.id, inResponseTo: request.id, issueInstant: now, destination: destination, issuer: entityID, status: status)
        return try BrowserMessage.signed(
            try response.encoded(), id: response.id, role: .response, to: destination, by: binding, relayState: relayState,
            signer: (key ?? self.key).signer)
    }
}

extension BrowserMessage {
    /// As it arrives.
    package func received() throws(SAMLError) -> ReceivedMessage {
        switch self {
        case .redirect(let url): try ReceivedMessage(query: query(of: url))
        case .form(_, let fields): try ReceivedMessage(form: fields.map { ($0.name, $0.value) })
        }
    }

    package var query: String { if case .redirect(let url) = self { query(of: url) } else { "" } }

    private func query(of url: String) -> String {
        url.split(separator: "?", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
    }
}
