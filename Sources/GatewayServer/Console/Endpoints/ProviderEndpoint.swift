import Administration
import FoundationEssentials
import Gateway
import SAML
import UserPools
import XMLSecurity

/// `GET /console/{pool}/providers/NAME`: how it is set here, its certificates, and what its own admin has to set there.
struct ProviderEndpoint: ConsoleEndpoint {
    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        let provider = try await console.questions.provider(request.part("provider"), pool: pool.id.text)
        var page = ConsolePage(provider.settings.displayName ?? provider.settings.name.text, of: pool, tab: .providers)
        page.sections = [facts(provider, words), otherSide(provider, in: pool, words, console)]
        if let document = try await document(provider, words, console) { page.sections.append(document) }
        if let saml = provider.saml { page.sections.append(certificates(saml, words, at: console.now())) }
        if let debugging = try await debugging(provider.settings, in: pool, request, console) { page.sections.append(debugging) }
        page.sections += [mapping(provider.settings, words), links(provider.settings, in: pool, request)]
        return .page(page)
    }

    private func facts(_ provider: ConfiguredProvider, _ words: ConsoleWords) -> ConsoleSection {
        var section = ConsoleSection()
        let settings = provider.settings
        func add(_ word: ConsoleWord, _ values: [String?], isCode: Bool = true) {
            let values = values.compactMap(\.self).filter { !$0.isEmpty }
            if !values.isEmpty { section.facts.append(ConsoleFact(words[word], values, isCode: isCode)) }
        }
        add(.provider, [settings.name.text])
        add(.kind, [settings.kindWord], isCode: false)
        add(.state, [words[settings.enabled ? .enabled : .disabled]], isCode: false)
        switch provider.connection {
        case .saml(let saml):
            add(.issuer, [saml.settings.entityID])
            add(.signinAddress, [saml.metadata.preferredSingleSignOnService.location])
            add(.metadataFrom, [saml.settings.metadataURL])
        case .oidc(let oidc):
            add(.issuer, [oidc.issuer])
            add(.signinAddress, [oidc.endpoints.authorization])
            add(.clientId, [oidc.clientID])
            add(.scopes, [oidc.scopes.joined(separator: " ")])
        case .federation(let federation): add(.metadataFrom, [federation.metadataURL])
        }
        add(.domains, settings.domains)
        add(.created, [Pages.moment(settings.createdAt)], isCode: false)
        add(.updated, [Pages.moment(settings.updatedAt)], isCode: false)
        return section
    }

    /// How fresh the document is by which it was registered; nil where there is none.
    private func document(_ provider: ConfiguredProvider, _ words: ConsoleWords, _ console: Console) async throws -> ConsoleSection? {
        let isFollowed = provider.settings.followed != nil
        guard isFollowed || provider.saml != nil else { return nil }
        let followed = try await console.questions.followedDocument(of: provider)
        var section = ConsoleSection(words[.document])
        func add(_ word: ConsoleWord, _ value: String?, isEnglish: Bool = false) {
            if let value { section.facts.append(ConsoleFact(words[word], [value], isEnglish: isEnglish)) }
        }
        add(.keptFresh, words[isFollowed ? .yes : .byHand])
        add(.lastHad, followed?.checkedAt.map(Pages.moment))
        if isFollowed { add(.nextLook, followed.map { Pages.moment($0.dueAt) }) }
        // Of one that keeps itself fresh the copy that was had last counts.
        add(.endsAt, (followed?.validUntil ?? provider.saml?.metadata.validUntil).map(Pages.moment))
        if let followed, followed.failures > 0 { add(.lastFailure, "\(followed.lastError ?? "") (\(followed.failures))", isEnglish: true) }
        return section
    }

    /// Whether what it sends is kept, and until when; nil where nothing is, and nothing was.
    private func debugging(
        _ settings: IdentityProvider, in pool: UserPool, _ request: ConsoleRequest, _ console: Console
    ) async throws -> ConsoleSection? {
        let debugging = try await console.questions.debugging(of: settings.name, in: pool)
        guard debugging.until != nil || debugging.messages > 0 else { return nil }
        let words = request.words
        var section = ConsoleSection(words[.debugMode])
        section.notes = [words[.debugHint]]
        section.facts = [
            ConsoleFact(words[.until], [debugging.until.map(Pages.moment) ?? words[.over]]),
            ConsoleFact(words[.keptMessages], [String(debugging.messages)]),
        ]
        if debugging.until != nil { section.links = [request.link(.endDebugging, .of(pool.id, "providers", settings.name.text, "end-debug"), .act)] }
        return section
    }

    /// Ready to be copied.
    private func otherSide(_ provider: ConfiguredProvider, in pool: UserPool, _ words: ConsoleWords, _ console: Console) -> ConsoleSection {
        var section = ConsoleSection(words[.otherSide])
        section.notes = [words[.otherSideHint]]
        section.facts = ProviderOtherSide(of: provider, in: pool, publicURL: console.publicURL).values.map {
            ConsoleFact(words[$0.kind.word], $0.values, isCode: true)
        }
        return section
    }

    private func certificates(_ saml: SAMLProvider, _ words: ConsoleWords, at now: Date) -> ConsoleSection {
        var section = ConsoleSection(words[.certificates])
        var table = ConsoleTable([words[.key], words[.fingerprint], words[.endsAt], words[.state]])
        for key in saml.metadata.signingKeys {
            table.append(
                .init(key.description), .init(key.sha256), .init(key.notAfter.map(Pages.moment) ?? ""), .end(key.notAfter, words, at: now))
        }
        section.table = table
        return section
    }

    private func mapping(_ settings: IdentityProvider, _ words: ConsoleWords) -> ConsoleSection {
        var section = ConsoleSection(words[.mapping])
        var table = ConsoleTable([words[.attribute], words[.source], words[.requirement]])
        for rule in settings.attributeMapping.rules {
            table.append(.init(rule.attribute), .init(rule.source), .init(words[rule.required ? .required : .optional]))
        }
        if table.rows.isEmpty { section.notes = [words[.nothing]] } else { section.table = table }
        return section
    }

    private func links(_ settings: IdentityProvider, in pool: UserPool, _ request: ConsoleRequest) -> ConsoleSection {
        var section = ConsoleSection()
        let name = settings.name.text
        section.links = [
            request.link(settings.enabled ? .disable : .enable, .of(pool.id, "providers", name, settings.enabled ? "disable" : "enable"), .act),
            request.link(.delete, .of(pool.id, "providers", name, "delete"), .danger),
            request.link(.signins, .of(pool.id, "signins", query: [("provider", name), ("outcome", "all")])),
        ]
        return section
    }
}

extension ConsoleTable.Cell {
    /// How near an end is, by a word and its colour.
    static func end(_ end: Date?, _ words: ConsoleWords, at now: Date) -> ConsoleTable.Cell {
        guard let end else { return .init("") }
        if end <= now { return .init(words[.over], .bad) }
        return ProviderEnds.threshold(until: end, at: now) == nil ? .init(words[.good], .good) : .init(words[.soon], .soon)
    }
}

extension ProviderOtherSide.Kind {
    fileprivate var word: ConsoleWord {
        switch self {
        case .entityID: .ourEntityId
        case .consumerService: .ourConsumerService
        case .metadata: .ourMetadata
        case .singleLogout: .ourSingleLogout
        case .redirectURI: .ourRedirectUri
        case .backChannelLogout: .ourBackchannelLogout
        case .signedOut: .ourSignedOut
        }
    }
}
