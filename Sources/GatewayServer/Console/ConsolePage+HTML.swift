import Gateway
import HTTPTypes
import Hummingbird
import UserPools
import WireFormats

// How a page of the console becomes HTML: the one template for all of them, filled with texts.

extension ConsolePage {
    /// - Parameter person: who reads it; nil: somebody who need not be an admin, and has no tabs.
    func page(for person: String?, status: HTTPResponse.Status = .ok, _ pageContext: PageContext) -> Page {
        var values = filled
        if let person {
            values[.navigation] = .items([[.tabs: .items(tabs(ConsoleWords(language: pageContext.language)))]])
            values[.visitor] = .items([[.person: .text(person), .accountURL: .text(pageContext.base + "/account")]])
        }
        return Page(kind: .console, status: status, pageContext: pageContext, values: values)
    }

    /// Somebody may not see it, or it is not there.
    /// - Parameter path: what was asked for.
    static func refused(_ failure: ConsoleFailure, reference: String, at path: String, _ pageContext: PageContext) -> Page {
        let words = ConsoleWords(language: pageContext.language)
        var section = ConsoleSection()
        section.facts = [
            ConsoleFact(words[.what], [failure.error.message], isEnglish: true),
            ConsoleFact(words[.remedy], [failure.error.remedy], isEnglish: true),
            ConsoleFact(words[.code], [failure.error.code], isCode: true), ConsoleFact(words[.reference], [reference], isCode: true),
        ]
        if failure.asksForSignIn {
            let page = ConsolePath(path) ?? .overview
            section.links.append(ConsoleLink(words[.signInAgain], page: FormCoding.append([("to", page.text)], to: "/console/sign-in")))
        } else {
            section.links.append(ConsoleLink(words[.overview], .overview))
        }
        var page = ConsolePage(words[.refusal])
        page.sections = [section]
        return page.page(for: nil, status: HTTPResponse.Status(code: failure.status), pageContext)
    }

    private func tabs(_ words: ConsoleWords) -> [Values] {
        func link(_ word: ConsoleWord, _ path: ConsolePath, isCurrent: Bool) -> Values {
            [.linkText: .text(words[word]), .linkURL: .text(path.text), .current: .shown(isCurrent)]
        }
        let overview = link(.overview, .overview, isCurrent: pool == nil && tab == nil)
        guard let pool else { return [overview, link(.audit, .of("audit"), isCurrent: tab == .audit)] }
        return [overview] + Tab.allCases.map { link($0.word, .of(pool.id, $0.rawValue), isCurrent: self.tab == $0) }
    }

    private var filled: Values {
        var values: Values = [.heading: .text(heading)]
        if let notice { values[.notice] = .items([[.note: .text(notice)]]) }
        if let pool {
            values[.within] = .items([[.linkText: .text(pool.name), .linkURL: .text(ConsolePath.of(pool.id, Tab.signins.rawValue).text)]])
        }
        values[.sections] = .items(sections.enumerated().map { $1.filled(number: $0) })
        return values
    }
}

extension ConsolePage.Tab {
    var word: ConsoleWord {
        switch self {
        case .signins: .signins
        case .users: .users
        case .providers: .providers
        case .clients: .clients
        case .keys: .keys
        case .logouts: .logouts
        case .audit: .audit
        }
    }
}

extension ConsoleSection {
    fileprivate func filled(number: Int) -> Values {
        var values: Values = [
            .entitled: .items(heading.map { [[.label: .text($0)]] } ?? []), .notes: .items(notes.map { [.note: .text($0)] }),
            .drawings: .items(drawings.map(\.filled)),
            .facts: .items(facts.isEmpty ? [] : [[.fact: .items(facts.map(\.filled))]]),
            .tables: .items(table.map { [$0.filled] } ?? []),
            .ways: .items(links.isEmpty ? [] : [[.way: .items(links.map(\.filled))]]),
        ]
        values[.searchForm] = .items(search.map { [$0.filled(number: number)] } ?? [])
        values[.actForm] = .items(form.map { [$0.filled] } ?? [])
        return values
    }
}

extension ConsoleLink {
    fileprivate var filled: Values { [.linkText: .text(text), .linkURL: .text(path), .tone: .text(manner.rawValue)] }
}

