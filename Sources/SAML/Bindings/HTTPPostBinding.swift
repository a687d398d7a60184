internal import WireFormats
import XMLSecurity

/// HTTP-POST, SAML Bindings §3.5: the message in a form that the browser submits.
package enum HTTPPostBinding {
    /// Reads the fields of a posted answer: SAMLResponse exactly once, and a RelayState only where it looks like a key of ours.
    package static func decode(parameters: [(name: String, value: String)]) throws(SAMLError) -> (response: [UInt8], relayState: String?) {
        let message = try message("SAMLResponse", in: parameters)
        return (message, relayState(in: parameters))
    }

    /// The same for a posted request, for the sample identity provider.
    package static func decodeRequest(parameters: [(name: String, value: String)]) throws(SAMLError) -> (request: [UInt8], relayState: String?) {
        let message = try message("SAMLRequest", in: parameters)
        return (message, relayState(in: parameters))
    }

    /// The hidden fields of a form that sends a request. The page that holds them escapes them.
    package static func autoSubmitFields(samlRequest: [UInt8], relayState: String?) -> [(name: String, value: String)] {
        fields("SAMLRequest", samlRequest, relayState)
    }

    /// The hidden fields of a form that sends an answer, for the sample identity provider.
    package static func autoSubmitFields(samlResponse: [UInt8], relayState: String?) -> [(name: String, value: String)] {
        fields("SAMLResponse", samlResponse, relayState)
    }

    private static func message(_ name: String, in parameters: [(name: String, value: String)]) throws(SAMLError) -> [UInt8] {
        let values = parameters.filter { $0.name == name }.map(\.value)
        guard let value = values.first else { throw .badRequest("there is no \(name)") }
        guard values.count == 1 else { throw .badRequest("there are \(values.count) \(name) parameters") }
        guard !value.isEmpty else { throw .badRequest("\(name) is empty") }
        let bytes = try MessageCoding.decode(value)
        guard MessageCoding.beginsLikeXML(bytes) else { throw .malformed("it is not XML; HTTP-POST does not compress") }
        return bytes
    }

    /// A RelayState is the name of something we know, never an address: at most 80 bytes (§3.5.3) of letters, digits and `-._~`.
    /// Anything else is as if it were not there.
    package static func relayState(in parameters: [(name: String, value: String)]) -> String? {
        let values = parameters.filter { $0.name == "RelayState" }.map(\.value)
        guard values.count == 1, let value = values.first, !value.isEmpty, value.utf8.count <= 80,
            value.utf8.allSatisfy(PercentCoding.isUnreserved)
        else { return nil }
        return value
    }

    private static func fields(_ name: String, _ message: [UInt8], _ relayState: String?) -> [(name: String, value: String)] {
        [(name: name, value: Base64.encode(message))] + (relayState.map { [(name: "RelayState", value: $0)] } ?? [])
    }
}
