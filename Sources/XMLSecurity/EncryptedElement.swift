internal import WireFormats

/// What stands in an EncryptedAssertion, EncryptedID or EncryptedAttribute (SAML Core §2.2.4, §6): one xenc:EncryptedData and the keys to it, read
/// strictly (XML Encryption 1.1 §3). Nothing in it names anything outside of it, and all of its algorithms are allowed, before a key of ours is used.
struct EncryptedElement {
    static let maximumKeys = 8

    let method: ContentEncryption
    let content: [UInt8]
    /// Those that belong to the content; at least one.
    let keys: [EncryptedKey]

    init(reading wrapper: XMLElement) throws(XMLSecurityError) {
        let children = try wrapper.encryptionStructure(attributes: [])
        guard children.count <= 1 + Self.maximumKeys else { throw .encryptionStructure("there are more than \(Self.maximumKeys) keys") }
        let beside = children.filter { $0.name == .xenc("EncryptedKey") }
        guard let data = children.first(where: { $0.name == .xenc("EncryptedData") }), beside.count + 1 == children.count else {
            throw .encryptionStructure("its children are not one EncryptedData and EncryptedKeys")
        }
        // Core §2.2.4: an element and nothing else.
        guard data.attribute("Type")?.hasSameBytes(as: "http://www.w3.org/2001/04/xmlenc#Element") ?? true else {
            throw .encryptionStructure("its Type is not an element")
        }
        let parts = try EncryptedParts(reading: data, attributes: ["Id", "Type"], mayEndWith: [])
        guard try parts.method.encryptionStructure(attributes: ["Algorithm"]).isEmpty else {
            throw .encryptionStructure("the EncryptionMethod of the content has parameters")
        }
        method = try ContentEncryption(identifier: parts.method.attribute("Algorithm") ?? "")
        content = parts.value
        guard content.count >= method.smallest else { throw .encryptionStructure("the content is too short for its algorithm") }

        let hints = try KeyHints(reading: parts.keyInfo)
        guard hints.keys.count + beside.count <= Self.maximumKeys else { throw .encryptionStructure("there are more than \(Self.maximumKeys) keys") }
        var keys: [EncryptedKey] = []
        for element in hints.keys + beside { keys.append(try EncryptedKey(reading: element, of: data.attribute("Id"))) }
        self.keys = try hints.select(keys, inside: hints.keys.count)
    }
}

/// xenc:EncryptedKey, §3.5.1.
struct EncryptedKey {
    let id: String?
    let transport: KeyTransport
    let value: [UInt8]
    let recipient: String?
    let carriedName: String?
    /// Whose key it was encrypted for, where that is said by certificates.
    let certificates: [[UInt8]]

    init(reading element: XMLElement, of dataID: String?) throws(XMLSecurityError) {
        let parts = try EncryptedParts(
            reading: element, attributes: ["Id", "Recipient"], mayEndWith: [.xenc("ReferenceList"), .xenc("CarriedKeyName")])
        id = element.attribute("Id")
        recipient = element.attribute("Recipient")
        transport = try KeyTransport(reading: parts.method)
        value = parts.value
        carriedName = try parts.rest.first { $0.name == .xenc("CarriedKeyName") }?.text()
        certificates = try parts.keyInfo.map { keyInfo throws(XMLSecurityError) in try Self.certificates(in: keyInfo) } ?? []
        guard let list = parts.rest.first(where: { $0.name == .xenc("ReferenceList") }) else { return }
        for reference in try list.encryptionStructure(attributes: []) {
            guard reference.name == .xenc("DataReference"), try reference.encryptionStructure(attributes: ["URI"]).isEmpty, let dataID,
                ("#" + dataID).hasSameBytes(as: reference.attribute("URI") ?? "")
            else { throw .encryptionStructure("an EncryptedKey belongs to something else than the EncryptedData beside it") }
        }
    }

    /// Whose key it is may be said in any way that needs no look-up: certificates are read, names are for people.
    private static func certificates(in keyInfo: XMLElement) throws(XMLSecurityError) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for child in try keyInfo.encryptionStructure(attributes: ["Id"]) {
            guard [XMLName.ds("X509Data"), .ds("KeyName"), .ds("KeyValue")].contains(child.name) else {
                throw .encryptionStructure("the KeyInfo of a key has a child other than X509Data, KeyValue and KeyName")
            }
            found += child.elements(.ds("X509Certificate")).map(\.base64).filter { !$0.isEmpty }
        }
        return found
    }
}

/// EncryptionMethod, KeyInfo or none, CipherData with a CipherValue (§3.1): what EncryptedData and EncryptedKey have in common.
private struct EncryptedParts {
    let method: XMLElement
    let keyInfo: XMLElement?
    let value: [UInt8]
    let rest: [XMLElement]

