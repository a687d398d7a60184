import Glibc

/// Stage A of THREATS §1.1 but for the markup: what must be true of the bytes so that every later reader sees the same document.
enum DocumentBytes {
    /// Validates the bytes and returns where the document begins (after a UTF-8 byte order mark).
    static func check(_ bytes: [UInt8], limits: XMLLimits) throws(XMLSecurityError) -> Int {
        guard !bytes.isEmpty else { throw .malformed("it is empty") }
        guard bytes.count <= limits.bytes else { throw .tooLarge(limit: limits.bytes) }
        try refuseOtherEncodings(bytes)
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let content = try declarationEnd(bytes, from: start)
        guard bytes.withUnsafeBytes({ memchr($0.baseAddress!, 0, $0.count) }) == nil else { throw .malformed("it has a NUL byte") }
        guard isUTF8(bytes) else { throw .malformed("it is not valid UTF-8") }
        try bytes.withUnsafeBufferPointer { bytes throws(XMLSecurityError) in
            var scanner = MarkupScanner(bytes, from: content, limits: limits)
            try scanner.scan()
        }
        return start
    }

    /// RFC 3629. All bytes of what is not ASCII are above 0x7F, and no others are: so each run of them is valid for itself or not, and eight bytes of ASCII
    /// at a time are passed over. Validating all of it at once took a twelfth of a response's time.
    static func isUTF8(_ bytes: [UInt8]) -> Bool {
        var place = 0
        while place < bytes.count {
            place = bytes.withUnsafeBytes { bytes in
                var place = place
                while place + 8 <= bytes.count, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
                    place += 8
                }
                while place < bytes.count, bytes[place] < 0x80 { place += 1 }
                return place
            }
            let end = bytes[place...].firstIndex { $0 < 0x80 } ?? bytes.count
            guard (try? UTF8Span(validating: bytes.span.extracting(place..<end))) != nil else { return false }
            place = end
        }
        return true
    }

    /// By the first bytes, as XML 1.0 appendix F guesses an encoding: UTF-16 and UTF-32 with or without a mark, and EBCDIC.
    private static func refuseOtherEncodings(_ bytes: [UInt8]) throws(XMLSecurityError) {
        guard bytes.count >= 2 else { return }
        switch (bytes[0], bytes[1]) {
        case (0xFF, 0xFE), (0xFE, 0xFF): throw .encoding("UTF-16")
        case (0x3C, 0), (0, 0x3C), (0, 0): throw .encoding("UTF-16 or UTF-32")
        case (0x4C, 0x6F): throw .encoding("EBCDIC")
        default: return
        }
    }

    /// XML 1.0 §2.8: an XML declaration may be absent; if it is there it says version 1.0 and no other encoding than UTF-8.
    private static func declarationEnd(_ bytes: [UInt8], from start: Int) throws(XMLSecurityError) -> Int {
        let declaration = try declaration(bytes, from: start)
        if let name = declaration.encoding, name.lowercased() != "utf-8" { throw .encoding(name) }
        return declaration.end
    }

    /// Where the XML declaration ends, and which encoding it names.
    static func declaration(_ bytes: [UInt8], from start: Int) throws(XMLSecurityError) -> (end: Int, encoding: String?) {
        let opening = Array("<?xml".utf8)
        let blanks = bytes[start...].prefix(while: isBlank).count
        if blanks > 0, bytes[(start + blanks)...].starts(with: opening) {
            throw .malformed("there is a blank or an empty line before <?xml, where nothing may stand")
        }
        guard bytes[start...].starts(with: opening), let next = bytes[start...].dropFirst(5).first, isBlank(next) else { return (start, nil) }
        let head = bytes[start...].prefix(200)
        guard
            let end = head.indices.first(where: {
                bytes[$0] == UInt8(ascii: "?") && $0 + 1 < bytes.count && bytes[$0 + 1] == UInt8(ascii: ">") && $0 > start + 1
            })
        else { throw .malformed("its XML declaration does not end") }
        var rest = bytes[(start + 5)..<end]
        var encoding: String?
        while let (name, value) = try pseudoAttribute(&rest) {
            switch name {
            case "version":
                guard value == "1.0" else { throw .malformed("it is not XML 1.0") }
            case "encoding":
                // Said twice, each reader would take the one that it likes.
                guard encoding == nil else { throw .malformed("its XML declaration is wrong") }
                encoding = value
            case "standalone":
                guard value == "yes" || value == "no" else { throw .malformed("its XML declaration is wrong") }
            default:
                throw .malformed("its XML declaration is wrong")
            }
        }
        return (end + 2, encoding)
    }

    private static func pseudoAttribute(_ rest: inout ArraySlice<UInt8>) throws(XMLSecurityError) -> (String, String)? {
        rest = rest.drop(while: isBlank)
        guard !rest.isEmpty else { return nil }
        guard let equals = rest.firstIndex(of: UInt8(ascii: "=")) else { throw .malformed("its XML declaration is wrong") }
        let name = String(decoding: rest[..<equals].filter { !isBlank($0) }, as: UTF8.self)
        rest = rest[(equals + 1)...].drop(while: isBlank)
        guard let quote = rest.popFirst(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"), let end = rest.firstIndex(of: quote) else {
            throw .malformed("its XML declaration is wrong")
        }
        let value = String(decoding: rest[..<end], as: UTF8.self)
        rest = rest[(end + 1)...]
        return (name, value)
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
}
