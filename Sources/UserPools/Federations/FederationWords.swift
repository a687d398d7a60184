import WireFormats

/// The words by which a member is found, and those that somebody typed: without case and accents, so that `Zürich`, `zurich` and `ZÜRICH` are one.
///
/// All by scalars, and all bounded: names come from thousands of organisations.
package enum FederationWords {
    /// In bytes.
    static let longestWord = 64
    static let mostWords = 64
    /// What is typed beyond them is not looked for.
    package static let mostTerms = 4

    /// What is looked for: a domain or the domain of an address as a whole, else each word.
    package static func terms(of typed: String) -> [String] {
        var terms: [String] = []
        for piece in pieces(typed) {
            if let domain = domain(piece) { terms.append(domain) } else { terms += words(folded(piece)) }
        }
        return Array(terms.distinctByBytes.prefix(mostTerms))
    }

    /// Words of names and keywords, and domains: of scopes, and the host in the entity ID with all that it belongs to.
    static func words(of member: FederationMember) -> [String] {
        guard !member.isHidden else { return [] }
        var found: [String] = []
        let names = member.displayNames.sorted { $0.key < $1.key }.map(\.value) + member.keywords.sorted { $0.key < $1.key }.flatMap(\.value)
        for name in names {
            for piece in pieces(name) {
                if let domain = domain(piece) { found.append(domain) }
                found += words(folded(piece))
            }
        }
        for scope in member.scopes where !scope.isRegexp { found += domain(scope.value).map { [$0] } ?? [] }
        if let host = WebAddress(member.entityID)?.host, let host = domain(host) { found += parents(host) }
        return Array(found.distinctByBytes.prefix(mostWords))
    }

    /// By what results stand in order.
    static func sortName(of member: FederationMember) -> String { cut(folded(member.displayName(in: []))) }

    /// `idp.example.ac.at`, `example.ac.at`, `ac.at`.
    private static func parents(_ host: String) -> [String] {
        let labels = host.utf8.split(separator: UInt8(ascii: "."))
        return (0..<max(labels.count - 1, 1)).map { labels[$0...].map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".") }
    }

    private static func pieces(_ text: String) -> [String] {
        text.unicodeScalars.prefix(1_000).split { $0.properties.isWhitespace }.map { String(String.UnicodeScalarView($0)) }
    }

    /// A host name of two labels or more, also behind an `@`; nil for any other piece.
    private static func domain(_ piece: String) -> String? {
        let behind = piece.utf8.lastIndex(of: UInt8(ascii: "@")).map { piece.utf8.index(after: $0) } ?? piece.utf8.startIndex
        let bytes = piece.utf8[behind...]
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard bytes.count <= longestWord, labels.count > 1, labels.allSatisfy({ label in !label.isEmpty && label.allSatisfy(isOfHost) }) else {
            return nil
        }
        return ProtocolText(String(decoding: bytes, as: UTF8.self)).lowercased.string
    }

    private static func isOfHost(_ byte: UInt8) -> Bool { IdentifierAlphabet.isLetterOrDigit(byte) || byte == UInt8(ascii: "-") }

    private static func words(_ folded: String) -> [String] {
        folded.unicodeScalars.split { scalar in
            !(scalar.isASCII
                ? IdentifierAlphabet.isLetterOrDigit(UInt8(scalar.value)) : scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        }.map { cut(String(String.UnicodeScalarView($0))) }
    }

    /// By whole scalars.
    private static func cut(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= longestWord else { break }
            kept.append(scalar)
        }
        return String(kept)
    }

    /// Lower case, and letters of Latin and Greek without what stands above or below them.
    static func folded(_ text: String) -> String {
        var folded = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                folded.append((0x41...0x5A).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value + 0x20)) : scalar)
                continue
            }
            for lower in scalar.properties.lowercaseMapping.unicodeScalars where lower.properties.generalCategory != .nonspacingMark {
                folded.append(contentsOf: plain[lower]?.unicodeScalars ?? String(Character(lower)).unicodeScalars)
            }
        }
        return String(folded)
    }

    private static let plain: [Unicode.Scalar: String] = {
        let letters = [
            "a": "àáâãäåāăąǎạảấầẩẫậắằẳẵặ", "ae": "æ", "c": "çćĉċč", "d": "ďđð", "e": "èéêëēĕėęěẹẻẽếềểễệ", "g": "ĝğġģ", "h": "ĥħ", "i": "ìíîïĩīĭįıỉị",
            "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŋ", "o": "òóôõöøōŏőơọỏốồổỗộớờởỡợ", "oe": "œ", "r": "ŕŗř", "s": "śŝşšș", "ss": "ß",
            "t": "ţťŧț",
            "th": "þ", "u": "ùúûüũūŭůűųưụủứừửữự", "w": "ŵẁẃẅ", "y": "ýÿŷỳỵỷỹ", "z": "źżž", "α": "άἀ", "ε": "έ", "η": "ή", "ι": "ίϊΐ", "ο": "ό",
            "υ": "ύϋΰ",
            "ω": "ώ", "σ": "ς", "и": "й", "е": "ё",
        ]
        return Dictionary(
            letters.flatMap { letter, accented in accented.unicodeScalars.map { ($0, letter) } }, uniquingKeysWith: { first, _ in first })
    }()
}
