import Administration
import Gateway
import WireFormats

extension CommandFailure {
    /// Each problem with its place in the file, as compilers and editors write it.
    init(_ error: ConfigError, in file: String) {
        let problems = error.problems.map { $0.shown(in: file) }
        self.init(problems.first ?? ConfigProblem(at: nil, .syntax("")).shown(in: file), Array(problems.dropFirst()))
    }

    init(_ stopped: ConfigStopped) {
        self.init(stopped.cause)
        notes.append(
            "this came up at: \(stopped.failed.line); \(stopped.done.isEmpty ? "nothing was done before" : "done before: \(stopped.done.count)")")
        let shown = 20
        notes += stopped.done.suffix(shown).map { "done: " + $0.line }
        notes.append("what was done stays; 'config plan' shows what is left, and the same command goes on from there")
    }
}

extension ConfigProblem {
    func shown(in file: String) -> CommandFailure.Problem {
        let start = "\(file)" + (place.map { ":\($0.line):\($0.column)" } ?? "") + ": " + (subject.isEmpty ? "" : subject + ": ")
        switch cause {
        case .syntax(let words):
            return .init(
                code: "config.syntax", message: start + words,
                remedy: "Correct the document at that place. YAML and JSON are taken, without anchors, aliases and tags.")
        case .unknownField(let name, let known):
            let nearest = Suggestion.nearest(to: name, in: known)
            return .init(
                code: "config.invalid", message: start + "there is no field '\(ProtocolText(name).prefix(64).string)'.",
                remedy: nearest.map { "Did you mean '\($0)'?" } ?? "The fields there are \(known.joined(separator: ", ")).")
        case .expected(let field, let words, let seen):
            return .init(
                code: "config.invalid", message: start + "\(field) is of another type.", expected: words, seen: seen,
                remedy: "Write what is expected, or leave the field out: what is not mentioned stays as it is.")
        case .missing(let field):
            return .init(code: "config.invalid", message: start + "\(field) is missing.", remedy: "Add it: the rest cannot be told without it.")
        case .twice(let words):
            return .init(code: "config.invalid", message: start + "\(words) is there twice.", remedy: "Leave one of them in the document.")
        case .same(let other):
            return .init(
                code: "config.invalid",
                message: start
                    + "this is what \(other.map { "line \($0.line)" } ?? "another part of the document") is about, by its identifier or by its name.",
                remedy: "Leave one of them in the document.")
        case .several(let fields):
            return .init(
                code: "config.invalid", message: start + "\(fields.joined(separator: " and ")) are there, of which one counts.",
                remedy: "Leave one of them in the document.")
        case .ambiguous(let field):
            return .init(
                code: "config.invalid", message: start + "several have this name.", remedy: "Add \(field), which says which of them is meant.")
        case .absent(let kind, let name):
            return .init(
                code: "config.invalid", message: start + "\(kind.rawValue) '\(name)' is named, and is not in the document: --prune would delete it.",
                remedy: "Add it to the document, or name another one.")
        case .fixed(let field, let before):
            return .init(
                code: "config.invalid", message: start + "\(field) is chosen when it is made; a document does not change it.", expected: before,
                remedy: "Write what it is, or leave the field out; to have another, make another, or change it by its own command.")
        case .reference(let error):
            return .init(code: error.code, message: start + error.message, remedy: error.remedy)
        case .refused(let error): return Self.refused(error, start)
        }
    }

    /// As an act would say it, with the names that the document has for its fields.
    private static func refused(_ error: AdministrationError, _ start: String) -> CommandFailure.Problem {
        guard case .problems(let problems) = error, let first = problems.first else {
            return .init(
                code: error.code, message: start + error.message, expected: error.expected, seen: error.seen, remedy: error.remedy,
                acts: error.acts)
        }
        return .init(
            code: error.code, message: start + problems.map { $0.text(\.documentName) }.joined(separator: " "),
            remedy: first.remedy(\.documentName, give: \.inDocument), acts: first.acts)
    }
}

extension Problem.Given {
    /// As a line of a document; of what a list has as well what else is in it stays.
    fileprivate var inDocument: String {
        switch field {
        case .map, .mapACR, .entityAttribute, .parameter:
            guard let (name, text) = ProtocolText(value).cut(at: "=") else { return "\(field.documentName): \(value)" }
            return "\(field.documentName) with \(name.string): \(text.string)"
        case .clientCertificate: return "\(field.documentName) with the SHA-256 of a certificate"
        case .scope: return "\(field.documentName): \(value)"
        case .metadata, .clientSecret, .clientKey, .jwks: return "\(field.documentName): file:\(value)"
        case let field where field.isList || field == .providerOrder || field == .scopeToIDP: return "\(field.documentName) with \(value)"
        default: return "\(field.documentName): \(value)"
        }
    }
}
