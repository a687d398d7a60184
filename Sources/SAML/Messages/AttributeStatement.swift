import XMLSecurity

/// The attributes of saml:AttributeStatement, SAML Core §2.7.3: values by Name, in the order they stand.
///
/// Repeated Attribute elements of one Name are one attribute with more values (Keycloak sends roles so).
struct AttributeValues: Sendable {
    static let mostNames = 256
    static let mostValues = 4096
    static let longestValue = 16_384

    private(set) var byName: [String: [String]] = [:]
    /// By FriendlyName, without those that stand on attributes of different Names: such a name says nothing.
    private(set) var byFriendlyName: [String: [String]] = [:]
    private var namesOfFriendlyName: [String: String] = [:]
    private var count = 0

    init(statements: [XMLElement]) throws(SAMLError) {
        for statement in statements {
            for child in statement.elements {
                guard child.name == .assertion("Attribute") else {
                    throw .attribute(name: child.name.localName, "only plain Attribute elements are understood, no encrypted ones")
                }
                try add(child)
            }
        }
        for (friendlyName, name) in namesOfFriendlyName where name.isEmpty { byFriendlyName[friendlyName] = nil }
    }

    private mutating func add(_ attribute: XMLElement) throws(SAMLError) {
        guard let name = attribute.attribute("Name"), !name.isEmpty, name.utf8.count <= 1024 else {
            throw .attribute(name: attribute.attribute("FriendlyName") ?? "", "it has no Name, or one of more than 1024 bytes")
        }
        var values: [String] = []
        for child in attribute.elements {
            guard child.name == .assertion("AttributeValue") else { throw .attribute(name: name, "it has something else than AttributeValue in it") }
            if let value = try AttributeValues.text(of: child, in: name) { values.append(value) }
        }
        count += values.count
        guard count <= AttributeValues.mostValues else { throw .attribute(name: name, "there are more than \(AttributeValues.mostValues) values") }
        byName[name, default: []] += values
        guard byName.count <= AttributeValues.mostNames else {
            throw .attribute(name: name, "there are more than \(AttributeValues.mostNames) attributes")
        }

        guard let friendlyName = attribute.attribute("FriendlyName"), !friendlyName.isEmpty else { return }
        let owner = namesOfFriendlyName[friendlyName] ?? name
        namesOfFriendlyName[friendlyName] = owner == name ? name : ""
        byFriendlyName[friendlyName, default: []] += values
    }

    /// The text of one AttributeValue; nil for `xsi:nil`. A single NameID inside gives its text (eduPersonTargetedID is sent so);
    /// any other element is refused, as its meaning would be a guess.
    private static func text(of value: XMLElement, in name: String) throws(SAMLError) -> String? {
        let isNil = value.attributes.contains { $0.name == XMLName(Namespace.schemaInstance, "nil") && ($0.value == "true" || $0.value == "1") }
        if isNil { return nil }
        let text: String?
        let inner = value.elements
        if inner.isEmpty {
            text = try? value.text()
        } else if inner.count == 1, let nameID = inner.first, nameID.name == .assertion("NameID"), value.hasOnlyBlanksBesideElements {
            text = try? nameID.text()
        } else {
            throw .attribute(name: name, "a value has elements inside")
        }
        guard let text else { throw .attribute(name: name, "a value is not text") }
        guard text.utf8.count <= longestValue else { throw .attribute(name: name, "a value is longer than \(longestValue) bytes") }
        return text
    }
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