    init(reading element: XMLElement, attributes: Set<String>, mayEndWith ends: [XMLName]) throws(XMLSecurityError) {
        var children = try element.encryptionStructure(attributes: attributes)[...]
        func take(_ name: XMLName) -> XMLElement? { children.first?.name == name ? children.popFirst() : nil }
        guard let method = take(.xenc("EncryptionMethod")) else { throw .encryptionStructure("there is no EncryptionMethod") }
        self.method = method
        keyInfo = take(.ds("KeyInfo"))
        guard let data = take(.xenc("CipherData")) else { throw .encryptionStructure("EncryptionMethod and KeyInfo are not followed by CipherData") }
        let inside = try data.encryptionStructure(attributes: [])
        // Never a CipherReference: nothing is fetched, and nothing is transformed.
        guard inside.count == 1, inside[0].name == .xenc("CipherValue"), try inside[0].encryptionStructure(attributes: [], allowsText: true).isEmpty
        else { throw .encryptionStructure("CipherData is not one CipherValue with text") }
        value = inside[0].base64
        guard !value.isEmpty else { throw .encryptionStructure("a CipherValue is not base64") }
        var rest: [XMLElement] = []
        for end in ends { if let found = take(end) { rest.append(found) } }
        guard children.isEmpty else { throw .encryptionStructure("there is something behind CipherData that is not known") }
        self.rest = rest
    }
}

/// The ds:KeyInfo of EncryptedData: the key itself, or which of those beside it (Core §6, XML Encryption §3.5).
private struct KeyHints {
    var keys: [XMLElement] = []
    var names: [String] = []
    /// The IDs that RetrievalMethod names.
    var retrieved: [String] = []

    init(reading keyInfo: XMLElement?) throws(XMLSecurityError) {
        for child in try keyInfo?.encryptionStructure(attributes: ["Id"]) ?? [] {
            switch child.name {
            case .xenc("EncryptedKey"): keys.append(child)
            case .ds("KeyName"): names.append(try child.text())
            case .ds("RetrievalMethod"): retrieved.append(try Self.target(of: child))
            default: throw .encryptionStructure("KeyInfo has a child other than EncryptedKey, RetrievalMethod and KeyName")
            }
        }
    }

    /// `#` and an Id; no transforms, no other document, no other kind of key.
    private static func target(of method: XMLElement) throws(XMLSecurityError) -> String {
        guard try method.encryptionStructure(attributes: ["URI", "Type"]).isEmpty, let uri = method.attribute("URI"),
            uri.utf8.first == UInt8(ascii: "#"),
            method.attribute("Type")?.hasSameBytes(as: "http://www.w3.org/2001/04/xmlenc#EncryptedKey") ?? true
        else { throw .encryptionStructure("a RetrievalMethod names something else than an EncryptedKey beside it") }
        return ProtocolText(uri).dropFirst(1).string
    }

    /// - Parameter inside: how many of them, from the first, stand in the KeyInfo itself.
    func select(_ keys: [EncryptedKey], inside: Int) throws(XMLSecurityError) -> [EncryptedKey] {
        func isNamed(_ key: EncryptedKey) -> Bool { key.id.map { id in retrieved.contains { $0.hasSameBytes(as: id) } } ?? false }
        guard retrieved.allSatisfy({ id in keys.contains { $0.id?.hasSameBytes(as: id) ?? false } }) else {
            throw .encryptionStructure("a RetrievalMethod names an EncryptedKey that is not beside it")
        }
        let selected = keys.enumerated().filter { index, key in
            let isCalled = names.isEmpty || key.carriedName.map { name in names.contains { $0.hasSameBytes(as: name) } } ?? true
            return isCalled && (index < inside || retrieved.isEmpty || isNamed(key))
        }
        guard !selected.isEmpty else { throw .encryptionStructure("no EncryptedKey belongs to it") }
        return selected.map(\.element)
    }
}

extension XMLElement {
    /// The child elements, when this element has only the attributes named and, unless it is a value, no text between its children.
    func encryptionStructure(attributes allowed: Set<String>, allowsText: Bool = false) throws(XMLSecurityError) -> [XMLElement] {
        for attribute in attributes {
            guard attribute.name.namespace.isEmpty, allowed.contains(where: attribute.name.localName.hasSameBytes) else {
                throw .unexpectedAttribute(attribute.name.description)
            }
        }
        for case .text(let text) in children where !allowsText && !text.utf8.allSatisfy(DocumentBytes.isBlank) {
            throw .encryptionStructure("there is text between elements")
        }
        return elements
    }

    /// Empty where its text is none.
    fileprivate var base64: [UInt8] {
        guard let text = try? text() else { return [] }
        return (try? Base64.decode(text.utf8.filter { !DocumentBytes.isBlank($0) })) ?? []
    }
}

extension XMLName {
    static func xenc(_ localName: String) -> XMLName { XMLName("http://www.w3.org/2001/04/xmlenc#", localName) }
}
