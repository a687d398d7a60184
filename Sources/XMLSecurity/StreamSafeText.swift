import CXMLSec
import WireFormats

/// Runs of combining marks are bounded in documents, wherever they stand (UAX #15 §13).
extension StreamSafeText {
    /// Whether a document can hold a combining mark at all.
    static func mayHaveMarks(_ bytes: [UInt8]) -> Bool { bytes.withUnsafeBufferPointer { cxs_may_have_marks($0.baseAddress, $0.count) } }

    /// Goes on with `text`: what came before may have ended in marks, as text before a CDATA section does.
    mutating func check(_ text: String) throws(XMLSecurityError) {
        guard accepts(text) else { throw .tooComplex("more than \(Self.longestRun) combining marks in a row") }
    }

    /// Most texts have no byte of a mark; they need not become a string for that to be seen.
    mutating func check(_ text: cxs_text) throws(XMLSecurityError) {
        let bytes = text.buffer
        if bytes.contains(where: { $0 >= 0xCC }) {
            try check(String(text))
        } else if !bytes.isEmpty {
            endRun()
        }
    }

    /// Every name, value and text of the tree.
    mutating func check(tree root: Node) throws(XMLSecurityError) {
        var checker = self
        try root.walk { node throws(XMLSecurityError) in
            try checker.check(cxs_node_content(node.pointer))
            guard node.kind == .element else { return }
            try checker.check(cxs_node_name(node.pointer))
            try checker.check(cxs_node_namespace(node.pointer))
            for attribute in node.attributes {
                try checker.check(cxs_attribute_name(attribute.pointer))
                try checker.check(cxs_attribute_namespace(attribute.pointer))
                try checker.check(cxs_attribute_value(attribute.pointer))
            }
        }
        self = checker
    }
}
