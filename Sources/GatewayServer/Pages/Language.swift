/// A language that the pages speak, by its primary subtag (BCP 47).
enum Language: String, Sendable, CaseIterable {
    case english = "en"
    case german = "de"
    case french = "fr"
    case spanish = "es"
    case japanese = "ja"
    case arabic = "ar"

    var isRightToLeft: Bool { self == .arabic }

    /// In itself.
    var ownName: String {
        switch self {
        case .english: "English"
        case .german: "Deutsch"
        case .french: "Français"
        case .spanish: "Español"
        case .japanese: "日本語"
        case .arabic: "العربية"
        }
    }

    /// By its subtag alone.
    init?(code: String) {
        guard let language = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(code.utf8) }) else { return nil }
        self = language
    }

    /// By which a page asks for itself in the language that the person chose.
    static let parameter = "lang"

    /// What the app asked for, then what the browser asks for, then English.
    ///
    /// - Parameters:
    ///   - uiLocales: `ui_locales` (OIDC Core §3.1.2.1), tags in the order of preference.
    ///   - acceptLanguage: the header's value (RFC 9110 §12.5.4).
    static func choose(uiLocales: String?, acceptLanguage: String?) -> Language {
        let asked = (uiLocales ?? "").utf8.prefix(Self.longest).split(separator: UInt8(ascii: " ")).prefix(Self.maximumRanges)
        return asked.lazy.compactMap { Language(range: $0) }.first ?? acceptLanguage.flatMap(preferred) ?? .english
    }

    /// A browser's header has some fifty bytes.
    private static let longest = 1_000
    private static let maximumRanges = 30

    private init?(range: Substring.UTF8View) {
        let primary = range.prefix { $0 != UInt8(ascii: "-") }
        guard primary.count == 2, range.allSatisfy(Self.isTagByte),
            let language = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(primary) { $0 == $1 | 0x20 } })
        else { return nil }
        self = language
    }

    /// The best of a header; nil where it asks for none of ours. A range that is not written as RFC 9110 says counts for nothing.
    private static func preferred(_ header: String) -> Language? {
        guard header.utf8.count <= longest else { return nil }
        var asked: [(language: Language, weight: Int)] = []
        func ask(_ language: Language, _ weight: Int) {
            guard let known = asked.firstIndex(where: { $0.language == language }) else { return asked.append((language, weight)) }
            asked[known].weight = max(asked[known].weight, weight)
        }
        var anything: Int?
        for item in header.utf8.split(separator: UInt8(ascii: ",")).prefix(maximumRanges) {
            let end = item.firstIndex(of: UInt8(ascii: ";"))
            let range = trim(item[..<(end ?? item.endIndex)])
            guard let weight = end.map({ weight(trim(item[$0...].dropFirst())) }) ?? 1_000 else { continue }
            if range.elementsEqual("*".utf8) {
                anything = max(anything ?? 0, weight)
            } else if let language = Language(range: range) {
                ask(language, weight)
            }
        }
        // "*" is every language that is not named.
        if let anything { for language in allCases where !asked.contains(where: { $0.language == language }) { asked.append((language, anything)) } }
        var best: (language: Language, weight: Int)?
        for one in asked where one.weight > (best?.weight ?? 0) { best = one }
        return best?.language
    }

    /// `q=0.8` in thousandths (RFC 9110 §12.4.2).
    private static func weight(_ parameter: Substring.UTF8View) -> Int? {
        let value = Array(parameter.dropFirst(2))
        guard parameter.first.map({ $0 | 0x20 }) == UInt8(ascii: "q"), parameter.dropFirst().first == UInt8(ascii: "="),
            (1...5).contains(value.count),
            value[0] == UInt8(ascii: "0") || value[0] == UInt8(ascii: "1"), value.count == 1 || value[1] == UInt8(ascii: ".")
        else { return nil }
        var thousandths = Int(value[0] - UInt8(ascii: "0")) * 1_000
        for (digit, worth) in zip(value.dropFirst(2), [100, 10, 1]) {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            thousandths += Int(digit - UInt8(ascii: "0")) * worth
        }
        return thousandths <= 1_000 ? thousandths : nil
    }

    private static func trim(_ bytes: Substring.UTF8View) -> Substring.UTF8View {
        var bytes = bytes.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        while let last = bytes.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\t") { bytes.removeLast() }
        return bytes
    }

    private static func isTagByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
