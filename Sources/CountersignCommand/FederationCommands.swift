import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import SAML
import UserPools
import WireFormats

struct FederationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "federation", abstract: "Federations: thousands of SAML identity providers that one operator signs for.",
        discussion: """
            countersign federation create edugain --pool POOL \\
                --metadata-url https://mds.edugain.org/edugain-v2.xml \\
                --metadata-signer edugain.pem --map email=friendly:mail
            countersign federation refresh edugain --pool POOL --dry-run
            countersign federation list edugain --pool POOL --search zurich

            A federation is one identity provider of the pool: one mapping, one switch;
            people find their own organisation on the sign-in page. 'idp list' shows it as
            well.
            """,
        subcommands: [Create.self, Refresh.self, List.self, Show.self, Update.self, Delete.self])

    struct Create: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Register a federation and import its members.",
            discussion: """
                countersign federation create edugain --pool POOL --map email=friendly:mail \\
                    --metadata-url https://mds.edugain.org/edugain-v2.xml \\
                    --metadata-signer edugain.pem \\
                    --registration-authority https://www.example.org/registrar
                countersign federation create incommon --pool POOL \\
                    --mdq-url https://mdq.incommon.org --metadata-signer incommon.pem
                countersign federation create test --pool POOL --metadata-file test.xml \\
                    --metadata-signer test.pem

                The document must be signed by one of the signers and have a validUntil.
                Servers fetch it again by themselves. One that is no good registers nothing.
                """)
        @Argument(help: "1 to 32 characters without space and '_'; it stands in usernames.") var name: String
        @OptionGroup var settings: FederationOptions
        @OptionGroup var common: ProviderOptions
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard settings.metadataURL != nil || settings.queryURL != nil || settings.metadataFile != nil else {
                throw ValidationError("Missing expected option '--metadata-url <URL>', '--mdq-url <URL>' or '--metadata-file <FILE>'.")
            }
            guard !settings.signers.isEmpty else { throw ValidationError("Missing expected option '--metadata-signer <FILE>'.") }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                let progress = ImportTelling(shared.output)
                let act = CreateFederation(name, pool: pool.id, settings: try settings.given(common), progress: progress.tell)
                return try await composition.administration.perform(act).answer(composition, pool: pool.id)
            }
        }
    }

    struct Refresh: ProviderCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Import a federation's members anew; the last good ones stay where that fails.",
            discussion: """
                countersign federation refresh edugain --pool POOL --dry-run
                countersign federation refresh edugain --pool POOL
                countersign federation refresh test --pool POOL --metadata-file test.xml

                A document that ends sooner than the one that is held is refused: whoever kept
                an old one could bring it back, with keys that were taken out since. Where its
                operator confirms that it is the one that holds, --accept-older takes it once.
                """)
        @Argument(help: "The federation's name.") var name: String
        @Flag(help: "Read and count, and change nothing.") var dryRun = false
        @Flag(help: "Take a document that ends sooner than the one that is held.") var acceptOlder = false
        @Option(help: ArgumentHelp("Take this file in place of what the address has.", valueName: "FILE")) var metadataFile: String?
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                let progress = ImportTelling(shared.output)
                let document = try metadataFile.map { file throws(InputError) in try FederationOptions.spooled(file) }
                let act = RefreshFederation(
                    name, pool: pool.id, document: document, isTrial: dryRun, acceptsOlder: acceptOlder, progress: progress.tell)
                var answer = try await composition.administration.perform(act).answer(composition, pool: pool.id)
                if dryRun { answer.notes.append("nothing was changed") }
                return answer
            }
        }
    }

    struct List: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "The federations of a pool; or the members of one that have these words in their names or domains.",
            discussion: """
                countersign federation list --pool POOL
                countersign federation list edugain --pool POOL --search zurich
                """)
        @Argument(help: "The federation's name, with --search.") var name: String?
        @Option(help: ArgumentHelp("Words, or the beginnings of words.", valueName: "WORDS")) var search: String?
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard (name == nil) == (search == nil) else { throw ValidationError("A federation's name and --search belong together.") }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                guard let name, let search else { return Self.answer(try await composition.administration.listFederations(pool: pool.id)) }
                let federation = try await composition.administration.federation(name, pool: pool.id)
                return Self.answer(try await composition.administration.members(of: federation, matching: search, limit: 100))
            }
        }

        private static func answer(_ federations: [ConfiguredFederation]) -> Answer {
            var table = Table([
                .init(title: "NAME", isWhole: true), .init(title: "ENABLED"), .init(title: "MEMBERS"), .init(title: "VALID UNTIL"),
                .init(title: "METADATA"),
            ])
            for federation in federations {
                table.append(cells: [
                    federation.provider.settings.name.text, federation.provider.settings.enabled ? "yes" : "no",
                    federation.status.map { String($0.members) } ?? "", federation.status?.validUntil.map(SAMLInstant.format) ?? "",
                    federation.address,
                ])
            }
            return Answer(
                document: .array(federations.map { .object($0.document) }), text: table.text(orIfEmpty: "The pool has no federations."))
        }

        private static func answer(_ members: [FederationOffer]) -> Answer {
            var table = Table([.init(title: "NAME"), .init(title: "ENTITY ID", isWhole: true)])
            for member in members { table.append(cells: [member.displayName(in: []), member.entityID]) }
            let rows = members.map { member -> JSONValue in
                [
                    "entity_id": .string(member.entityID), "logo": member.logo.map(JSONValue.string) ?? .null,
                    "display_names": .object(JSONObject(member.displayNames.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
                ]
            }
            return Answer(document: .array(rows), text: table.text(orIfEmpty: "No member has all of these words."))
        }
    }

    struct Show: ProviderCommanding {
        static let configuration = CommandConfiguration(
            abstract: "One federation: its settings, and what there is of its members.", discussion: "countersign federation show edugain --pool POOL"
        )
        @Argument(help: "The federation's name.") var name: String
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                try await composition.administration.federation(name, pool: pool.id).answer(composition, pool: pool.id)
            }
        }
    }

    struct Update: ProviderCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Change what is given of a federation; its members change with the next import.",
            discussion: """
                countersign federation update edugain --pool POOL --metadata-signer new.pem
                countersign federation update edugain --pool POOL \\
                    --exclude https://idp.example.org/idp
                countersign federation update edugain --pool POOL --disable
                """)
        @Argument(help: "The federation's name.") var name: String
        @OptionGroup var settings: FederationOptions
        @OptionGroup var common: ProviderOptions
        @OptionGroup(title: "Adding to lists and removing from them") var lists: ProviderListOptions
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard !common.isEmpty || !settings.isEmpty || !lists.isEmpty else {
                throw ValidationError("Nothing to change: give at least one option of what shall change.")
            }
            guard settings.metadataFile == nil else {
                throw ValidationError("A file is imported by 'federation refresh NAME --metadata-file FILE'.")
            }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                let act = UpdateFederation(name, pool: pool.id, settings: try settings.given(common, lists))
                return try await composition.administration.perform(act).answer(composition, pool: pool.id)
            }
        }
    }

    struct Delete: ProviderCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Delete a federation and the sessions that began at its members; its users stay.",
            discussion: """
                countersign federation delete edugain --pool POOL

                On a terminal it asks for the name; elsewhere --yes is needed.
                """)
        @Argument(help: "The federation's name.") var name: String
        @OptionGroup var confirmation: Confirmation
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                _ = try await composition.administration.federation(name, pool: pool.id)
                try confirmation.require(
                    name, "The federation '\(Printable.line(name))' goes with the sessions and refresh tokens that began at its members.")
                try await composition.administration.perform(DeleteProvider(name, pool: pool.id))
                return Answer(
                    document: ["name": .string(name), "deleted": true], text: "Deleted the federation \(Printable.line(name)).\n")
            }
        }
    }
}

