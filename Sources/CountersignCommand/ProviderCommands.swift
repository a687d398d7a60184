import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import TokenVerifier
import UserPools
import WireFormats

struct ProviderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idp", abstract: "Identity providers: who signs people in for a pool.",
        discussion: """
            countersign idp create saml corp --pool POOL \\
                --metadata-url https://idp.example.com/metadata \\
                --map email=mail --map groups=memberOf
            countersign idp create oidc google --pool POOL --preset google \\
                --client-id ID --client-secret-file secret.txt
            countersign idp show corp --pool POOL

            'show' tells what the identity provider's admin needs to know.
            """,
        subcommands: [Create.self, List.self, Show.self, Update.self, Delete.self, Refresh.self, Lint.self, Test.self, Secret.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register an identity provider.",
            discussion: """
                countersign idp create saml corp --pool POOL --metadata-file corp.xml
                countersign idp create oidc corp --pool POOL --issuer https://id.example.com \\
                    --client-id ID --client-secret-file secret.txt
                """,
            subcommands: [SAML.self, OIDC.self])

        struct SAML: PoolCommanding {
            static let configuration = CommandConfiguration(
                commandName: "saml", abstract: "Register a SAML 2.0 identity provider from its metadata.",
                discussion: """
                    countersign idp create saml corp --pool POOL --map email=mail \\
                        --metadata-url https://idp.example.com/metadata
                    countersign idp create saml entra --pool POOL --metadata-file entra.xml \\
                        --preset entra --require email --domain example.com

                    SOURCE is the SAML attribute's Name, friendly:NAME for its FriendlyName, or
                    NameID.
                    The answer has what the other side needs: our entity ID, consumer service and
                    metadata.
                    """)
            @Argument(help: "1 to 32 characters without space and '_'; it stands in usernames.") var name: String
            @Option(
                help: ArgumentHelp(
                    "What is known of a product, its attributes' names and its habits: \(SAMLPreset.all.map(\.name).joined(separator: ", ")).",
                    valueName: "PRESET"))
            var preset: String?
            @OptionGroup var settings: SAMLProviderOptions
            @OptionGroup var common: ProviderOptions
            @OptionGroup var pool: PoolOption
            @OptionGroup var publicURL: PublicURLOption
            @OptionGroup var development: DevelopmentOption
            @OptionGroup var shared: SharedOptions

            func validate() throws {
                guard settings.metadataFile != nil || settings.metadataURL != nil else {
                    throw ValidationError("Missing expected option '--metadata-file <FILE>' or '--metadata-url <URL>'.")
                }
            }

            func answer() async throws -> Answer {
                try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                    var given = try settings.given(common)
                    given.preset = preset
                    let act = CreateSAMLProvider(name, pool: pool.id, settings: given)
                    return try await composition.administration.perform(act).answer(composition, pool: pool.id)
                }
            }
        }
    }

    struct List: PoolCommanding {
        static let configuration = CommandConfiguration(abstract: "The identity providers of a pool.", discussion: "countersign idp list --pool POOL")
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                let userPool = try await composition.administration.pool(pool.id)
                let providers = try await composition.administration.listProviders(pool: pool.id)
                var table = Table([
                    .init(title: "NAME", isWhole: true), .init(title: "TYPE"), .init(title: "ENABLED"), .init(title: "CERTIFICATE UNTIL"),
                    .init(title: "EXCEPTION UNTIL"),
                    .init(title: "ENTITY ID OR ISSUER"),
                ])
                for provider in providers { table.append(cells: provider.row(at: composition.environment.now())) }
                return Answer(
                    document: .array(providers.map { .object($0.document(in: userPool, composition.configuration)) }),
                    text: table.text(
                        orIfEmpty: "The pool has no identity providers yet; this registers one: "
                            + Remedy.registerSAMLProvider.command(at: place, of: composition.installation)))
            }
        }
    }

    struct Show: ProviderCommanding {
        static let configuration = CommandConfiguration(
            abstract: "One identity provider, and what its admin needs to know of us.", discussion: "countersign idp show corp --pool POOL")
        @Argument(help: "The provider's name.") var name: String
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                try await composition.administration.provider(name, pool: pool.id).answer(composition, pool: pool.id)
            }
        }
    }

    struct Update: ProviderCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Change what is given of an identity provider; a list replaces the one that was there, --add-… and --remove-… change it.",
            discussion: """
                countersign idp update corp --pool POOL --metadata-file new.xml
                countersign idp update corp --pool POOL --add-map groups=memberOf
                countersign idp update corp --pool POOL --remove-map groups
                countersign idp update google --pool POOL --client-secret-file new-secret.txt
                countersign idp update corp --pool POOL --disable

                A client secret or key is replaced at once, and 'idp secret back' undoes it.
                'idp secret' replaces one in stages, and asks the provider before it counts.
                """)
        @Argument(help: "The provider's name.") var name: String
        @OptionGroup var common: ProviderOptions
        @OptionGroup(title: "Adding to lists and removing from them") var lists: ProviderListOptions
        @OptionGroup(title: "Lists of OpenID Connect and OAuth 2.0 providers") var oidcLists: OIDCListOptions
        @OptionGroup(title: "SAML providers") var saml: SAMLProviderOptions
        @OptionGroup(title: "OpenID Connect and OAuth 2.0 providers") var oidc: OIDCProviderOptions
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard !common.isEmpty || !saml.isEmpty || !oidc.isEmpty || !lists.isEmpty || !oidcLists.isEmpty else {
                throw ValidationError("Nothing to change: give at least one option of what shall change.")
            }
            guard saml.isEmpty || (oidc.isEmpty && oidcLists.isEmpty) else {
                throw ValidationError("A provider is SAML or OpenID Connect: give the options of one of them.")
            }
            guard saml.entityID == nil || saml.metadataFile != nil || saml.metadataURL != nil else {
                throw ValidationError("--entity-id chooses among the entities of a document: give --metadata-file or --metadata-url with it.")
            }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                let administration = composition.administration
                let changed: Changed<ConfiguredProvider>
                // What both kinds have is for the kind that it is.
                let isSAML = try await administration.provider(name, pool: pool.id).saml != nil
                if oidc.isEmpty, oidcLists.isEmpty, isSAML || !saml.isEmpty {
                    let given = try saml.given(common, lists)
                    changed = try await administration.perform(UpdateSAMLProvider(name, pool: pool.id, settings: given))
                } else {
                    let given = try oidc.given(common, lists: lists, own: oidcLists)
                    changed = try await administration.perform(UpdateOIDCProvider(name, pool: pool.id, settings: given))
                }
                var answer = try await changed.after.answer(composition, pool: pool.id)
                answer.notes += changed.after.losses(since: changed.before) + changed.after.secretNotes(since: changed.before, composition)
                return answer
            }
        }
    }

    struct Refresh: ProviderCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Fetch a provider's metadata or discovery document again; what was there stays where that fails.",
            discussion: """
                countersign idp refresh corp --pool POOL --dry-run
                countersign idp refresh corp --pool POOL
                """)
        @Argument(help: "The provider's name.") var name: String
        @Flag(help: "Show what would change, and change nothing.") var dryRun = false
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                guard !dryRun else {
                    return RefreshAnswer.answer(name, try await composition.administration.perform(PreviewRefresh(name, pool: pool.id)))
                }
                return try await composition.administration.perform(RefreshProvider(name, pool: pool.id)).answer(composition, pool: pool.id)
            }
        }
    }

    struct Delete: ProviderCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Delete an identity provider and the sessions that began there; its users stay.",
            discussion: """
                countersign idp delete corp --pool POOL

                On a terminal it asks for the name; elsewhere --yes is needed.
                """)
        @Argument(help: "The provider's name.") var name: String
        @OptionGroup var confirmation: Confirmation
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let provider = try await composition.administration.provider(name, pool: pool.id).settings
                let clients = try await composition.consequence(forClientsOf: provider)
                try confirmation.require(
                    provider.name.text,
                    (["The identity provider '\(provider.name)' goes with the sessions and refresh tokens that began there."]
                        + [clients].compactMap(\.self))
                        .joined(separator: " "))
                try await composition.administration.perform(DeleteProvider(name, pool: pool.id))
                return Answer(
                    document: ["name": .string(name), "deleted": true], text: "Deleted the identity provider \(Printable.line(name)).\n",
                    notes: [clients].compactMap(\.self))
            }
        }
    }
}

