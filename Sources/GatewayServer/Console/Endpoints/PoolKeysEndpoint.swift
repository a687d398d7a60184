import Administration
import Gateway
import UserPools

/// `GET /console/{pool}/keys`: the pool's own keys, those for tokens and those for SAML.
struct PoolKeysEndpoint: ConsoleEndpoint {
    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let pool = try await console.questions.pool(request.part("pool"))
        var page = ConsolePage(request.words[.keys], of: pool, tab: .keys)
        let keys = try await console.questions.keys(of: pool)
        page.sections = [
            tokenKeys(keys, of: pool, request, console), try await samlKeys(.signing, keys, of: pool, request, console),
            try await samlKeys(.encryption, keys, of: pool, request, console),
        ]
        return .page(page)
    }

    private func tokenKeys(_ keys: PoolKeys, of pool: UserPool, _ request: ConsoleRequest, _ console: Console) -> ConsoleSection {
        let words = request.words
        var section = ConsoleSection(words[.tokenKeys])
        let places = console.questions.places(of: keys.token)
        var table = ConsoleTable(
            [
                words[.identifier], words[.algorithm], words[.state], words[.heldIn], words[.created], words[.nextStep], words[.replacedAt],
                words[.act],
            ])
        for key in keys.token {
            table.append(
                .init(key.id.text), .init(key.algorithm), .init(words[key.phase.word], key.phase == .withdrawn ? .bad : nil),
                .init(words[places[key.id] == .hsm ? .hsm : .database]), .init(Pages.moment(key.createdAt)),
                .init((key.maySignFrom ?? key.publishedUntil).map(Pages.moment) ?? ""), .init(keys.end(of: key).map(Pages.moment) ?? ""),
                key.phase == .withdrawn ? .init("") : withdrawal(of: key.id.text, in: pool, words))
        }
        if keys.token.isEmpty { section.notes = [words[.nothing]] } else { section.table = table }
        section.links = pool.signingAlgorithms.map { rotation(of: $0, named: $0, in: pool, words) }
        return section
    }

    private func samlKeys(
        _ use: SAMLKey.Use, _ keys: PoolKeys, of pool: UserPool, _ request: ConsoleRequest, _ console: Console
    ) async throws -> ConsoleSection {
        let words = request.words
        var section = ConsoleSection(words[use.word])
        var table = ConsoleTable([words[.fingerprint], words[.state], words[.created], words[.countsFrom], words[.replacedAt], words[.act]])
        for key in keys.saml where key.use == use {
            let phase = key.phase(at: console.now())
            table.append(
                .init(key.id.text), .init(words[phase.word], phase == .withdrawn ? .bad : nil), .init(Pages.moment(key.createdAt)),
                .init(Pages.moment(key.activeFrom)), .init(keys.end(of: key).map(Pages.moment) ?? ""),
                phase == .withdrawn ? .init("") : withdrawal(of: key.id.text, in: pool, words))
        }
        if table.rows.isEmpty {
            section.notes = [words[.nothing]]
        } else {
            section.table = table
            section.facts = try await console.questions.metadataReach(use, pool: pool.id.text).facts(words)
        }
        section.links = [rotation(of: use.part, named: words[use.word], in: pool, words)]
        return section
    }

    private func rotation(of kind: String, named name: String, in pool: UserPool, _ words: ConsoleWords) -> ConsoleLink {
        ConsoleLink(words[.rotateKey] + ": " + name, .of(pool.id, ConsolePage.Tab.keys.rawValue, kind, "rotate"), .act)
    }

    private func withdrawal(of key: String, in pool: UserPool, _ words: ConsoleWords) -> ConsoleTable.Cell {
        .init(words[.withdraw], link: .of(pool.id, ConsolePage.Tab.keys.rawValue, key, "withdraw"))
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
