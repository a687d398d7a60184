import FoundationEssentials
import HTTPTypes
import SAML
import SampleServer
import WireFormats
import XMLSecurity

/// The fields of the query and of the sign-in form, which carries the request along instead of a session.
struct SignInForm: Decodable {
    let samlRequest: String
    let relayState: String?
    let username: String?
    let password: String?

    enum CodingKeys: String, CodingKey {
        case samlRequest = "SAMLRequest"
        case relayState = "RelayState"
        case username, password
    }
}

/// A sign-in that a service provider asked for.
struct SignInRequest {
    let id: String
    let serviceProvider: String
    let assertionConsumerService: String
    let samlRequest: String
    let relayState: String?
}

/// Why somebody cannot sign in here, in words for the person in front of the browser.
struct Refusal: Error, CustomStringConvertible {
    let message: String
    let remedy: String

    var description: String { "\(message) \(remedy)" }
}

/// The identity provider's half of SAML Profiles §4.1.
struct IdentityProvider: Sendable {
    let address: String
    private let signer: XMLSigner
    private let certificate: [UInt8]

    var metadataURL: String { address + "/metadata" }
    var entityID: String { metadataURL }
    var singleSignOnURL: String { address + "/sso" }

    init(address: String, keyFile: String?, certificateFile: String?) throws {
        // A development tool may know where its sources are: the keys are in certs/ beside Samples/.
        let certs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../certs").path
        let key = try Self.text(ofFile: keyFile ?? certs + "/sample-idp-rsa.key")
        let pem = try Self.text(ofFile: certificateFile ?? certs + "/sample-idp-rsa.crt")
        certificate = try Base64.decode(pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined())
        signer = try XMLSigner(privateKeyPEM: key, certificateDER: certificate)
        self.address = address
    }

    /// Reads an AuthnRequest that came by HTTP-Redirect (SAML Bindings §3.4).
    ///
    /// A real identity provider looks the address to answer to up in the service provider's metadata. This one knows nobody, so it takes the one
    /// in the request: whoever sends a person here gets an answer that says who they are.
    func read(_ form: SignInForm) throws -> SignInRequest {
        let request = try AuthnRequest(parsing: HTTPRedirectBinding.decode(parameters: [(name: "SAMLRequest", value: form.samlRequest)]))
        guard request.destination == nil || request.destination == singleSignOnURL else {
            throw Refusal(message: "The request is for another address.", remedy: "Register this identity provider by \(metadataURL) again.")
        }
        guard request.protocolBinding == nil || request.protocolBinding == .httpPOST else {
            throw Refusal(message: "The answer is wanted by another binding than HTTP-POST.", remedy: "Ask for HTTP-POST.")
        }
        guard !request.isPassive else {
            throw Refusal(message: "The request allows no page (IsPassive), and nobody is signed in here.", remedy: "Ask without IsPassive.")
        }
        guard let address = request.assertionConsumerServiceURL, let url = URL(string: address), url.host() != nil,
            url.scheme == "http" || url.scheme == "https"
        else {
            throw Refusal(message: "The request names no http or https address to answer to.", remedy: "Send an AssertionConsumerServiceURL.")
        }
        return SignInRequest(
            id: request.id, serviceProvider: request.issuer, assertionConsumerService: address, samlRequest: form.samlRequest,
            relayState: form.relayState)
    }

    /// The signed Response for a person who has signed in.
    func response(to request: SignInRequest, for person: Person, at now: Date) throws -> [UInt8] {
        let assertionID = Self.newID()
        let response = ResponseMessage(
            issuer: entityID, request: request, person: person, assertionID: assertionID, responseID: Self.newID(), now: now)
        let issuer = XMLName(ResponseMessage.assertionNamespace, "Issuer")
        return try signer.sign(response.bytes(), elementID: assertionID, afterChild: issuer)
    }

    /// md:EntityDescriptor, SAML Metadata §2.3.2.
    func metadata() throws -> [UInt8] {
        var writer = XMLWriter()
        try writer.element("md:EntityDescriptor", ["xmlns:md": "urn:oasis:names:tc:SAML:2.0:metadata", "entityID": entityID]) {
            writer throws(XMLSecurityError) in
            let role: KeyValuePairs<StaticString, String?> = [
                "protocolSupportEnumeration": "urn:oasis:names:tc:SAML:2.0:protocol", "WantAuthnRequestsSigned": "false",
            ]
            try writer.element("md:IDPSSODescriptor", role) { writer throws(XMLSecurityError) in
                try writer.element("md:KeyDescriptor", ["use": "signing"]) { writer throws(XMLSecurityError) in
                    try writer.element("ds:KeyInfo", ["xmlns:ds": "http://www.w3.org/2000/09/xmldsig#"]) { writer throws(XMLSecurityError) in
                        try writer.element("ds:X509Data") { writer throws(XMLSecurityError) in
                            try writer.element("ds:X509Certificate", text: Base64.encode(certificate))
                        }
                    }
                }
                try writer.element("md:NameIDFormat", text: NameIDFormat.persistent)
                try writer.element("md:SingleSignOnService", ["Binding": Binding.httpRedirect.uri, "Location": singleSignOnURL])
            }
        }
        return writer.bytes
    }

    /// The page, or the page that says why not.
    func answer(_ page: () throws -> Page) -> Page {
        do {
            return try page()
        } catch let refusal as Refusal {
            return Pages.refused(refusal)
        } catch let error as SAMLError {
            return Pages.refused(Refusal(message: error.message, remedy: error.remedy))
        } catch {
            return Pages.refused(Refusal(message: "The sign-in request could not be read.", remedy: "Go back to the app and begin again."))
        }
    }

    private static func text(ofFile path: String) throws -> String {
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw Refusal(message: "\(path) cannot be read.", remedy: "Name another file.")
        }
    }

    /// An xs:ID: 128 random bits, and a first character that is no digit.
    private static func newID() -> String {
        let digits = Array("0123456789abcdef")
        return "_" + String((0..<32).map { _ in digits[Int.random(in: 0..<16)] })
    }
}
