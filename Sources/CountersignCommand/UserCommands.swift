import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import SAML
import TokenVerifier
import UserPools
import WireFormats

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Users of a pool; their first sign-in makes them.",
        discussion: """
            countersign user list --pool POOL
            countersign user show corp_ada@example.com --pool POOL
            countersign user disable corp_ada@example.com --pool POOL
            """,
        subcommands: [List.self, Show.self, Disable.self, Enable.self, Delete.self, SignOut.self, Link.self, Unlink.self])

    struct NameArgument: ParsableArguments {
        @Argument(help: ArgumentHelp("The user's sub or username.", valueName: "sub-or-username")) var name: String
        @OptionGroup var pool: PoolOption
    }

    struct List: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Users in the order of their usernames.",
            discussion: """
                countersign user list --pool POOL
                countersign user list --pool POOL --limit 1000 --after corp_mike@example.com
                """)
        @Option(help: ArgumentHelp("Maximum number of rows, 1 to 1000.", valueName: "COUNT")) var limit = 100
        @Option(help: ArgumentHelp("Go on behind this name, whether or not somebody has it.", valueName: "USERNAME")) var after: String?
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard (1...1000).contains(limit) else { throw ValidationError("--limit is not between 1 and 1000.") }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                // One more than shown tells whether there are more.
                let found = try await composition.administration.listUsers(pool: pool.id, after: after, limit: limit + 1)
                let users = found.prefix(limit)
                var table = Table([.init(title: "SUB", isWhole: true), .init(title: "USERNAME"), .init(title: "E-MAIL"), .init(title: "ENABLED")])
                for user in users { table.append(user.id.text, user.username, user.attributes["email"]?.text ?? "", user.enabled ? "yes" : "no") }
                let more = found.count > limit ? users.last.map { ["there are more; go on with --after \(Shell.quoted($0.username))"] } : nil
                return Answer(
                    document: .array(users.map { .object($0.document) }),
                    text: table.text(orIfEmpty: after.map { "No users behind '\(Printable.line($0))'." } ?? "No users; the first sign-in makes one."),
                    notes: more ?? [])
            }
        }
    }

    struct Show: UserCommanding {
        static let configuration = CommandConfiguration(abstract: "One user.", discussion: "countersign user show corp_ada@example.com --pool POOL")
        @OptionGroup var user: NameArgument
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { try await $0.administration.user(user.name, pool: user.pool.id).answer }
        }
    }

    struct Disable: UserCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Let a user sign in no more, and end the sessions and refresh tokens there are.",
            discussion: "countersign user disable corp_ada@example.com --pool POOL")
        @OptionGroup var user: NameArgument
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { try await $0.administration.perform(SetUserEnabled(false, user.name, pool: user.pool.id)).answer }
        }
    }

    struct Enable: UserCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Let a disabled user sign in again.", discussion: "countersign user enable corp_ada@example.com --pool POOL")
        @OptionGroup var user: NameArgument
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { try await $0.administration.perform(SetUserEnabled(true, user.name, pool: user.pool.id)).answer }
        }
    }

    struct Delete: UserCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Delete a user with sessions and tokens; a new sign-in makes a new user with another sub.",
            discussion: """
                countersign user delete corp_ada@example.com --pool POOL

                On a terminal it asks for the username; elsewhere --yes is needed.
                """)
        @OptionGroup var user: NameArgument
        @OptionGroup var confirmation: Confirmation
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let found = try await composition.administration.user(user.name, pool: user.pool.id)
                try confirmation.require(
                    found.username, "The user '\(found.username)' goes with sessions, tokens and the 'sub'; a new sign-in makes somebody new.")
                try await composition.administration.perform(DeleteUser(found.id.text, pool: user.pool.id))
                return Answer(
                    document: ["sub": .string(found.id.text), "username": .string(found.username), "deleted": true],
                    text: "Deleted the user \(Printable.line(found.username)).\n")
            }
        }
    }
}

/// A command about one user.
protocol UserCommanding: AnsweringCommand {
    var user: UserCommand.NameArgument { get }
}

extension UserCommanding {
    var place: Place { Place(pool: user.pool.id, user: user.name) }
}

extension AttributeValue {
    fileprivate var document: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .number(let number): Int(exactly: number).map(JSONValue.integer) ?? .number(number)
        case .boolean(let flag): .bool(flag)
        case .list(let values): .array(values.map(\.document))
        }
    }

    fileprivate var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
        case .boolean(let flag): flag ? "true" : "false"
        case .list(let values): values.map(\.text).joined(separator: ", ")
        }
    }
}

extension User {
    fileprivate var sortedAttributes: [(name: String, value: AttributeValue)] {
        attributes.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    fileprivate var document: JSONObject {
        [
            "sub": .string(id.text), "username": .string(username), "enabled": .bool(enabled),
            "attributes": .object(JSONObject(sortedAttributes.map { ($0.name, $0.value.document) })),
            "groups": .array(groups(at: Date()).map(JSONValue.string)),
            "identities": .array(
                identities.map { ["provider": .string($0.provider.text), "subject": .string($0.subject), "issuer": .string($0.issuer)] }),
            "created_at": .string(SAMLInstant.format(createdAt)), "updated_at": .string(SAMLInstant.format(updatedAt)),
        ]
    }

    var answer: Answer {
        var fields = FieldList()
        fields.append("sub", id.text)
        fields.append("username", username)
        fields.append("enabled", enabled ? "yes" : "no")
        for attribute in sortedAttributes { fields.append(attribute.name, attribute.value.text) }
        fields.append("groups", memberships.map { "\($0.group) (\($0.origin.text))" })
        fields.append("identities", identities.map { "\($0.provider): \($0.subject) of \($0.issuer)" })
        fields.append("created", SAMLInstant.format(createdAt))
        fields.append("updated", SAMLInstant.format(updatedAt))
        return Answer(document: .object(document), text: fields.text())
    }
}
