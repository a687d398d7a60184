internal import WireFormats
import XMLSecurity

/// An artifact of type 4, SAML Bindings §3.6.4.2: the name of an answer that its provider holds, which the browser brings in the answer's place.
package struct Artifact: Hashable, Sendable {
    /// As it is sent on to the provider.
    package let text: String
    /// Which of the provider's resolution services holds the answer.
    package let endpointIndex: Int
    /// SHA-1 of the entity ID of whoever made it.
    private let sourceID: [UInt8]

    /// Type, index, source and handle: 2, 2, 20 and 20 bytes.
    private static let length = 44
    private static let typeCode: [UInt8] = [0, 4]
    private static let parameter = "SAMLart"

    /// Whether a form or a query is of this binding.
    package static func isNamed(in parameters: [(name: String, value: String)]) -> Bool { parameters.contains { $0.name == parameter } }

    /// Reads the parameters of a GET or a POST (§3.6.3): one artifact, and no message beside it.
    package init(parameters: [(name: String, value: String)]) throws(SAMLError) {
        let values = parameters.filter { $0.name == Self.parameter }.map(\.value)
        guard let value = values.first, values.count == 1 else { throw .artifact("there are \(values.count) \(Self.parameter) parameters") }
        guard !parameters.contains(where: { MessageRole(rawValue: $0.name) != nil }) else { throw .artifact("there is a message beside it") }
        try self.init(value)
    }

    package init(_ text: String) throws(SAMLError) {
        guard text.utf8.count <= 64, let bytes = try? Base64.decode(text) else { throw .artifact("it is not base64") }
        guard bytes.starts(with: Self.typeCode) else { throw .artifact("it is not of type 4") }
        guard bytes.count == Self.length else { throw .artifact("it has \(bytes.count) bytes in place of \(Self.length)") }
        self.text = text
        endpointIndex = Int(bytes[2]) << 8 | Int(bytes[3])
        sourceID = Array(bytes[4..<24])
    }

    /// Whether a provider of this entity ID made it, or somebody who names that one: the answer's signature says which.
    func isOf(_ entityID: String) -> Bool { SHA1Name.names(sourceID, Array(entityID.utf8)) }
}
