import Administration
import Gateway
import UserPools

/// `GET /console/{pool}/signins/REFERENCE`: what `signin show` tells, line by line.
struct SignInEndpoint: ConsoleEndpoint {
    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let pool = try await console.questions.pool(request.part("pool"))
        let record = try await console.questions.signIn(request.part("reference"), pool: pool.id.text)
        let explanation = SignInExplanation(record, command: console.command)
        var page = ConsolePage(record.reference.text, of: pool, tab: .signins)
        page.sections = [facts(explanation, words), links(record, request)]
        if !explanation.checks.isEmpty { page.sections.insert(checks(explanation, words), at: 1) }
        if !explanation.mapping.isEmpty { page.sections.insert(mapping(explanation, words), at: page.sections.count - 1) }
        return .page(page)
    }

    private func facts(_ explanation: SignInExplanation, _ words: ConsoleWords) -> ConsoleSection {
        var section = ConsoleSection()
        section.facts = explanation.lines.map { line in
            ConsoleFact(words[line.label.word], line.values, isEnglish: true, isCode: line.label == .commands || line.label == .reference)
        }
        return section
    }

    private func checks(_ explanation: SignInExplanation, _ words: ConsoleWords) -> ConsoleSection {
        var section = ConsoleSection(words[.checks])
        var table = ConsoleTable([words[.check], words[.outcome], words[.expected], words[.seen]])
        for check in explanation.checks {
            let outcome: ConsoleTable.Cell =
                switch check.outcome {
                case .ok: .init(words[.inOrder], .good)
                case .failed: .init(words[.failed], .bad)
                case .notReached: .init(words[.notReached])
                }
            table.append(.init(check.name), outcome, .init(check.expected ?? ""), .init(check.seen ?? ""))
        }
        section.table = table
        return section
    }

    private func mapping(_ explanation: SignInExplanation, _ words: ConsoleWords) -> ConsoleSection {
        var section = ConsoleSection(words[.mapping])
        var table = ConsoleTable([words[.attribute], words[.source], words[.values], words[.requirement]])
        for step in explanation.mapping {
            let isMissing = step.required && step.values == 0
            table.append(
                .init(step.attribute), .init(step.source), .init(String(step.values), isMissing ? .bad : nil),
                .init(words[step.required ? .required : .optional]))
        }
        section.table = table
        return section
    }

    /// The others like it.
    private func links(_ record: SignInRecord, _ request: ConsoleRequest) -> ConsoleSection {
        var section = ConsoleSection()
        func like(_ name: String, _ value: String?) {
            guard let value else { return }
            section.links.append(ConsoleLink(value, .of(record.poolID, "signins", query: [(name, value), ("outcome", "all")])))
        }
        section.links.append(request.link(.signins, .of(record.poolID, "signins")))
        like("code", record.code)
        like("provider", record.provider?.text)
        like("user", record.username)
        return section
    }
}

extension SignInExplanation.Label {
    fileprivate var word: ConsoleWord {
        switch self {
        case .reference: .reference
        case .at: .when
        case .outcome: .outcome
        case .provider: .provider
        case .member: .member
        case .client: .client
        case .user: .user
        case .what: .what
        case .expected: .expected
        case .seen: .seen
        case .remedy: .remedy
        case .commands: .commands
        case .took: .took
        case .keptUntil: .keptUntil
        }
    }
}
