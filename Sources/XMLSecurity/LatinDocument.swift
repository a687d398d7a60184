internal import WireFormats

/// A document whose XML declaration says that it is in ISO-8859-1, for providers that cannot do otherwise. It is turned into UTF-8 before anybody reads
/// it, so that the byte rules, the parser and both judges see one document and its canonical form is what was signed: that is UTF-8 whatever travelled.
package enum LatinDocument {

    /// The same document in UTF-8 and without its declaration; nil where it does not say that it is in ISO-8859-1.
    ///
    /// The bytes from 0x80 to 0x9F are no letters there. Whoever sends them means Windows-1252, which browsers read in their place: two readings, so
    /// that there is none.
    package static func transcoded(_ bytes: [UInt8]) -> [UInt8]? {
        guard let declaration = try? DocumentBytes.declaration(bytes, from: 0), let name = declaration.encoding,
            ProtocolText(name).matchesIgnoringCase("ISO-8859-1")
        else { return nil }
        let content = bytes[declaration.end...]
        guard bytes[..<declaration.end].allSatisfy({ $0 < 0x80 }), !content.contains(where: { (0x80..<0xA0).contains($0) }) else { return nil }
        var document: [UInt8] = []
        document.reserveCapacity(content.count + content.count / 8)
        for byte in content {
            if byte < 0x80 { document.append(byte) } else { document += [0xC0 | byte >> 6, 0x80 | byte & 0x3F] }
        }
        return document
    }
}
