import Administration
import ArgumentParser
import UserPools
import WireFormats

struct WorkloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workload", abstract: "Build jobs and containers that act as a client, without a secret.",
        discussion: """
            countersign workload create deploy --pool POOL --client CLIENT_ID \\
                --issuer https://token.actions.githubusercontent.com \\
                --subject repo:acme/shop:ref:refs/heads/main
            countersign workload list --pool POOL
            """,
        subcommands: [Create.self, List.self, Delete.self])

    struct Create: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Let a program act as a client by what its platform signs of it (RFC 7523).",
            discussion: """
                countersign client create deploy --pool POOL --grant jwt-bearer \\
                    --scope deploy.run
                countersign workload create deploy --pool POOL --client CLIENT_ID \\
                    --issuer https://token.actions.githubusercontent.com \\
                    --subject repo:acme/shop:ref:refs/heads/main
                countersign workload create shop-pods --pool POOL --client CLIENT_ID \\
                    --issuer https://kubernetes.default.svc.cluster.local \\
                    --jwks-file jwks.json --allow-repeat \\
                    --subject system:serviceaccount:shop:default

                The platform writes a token with our issuer as its audience. Its keys are those
                that the issuer's discovery document names, unless given.
                """)
        @Argument(help: "A name for people.") var name: String
        @Option(help: ArgumentHelp("Who signs: 'iss' of its tokens, exactly.", valueName: "URL")) var issuer: String
        @Option(help: ArgumentHelp("'sub' of its tokens, exactly; with * at the end what it begins with.", valueName: "PATTERN"))
        var subject: String
        @Option(help: ArgumentHelp("The client that it acts as.", valueName: "CLIENT_ID")) var client: String
        @Option(
            name: .customLong("jwks-file"), help: ArgumentHelp("The issuer's public keys; '-' is standard input.", valueName: "FILE"))
        var jwksFile: String?
        @Option(name: .customLong("jwks-url"), help: ArgumentHelp("Where the issuer's keys are.", valueName: "URL")) var jwksURL: String?
        @Flag(help: "The same token may come again until it expires, although it has a 'jti': Kubernetes writes one an hour.")
        var allowRepeat = false
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard jwksFile == nil || jwksURL == nil else { throw ValidationError("Give --jwks-file or --jwks-url, not both.") }
        }

        func answer() async throws -> Answer {
            let keys: ClientSettings.Keys? = try jwksFile.map { .document(try InputFile.read($0, limit: 64 << 10)) } ?? jwksURL.map { .url($0) }
            return try await Composition.with(shared) { composition in
                let changed = try await composition.administration.perform(
                    AddWorkload(name, issuer: issuer, subject: subject, client: client, keys: keys, mayRepeat: allowRepeat, to: pool.id))
                return (changed.settings.workloads ?? []).first { $0.name.hasSameBytes(as: name) }?.answer ?? Answer(document: .null, text: "")
            }
        }
    }

    struct List: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "The workloads of a pool.", discussion: "countersign workload list --pool POOL")
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let workloads = try await composition.administration.pool(pool.id).settings.workloads ?? []
                var table = Table([
                    .init(title: "NAME"), .init(title: "ISSUER"), .init(title: "SUBJECT"), .init(title: "CLIENT ID", isWhole: true),
                ])
                for workload in workloads { table.append(workload.name, workload.issuer, workload.subject, workload.clientID) }
                return Answer(
                    document: .array(workloads.map { .object($0.document) }), text: table.text(orIfEmpty: "The pool has no workloads."))
            }
        }
    }

    struct Delete: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Take a workload away; its tokens live until they expire.", discussion: "countersign workload delete deploy --pool POOL")
        @Argument(help: "The workload's name.") var name: String
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                _ = try await composition.administration.perform(RemoveWorkload(name, from: pool.id))
                return Answer(document: ["deleted": .string(name)], text: "deleted the workload '\(name)'\n")
            }
        }
    }
}

extension Workload {
    fileprivate var document: JSONObject {
        [
            "name": .string(name), "issuer": .string(issuer), "subject": .string(subject), "client_id": .string(clientID),
            "jwks_uri": keySetURL.map(JSONValue.string) ?? .null, "has_jwks": .bool(keySet != nil), "may_repeat": .bool(mayRepeat),
        ]
    }

    fileprivate var answer: Answer {
        var fields = FieldList()
        fields.append("name", name)
        fields.append("issuer", issuer)
        fields.append("subject", subject)
        fields.append("client_id", clientID)
        fields.append("keys", keySet != nil ? "given" : keySetURL ?? "by discovery")
        fields.append("repeated", mayRepeat ? "may be, until it expires" : "never, where it has a jti")
        return Answer(document: .object(document), text: fields.text())
    }
}
