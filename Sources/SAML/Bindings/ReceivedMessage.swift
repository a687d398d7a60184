internal import WireFormats
import XMLSecurity

/// A protocol message without an assertion, as HTTP-Redirect (SAML Bindings §3.4) or HTTP-POST (§3.5) brought it. Nothing of it is believed yet.
package struct ReceivedMessage: Sendable {
    package let role: MessageRole
    package let binding: Binding
    /// The XML.
    package let bytes: [UInt8]
    /// As it came: at most 512 bytes, where the standard has 80 and products send more. It goes back to whoever sent it, or it is the name of something of
    /// ours; it is never an address to go to (THREATS S34).
    package let relayState: String?
    /// What the query is signed with; nil for HTTP-POST, where the signature stands in the message.
    let querySignature: QuerySignature?

    /// §3.4.4.1: what was signed, octet for octet as it was received.
    struct QuerySignature: Sendable {
        let octets: [UInt8]
        let algorithm: String
        let value: [UInt8]
    }

    static let longestRelayState = 512

    /// Reads the query of a GET, not decoded: each parameter of the binding once, in the order in which it is signed (THREATS S40).
    ///
    /// Without `Signature` it reads as well, and is refused as unsigned when it is verified.
    package init(query: String) throws(SAMLError) {
        let query = try SignedQuery(query)
        if let encoding = query.encoding, !encoding.hasSameBytes(as: HTTPRedirectBinding.deflate) {
            throw .logoutMessage("SAMLEncoding is not DEFLATE")
        }
        (role, binding) = (query.role, .httpRedirect)
        bytes = try HTTPRedirectBinding.inflate(try MessageCoding.decode(query.message))
        guard MessageCoding.beginsLikeXML(bytes) else { throw .malformed("it is not XML") }
        relayState = try Self.bounded(query.relayState)
        querySignature = try query.signature()
    }

    /// Reads the fields of a posted form: one message, at most one RelayState.
    package init(form: [(name: String, value: String)]) throws(SAMLError) {
        let messages = form.compactMap { field in MessageRole(rawValue: field.name).map { ($0, field.value) } }
        guard let (role, value) = messages.first, messages.count == 1, !value.isEmpty else {
            throw .logoutMessage("there must be one SAMLRequest or SAMLResponse")
        }
        let states = form.filter { $0.name == "RelayState" }
        guard states.count <= 1 else { throw .logoutMessage("there are \(states.count) RelayState parameters") }
        (self.role, binding, querySignature) = (role, .httpPOST, nil)
        bytes = try MessageCoding.decode(value)
        guard MessageCoding.beginsLikeXML(bytes) else { throw .malformed("it is not XML; HTTP-POST does not compress") }
        relayState = try Self.bounded(states.first?.value)
    }

    private static func bounded(_ state: String?) throws(SAMLError) -> String? {
        guard let state, !state.isEmpty else { return nil }
        guard state.utf8.count <= longestRelayState else { throw .logoutMessage("RelayState is longer than \(longestRelayState) bytes") }
        return state
    }
}

/// The parameters of HTTP-Redirect in a raw query. What is signed is a slice of it: nothing is decoded and written again, as another program
/// might write it otherwise.
private struct SignedQuery {
    private(set) var role = MessageRole.request
    private(set) var message = ""
    private(set) var relayState: String?
    private(set) var encoding: String?
    private var signatureAlgorithm: String?
    private var signatureValue: String?
    private let octets: ArraySlice<UInt8>

    private static let names: Set<String> = ["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding"]
    private static let maximumParameters = 32

    init(_ query: String) throws(SAMLError) {
        let bytes = Array(query.utf8)
        var seen: [String] = []
        var (begin, end) = (bytes.endIndex, bytes.startIndex)
        var isOne = false
        for part in bytes.split(separator: UInt8(ascii: "&")) {
            guard seen.count < Self.maximumParameters else { throw .logoutMessage("the query has more than \(Self.maximumParameters) parameters") }
            guard let pairs = FormCoding.decode(Array(part)), pairs.count == 1, let (name, value) = pairs.first else {
                throw .logoutMessage("the query is not percent-encoded UTF-8")
            }
            guard Self.names.contains(name) else {
                seen.append("")
                continue
            }
            // A name that is written otherwise would be read here and left out of what others see as signed.
            guard part.starts(with: Array((name + "=").utf8)) else { throw .logoutMessage("the name \(name) is percent-encoded") }
            guard !seen.contains(name) else { throw .logoutMessage("there are several \(name) parameters") }
            seen.append(name)
            switch name {
            case "RelayState": relayState = value
            case "SigAlg": (signatureAlgorithm, end) = (value, part.endIndex)
            case "Signature": signatureValue = value
            case "SAMLEncoding": encoding = value
            default:
                guard !isOne, let role = MessageRole(rawValue: name) else { throw .logoutMessage("there are a request and a response") }
                (self.role, message, begin, isOne) = (role, value, part.startIndex, true)
            }
        }
        guard isOne, !message.isEmpty else { throw .logoutMessage("there must be one SAMLRequest or SAMLResponse in the query") }
        octets = begin < end ? bytes[begin..<end] : []
        guard signatureValue != nil || signatureAlgorithm != nil else { return }
        let signed = [role.rawValue] + (relayState == nil ? [] : ["RelayState"]) + ["SigAlg"]
        let place = seen.firstIndex(of: role.rawValue) ?? 0
        guard signatureValue != nil, seen.dropFirst(place).prefix(signed.count).elementsEqual(signed) else {
            throw .logoutMessage("the parameters are not in the order in which they are signed: \(signed.joined(separator: ", ")), Signature")
        }
    }

    func signature() throws(SAMLError) -> ReceivedMessage.QuerySignature? {
        guard let signatureAlgorithm, let signatureValue else { return nil }
        guard let value = try? Base64.decodeFolded(signatureValue), !value.isEmpty, value.count <= 1024 else {
            throw .logoutMessage("Signature is not base64")
        }
        return .init(octets: Array(octets), algorithm: signatureAlgorithm, value: value)
    }
}
