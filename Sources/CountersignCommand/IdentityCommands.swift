import Administration
import ArgumentParser
import Gateway
import SAML
import TokenVerifier
import UserPools
import WireFormats

/// `user link` and `user unlink`: which identities are one user.
struct IdentityOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The identity provider's name in the pool.", valueName: "NAME")) var provider: String
    @Option(help: ArgumentHelp("What the provider calls the person: the NameID, or sub.", valueName: "SUBJECT")) var subject: String
    @Option(help: ArgumentHelp("Where one provider speaks for several issuers: which.", valueName: "URL")) var issuer: String?
    @Option(
        name: .customLong("name-id-format"),
        help: ArgumentHelp("SAML: the format of the NameID, as 'saml inspect' shows it; unspecified unless given.", valueName: "URI"))
    var nameIDFormat: String?

    var selection: IdentitySelection {
        IdentitySelection(provider: provider, subject: subject, issuer: issuer, nameIDFormat: nameIDFormat)
    }
}

extension UserCommand {
    struct Link: UserCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Give a user one more identity: who signs in by it is this user from then on.",
            discussion: """
                countersign user link corp_ada@example.com --pool POOL \\
                    --provider github --subject 24400320

                Be sure that both are one person. 'countersign audit list' shows what was
                linked.
                """)
        @OptionGroup var user: NameArgument
        @OptionGroup var identity: IdentityOptions
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                try await composition.administration.perform(LinkUser(user.name, to: identity.selection, pool: user.pool.id)).answer
            }
        }
    }

    struct Unlink: UserCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Take an identity from a user, and end what its provider began for the user.",
            discussion: """
                countersign user unlink corp_ada@example.com --pool POOL \\
                    --provider github --subject 24400320

                The next sign-in by that identity makes a new user.
                """)
        @OptionGroup var user: NameArgument
        @OptionGroup var identity: IdentityOptions
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let changed = try await composition.administration.perform(UnlinkUser(user.name, from: identity.selection, pool: user.pool.id))
                var answer = changed.answer
                if changed.identities.isEmpty { answer.notes.append("the user has no identity left and cannot sign in any more") }
                return answer
            }
        }
    }
}

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "What was changed, to what, when and by whom.", discussion: "countersign audit list --pool POOL",
        subcommands: [List.self])

    struct List: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Every change of an admin, the newest first; deletions say what was deleted.",
            discussion: """
                countersign audit list
                countersign audit list --pool POOL
                countersign audit list --pool POOL --user corp_ada@example.com

                Without a pool: what concerns all of them, and which pools were deleted.
                """)
        @Option(help: ArgumentHelp("Of one user only.", valueName: "sub-or-username")) var user: String?
        @Option(help: ArgumentHelp("Maximum number of rows, 1 to 1000.", valueName: "COUNT")) var limit = 100
        @Option(help: ArgumentHelp("The user pool's id, of a deleted one too.", valueName: "POOL")) var pool: String?
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: pool) }

        func validate() throws {
            guard user == nil || pool != nil else { throw ValidationError("--user is in a pool: give --pool with it.") }
            guard (1...1000).contains(limit) else { throw ValidationError("--limit is not between 1 and 1000.") }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let administration = composition.administration
                let events =
                    if let pool { try await administration.auditEvents(pool: pool, user: user, limit: limit) } else {
                        try await administration.auditEventsOfInstallation(limit: limit)
                    }
                let none =
                    pool == nil
                    ? "No pool was deleted, and nothing was changed that concerns all of them; --pool POOL shows what was changed in one.\n"
                    : "Nothing was changed yet.\n"
                return Answer(document: .array(events.map { .object($0.document) }), text: events.isEmpty ? none : events.map(\.text).joined())
            }
        }
    }
}

extension AuditEvent {
    /// Who did what to what, and below it each value, as it is and as it was.
    fileprivate var text: String {
        let line = "\(SAMLInstant.format(at))  \(action.text)  \(target.name)  by \(actor.text)"
        let facts = details.filter { !$0.name.hasSuffix("_before") && !$0.value.isEmpty || detail("\($0.name)_before") != nil }
            .map { fact in
                let before = detail("\(fact.name)_before").map { " (before: \($0.isEmpty ? "none" : $0))" } ?? ""
                return "\(fact.name): \(fact.value.isEmpty ? "none" : fact.value)\(before)"
            }
        // Addresses stay whole, so that they can be copied.
        let lines = facts.flatMap { Wrapping.lines(Printable.line($0), width: Terminal.width.map { $0 - 4 }, breakingWords: false) }
        return Printable.line(line) + "\n" + lines.map { "    " + $0 + "\n" }.joined()
    }

    fileprivate var document: JSONObject {
        [
            "id": .string(id), "at": .string(SAMLInstant.format(at)), "action": .string(action.text), "actor": .string(actor.text),
            "target": ["kind": .string(target.kind.rawValue), "name": .string(target.name)],
            "details": .object(JSONObject(details.map { ($0.name, .string($0.value)) })),
        ]
    }
}
