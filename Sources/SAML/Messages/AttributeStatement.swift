import XMLSecurity

/// The attributes of saml:AttributeStatement, SAML Core §2.7.3, as they stand. An attribute is judged when somebody asks for it and not before:
/// one that no mapping wants may hold anything, a photograph or markup, and the sign-in goes on without it (THREATS case 131).
///
/// Repeated Attribute elements of one Name are one attribute with more values (Keycloak sends roles so).
package struct AttributeStatements: Sendable {
    static let maximumValues = 4096
    static let longestValue = 16_384
    /// Each may have a key of its own, and to open that is dear.
    static let maximumDecrypted = 16

    private let attributes: [XMLElement]
    /// Encrypted ones that could not be decrypted have no name that could be asked for.
    package let encryptedCount: Int

    init(statements: [XMLElement], decryption: Decryption = .none) throws(SAMLError) {
        var attributes: [XMLElement] = []
        var encryptedCount = 0
        var attempts = 0
        for child in statements.flatMap(\.elements) {
            switch child.name {
            case .assertion("Attribute"): attributes.append(child)
            case .assertion("EncryptedAttribute"):
                attempts += 1
                if attempts <= Self.maximumDecrypted, let opened = try? decryption.open(child, expecting: .assertion("Attribute")) {
                    attributes.append(opened)
                } else {
                    encryptedCount += 1
                }
            default: throw .attribute(name: child.name.localName, "an AttributeStatement has something else than attributes in it")
            }
        }
        (self.attributes, self.encryptedCount) = (attributes, encryptedCount)
    }

    /// The values of the attribute of that Name, in their order; nil where there is none, empty where it has no value but `xsi:nil`.
    package func values(named name: String) throws(SAMLError) -> [String]? {
        try values(of: attributes.filter { $0.attribute("Name").map(name.hasSameBytes) ?? false }, shownAs: name)
    }

    /// The same by FriendlyName, which is for people to read and names nothing by itself (Core §2.7.3.1): only where an admin maps it so.
    package func values(friendlyNamed name: String) throws(SAMLError) -> [String]? {
        let found = attributes.filter { $0.attribute("FriendlyName").map(name.hasSameBytes) ?? false }
        guard let first = found.first else { return nil }
        guard let owner = first.attribute("Name"), found.allSatisfy({ owner.hasSameBytes(as: $0.attribute("Name")) }) else {
            throw .ambiguousFriendlyName(name, arrived: arrived)
        }
        return try values(of: found, shownAs: name)
    }

    /// What arrived, for people: each Name once, with its FriendlyName.
    package var arrived: [String] {
        var shown: [String] = []
        for attribute in attributes {
            let name = (attribute.attribute("Name") ?? "").shortened
            let text = attribute.attribute("FriendlyName").map { "\(name) (\($0.shortened))" } ?? name
            if !shown.contains(where: text.hasSameBytes) { shown.append(text) }
            // More than anybody reads.
            if shown.count == 100 { break }
        }
        return shown + (encryptedCount > 0 ? ["\(encryptedCount) encrypted"] : [])
    }

    /// Every attribute that can be read, for `saml validate`.
    package var readable: [(name: String, values: [String])] {
        var found: [(name: String, values: [String])] = []
        for name in attributes.compactMap({ $0.attribute("Name") }) where !found.contains(where: { name.hasSameBytes(as: $0.name) }) {
            if let values = try? values(named: name) { found.append((name, values)) }
        }
        return found
    }

    private func values(of found: [XMLElement], shownAs name: String) throws(SAMLError) -> [String]? {
        guard !found.isEmpty else { return nil }
        var values: [String] = []
        for child in found.flatMap(\.elements) {
            guard child.name == .assertion("AttributeValue") else { throw unreadable(name, "it has something else than AttributeValue in it") }
            if let value = try text(of: child, in: name) { values.append(value) }
        }
        guard values.count <= Self.maximumValues else { throw unreadable(name, "it has more than \(Self.maximumValues) values") }
        return values
    }

    /// The text of one AttributeValue; nil for `xsi:nil`. A single NameID inside gives its text (eduPersonTargetedID is sent so);
    /// any other element is refused, as its meaning would be a guess.
    private func text(of value: XMLElement, in name: String) throws(SAMLError) -> String? {
        let isNil = value.attributes.contains { $0.name == XMLName(Namespace.schemaInstance, "nil") && ["true", "1"].contains($0.value) }
        if isNil { return nil }
        let text: String?
        let inner = value.elements
        if inner.isEmpty {
            text = try? value.text()
        } else if inner.count == 1, let nameID = inner.first, nameID.name == .assertion("NameID"), value.hasOnlyBlanksBesideElements {
            text = try? nameID.text()
        } else {
            throw unreadable(name, "a value has elements inside")
        }
        guard let text else { throw unreadable(name, "a value is not text") }
        guard text.utf8.count <= Self.longestValue else { throw unreadable(name, "a value is longer than \(Self.longestValue) bytes") }
        return text
    }

    private func unreadable(_ name: String, _ reason: String) -> SAMLError { .attribute(name: name, reason, arrived: arrived) }
}

extension XMLElement {
    /// True where the text between the elements is indentation only.
    fileprivate var hasOnlyBlanksBesideElements: Bool {
        children.allSatisfy { child in
            guard case .text(let text) = child else { return true }
            return text.utf8.allSatisfy(MessageCoding.isBlank)
        }
    }
}
