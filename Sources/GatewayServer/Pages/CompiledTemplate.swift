import Mustache

/// A page of one language with its sentences in place, and open where requests differ.
///
/// Mustache renders each template once; rendering it for every request would cost 120 µs, filling a compiled template costs a tenth. Templates are as
/// mustache knows them, but without `{{{ }}}` and `{{^ }}`: variables and sections are those of ``Placeholder``, and beside them
/// - `{{say.KEY}}` is a sentence in the page's language, `{{plain.KEY}}` the same where no element can stand (titles, attributes);
/// - `{{name.SLOT}}`, `{{plainName.SLOT}}` is a name that somebody else chose.
struct CompiledTemplate: Sendable {
    fileprivate enum Part: Sendable {
        case fixed([UInt8])
        case text(Placeholder)
        case name(Placeholder, Isolation)
        case section(Placeholder, [Part])
    }

    private let parts: [Part]
    private let isRightToLeft: Bool
    /// What is wrong with the template or its sentences; a test expects none.
    let problems: [String]

    init(_ page: PageKind, in language: Language) {
        isRightToLeft = language.isRightToLeft
        let context = TemplateContext(page: page, messages: Messages.of(language))
        do {
            let template = try Templates.library(for: page)
            // Indentation is for the reader of the template.
            let lines = (template.render(context, withTemplate: page.layout) ?? "").split(separator: "\n").map { $0.drop { $0 == " " } }
            var reader = TemplateParser(lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n")
            parts = reader.parts()
            problems = reader.problems
        } catch {
            // Cannot be, since a test makes every compiled template. A person would still read a sentence.
            parts = [.fixed(Array("<!DOCTYPE html><title>Countersign</title><p>This page cannot be shown. Tell the people who run the app.".utf8))]
            problems = ["\(page.template): \(error)"]
        }
    }

    /// - Parameter scopes: the inner one last.
    func fill(_ scopes: [Values]) -> [UInt8] {
        var filling = Filling(isRightToLeft: isRightToLeft)
        for scope in scopes { filling.enter(scope) }
        filling.fill(parts)
        return filling.page
    }
}

/// A page as it is filled.
private struct Filling {
    private(set) var page: [UInt8] = []
    private let isRightToLeft: Bool
    /// What stands for each placeholder here. As mustache looks names up: the section's own values, before those around it.
    private var values = [Value?](repeating: nil, count: Placeholder.allCases.count)
    /// What the sections that were entered took the place of, the innermost one's last.
    private var hidden: [Value?] = []

    init(isRightToLeft: Bool) {
        self.isRightToLeft = isRightToLeft
        page.reserveCapacity(8 << 10)
    }

    mutating func enter(_ scope: Values) {
        for (placeholder, value) in scope.pairs {
            hidden.append(values[Int(placeholder.rawValue)])
            values[Int(placeholder.rawValue)] = value
        }
    }

    private mutating func leave(_ scope: Values) {
        for (placeholder, _) in scope.pairs.reversed() { values[Int(placeholder.rawValue)] = hidden.removeLast() }
    }

    mutating func fill(_ parts: [CompiledTemplate.Part]) {
        for part in parts {
            switch part {
            case .fixed(let bytes): page.append(contentsOf: bytes)
            case .text(let placeholder):
                switch values[Int(placeholder.rawValue)] {
                case .text(let text): page.append(escaped: text)
                case .escaped(let text): page.append(contentsOf: text.bytes)
                case .items, nil: break
                }
            case .name(let placeholder, let isolation):
                if case .text(let text)? = values[Int(placeholder.rawValue)] { page.append(name: text, isolation, inRightToLeft: isRightToLeft) }
            case .section(let placeholder, let parts):
                guard case .items(let items)? = values[Int(placeholder.rawValue)] else { continue }
                for item in items {
                    enter(item)
                    fill(parts)
                    leave(item)
                }
            }
        }
    }
}

/// Characters for private use, which no sentence of ours has, mark in mustache's output what stays open.
private enum Mark {
    static let text: Unicode.Scalar = "\u{E000}"
    static let name: Unicode.Scalar = "\u{E001}"
    static let begin: Unicode.Scalar = "\u{E002}"
    static let end: Unicode.Scalar = "\u{E003}"
    static let unknown: Unicode.Scalar = "\u{E004}"
    static let all = text...stop
    /// Behind the name of a placeholder.
    static let stop: Unicode.Scalar = "\u{E005}"

