internal import WireFormats
import XMLSecurity

/// A document as it reads once what would be refused is out of its way: for people who want to see what somebody sent, and for nobody else. What is
/// read from it is shown, and never used.
struct MendedDocument {
    let root: XMLElement
    /// What refuses it, in the order in which it was found. Empty where nothing does.
    let refusals: [SAMLError]

    /// Each round mends one kind of thing; there are no more kinds than these.
    private static let maximumRounds = 6

    init(_ bytes: [UInt8]) throws(SAMLError) {
        // In metadata comments may stand between elements.
        if let root = try? XMLDocument(parsing: bytes, limits: .metadata).root, root.isMetadata {
            (self.root, refusals) = (root, [])
            return
        }
        var (document, refusals) = (bytes, [SAMLError]())
        while true {
            let error: XMLSecurityError
            do {
                root = try XMLDocument(parsing: document, limits: .inspected).root
                self.refusals = refusals
                return
            } catch let caught { error = caught }
            // Of what cannot be mended the first reason is the one that helps.
            guard refusals.count < Self.maximumRounds, let mended = Self.mend(document, error), mended != document else {
                throw refusals.first ?? .xml(error)
            }
            refusals.append(.xml(error))
            document = mended
        }
    }

    private static func mend(_ document: [UInt8], _ error: XMLSecurityError) -> [UInt8]? {
        switch error {
        case .comment: MarkupRemoval(of: [.comments], from: document).result
        case .processingInstruction: MarkupRemoval(of: [.instructions], from: document).result
        case .doctype: MarkupRemoval(of: [.documentType, .entities], from: document).result
        case .encoding: inUTF8(document).map(withoutDeclaration)
        // What some readers never see: all that stands behind a NUL.
        case .malformed where document.contains(0): Array(document.prefix { $0 != 0 })
        default: nil
        }
    }

    /// UTF-16; else one byte a character, as ISO 8859-1 has it.
    private static func inUTF8(_ document: [UInt8]) -> [UInt8]? {
        if let text = utf16(document) { return Array(text.utf8) }
        // Declared to be something else, and UTF-8 all the same.
        return String(validating: document, as: UTF8.self) == nil ? latin1(document) : document
    }

    /// By its mark, or by its first "<" (XML 1.0 appendix F); nil for everything else.
    static func utf16(_ document: [UInt8]) -> String? {
        guard document.count >= 4 else { return nil }
        let isBigEndian = (document[0], document[1]) == (0xFE, 0xFF) || (document[0], document[1]) == (0, 0x3C)
        let units = stride(from: 0, to: document.count - 1, by: 2).map { index in
            let (first, second) = (UInt16(document[index]), UInt16(document[index + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        let content = units.first == 0xFEFF ? units.dropFirst() : units[...]
        guard content.first == 0x3C else { return nil }
        return String(decoding: content, as: UTF16.self)
    }

    /// The XML declaration tells the encoding, which is another one now.
    private static func withoutDeclaration(_ document: [UInt8]) -> [UInt8] {
        guard document.starts(with: "<?xml".utf8), let end = document.firstIndex(of: UInt8(ascii: ">")) else { return document }
        return Array(document[(end + 1)...])
    }

    private static func latin1(_ document: [UInt8]) -> [UInt8] {
        document.flatMap { byte in byte < 0x80 ? [byte] : [0xC0 | byte >> 6, 0x80 | byte & 0x3F] }
    }
}

extension XMLElement {
    fileprivate var isMetadata: Bool { name == .metadata("EntityDescriptor") || name == .metadata("EntitiesDescriptor") }
}

/// Takes comments, processing instructions and the document type out of a document, byte by byte.
private struct MarkupRemoval {
    enum Kind { case comments, instructions, documentType, entities }

    private(set) var result: [UInt8] = []

    init(of kinds: Set<Kind>, from document: [UInt8]) {
        result.reserveCapacity(document.count)
        var rest = document[...]
        // What did not end once ends nowhere behind that place: it is not looked for again.
        var parts: [(start: String, end: String, isKept: Bool)] = [
            ("<!--", "-->", !kinds.contains(.comments)), ("<![CDATA[", "]]>", true), ("<?", "?>", !kinds.contains(.instructions)),
        ]
        while let byte = rest.first {
            if byte == UInt8(ascii: "<") {
                if let index = parts.firstIndex(where: { rest.starts(with: $0.start.utf8) }) {
                    if let part = Self.part(of: rest, from: parts[index].start, to: parts[index].end) {
                        if parts[index].isKept { result += part }
                        rest = rest.dropFirst(part.count)
                        continue
                    }
                    parts.remove(at: index)
                }
                if kinds.contains(.documentType), let part = Self.documentType(at: rest) {
                    rest = rest.dropFirst(part.count)
                    continue
                }
            }
            result.append(byte)
            rest = rest.dropFirst()
            // A name that nothing defines any more is shown as it stands.
            if byte == UInt8(ascii: "&"), kinds.contains(.entities), !Self.isPredefined(rest) { result += "amp;".utf8 }
        }
    }

    private static func part(of rest: ArraySlice<UInt8>, from start: String, to end: String) -> ArraySlice<UInt8>? {
        guard rest.starts(with: start.utf8) else { return nil }
        let end = Array(end.utf8)
        var index = rest.startIndex + start.utf8.count
        while index + end.count <= rest.endIndex {
            if rest[index..<(index + end.count)].elementsEqual(end) { return rest[..<(index + end.count)] }
            index += 1
        }
        return nil
    }

    /// From `<!` to its `>`, over quoted text and the brackets of an internal subset.
    private static func documentType(at rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.starts(with: "<!".utf8) else { return nil }
        var (quote, depth): (UInt8?, Int) = (nil, 0)
        for index in rest.indices.dropFirst(2) {
            let byte = rest[index]
            switch (quote, byte) {
            case (byte, _): quote = nil
            case (nil, UInt8(ascii: "\"")), (nil, UInt8(ascii: "'")): quote = byte
            case (nil, UInt8(ascii: "[")): depth += 1
            case (nil, UInt8(ascii: "]")): depth -= 1
            case (nil, UInt8(ascii: ">")) where depth <= 0: return rest[...index]
            default: break
            }
        }
        return nil
    }

    private static func isPredefined(_ rest: ArraySlice<UInt8>) -> Bool {
        rest.first == UInt8(ascii: "#") || ["amp;", "lt;", "gt;", "quot;", "apos;"].contains { rest.starts(with: $0.utf8) }
    }
}
