import Administration
import FoundationEssentials
import Gateway
import UserPools
import WireFormats

/// `GET /console/{pool}/signins`: those of which there is a record, the newest first, refused ones unless others are asked for.
struct SignInsEndpoint: ConsoleEndpoint {
    private static let perPage = 50
    private static let maximumDrawings = 20
    private static let boxes: [(name: String, word: ConsoleWord)] = [("user", .user), ("provider", .provider), ("code", .code), ("client", .client)]

    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let outcome = request.parameter("outcome") ?? SignInRecord.Outcome.refused.rawValue
        var wanted = SignInQuestion(limit: ConsoleListPage<SignInRecord>.limit(Self.perPage))
        wanted.outcome = SignInRecord.Outcome(rawValue: outcome)
        (wanted.user, wanted.provider) = (request.parameter("user"), request.parameter("provider"))
        (wanted.code, wanted.client) = (request.parameter("code"), request.parameter("client"))
        wanted.after = request.parameter("after").flatMap { SignInCursor($0) }
        let listed = try await console.questions.listSignIns(wanted, pool: request.part("pool"))
        let given = Self.boxes.compactMap { box in request.parameter(box.name).map { (name: box.name, value: $0) } }

        func path(_ outcome: String) -> ConsolePath { .of(listed.pool.id, "signins", query: given + [("outcome", outcome)]) }
        var filter = ConsoleSection()
        filter.search = ConsoleSearch(
            page: .of(listed.pool.id, "signins"),
            boxes: Self.boxes.map { .init(name: $0.name, label: words[$0.word], value: request.parameter($0.name) ?? "") },
            button: words[.filter], kept: [("outcome", outcome)])
        filter.links = [request.link(.refused, path("refused")), request.link(.accepted, path("accepted")), request.link(.all, path("all"))]

        let list = ConsoleListPage(
            listed.records, size: Self.perPage, request, at: { .of(listed.pool.id, "signins", query: $0) }, kept: given + [("outcome", outcome)]
        ) { SignInCursor(at: $0.at, reference: $0.reference).text }
        var found = ConsoleSection(words[wanted.outcome?.word ?? .all])
        if listed.refusedLeftOut > 0 { found.notes.append(words[.leftOut, "count", String(listed.refusedLeftOut)]) }
        found.show(list, as: table(list.rows, words), words)
        var page = ConsolePage(words[.signins], of: listed.pool, tab: .signins)
        page.sections = [filter, found]
        // Over a list that was narrowed down they would say something else.
        if given.isEmpty, wanted.after == nil {
            var drawn = ConsoleSection(words[.lastDays])
            let statistics = try await ConsoleDrawing.all(of: listed.pool, words, console)
            drawn.draw(statistics, atMost: Self.maximumDrawings, words)
            if !drawn.drawings.isEmpty { page.sections.append(drawn) }
        }
        return .page(page)
    }

    private func table(_ records: ArraySlice<SignInRecord>, _ words: ConsoleWords) -> ConsoleTable {
        var table = ConsoleTable([words[.when], words[.reference], words[.outcome], words[.provider], words[.user]])
        for record in records {
            table.append(
                .init(Pages.moment(record.at)), .init(record.reference.text, link: .of(record.poolID, "signins", record.reference.text)),
                record.outcome == .accepted ? .init(words[.accepted], .good) : .init(record.code ?? words[.refused], .bad),
                .init(record.provider?.text ?? ""), .init(record.username ?? ""))
        }
        return table
    }
}

extension SignInRecord.Outcome {
    var word: ConsoleWord { self == .accepted ? .accepted : .refused }
}

extension SignInCursor {
    init?(_ text: String) {
        guard let cursor = ListCursor(text), let reference = SignInRecord.Reference(cursor.key) else { return nil }
        self.init(at: cursor.at, reference: reference)
    }

    var text: String { ListCursor(at: at, key: reference.text).text }
}
