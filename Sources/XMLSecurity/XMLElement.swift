internal import WireFormats

/// An immutable copy of an element: no pointer into a C tree, no parent, no prefix, no comment.
package struct XMLElement: Hashable, Sendable {
    package struct Attribute: Hashable, Sendable {
        package let name: XMLName
        package let value: String
    }

    package enum Node: Hashable, Sendable {
        case element(XMLElement)
        case text(String)
    }

    package let name: XMLName
    /// In document order; namespace declarations are not attributes.
    package let attributes: [Attribute]
    package let children: [Node]

    init(name: XMLName, attributes: [Attribute], children: [Node]) {
        self.name = name
        self.attributes = attributes
        self.children = children
    }

    /// The attribute of this name that is in no namespace: `x:ID` is never taken for `ID` (THREATS S8).
    package func attribute(_ localName: String) -> String? {
        attributes.first { $0.name.localName.hasSameBytes(as: localName) && $0.name.namespace.isEmpty }?.value
    }

    package var elements: [XMLElement] {
        children.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    package func elements(_ name: XMLName) -> [XMLElement] {
        children.compactMap { if case .element(let element) = $0, element.name == name { element } else { nil } }
    }

    package func first(_ name: XMLName) -> XMLElement? {
        for case .element(let element) in children where element.name == name { return element }
        return nil
    }

    /// All of the text, joined and not trimmed. An element inside is refused: a value is whole or it is none (THREATS S10).
    package func text() throws(XMLSecurityError) -> String {
        var joined = ""
        for child in children {
            switch child {
            case .text(let text): joined += text
            case .element(let element): throw .unexpectedContent(element.name.description)
            }
        }
        return joined
    }

    /// The one child element of that name.
    func only(_ name: XMLName) throws(XMLSecurityError) -> XMLElement {
        let found = elements(name)
        guard found.count == 1 else { throw .assertionCount(found.count) }
        return found[0]
    }

    func without(_ removed: Set<XMLName>) -> XMLElement {
        let kept = children.filter { if case .element(let element) = $0 { !removed.contains(element.name) } else { true } }
        return XMLElement(name: name, attributes: attributes, children: kept)
    }
}

extension XMLElement: CustomStringConvertible, CustomReflectable {
    /// The name alone. What stands inside may be an assertion, and belongs into no log (THREATS S44).
    package var description: String { "<\(name.localName)>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