extension ConsoleFact {
    fileprivate var filled: Values {
        let details = values.map { value -> Values in
            let detail: Values = [.detail: .text(shown(value))]
            return [.english: .shown(isEnglish), .code: .items(isCode ? [detail] : []), .words: .items(isCode ? [] : [detail])]
        }
        return [.label: .text(label), .details: .items(details)]
    }
}

extension ConsoleTable {
    fileprivate var filled: Values {
        [
            .columns: .items(columns.map { [.label: .text($0)] }),
            .rows: .items(rows.map { row in [.cells: .items(zip(row, columns).map { $0.filled(in: $1) })] }),
        ]
    }
}

extension ConsoleTable.Cell {
    fileprivate func filled(in column: String) -> Values {
        let cell: Values = [
            .cell: .text(shown(text)), .linkURL: .text(link?.text ?? ""), .tone: .text(tone?.rawValue ?? (hasLongWord ? "long" : "")),
            .note: .text(isFolded ? shown(ProtocolText(text).prefix(Self.unfolded).string + "…") : ""),
        ]
        // A link without words is none.
        let isLink = link != nil && !text.isEmpty
        let isPlain = !isLink && tone == nil
        return [
            .label: .text(column), .linked: .items(isLink ? [cell] : []), .toned: .items(!isLink && tone != nil ? [cell] : []),
            .words: .items(isPlain && !isFolded ? [cell] : []), .folded: .items(isPlain && isFolded ? [cell] : []),
        ]
    }

    private static let unfolded = 80

    /// Whether it is so long that its beginning stands for it until somebody wants all of it.
    private var isFolded: Bool { text.utf8.count > 2 * Self.unfolded }

    /// Whether a word of it is none that a line could end with: an identifier, an address.
    private var hasLongWord: Bool {
        text.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") }.contains { $0.count > 20 }
    }
}

extension ConsoleSearch {
    fileprivate func filled(number: Int) -> Values {
        let boxes = boxes.map { box -> Values in
            [
                .entry: .text("\(box.name)-\(number)"), .label: .text(box.label), .boxName: .text(box.name),
                .boxValue: .text(ShownName(box.value).text),
            ]
        }
        return [.action: .text(page.text), .fields: Pages.hidden(kept), .boxes: .items(boxes), .buttonText: .text(button)]
    }
}

extension ConsoleForm {
    fileprivate var filled: Values {
        [
            .action: .text(page.text), .fields: Pages.hidden([("csrf", csrf)]), .buttonText: .text(button), .linkText: .text(cancel.text),
            .linkURL: .text(cancel.path), .tone: .text(typed == nil ? ConsoleLink.Manner.act.rawValue : ConsoleLink.Manner.danger.rawValue),
            .boxes: .items(typed.map { [[.label: .text($0)]] } ?? []),
        ]
    }
}

extension ConsoleDrawing {
    private static let (step, height) = (10, 47)

    fileprivate var filled: Values {
        // The longest bar has the height, whatever it counts; what there is can be seen.
        let most = max(1, bars.map { max($0.accepted, $0.refused) }.max() ?? 1)
        func height(_ count: Int) -> Int { count == 0 ? 0 : max(1, count * Self.height / most) }
        let drawn = bars.enumerated().map { index, bar -> Values in
            [
                .x: .text(String(index * Self.step)), .acceptedY: .text(String(48 - height(bar.accepted))),
                .acceptedHeight: .text(String(height(bar.accepted))), .refusedHeight: .text(String(height(bar.refused))),
            ]
        }
        return [
            .label: .text(title), .acceptedNote: .text(accepted), .refusedNote: .text(refused), .drawnFrom: .text(from), .drawnUntil: .text(until),
            .drawingWidth: .text(String(max(1, bars.count) * Self.step)), .bars: .items(drawn),
            .table: .items(numbers.map { [$0.filled] } ?? []),
        ]
    }
}

/// Text from outside as a page shows it: bounded, and with what hides or turns writing to be seen.
private func shown(_ text: String) -> String { Printable.line(text.utf8.count <= longest ? text : ProtocolText(text).prefix(longest).string + "…") }
private let longest = 4_000
