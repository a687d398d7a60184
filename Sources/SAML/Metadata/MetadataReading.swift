import FoundationEssentials
internal import WireFormats
import XMLSecurity

/// The parts of a role descriptor, SAML Metadata §2.4. What stands in other namespaces is passed over: extensions are everybody's right.
enum MetadataReading {
    /// The root element of the document; of the signed bytes where it must be signed.
    static func root(of bytes: [UInt8], signers: [TrustedKey]) throws(SAMLError) -> XMLElement {
        guard !isWebPage(bytes) else { throw .metadataRoot(seen: "a web page (HTML)") }
        do {
            let root = try XMLDocument(parsing: bytes, limits: .metadata).root
            if signers.isEmpty { return root }
            // Rare, and pins keys for everything that follows: both judges look.
            let verifier = SignatureVerifier(keys: signers, policy: .strict, judges: .both)
            return try verifier.verifyRoot(bytes, named: root.name, issuer: nil, limits: .metadata).element
        } catch {
            throw .metadataXML(error)
        }
    }

    /// What a browser shows at many an address that was taken for the metadata's: a sign-in page, an error page, a single-page app.
    static func isWebPage(_ bytes: [UInt8]) -> Bool {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let head = bytes[start...].drop(while: MessageCoding.isBlank).prefix(14).map { byte in
            byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
        }
        return head.starts(with: "<!doctype html".utf8) || head.starts(with: "<html".utf8)
    }

    static func validUntil(of element: XMLElement) throws(SAMLError) -> Date? {
        guard let text = element.attribute("validUntil") else { return nil }
        guard let instant = SAMLInstant.parse(text) else { throw .metadataTime(seen: text) }
        return instant
    }

    /// §2.4.1.1: the keys that sign. One listed twice counts once.
    static func signingKeys(of role: XMLElement) throws(SAMLError) -> [TrustedKey] {
        let descriptors = role.elements(.metadata("KeyDescriptor"))
        var keys: [TrustedKey] = []
        for descriptor in descriptors where ["signing", nil].contains(descriptor.attribute("use")) {
            for data in descriptor.elements(.signature("KeyInfo")).flatMap({ $0.elements(.signature("X509Data")) }) {
                // A chain has the signer first; the authorities after it must not become signers.
                guard let certificate = data.first(.signature("X509Certificate")) else { continue }
                let key = try trustedKey(certificate)
                if !keys.contains(key) { keys.append(key) }
            }
        }
        guard keys.count <= IdentityProviderMetadata.maximumSigningKeys else {
            throw .metadataTooManyKeys(count: keys.count, limit: IdentityProviderMetadata.maximumSigningKeys)
        }
        guard !keys.isEmpty else {
            let areForEncryption = !descriptors.isEmpty && descriptors.allSatisfy { $0.attribute("use") == "encryption" }
            throw areForEncryption ? .metadataOnlyEncryptionKeys : .metadataNoSigningKey
        }
        return keys
    }

    private static func trustedKey(_ certificate: XMLElement) throws(SAMLError) -> TrustedKey {
        guard let text = try? certificate.text(), let der = certificateBytes(text) else {
            throw .metadataCertificate("it is not base64.")
        }
        do { return try TrustedKey(certificateDER: der) } catch { throw .metadataCertificate(error.message) }
    }

    /// Base64 with the blanks and line breaks that indentation brings; PEM's first and last line are left out where somebody pasted them.
    static func certificateBytes(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 65_536 else { return nil }
        var content = text[...]
        if let begin = content.firstRange(of: "-----BEGIN CERTIFICATE-----"), let end = content.firstRange(of: "-----END CERTIFICATE-----"),
            begin.upperBound <= end.lowerBound
        {
            content = content[begin.upperBound..<end.lowerBound]
        }
        return try? Base64.decode(String(decoding: content.utf8.filter { !MessageCoding.isBlank($0) }, as: UTF8.self))
    }

    /// §2.4.3 and §2.4.2: endpoints with a binding that is known here. An address that no browser should be sent to refuses the whole document.
    static func endpoints(_ localName: String, of role: XMLElement) throws(SAMLError) -> [Endpoint] {
        var endpoints: [Endpoint] = []
        for element in role.elements(.metadata(localName)) {
            guard let binding = element.attribute("Binding").flatMap(Binding.init(uri:)) else { continue }
            let location = (element.attribute("Location") ?? "").withoutXMLBlanks
            let responseLocation = element.attribute("ResponseLocation")?.withoutXMLBlanks
            for address in [location, responseLocation].compactMap({ $0 }) where WebAddress(address, allowsFragment: true) == nil {
                throw .metadataEndpoint(seen: address)
            }
            endpoints.append(Endpoint(binding: binding, location: location, responseLocation: responseLocation))
        }
        return endpoints
    }

    /// §2.4.3 and §2.2.3: where artifacts are resolved by SOAP. One that could not be asked is left out: few providers are asked at all.
    static func artifactResolutionServices(of role: XMLElement) -> [Endpoint] {
        role.elements(.metadata("ArtifactResolutionService")).compactMap { element in
            guard element.attribute("Binding") == Binding.soap.uri, let index = element.attribute("index").flatMap({ UInt16($0) }),
                let location = element.attribute("Location")?.withoutXMLBlanks, WebAddress(location) != nil
            else { return nil }
            return Endpoint(binding: .soap, location: location, index: Int(index))
        }
    }

    static func nameIDFormats(of role: XMLElement) throws(SAMLError) -> [String] {
        role.elements(.metadata("NameIDFormat")).compactMap { element in
            (try? element.text()).map { $0.trimmed } ?? nil
        }.filter { !$0.isEmpty }
    }

    /// mdui:DisplayName of the role, else the organization's; English where there is a choice.
    static func displayName(of role: XMLElement, in entity: XMLElement) -> String? {
        let userInterface = role.first(.metadata("Extensions"))?.first(.userInterface("UIInfo"))
        let organization = role.first(.metadata("Organization")) ?? entity.first(.metadata("Organization"))
        let names =
            preferred(userInterface?.elements(.userInterface("DisplayName")) ?? [])
            ?? preferred(organization?.elements(.metadata("OrganizationDisplayName")) ?? [])
        return names.map { $0.shortened }
    }

    private static func preferred(_ names: [XMLElement]) -> String? {
        let language = XMLName(Namespace.xml, "lang")
        let english = names.first { name in name.attributes.contains { $0.name == language && $0.value == "en" } }
        // Indentation inside a name is not part of it.
        let words = (try? (english ?? names.first)?.text())?.split(whereSeparator: \.isWhitespace) ?? []
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}

extension String {
    /// As xs:anyURI is read: white space around it is not part of it (XML Schema §4.3.6, collapse).
    fileprivate var withoutXMLBlanks: String {
        let bytes = utf8.drop(while: MessageCoding.isBlank)
        guard let last = bytes.lastIndex(where: { !MessageCoding.isBlank($0) }) else { return "" }
        return String(Substring(bytes[...last]))
    }

    /// Without blanks and line breaks around it. Only for what people read and for lists, never for an identifier that is compared.
    var trimmed: String {
        let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
        guard let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
        return String(scalars[...last])
    }
}