/// Tells how far an import is.
private struct ImportTelling: Sendable {
    private let progress: Progress

    init(_ format: OutputFormat) { progress = Progress(format) }

    @Sendable func tell(_ step: ImportProgress) {
        progress.tell("reading: \(step.read) identity providers, \(step.taken) of them taken", isDone: false)
    }
}

extension ConfiguredFederation {
    fileprivate var address: String { connection.metadataURL.isEmpty ? "a file" : connection.metadataURL }

    /// What there is of the members.
    fileprivate var document: JSONObject {
        var document: JSONObject = [
            "name": .string(provider.settings.name.text), "enabled": .bool(provider.settings.enabled), "source": .string(connection.source.rawValue),
            "metadata_url": connection.metadataURL.isEmpty ? .null : .string(connection.metadataURL),
            "members": .integer(status?.members ?? 0), "imported_at": ConfiguredProvider.time(status?.importedAt),
            "valid_until": ConfiguredProvider.time(status?.validUntil),
        ]
        guard let imported else { return document }
        document.append(
            "import",
            [
                "identity_providers": .integer(imported.counts.identityProviders), "members": .integer(imported.members),
                "other_entities": .integer(imported.counts.others), "valid_until": ConfiguredProvider.time(imported.validUntil),
                "left_out": .object(
                    JSONObject(imported.counts.leftOut.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })),
                "examples": .array(
                    imported.counts.examples.map { example in
                        ["entity_id": example.entityID.map(JSONValue.string) ?? .null, "code": .string(example.code)]
                    }),
            ])
        return document
    }

    /// What `idp show` has of it, and its members.
    fileprivate func answer(_ composition: Composition, pool: String) async throws -> Answer {
        let answer = try await provider.answer(composition, pool: pool)
        var fields = FieldList()
        fields.append("members", status.map { "\($0.members)" } ?? "none so far")
        fields.append("imported at", status?.importedAt.map(SAMLInstant.format))
        fields.append("metadata valid until", status?.validUntil.map(SAMLInstant.format))
        if let imported {
            fields.append("read", "\(imported.counts.identityProviders) identity providers, \(imported.counts.others) other entities")
            fields.append("taken", "\(imported.members), by the filters")
            let shown = imported.counts.examples.prefix(10).map { "\($0.entityID ?? "(unreadable)"): \($0.message) (\($0.code))" }
            fields.append("left out", shown)
            let all = imported.counts.leftOut.values.reduce(0, +)
            if all > shown.count { fields.append("left out in all", "\(all)") }
        }
        var whole: JSONObject = [:]
        if case .object(let object) = answer.document { whole = object }
        whole.append("federation", .object(document))
        return Answer(document: .object(whole), text: answer.text + fields.text(), notes: answer.notes)
    }
}