/// A command about one identity provider.
protocol ProviderCommanding: PoolCommanding {
    var name: String { get }
}

extension ProviderCommanding {
    var place: Place { Place(pool: pool.id, provider: name) }
}

extension ConfiguredProvider {
    /// What a change took from its lists.
    fileprivate func losses(since before: ConfiguredProvider) -> [String] {
        func rules(_ provider: ConfiguredProvider) -> [String] {
            provider.settings.attributeMapping.rules.map { "\($0.attribute)=\($0.source)" }
        }
        func required(_ provider: ConfiguredProvider) -> [String] {
            provider.settings.attributeMapping.rules.filter(\.required).map(\.attribute)
        }
        var notes = CountersignCommand.losses("mapping", rules(before), rules(self))
        notes += CountersignCommand.losses("requirement of", required(before), required(self))
        notes += CountersignCommand.losses(
            "metadata address", [before.saml?.settings.metadataURL].compactMap(\.self), [saml?.settings.metadataURL].compactMap(\.self))
        notes += CountersignCommand.losses("mapped acr", before.settings.contextRules, settings.contextRules)
        notes += CountersignCommand.losses("e-mail domain", before.settings.domains, settings.domains)
        notes += CountersignCommand.losses("scope", before.oidc?.scopes ?? [], oidc?.scopes ?? [])
        notes += CountersignCommand.losses("allowed tenant", before.oidc?.tenants ?? [], oidc?.tenants ?? [])
        notes += CountersignCommand.losses("algorithm", before.oidc?.algorithms ?? [], oidc?.algorithms ?? [])
        let parameters = [before, self].map { $0.oidc?.extraParameters.map { "\($0.name)=\($0.value)" } ?? [] }
        return notes + CountersignCommand.losses("parameter", parameters[0], parameters[1])
    }
}
