import Administration
import Gateway
import UserPools

/// `GET /console/{pool}/keys`: the pool's own keys, those for tokens and those for SAML.
struct PoolKeysEndpoint: ConsoleEndpoint {
    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        var page = ConsolePage(words[.keys], of: pool, tab: .keys)
        page.sections = [
            try await tokenKeys(pool, words, console), try await samlKeys(.signing, .samlSigning, pool, words, console),
            try await samlKeys(.encryption, .samlEncryption, pool, words, console),
        ]
        return .page(page)
    }

    private func tokenKeys(_ pool: UserPool, _ words: ConsoleWords, _ console: Console) async throws -> ConsoleSection {
        var section = ConsoleSection(words[.tokenKeys])
        let keys = try await console.questions.listKeys(pool: pool.id.text)
        let places = console.questions.places(of: keys)
        var table = ConsoleTable([words[.identifier], words[.algorithm], words[.state], words[.heldIn], words[.created], words[.nextStep]])
        for key in keys {
            table.append(
                .init(key.id.text), .init(key.algorithm), .init(words[key.phase.word], key.phase == .withdrawn ? .bad : nil),
                .init(words[places[key.id] == .hsm ? .hsm : .database]), .init(Pages.moment(key.createdAt)),
                .init((key.maySignFrom ?? key.publishedUntil).map(Pages.moment) ?? ""))
        }
        if keys.isEmpty { section.notes = [words[.nothing]] } else { section.table = table }
        return section
    }

    private func samlKeys(
        _ use: SAMLKey.Use, _ heading: ConsoleWord, _ pool: UserPool, _ words: ConsoleWords, _ console: Console
    ) async throws -> ConsoleSection {
        var section = ConsoleSection(words[heading])
        let keys = try await console.questions.listSAMLKeys(use, pool: pool.id.text)
        var table = ConsoleTable([words[.fingerprint], words[.state], words[.created], words[.countsFrom]])
        for key in keys {
            let phase = key.phase(at: console.now())
            table.append(
                .init(key.id.text), .init(words[phase.word], phase == .withdrawn ? .bad : nil), .init(Pages.moment(key.createdAt)),
                .init(Pages.moment(key.activeFrom)))
        }
        if keys.isEmpty { section.notes = [words[.nothing]] } else { section.table = table }
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