    static func write(_ mark: Unicode.Scalar, _ name: String) -> String { "\(mark)\(name)\(stop)" }
}

/// What mustache sees: sentences, and marks for everything else.
private struct TemplateContext: MustacheParent {
    let page: PageKind
    let messages: Messages

    func child(named name: String) -> Any? {
        switch name {
        case "lang": messages.language.rawValue
        case "dir": messages.language.isRightToLeft ? "rtl" : "ltr"
        case "sheet": Assets.styleSheet.address
        case "consoleSheet": Assets.consoleSheet.address
        case "say": Sentences(page: page, messages: messages, isolation: .element)
        case "plain": Sentences(page: page, messages: messages, isolation: .characters)
        case "name": Names(isolation: .element)
        case "plainName": Names(isolation: .characters)
        default:
            // A variable has no text between its tags.
            MustacheLambda { inner in
                guard Placeholder(named: name) != nil else { return Mark.write(Mark.unknown, name) }
                return inner.isEmpty ? Mark.write(Mark.text, name) : Mark.write(Mark.begin, name) + inner + "\(Mark.end)"
            }
        }
    }
}

private struct Names: MustacheParent {
    let isolation: Isolation

    func child(named name: String) -> Any? { Mark.write(Mark.name, "\(isolation.rawValue)\(name)") }
}

private struct Sentences: MustacheParent {
    let page: PageKind
    let messages: Messages
    let isolation: Isolation

    /// `title` is the page's own, `choice_title`; most sentences are everybody's.
    func child(named name: String) -> Any? {
        guard let pieces = messages.pieces(page.messages + "_" + name) ?? messages.pieces(name) else { return Mark.write(Mark.unknown, name) }
        return pieces.map { piece in
            switch piece {
            case .words(let words): words
            case .placeholder(let placeholder): Mark.write(Mark.name, "\(isolation.rawValue)\(placeholder)")
            }
        }.joined()
    }
}

/// Takes mustache's output apart at the marks.
private struct TemplateParser {
    private var rest: Substring.UnicodeScalarView
    private(set) var problems: [String] = []
    private var depth = 0

    init(_ text: String) { rest = Substring(text).unicodeScalars }

    mutating func parts() -> [CompiledTemplate.Part] {
        var parts: [CompiledTemplate.Part] = []
        while let scalar = rest.first {
            if !Mark.all.contains(scalar) {
                let fixed = rest.prefix { !Mark.all.contains($0) }
                parts.append(.fixed(Array(String(fixed).utf8)))
                rest = rest.dropFirst(fixed.count)
                continue
            }
            rest = rest.dropFirst()
            switch scalar {
            case Mark.end where depth > 0: return parts
            case Mark.text: if let placeholder = placeholder(word()) { parts.append(.text(placeholder)) }
            case Mark.name:
                var word = word()
                let isolation = word.popFirst().flatMap(Isolation.init) ?? .element
                if let placeholder = placeholder(word) { parts.append(.name(placeholder, isolation)) }
            case Mark.begin:
                let placeholder = placeholder(word())
                depth += 1
                let inner = self.parts()
                depth -= 1
                if let placeholder { parts.append(.section(placeholder, inner)) }
            default: problems.append("unknown or out of place: \(word())")
            }
        }
        if depth > 0 { problems.append("a section without its end") }
        return parts
    }

    private mutating func word() -> Substring {
        let word = rest.prefix { $0 != Mark.stop }
        rest = rest.dropFirst(word.count + 1)
        return Substring(word)
    }

    private mutating func placeholder(_ word: Substring) -> Placeholder? {
        let placeholder = Placeholder(named: word)
        if placeholder == nil { problems.append("no placeholder: \(word)") }
        return placeholder
    }
}
