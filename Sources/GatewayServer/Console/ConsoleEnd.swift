import Administration
import FoundationEssentials
import UserPools

/// Something that ends, or that another takes the place of, as the overview tells it.
struct ConsoleEnd: Sendable {
    let what: String
    let until: Date
    /// Where there is more of it.
    var page: ConsolePath?
    var provider = ConsoleTable.Cell("")
    var pool = ConsoleTable.Cell("")

    init(what: String, until: Date) { (self.what, self.until) = (what, until) }

    /// Of SAML providers.
    static func ofProviders(_ words: ConsoleWords, _ console: Console, limit: Int) async throws -> [ConsoleEnd] {
        try await console.questions.providerEnds(limit: limit).map { end in
            var told = ConsoleEnd(what: words[end.part.word], until: end.until)
            told.provider = .init(end.provider.text, link: .of(end.poolID, "providers", end.provider.text))
            told.pool = .init(end.poolID.text)
            return told
        }
    }

    /// Of our own keys: those that another one follows by itself.
    static func ofKeys(of pools: [UserPool], _ words: ConsoleWords, _ console: Console) async throws -> [ConsoleEnd] {
        try await console.questions.keys(of: pools).flatMap { pool, keys in
            let ends =
                keys.token.map { (word: ConsoleWord.tokenKeys, until: keys.end(of: $0)) }
                + keys.saml.map { (word: $0.use == .signing ? .samlSigning : .samlEncryption, until: keys.end(of: $0)) }
            return ends.compactMap { end -> ConsoleEnd? in
                guard let until = end.until else { return nil }
                var told = ConsoleEnd(what: words[end.word], until: until)
                told.page = .of(pool.id, ConsolePage.Tab.keys.rawValue)
                told.pool = .init(pool.name)
                return told
            }
        }
    }
}

extension ProviderEnds.Part {
    fileprivate var word: ConsoleWord {
        switch self {
        case .certificate: .certificate
        case .document: .document
        case .exception: .exception
        }
    }
}
