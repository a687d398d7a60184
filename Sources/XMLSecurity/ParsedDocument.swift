import CXMLSec
internal import WireFormats

/// A document parsed by libxml2 (stages A and B). Lives for one call; nothing of it leaves `read`.
final class ParsedDocument {
    private let pointer: OpaquePointer
    private let allowsComments: Bool
    private let mayHaveMarks: Bool

    init(_ bytes: [UInt8], limits: XMLLimits) throws(XMLSecurityError) {
        let start = try DocumentBytes.check(bytes, limits: limits)
        var failure = cxs_parse_error()
        let parsed = bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { cxs_parse($0 + start, buffer.count - start, &failure) }
        }
        guard let parsed else { throw Int(failure.reason) == Int(CXS_DOCTYPE) ? .doctype : .malformed(failure.sentence) }
        pointer = parsed
        allowsComments = limits.allowsComments
        mayHaveMarks = StreamSafeText.mayHaveMarks(bytes)
    }

    deinit { cxs_document_free(pointer) }

    /// The only way to the nodes: they point into the tree and are good exactly as long as it lives.
    func read<R>(_ body: (Node) throws(XMLSecurityError) -> R) throws(XMLSecurityError) -> R {
        defer { withExtendedLifetime(self) {} }
        guard let root = cxs_document_root(pointer) else { throw .malformed("it has no root element") }
        var beside = cxs_document_first(pointer).map(Node.init)
        while let node = beside {
            switch node.kind {
            case .element: break
            case .comment where allowsComments: break
            case .comment: throw .comment
            case .processingInstruction: throw .processingInstruction
            case .text, .other: throw .malformed("there is something beside the root element")
            }
            beside = node.next
        }
        if mayHaveMarks {
            var text = StreamSafeText()
            try text.check(tree: Node(pointer: root))
        }
        return try body(Node(pointer: root))
    }

    func serialized() throws(XMLSecurityError) -> [UInt8] {
        var buffer = cxs_buffer()
        guard cxs_serialize(pointer, &buffer) else { throw .signingFailed("the document could not be written") }
        return Array(taking: buffer)
    }
}

extension cxs_parse_error {
    /// libxml2's line and cause, which tell a person who edited the document where. Names of elements may be in it, values are not.
    fileprivate var sentence: String {
        let bytes = withUnsafeBytes(of: text) { Array($0.prefix { $0 != 0 }) }
        // Cut where a character may be in the middle; controls have no place in a log.
        let cause = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
        guard !cause.isEmpty else { return "libxml2 refused it" }
        return line > 0 ? "line \(line): \(String(cause))" : String(cause)
    }
}

extension [UInt8] {
    /// Copies memory that C handed over, and gives it back.
    init(taking buffer: cxs_buffer) {
        self = Array(UnsafeBufferPointer(start: buffer.bytes, count: buffer.bytes == nil ? 0 : buffer.count))
        cxs_buffer_free(buffer)
    }
}
