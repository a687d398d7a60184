package import FoundationEssentials
internal import WireFormats
package import XMLSecurity

/// What a SAML document says, in labelled lines, for `countersign saml inspect`. Nothing is verified, and nothing here can be used to sign in.
package struct MessageDescription: Sendable, Equatable {
    package enum Kind: String, Sendable {
        case response = "Response"
        case authnRequest = "AuthnRequest"
        case logoutRequest = "LogoutRequest"
        case logoutResponse = "LogoutResponse"
        case artifactResolve = "ArtifactResolve"
        case artifactResponse = "ArtifactResponse"
        case assertion = "Assertion"
        case metadata = "Metadata"
        case other = "XML"
    }

    /// `depth` is how far to indent: what belongs to something stands one deeper.
    package struct Line: Sendable, Equatable {
        package let label: String
        package let value: String
        package let depth: Int
    }

    package static let notice = "Nothing was verified: this is what the document says, not what is true."

    package let kind: Kind
    /// How the bytes were packed: "XML", "base64", "base64, compressed", "URL".
    package let packing: String
    package let lines: [Line]
    /// What refuses the document before anybody reads it: a comment, a document type, another encoding. It was taken out of the way to show the rest.
    package let refusals: [SAMLError]

    /// Describes metadata, a Response or another message: as XML, in base64, compressed, or as the URL or form that carries it.
    ///
    /// - Parameters:
    ///   - keys: what is encrypted for one of them is described as well, by whatever algorithm that we know.
    ///   - redacting: instead of what is said of the person, and of what could be used, it says how long that is.
    package init(describing bytes: [UInt8], decrypting keys: [DecryptionKey] = [], redacting: Bool = false, at now: Date) throws(SAMLError) {
        let (document, packing) = try MessageDescription.unpack(bytes)
        // As registration says it: nobody is helped by hearing of its document type.
        guard !MetadataReading.isWebPage(document) else { throw .metadataRoot(seen: "a web page (HTML)") }
        let mended = try MendedDocument(document)
        let root = SOAPEnvelope.content(of: mended.root) ?? mended.root
        var description = DescriptionWriter(now: now, keys: keys, redacts: redacting)
        switch root.name {
        case .samlp("Response"): (kind, _) = (.response, description.response(root))
        case .samlp("AuthnRequest"): (kind, _) = (.authnRequest, description.request(root))
        case .samlp("LogoutRequest"): (kind, _) = (.logoutRequest, description.request(root))
        case .samlp("LogoutResponse"): (kind, _) = (.logoutResponse, description.response(root))
        case .samlp("ArtifactResolve"): (kind, _) = (.artifactResolve, description.request(root))
        case ArtifactResponse.name: (kind, _) = (.artifactResponse, description.artifactResponse(root))
        case .assertion("Assertion"): (kind, _) = (.assertion, description.assertion(root))
        case .metadata("EntityDescriptor"), .metadata("EntitiesDescriptor"): (kind, _) = (.metadata, description.metadata(root))
        default: (kind, _) = (.other, description.unknown(root))
        }
        self.packing = packing
        (lines, refusals) = (description.lines, mended.refusals)
    }

    private static func unpack(_ bytes: [UInt8]) throws(SAMLError) -> (document: [UInt8], packing: String) {
        if MessageCoding.beginsLikeXML(bytes) || MendedDocument.utf16(bytes) != nil { return (bytes, "XML") }
        guard bytes.count <= 1_048_576, let text = String(validating: bytes, as: UTF8.self)?.trimmed else {
            throw .malformed("it is neither XML nor text")
        }
        if text.contains("SAMLRequest=") || text.contains("SAMLResponse=") {
            let whole = ProtocolText(text)
            let query = (whole.cut(at: "?")?.after ?? whole).prefix { $0 != UInt8(ascii: "#") }
            guard let parameters = FormCoding.decode(Array(query.bytes)),
                let message = parameters.first(where: { $0.name == "SAMLRequest" || $0.name == "SAMLResponse" })
            else { throw .badRequest("the query is not percent-encoded UTF-8") }
            return (try unpackBase64(message.value).document, "URL or form")
        }
        return try unpackBase64(text)
    }

    private static func unpackBase64(_ text: String) throws(SAMLError) -> (document: [UInt8], packing: String) {
        let bytes = try MessageCoding.decode(text)
        if MessageCoding.beginsLikeXML(bytes) || MendedDocument.utf16(bytes) != nil { return (bytes, "base64") }
        return (try HTTPRedirectBinding.inflate(bytes), "base64, compressed")
    }
}
