import CXMLSec
import Glibc
internal import WireFormats

/// A place in a parsed tree, used only inside `ParsedDocument.read`.
struct Node: Equatable {
    enum Kind { case element, text, comment, processingInstruction, other }

    let pointer: OpaquePointer

    var kind: Kind {
        switch Int(cxs_node_kind(pointer)) {
        case Int(CXS_ELEMENT): .element
        case Int(CXS_TEXT): .text
        case Int(CXS_COMMENT): .comment
        case Int(CXS_PROCESSING_INSTRUCTION): .processingInstruction
        default: .other
        }
    }

    var parent: Node? { cxs_node_parent(pointer).map(Node.init) }
    var firstChild: Node? { cxs_node_first_child(pointer).map(Node.init) }
    var next: Node? { cxs_node_next(pointer).map(Node.init) }

    /// Exact namespace and exact local name; a prefix means nothing.
    func isElement(_ name: XMLName) -> Bool {
        kind == .element && cxs_node_name(pointer).hasSameBytes(as: name.localName) && cxs_node_namespace(pointer).hasSameBytes(as: name.namespace)
    }

    var name: XMLName { XMLName(String(cxs_node_namespace(pointer)), String(cxs_node_name(pointer))) }
    var content: String { String(cxs_node_content(pointer)) }
    var isBlankText: Bool { kind == .text && cxs_node_is_blank(pointer) }
    var declaresOnlyCanonicalNamespaces: Bool { cxs_node_namespaces_are_canonical(pointer) }

    var children: NodeSequence { NodeSequence(upcoming: firstChild) }
    var elements: [Node] { children.filter { $0.kind == .element } }
    var attributes: AttributeSequence { AttributeSequence(upcoming: cxs_node_first_attribute(pointer).map(AttributeNode.init)) }

    /// The attribute of that name in no namespace.
    func attribute(_ localName: String) -> AttributeNode? {
        attributes.first { $0.isUnprefixed && $0.isNamed(localName) }
    }

    /// Exclusive canonical form of this element (Exclusive XML Canonicalization 1.0), less one that is in it.
    ///
    /// - Parameters:
    ///   - inclusivePrefixes: separated by single spaces.
    ///   - expectedCount: about how long it will be.
    func canonicalForm(
        omitting omitted: Node? = nil, inclusivePrefixes: String = "", withComments: Bool = false, expectedCount: Int
    ) throws(XMLSecurityError) -> [UInt8] {
        var buffer = cxs_buffer()
        guard cxs_canonicalize(pointer, omitted?.pointer, inclusivePrefixes, withComments, expectedCount, &buffer) else { throw .canonicalization }
        return Array(taking: buffer)
    }

    func isCanonical(_ bytes: [UInt8], inclusivePrefixes: String) -> Bool {
        bytes.withUnsafeBufferPointer { cxs_is_canonical(pointer, inclusivePrefixes, $0.baseAddress, $0.count) }
    }

    /// Every node from here down, in document order, without recursion. Stops at the first error.
    func walk(_ visit: (Node) throws(XMLSecurityError) -> Void) throws(XMLSecurityError) {
        var node = self
        while true {
            try visit(node)
            if let child = node.firstChild {
                node = child
                continue
            }
            while node != self, node.next == nil {
                guard let parent = node.parent else { return }
                node = parent
            }
            guard node != self, let next = node.next else { return }
            node = next
        }
    }
}

struct AttributeNode {
    let pointer: OpaquePointer

    var localName: String { String(cxs_attribute_name(pointer)) }
    func isNamed(_ localName: String) -> Bool { cxs_attribute_name(pointer).hasSameBytes(as: localName) }
    var name: XMLName { XMLName(String(cxs_attribute_namespace(pointer)), localName) }
    var isUnprefixed: Bool { cxs_attribute_namespace(pointer).bytes == nil }
    /// nil when the value is not plain text, which no document without a DTD can have.
    var value: String? {
        let text = cxs_attribute_value(pointer)
        return text.bytes == nil ? nil : String(text)
    }
    var isNCName: Bool { cxs_attribute_is_ncname(pointer) }

    /// `ID`, `Id`, `id` or `iD`, whatever the namespace (THREATS S5).
    var isNamedID: Bool {
        let name = cxs_attribute_name(pointer)
        guard name.count == 2, let bytes = name.bytes else { return false }
        return bytes[0] | 0x20 == UInt8(ascii: "i") && bytes[1] | 0x20 == UInt8(ascii: "d")
    }
}

struct NodeSequence: Sequence, IteratorProtocol {
    var upcoming: Node?
    mutating func next() -> Node? {
        defer { upcoming = upcoming?.next }
        return upcoming
    }
}

struct AttributeSequence: Sequence, IteratorProtocol {
    var upcoming: AttributeNode?
    mutating func next() -> AttributeNode? {
        defer { upcoming = upcoming.flatMap { cxs_attribute_next($0.pointer) }.map(AttributeNode.init) }
        return upcoming
    }
}

extension cxs_text {
    var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes, count: bytes == nil ? 0 : count) }

    func hasSameBytes(as text: String) -> Bool {
        guard count == text.utf8.count, let bytes, count > 0 else { return count == text.utf8.count }
        return text.utf8.withContiguousStorageIfAvailable { $0.baseAddress.map { memcmp($0, bytes, count) == 0 } ?? false }
            ?? buffer.elementsEqual(text.utf8)
    }
}

extension String {
    init(_ text: cxs_text) {
        self = String(decoding: text.buffer, as: UTF8.self)
    }
}
