import Administration
import Gateway
import OpenIDConnect
import UserPools
import WireFormats

/// Of which kind the key of a pool is that an act is for, as an address says it: an algorithm for tokens, or `saml-signing` and `saml-encryption`.
enum ConsoleKeyKind {
    case token(SigningAlgorithm)
    case saml(SAMLKey.Use)

    init(_ text: String, of pool: UserPool) throws(AdministrationError) {
        if let use = SAMLKey.Use.allCases.first(where: { $0.part.hasSameBytes(as: text) }) {
            self = .saml(use)
        } else if let algorithm = SigningAlgorithm(rawValue: text), pool.signingAlgorithms.contains(algorithm.rawValue) {
            self = .token(algorithm)
        } else {
            throw .notFound(.algorithm, name: text, pool: pool.id)
        }
    }
}

extension SAMLKey.Use {
    /// In an address, and as the command line says it.
    var part: String { "saml-" + rawValue }

    var word: ConsoleWord { self == .signing ? .samlSigning : .samlEncryption }
}

/// The next step of the rotation of one of the pool's keys. The page says what the other side has to do before the new key counts.
struct RotateKeyAct: ConsoleAct {
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let (words, pool) = (request.words, try await console.questions.pool(request.part("pool")))
        let text: ConsoleWord
        let hint: ConsoleWord
        let facts: [ConsoleFact]
        switch try ConsoleKeyKind(request.part("key"), of: pool) {
        case .token(let algorithm):
            (text, hint) = (.rotateKeyText, .rotateKeyHint)
            facts = try await self.facts(of: algorithm, in: pool, words, console)
        case .saml(let use):
            (text, hint) = use == .signing ? (.rotateSamlSigningText, .rotateSamlSigningHint) : (.rotateSamlEncryptionText, .rotateSamlEncryptionHint)
            let metadata = PoolAddress(publicURL: console.publicURL, pool: pool).serviceProviderEntityID
            facts =
                [ConsoleFact(words[.key], [words[use.word]]), ConsoleFact(words[.ourMetadata], [metadata], isCode: true)]
                + (try await console.questions.metadataReach(use, pool: pool.id.text).facts(words))
        }
        var question = ConsoleQuestion(
            heading: words[.rotateKey], text: words[text, "name", pool.name], button: words[.rotateKey],
            back: .of(pool.id, ConsolePage.Tab.keys.rawValue))
        (question.hint, question.facts) = (words[hint], facts)
        return question
    }

    /// Which key is going to sign, if it is known, and from when on it may.
    private func facts(
        of algorithm: SigningAlgorithm, in pool: UserPool, _ words: ConsoleWords, _ console: Console
    ) async throws -> [ConsoleFact] {
        let upcoming = try await console.questions.keys(of: pool).token.first { $0.phase == .upcoming && $0.algorithm == algorithm.rawValue }
        return [ConsoleFact(words[.algorithm], [algorithm.rawValue], isCode: true)]
            + (upcoming.map { [ConsoleFact(words[.upcoming], [$0.id.text], isCode: true)] } ?? [])
            + (upcoming?.maySignFrom.map { [ConsoleFact(words[.maySignFrom], [Pages.moment($0)])] } ?? [])
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let pool = try await desk.pool(request.part("pool"))
        switch try ConsoleKeyKind(request.part("key"), of: pool) {
        case .token(let algorithm): _ = try await desk.perform(RotateKey(pool: pool.id.text, algorithm: algorithm, movesPool: false))
        case .saml(let use): _ = try await desk.perform(RotateSAMLKey(use, pool: pool.id.text))
        }
        return .elsewhere(.of(pool.id, ConsolePage.Tab.keys.rawValue))
    }
}

/// Takes a key back that leaked. Its identifier is typed: what it signed ends, and there is no way back.
struct WithdrawKeyAct: ConsoleAct {
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let (words, pool) = (request.words, try await console.questions.pool(request.part("pool")))
        let (id, keys) = (request.part("key"), try await console.questions.keys(of: pool))
        let text: ConsoleWord
        if keys.saml.contains(where: { $0.id.text.hasSameBytes(as: id) && $0.withdrawnAt == nil }) {
            text = .withdrawSamlKeyText
        } else if keys.token.contains(where: { $0.id.text.hasSameBytes(as: id) && $0.phase != .withdrawn }) {
            text = .withdrawKeyText
        } else {
            throw AdministrationError.notFound(.key, name: id, pool: pool.id)
        }
        var question = ConsoleQuestion(
            heading: words[.withdraw], text: words[text, "name", id], button: words[.withdraw], back: .of(pool.id, ConsolePage.Tab.keys.rawValue))
        (question.typed, question.typing) = (id, .typeKey)
        return question
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let pool = try await desk.pool(request.part("pool"))
        let back = ConsolePath.of(pool.id, ConsolePage.Tab.keys.rawValue)
        if let id = SAMLKey.ID(request.part("key")) {
            _ = try await desk.perform(WithdrawSAMLKey(id, pool: pool.id.text))
            return .elsewhere(back)
        }
        let withdrawal = try await desk.perform(WithdrawKey(request.part("key"), pool: pool.id.text)).withdrawal
        guard let left = withdrawal.left else { return .elsewhere(back) }
        // It counts no more, and is still where only its own admin can delete it.
        let words = request.words
        var section = ConsoleSection()
        section.notes = [words[.hsmHasIt]]
        section.facts = [
            ConsoleFact(words[.identifier], ["countersign \(pool.id) \(withdrawal.withdrawn)"], isCode: true),
            ConsoleFact(words[.code], [left.code], isCode: true),
        ]
        section.links = [request.link(.keys, back)]
        var page = ConsolePage(words[.withdraw], of: pool, tab: .keys)
        page.sections = [section]
        return .page(page)
    }
}

extension MetadataReach {
    private static let shown = 20

    /// Who has the newest key, as far as that can be known; nothing where nobody is to have it.
    func facts(_ words: ConsoleWords) -> [ConsoleFact] {
        func fact(_ word: ConsoleWord, _ names: [IdentityProvider.Name]) -> [ConsoleFact] {
            names.isEmpty ? [] : [ConsoleFact(words[word], names.prefix(Self.shown).map(\.text) + (names.count > Self.shown ? ["…"] : []))]
        }
        guard since != nil else { return [] }
        return fact(.metadataRead, fetched) + fact(.metadataUnread, others)
    }
}
