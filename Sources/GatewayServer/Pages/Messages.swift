import FoundationEssentials

/// The sentences of one language, by key.
struct Messages: Sendable {
    enum Piece: Equatable {
        case words(String)
        /// `{{app}}` in the file.
        case placeholder(String)
    }

    let language: Language
    /// As the file has them.
    let texts: [String: String]

    init(language: Language, texts: [String: String]) {
        (self.language, self.texts) = (language, texts)
    }

    private init(_ language: Language) {
        // A file that does not read leaves its pages in English, and fails a test.
        self.init(language: language, texts: (try? JSONDecoder().decode([String: String].self, from: Data(Self.source(language)))) ?? [:])
    }

    static func of(_ language: Language) -> Messages { all[language] ?? Messages(language) }

    private static let all = Dictionary(uniqueKeysWithValues: Language.allCases.map { ($0, Messages($0)) })

    static func source(_ language: Language) -> [UInt8] {
        switch language {
        case .english: PackageResources.en_json
        case .german: PackageResources.de_json
        case .french: PackageResources.fr_json
        case .spanish: PackageResources.es_json
        case .japanese: PackageResources.ja_json
        case .arabic: PackageResources.ar_json
        }
    }

    /// A sentence in its pieces; the English one where this language has none.
    func pieces(_ key: String) -> [Piece]? {
        guard let text = texts[key] else { return language == .english ? nil : Messages.of(.english).pieces(key) }
        return Self.pieces(of: text)
    }

    static func pieces(of text: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            if open.lowerBound > rest.startIndex { pieces.append(.words(String(rest[..<open.lowerBound]))) }
            pieces.append(.placeholder(String(rest[open.upperBound..<close.lowerBound])))
            rest = rest[close.upperBound...]
        }
        return rest.isEmpty ? pieces : pieces + [.words(String(rest))]
    }
}
