import Glibc

/// The linear scan of stage A: counts what is dear before libxml2 allocates anything for it, and finds what is never allowed.
///
/// It need not know all of XML. Where libxml2 would see a tag, an attribute or a comment, this scanner sees one too; what it
/// takes for one and libxml2 does not is a document that is not well formed and fails there.
struct MarkupScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: XMLLimits
    private var index: Int
    private var tags = 0
    private var depth = 0
    private var namespaces = 0
    private var allAttributes = 0
    /// How many namespaces each open element declares, and all of them together.
    private var declared: [Int] = []
    private var inScope = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, limits: XMLLimits) {
        self.bytes = bytes
        self.limits = limits
        index = start
    }

    mutating func scan() throws(XMLSecurityError) {
        while index < bytes.count {
            index = position(of: UInt8(ascii: "<"))
            guard index < bytes.count else { return }
            switch byte(index + 1) {
            case UInt8(ascii: "!"): try scanDeclaration()
            case UInt8(ascii: "?"): throw .processingInstruction
            case UInt8(ascii: "/"): try scanEndTag()
            default: try scanStartTag()
            }
        }
    }

    /// From here on; the end where there is none.
    private func position(of byte: UInt8) -> Int {
        guard index < bytes.count, let start = bytes.baseAddress, let found = memchr(start + index, Int32(byte), bytes.count - index) else {
            return bytes.count
        }
        return start.distance(to: UnsafePointer(found.assumingMemoryBound(to: UInt8.self)))
    }

    private func byte(_ position: Int) -> UInt8 { position < bytes.count ? bytes[position] : 0 }

    /// Comments and CDATA sections; anything else that begins with `<!` belongs to a document type.
    private mutating func scanDeclaration() throws(XMLSecurityError) {
        if follows("<!--", at: index) {
            guard limits.allowsComments else { throw .comment }
            try skip(after: index + 4, to: "-->")
        } else if follows("<![CDATA[", at: index) {
            try skip(after: index + 9, to: "]]>")
        } else {
            throw .doctype
        }
    }

    /// The search for a DOCTYPE does not stop at the borders of a comment or a CDATA section.
    private mutating func skip(after start: Int, to end: StaticString) throws(XMLSecurityError) {
        index = start
        while index < bytes.count {
            if follows(end, at: index) {
                index += end.utf8CodeUnitCount
                return
            }
            if follows("<!doctype", at: index) || follows("<!entity", at: index) { throw .doctype }
            index += 1
        }
        throw .malformed("a comment or CDATA section does not end")
    }

    /// Whether this text is here; ASCII letters in any case. `text` is written in lower case, but for "CDATA", which has no other spelling.
    private func follows(_ text: StaticString, at position: Int) -> Bool {
        guard byte(position) == text.utf8Start[0], position + text.utf8CodeUnitCount <= bytes.count else { return false }
        for offset in 0..<text.utf8CodeUnitCount {
            let wanted = text.utf8Start[offset]
            let found = bytes[position + offset]
            let folded = found >= UInt8(ascii: "A") && found <= UInt8(ascii: "Z") ? found + 32 : found
            if found != wanted && folded != wanted { return false }
        }
        return true
    }

    private mutating func scanEndTag() throws(XMLSecurityError) {
        depth -= 1
        guard depth >= 0 else { throw .malformed("an end tag has no start tag") }
        inScope -= declared.popLast() ?? 0
        index = position(of: UInt8(ascii: ">")) + 1
    }

    private mutating func scanStartTag() throws(XMLSecurityError) {
        tags += 1
        depth += 1
        guard tags <= limits.tags else { throw .tooComplex("more than \(limits.tags) tags") }
        guard depth <= limits.depth else { throw .tooComplex("deeper than \(limits.depth) elements") }
        var attributes = 0
        var prefixed = 0
        var here = 0
        var nameStart = -1
        var isNamespace = false
        index += 1
        while index < bytes.count {
            let current = bytes[index]
            switch current {
            case UInt8(ascii: "="):
                attributes += 1
                allAttributes += 1
                guard allAttributes <= limits.attributes else { throw .tooComplex("more than \(limits.attributes) attributes") }
                guard attributes <= limits.attributesPerTag else { throw .tooComplex("more than \(limits.attributesPerTag) attributes on a tag") }
                isNamespace = nameStart >= 0 && follows("xmlns", at: nameStart)
                if isNamespace {
                    namespaces += 1
                    here += 1
                } else if nameStart >= 0, bytes[nameStart..<index].contains(UInt8(ascii: ":")) {
                    prefixed += 1
                }
                guard prefixed <= limits.prefixedAttributesPerTag else {
                    throw .tooComplex("more than \(limits.prefixedAttributesPerTag) attributes with a prefix on a tag")
                }
                guard inScope + here <= limits.namespacesInScope else {
                    throw .tooComplex("more than \(limits.namespacesInScope) namespaces in scope")
                }
                guard namespaces <= limits.namespaceDeclarations else {
                    throw .tooComplex("more than \(limits.namespaceDeclarations) namespace declarations")
                }
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                try skipValue(isNamespace: isNamespace)
                isNamespace = false
            case UInt8(ascii: "<"):
                throw .malformed("a tag does not end")
            case UInt8(ascii: ">"):
                if bytes[index - 1] == UInt8(ascii: "/") {
                    depth -= 1
                } else {
                    declared.append(here)
                    inScope += here
                }
                index += 1
                return
            default:
                if DocumentBytes.isBlank(bytes[index - 1]) && !DocumentBytes.isBlank(current) { nameStart = index }
            }
            index += 1
        }
        throw .malformed("a tag does not end")
    }

    /// From the opening quote to the closing one, where `index` stays.
    private mutating func skipValue(isNamespace: Bool) throws(XMLSecurityError) {
        let quote = bytes[index]
        let start = index + 1
        index = start
        while index < bytes.count, bytes[index] != quote {
            guard bytes[index] != UInt8(ascii: "<") else { throw .malformed("an attribute value has a \"<\"") }
            index += 1
        }
        guard !isNamespace || index - start <= limits.namespaceLength else {
            throw .tooComplex("a namespace of more than \(limits.namespaceLength) bytes")
        }
    }
}
