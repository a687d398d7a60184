import Crypto
package import Foundation
import SAML
import Synchronization
package import TokenVerifier
import WireFormats
import XMLSecurity

/// The resolution service of an identity provider that answers by artifact: rightly, or with one thing broken.
package final class FakeArtifacts: HTTPTransport {
    package static let location = "https://idp.example/saml/artifact"

    /// How it answers.
    package struct Behaviour: Sendable {
        package var key: FakeIdentityProvider.Key? = .first
        package var issuer: String
        /// nil: the ID of the request.
        package var inResponseTo: String?
        package var status = Status.success
        package var issueInstant: Date
        package var httpStatus = 200
        package var failure: HTTPTransportError?
        /// Changes the envelope, after it was signed.
        package var afterSigning: @Sendable (String) -> String = { $0 }

        package init(issuer: String, issueInstant: Date) { (self.issuer, self.issueInstant) = (issuer, issueInstant) }
    }

    private struct State {
        var behaviour: Behaviour
        var messages: [String: [UInt8]] = [:]
        var made: UInt8 = 0
        var requests: [HTTPTransportRequest] = []
    }

    private let state: Mutex<State>
    private let entityID: String

    package init(of provider: FakeIdentityProvider, at now: Date) {
        entityID = provider.entityID
        state = Mutex(State(behaviour: Behaviour(issuer: provider.entityID, issueInstant: now)))
    }

    package var requests: [HTTPTransportRequest] { state.withLock(\.requests) }
    package func answer(by behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

    /// What the browser is given in place of the message.
    package func store(_ message: [UInt8], index: UInt16 = 0, entityID: String? = nil) -> String {
        state.withLock { state in
            state.made += 1
            let source = Array(Insecure.SHA1.hash(data: Array((entityID ?? self.entityID).utf8)))
            let artifact = Base64.encode([0, 4, UInt8(index >> 8), UInt8(index & 0xFF)] + source + [UInt8](repeating: state.made, count: 20))
            state.messages[artifact] = message
            return artifact
        }
    }

    package func send(_ request: HTTPTransportRequest) async throws(HTTPTransportError) -> HTTPTransportResponse {
        let (behaviour, message) = state.withLock { state -> (Behaviour, [UInt8]) in
            state.requests.append(request)
            let artifact = Self.value(of: "samlp:Artifact", in: request)
            return (state.behaviour, artifact.flatMap { state.messages.removeValue(forKey: $0) } ?? [])
        }
        if let failure = behaviour.failure { throw failure }
        let envelope = Self.envelope(message, to: Self.id(of: request), behaviour)
        return HTTPTransportResponse(status: behaviour.httpStatus, body: Array(behaviour.afterSigning(envelope).utf8))
    }

    /// Namespaces are declared around the message, as products do.
    package static func envelope(_ message: [UInt8], to request: String, _ behaviour: Behaviour) -> String {
        let status = "<samlp:Status><samlp:StatusCode Value=\"\(behaviour.status)\"/></samlp:Status>"
        let response = """
            <samlp:ArtifactResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" \
            ID="_artifact-response" Version="2.0" IssueInstant="\(SAMLInstant.format(behaviour.issueInstant))" \
            InResponseTo="\(behaviour.inResponseTo ?? request)"><saml:Issuer>\(behaviour.issuer)</saml:Issuer>\(status)\
            \(String(decoding: message, as: UTF8.self))</samlp:ArtifactResponse>
            """
        let signed = behaviour.key.flatMap { key in
            try? key.signer.sign(
                Array(response.utf8), elementID: "_artifact-response", afterChild: XMLName("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer"))
        }
        let body = signed.map { String(decoding: $0, as: UTF8.self) } ?? response
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xs="http://www.w3.org/2001/XMLSchema"><e:Body>\(body)</e:Body></e:Envelope>
            """
    }

    package static func id(of request: HTTPTransportRequest) -> String {
        let text = String(decoding: request.body, as: UTF8.self)
        return text.components(separatedBy: " ID=\"").dropFirst().first?.components(separatedBy: "\"").first ?? ""
    }

    private static func value(of element: String, in request: HTTPTransportRequest) -> String? {
        let text = String(decoding: request.body, as: UTF8.self)
        return text.components(separatedBy: "<\(element)>").dropFirst().first?.components(separatedBy: "<").first
    }
}
