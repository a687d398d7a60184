import Administration
import Gateway
import UserPools

/// `GET /console/{pool}/keys`: the pool's own keys, those for tokens and those for SAML.
struct PoolKeysEndpoint: ConsoleEndpoint {
    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        var page = ConsolePage(words[.keys], of: pool, tab: .keys)
        let keys = try await console.questions.keys(of: pool)
        page.sections = [
            tokenKeys(keys, of: pool, request, console), samlKeys(.signing, .samlSigning, keys, words, console),
            samlKeys(.encryption, .samlEncryption, keys, words, console),
        ]
        return .page(page)
    }

    private func tokenKeys(_ keys: PoolKeys, of pool: UserPool, _ request: ConsoleRequest, _ console: Console) -> ConsoleSection {
        let words = request.words
        var section = ConsoleSection(words[.tokenKeys])
        let places = console.questions.places(of: keys.token)
        var table = ConsoleTable(
            [words[.identifier], words[.algorithm], words[.state], words[.heldIn], words[.created], words[.nextStep], words[.replacedAt]])
        for key in keys.token {
            table.append(
                .init(key.id.text), .init(key.algorithm), .init(words[key.phase.word], key.phase == .withdrawn ? .bad : nil),
                .init(words[places[key.id] == .hsm ? .hsm : .database]), .init(Pages.moment(key.createdAt)),
                .init((key.maySignFrom ?? key.publishedUntil).map(Pages.moment) ?? ""), .init(keys.end(of: key).map(Pages.moment) ?? ""))
        }
        if keys.token.isEmpty { section.notes = [words[.nothing]] } else { section.table = table }
        section.links = [request.link(.rotateKey, .of(pool.id, ConsolePage.Tab.keys.rawValue, "rotate"))]
        return section
    }

    private func samlKeys(
        _ use: SAMLKey.Use, _ heading: ConsoleWord, _ keys: PoolKeys, _ words: ConsoleWords, _ console: Console
    ) -> ConsoleSection {
        var section = ConsoleSection(words[heading])
        var table = ConsoleTable([words[.fingerprint], words[.state], words[.created], words[.countsFrom], words[.replacedAt]])
        for key in keys.saml where key.use == use {
            let phase = key.phase(at: console.now())
            table.append(
                .init(key.id.text), .init(words[phase.word], phase == .withdrawn ? .bad : nil), .init(Pages.moment(key.createdAt)),
                .init(Pages.moment(key.activeFrom)), .init(keys.end(of: key).map(Pages.moment) ?? ""))
        }
        if table.rows.isEmpty { section.notes = [words[.nothing]] } else { section.table = table }
        return section
    }
}

extension SigningKey.Phase {
    fileprivate var word: ConsoleWord {
        switch self {
        case .upcoming: .upcoming
        case .current: .current
        case .retired: .retired
        case .withdrawn: .withdrawn
        }
    }
}

extension SAMLKey.Phase {
    fileprivate var word: ConsoleWord {
        switch self {
        case .upcoming: .upcoming
        case .current: .current
        case .retired: .retired
        case .withdrawn: .withdrawn
        }
    }
}
