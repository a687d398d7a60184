import ArgumentParser
import FoundationEssentials
import Gateway
import TokenVerifier

struct ProviderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "idp", abstract: "Identity providers: who signs people in for a pool.",
        discussion: """
            countersign idp create saml corp --pool POOL \\
                --metadata-url https://idp.example.com/metadata \\
                --map email=mail --map groups=memberOf
            countersign idp show corp --pool POOL

            'show' tells what the identity provider's admin needs to know.
            """,
        subcommands: [Create.self, List.self, Show.self, Update.self, Delete.self, Refresh.self])

    /// What both creation and update take.
    struct Settings: ParsableArguments {
        @Option(help: ArgumentHelp("The provider's metadata as a file; '-' is standard input.", valueName: "FILE")) var metadataFile: String?
        @Option(name: .customLong("metadata-url"), help: ArgumentHelp("The address of the provider's metadata.", valueName: "URL")) var metadataURL:
            String?
        @Option(name: .customLong("entity-id"), help: ArgumentHelp("Which entity, where the metadata has several.", valueName: "URI")) var entityID:
            String?
        @Option(
            help: ArgumentHelp(
                "Fill our ATTRIBUTE (email, name, groups, custom:…) from the provider's SOURCE; may be repeated.", valueName: "ATTRIBUTE=SOURCE"))
        var map: [String] = []
        @Option(help: ArgumentHelp("Refuse a sign-in without this attribute; may be repeated.", valueName: "ATTRIBUTE")) var require: [String] = []
        @Option(
            name: .customLong("domain"),
            help: ArgumentHelp("An e-mail domain that belongs to this provider; may be repeated.", valueName: "EMAIL-DOMAIN"))
        var domains: [String] = []
        @Flag(name: .customLong("allow-idp-initiated"), inversion: .prefixedNo, help: "Let the provider begin a sign-in that no app asked for.")
        var allowIDPInitiated: Bool?
        @Option(
            name: .customLong("allow-sha1-until"),
            help: ArgumentHelp("Accept SHA-1 signatures and short RSA keys until then; a past date ends it.", valueName: "DATE"))
        var allowSHA1Until: Moment?
        @Flag(inversion: .prefixedNo, help: "Accept assertions that do not say when the person signed in.") var allowMissingAuthnStatement: Bool?
        @Flag(inversion: .prefixedNo, help: "Accept a signature at another place than the standard's.") var allowAnySignatureOrder: Bool?
        @Flag var state: Switch?

        func validate() throws {
            guard metadataFile == nil || metadataURL == nil else { throw ValidationError("Give --metadata-file or --metadata-url, not both.") }
        }

        var isEmpty: Bool {
            [metadataFile, metadataURL, entityID].allSatisfy { $0 == nil } && [map, require, domains].allSatisfy(\.isEmpty)
                && [allowIDPInitiated, allowMissingAuthnStatement, allowAnySignatureOrder].allSatisfy { $0 == nil } && allowSHA1Until == nil
                && state == nil
        }

        func given() throws(InputError) -> SAMLProviderSettings {
            var settings = SAMLProviderSettings()
            if let metadataURL { settings.metadata = .url(metadataURL) }
            if let metadataFile { settings.metadata = .document(try InputFile.read(metadataFile, limit: 1 << 20)) }
            settings.entityID = entityID
            settings.map = replacing(map)
            settings.require = replacing(require)
            settings.domains = replacing(domains)
            settings.allowsIDPInitiated = allowIDPInitiated
            settings.allowsSHA1Until = allowSHA1Until?.date
            settings.allowsMissingAuthnStatement = allowMissingAuthnStatement
            settings.allowsAnySignatureOrder = allowAnySignatureOrder
            settings.enabled = state.map { $0 == .enable }
            return settings
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register an identity provider.",
            discussion: "countersign idp create saml corp --pool POOL --metadata-file corp.xml", subcommands: [SAML.self])

        struct SAML: AnsweringCommand {
            static let configuration = CommandConfiguration(
                commandName: "saml", abstract: "Register a SAML 2.0 identity provider from its metadata.",
                discussion: """
                    countersign idp create saml corp --pool POOL --map email=mail \\
                        --metadata-url https://idp.example.com/metadata
                    C=http://schemas.xmlsoap.org/ws/2005/05/identity/claims
                    countersign idp create saml entra --pool POOL --metadata-file entra.xml \\
                        --map email=$C/emailaddress --require email --domain example.com

                    SOURCE is the SAML attribute's Name (its FriendlyName serves where no Name matches), or NameID.
                    The answer has what the other side needs: our entity ID, consumer service and metadata.
                    """)
            @Argument(help: "1 to 32 characters without space and '_'; it stands in usernames.") var name: String
            @OptionGroup var settings: Settings
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
                    let given = try settings.given()
                    let provider = try await composition.administration.createSAMLProvider(name, pool: pool.id, settings: given)
                    return try await provider.answer(composition, pool: pool.id)
                }
            }
        }
    }

    struct List: AnsweringCommand {
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
                    .init(title: "ENTITY ID"),
                ])
                for provider in providers { table.append(cells: provider.row) }
                return Answer(
                    document: .array(providers.map { .object($0.document(in: userPool, composition.configuration)) }),
                    text: table.text(orIfEmpty: "The pool has no identity providers yet; 'countersign idp create saml' registers one."))
            }
        }
    }

    struct Show: AnsweringCommand {
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

    struct Update: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change what is given of an identity provider; a list replaces the one that was there.",
            discussion: """
                countersign idp update corp --pool POOL --metadata-file new.xml
                countersign idp update corp --pool POOL --map email=mail --map groups=memberOf
                countersign idp update corp --pool POOL --disable
                """)
        @Argument(help: "The provider's name.") var name: String
        @OptionGroup var settings: Settings
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard !settings.isEmpty else { throw ValidationError("Nothing to change: give at least one option of what shall change.") }
            guard settings.entityID == nil || settings.metadataFile != nil || settings.metadataURL != nil else {
                throw ValidationError("--entity-id chooses among the entities of a document: give --metadata-file or --metadata-url with it.")
            }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                let given = try settings.given()
                return try await composition.administration.updateSAMLProvider(name, pool: pool.id, settings: given).answer(
                    composition, pool: pool.id)
            }
        }
    }

    struct Refresh: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Fetch a provider's metadata again from where it came; what was there stays where that fails.",
            discussion: "countersign idp refresh corp --pool POOL")
        @Argument(help: "The provider's name.") var name: String
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                try await composition.administration.refreshProvider(name, pool: pool.id).answer(composition, pool: pool.id)
            }
        }
    }

    struct Delete: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete an identity provider and the sessions that began there; its users stay.",
            discussion: "countersign idp delete corp --pool POOL")
        @Argument(help: "The provider's name.") var name: String
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                try await composition.administration.deleteProvider(name, pool: pool.id)
                return Answer(document: ["name": .string(name), "deleted": true], text: "Deleted the identity provider \(Printable.line(name)).\n")
            }
        }
    }
}
