internal import WireFormats
import XMLSecurity

/// HTTP-Redirect, SAML Bindings §3.4: the message compressed (RFC 1951), in base64, in the query. Requests leave by it; answers to a
/// sign-in never arrive by it, logout messages may (`ReceivedMessage`).
package enum HTTPRedirectBinding {
    static let deflate = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE"

    /// The address to send the browser to. A query that the address has already is kept.
    package static func url(destination: String, samlRequest: [UInt8], relayState: String?) -> String {
        var query = "SAMLRequest=" + PercentCoding.encode(Base64.encode(Deflate.deflate(samlRequest)))
        if let relayState { query += "&RelayState=" + PercentCoding.encode(relayState) }
        return append(query, to: destination)
    }

    /// The address with the query behind its own, before a fragment.
    static func append(_ query: String, to destination: String) -> String {
        let (address, fragment) = ProtocolText(destination).cut(at: "#").map { ($0, "#" + $1.string) } ?? (ProtocolText(destination), "")
        let separator = !address.contains("?") ? "?" : address.hasSuffix("?") || address.hasSuffix("&") ? "" : "&"
        return address.string + separator + query + fragment
    }

    /// The request in a query, for the sample identity provider and `saml inspect`.
    package static func decode(query: String) throws(SAMLError) -> [UInt8] {
        guard let parameters = FormCoding.decode(query) else { throw .badRequest("the query is not percent-encoded UTF-8") }
        return try decode(parameters: parameters)
    }

    package static func decode(parameters: [(name: String, value: String)]) throws(SAMLError) -> [UInt8] {
        let messages = parameters.filter { $0.name == "SAMLRequest" || $0.name == "SAMLResponse" }
        guard messages.count == 1, let message = messages.first else { throw .badRequest("there must be one SAMLRequest in the query") }
        guard parameters.filter({ $0.name == "SAMLEncoding" }).allSatisfy({ $0.value == deflate }) else {
            throw .badRequest("SAMLEncoding is not DEFLATE")
        }
        return try inflate(try MessageCoding.decode(message.value))
    }

    /// Inflates with the limit checked while it grows: 1 KB can hold 1 MB.
    static func inflate(_ bytes: [UInt8]) throws(SAMLError) -> [UInt8] {
        do { return try Deflate.inflate(bytes, limit: MessageCoding.largestInflated) } catch { throw .xml(error) }
    }
}
