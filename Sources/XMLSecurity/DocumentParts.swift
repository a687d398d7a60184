import Glibc

/// Cuts a document that is too large for a tree into parts while it arrives: what comes before the root's children, each child with what
/// stands before it, and what comes after the last one.
///
/// Like `MarkupScanner` it need not know all of XML. Each part is parsed by libxml2 between the root's tags, where it must be well formed and have
/// one element; so what is cut at a wrong place is refused, and is never another document.
struct DocumentParts {
    enum Part: Equatable {
        /// The XML declaration, and everything up to the end of the root's start tag.
        case head([UInt8])
        case child([UInt8])
    }

    private let limit: Int
    private var bytes: [UInt8] = []
    /// Where the part that is not whole yet begins, and where the search goes on.
    private var start = 0
    private var index = 0
    private var depth = 0
    private var isBehindHead = false
    /// The root's end tag was seen: all that follows belongs to the tail.
    private var isBehindRoot = false

    /// - Parameter limit: bytes of one part.
    init(limit: Int) { self.limit = limit }

    mutating func add(_ chunk: [UInt8]) {
        if start > 0 {
            bytes.removeFirst(start)
            index -= start
            start = 0
        }
        bytes += chunk
    }

    /// The next part that is whole; nil where more has to arrive, or where only the tail is left.
    mutating func next() throws(XMLSecurityError) -> Part? {
        while !isBehindRoot, try passTag() {
            // Behind the root's start tag, or behind a child: the only places where one element is open.
            guard depth == 1 else { continue }
            let part = Array(bytes[start..<index])
            guard part.count <= limit else { throw .tooLarge(limit: limit) }
            start = index
            defer { isBehindHead = true }
            return isBehindHead ? .child(part) : .head(part)
        }
        guard bytes.count - start <= limit else { throw .tooLarge(limit: limit) }
        return nil
    }

    /// The rest: what stands behind the last child, the root's end tag, and what stands behind that.
    func tail() throws(XMLSecurityError) -> [UInt8] {
        guard isBehindRoot else { throw .malformed("it ends in the middle") }
        return Array(bytes[start...])
    }

    /// Goes behind the next tag, and counts it; false where it is not whole yet.
    private mutating func passTag() throws(XMLSecurityError) -> Bool {
        while let tag = position(of: UInt8(ascii: "<"), from: index) {
            index = tag
            guard tag + 1 < bytes.count else { return false }
            switch bytes[tag + 1] {
            case UInt8(ascii: "!"):
                // As long as "<![CDATA[": what is shorter may still become anything.
                guard tag + 9 <= bytes.count else { return false }
                let isComment = bytes[(tag + 2)...].starts(with: "--".utf8)
                guard isComment || bytes[(tag + 2)...].starts(with: "[CDATA[".utf8) else { throw .doctype }
                guard let end = end(of: isComment ? "-->" : "]]>", from: tag + (isComment ? 4 : 9)) else { return false }
                index = end
            case UInt8(ascii: "?"):
                // The XML declaration, which is looked at with the head.
                guard !isBehindHead else { throw .processingInstruction }
                guard let end = end(of: "?>", from: tag + 2) else { return false }
                index = end
            default:
                guard let end = tagEnd(tag) else { return false }
                try count(tag, end)
                return true
            }
        }
        index = bytes.count
        return false
    }

    /// Behind the ">" that is in no value.
    private func tagEnd(_ tag: Int) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            var quote: UInt8 = 0
            for place in (tag + 1)..<bytes.count {
                switch bytes[place] {
                case quote: quote = 0
                case UInt8(ascii: "\"") where quote == 0, UInt8(ascii: "'") where quote == 0: quote = bytes[place]
                case UInt8(ascii: ">") where quote == 0: return place + 1
                default: continue
                }
            }
            return nil
        }
    }

    private mutating func count(_ tag: Int, _ end: Int) throws(XMLSecurityError) {
        index = end
        if bytes[tag + 1] == UInt8(ascii: "/") {
            depth -= 1
            guard depth >= 0 else { throw .malformed("an end tag has no start tag") }
            isBehindRoot = depth == 0
        } else if bytes[end - 2] != UInt8(ascii: "/") {
            depth += 1
        } else if depth == 0 {
            throw .unsigned  // the root is empty
        }
    }

    private func position(of byte: UInt8, from start: Int) -> Int? {
        guard start < bytes.count else { return nil }
        return bytes.withUnsafeBytes { bytes in
            memchr(bytes.baseAddress! + start, Int32(byte), bytes.count - start).map { bytes.baseAddress!.distance(to: UnsafeRawPointer($0)) }
        }
    }

    /// Behind a text that ends in ">".
    private func end(of text: StaticString, from start: Int) -> Int? {
        let before = text.utf8CodeUnitCount - 1
        var place = start + before
        while let found = position(of: UInt8(ascii: ">"), from: place) {
            if (0..<before).allSatisfy({ bytes[found - before + $0] == text.utf8Start[$0] }) { return found + 1 }
            place = found + 1
        }
        return nil
    }
}
