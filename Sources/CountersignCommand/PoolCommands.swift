import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import SAML
import TokenVerifier
import UserPools
import WireFormats

struct PoolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool", abstract: "User pools: a directory of users with an issuer of its own.",
        discussion: """
            countersign pool create staff
            countersign pool add-attribute POOL team
            countersign pool list --output json
            """,
        subcommands: [
            Create.self, List.self, Show.self, Update.self, Delete.self, AddAttribute.self, AddResource.self, RemoveResource.self,
            AddAlgorithm.self, RemoveAlgorithm.self,
        ])

    enum Algorithm: String, ExpressibleByArgument, CaseIterable {
        case rs256 = "RS256"
        case ps256 = "PS256"
        case es256 = "ES256"
        case edDSA = "EdDSA"
    }

    struct Create: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a pool, and its first signing key.",
            discussion: """
                countersign pool create staff
                countersign pool create "Acme customers" --signing-algorithm ES256 --region eu
                """)
        @Argument(help: "A name for people.") var name: String
        @Option(help: ArgumentHelp("A host name at whose root the pool answers, too.", valueName: "HOST")) var domain: String?
        @Option(help: ArgumentHelp("Signs the pool's tokens.", valueName: "RS256|PS256|ES256|EdDSA")) var signingAlgorithm: Algorithm = .rs256
        @Option(help: "What the pool's id begins with.") var region = "local"
        @Flag(inversion: .prefixedNo, help: "Refuse to delete it until that is taken back.") var deletionProtection = true
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL, whereAbsent: .make) { composition in
                let pool = try await composition.administration.perform(
                    CreatePool(
                        name: name, domain: domain, signingAlgorithm: signingAlgorithm.rawValue, region: region,
                        deletionProtection: deletionProtection))
                return pool.answer(composition.configuration)
            }
        }
    }

    struct List: AnsweringCommand {
        static let configuration = CommandConfiguration(abstract: "All pools.", discussion: "countersign pool list")
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                Self.answer(try await composition.administration.listPools(), composition)
            }
        }

        private static func answer(_ pools: [UserPool], _ composition: Composition) -> Answer {
            var table = Table([
                .init(title: "ID", isWhole: true), .init(title: "NAME"), .init(title: "ALGORITHM"), .init(title: "DOMAIN"),
                .init(title: "CREATED", isWhole: true),
            ])
            for pool in pools {
                table.append(pool.id.text, pool.name, pool.signingAlgorithm, pool.domain ?? "", SAMLInstant.format(pool.createdAt))
            }
            return Answer(
                document: .array(pools.map { .object($0.document(composition.configuration)) }),
                text: table.text(
                    orIfEmpty: "There are no pools yet; this makes one: "
                        + Remedy.createPool.command(at: Place(), of: composition.installation)))
        }
    }

    struct Show: AnsweringCommand {
        static let configuration = CommandConfiguration(abstract: "One pool.", discussion: "countersign pool show local_4fGh2kQ9x")
        @Argument(help: "The pool's id.") var id: String
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: id) }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                try await composition.administration.pool(id).answer(composition.configuration)
            }
        }
    }

    struct Update: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change what is given of a pool.",
            discussion: """
                countersign pool update local_4fGh2kQ9x --signing-algorithm ES256
                countersign pool update local_4fGh2kQ9x --domain ""       takes the domain away
                countersign pool update local_4fGh2kQ9x --display-name Acme \\
                    --logo acme.svg --accent '#0b57d0'
                countersign pool update local_4fGh2kQ9x --support-url mailto:it@example.com \\
                    --provider-order corp --provider-order google

                countersign pool update local_4fGh2kQ9x --saml-encryption
                countersign pool update local_4fGh2kQ9x --registration token
                countersign pool update local_4fGh2kQ9x --keep-accepted-signins 30
                countersign pool update local_4fGh2kQ9x --limit-per-address 600 \\
                    --limit-per-client 3000 --limit-per-user 60

                A new algorithm takes two steps: the first publishes its key, the same command
                again after 15 minutes lets it sign. Tokens of the old key stay good. One that
                'pool add-algorithm' added takes one step. Clients that ask for the last
                algorithm by name keep it.
                """)
        @Argument(help: "The pool's id.") var id: String
        @Option(help: "A name for people.") var name: String?
        @Option(help: ArgumentHelp("A host name at whose root the pool answers, too.", valueName: "HOST")) var domain: String?
        @Option(help: ArgumentHelp("Signs the pool's tokens.", valueName: "RS256|PS256|ES256|EdDSA")) var signingAlgorithm: Algorithm?
        @Flag(inversion: .prefixedNo, help: "Refuse to delete it until that is taken back.") var deletionProtection: Bool?
        @Flag(inversion: .prefixedNo, help: "Publish a certificate for which SAML providers encrypt; some then do so by themselves.")
        var samlEncryption: Bool?
        @Option(
            name: .customLong("keep-accepted-signins"),
            help: ArgumentHelp("Keep records of accepted sign-ins, too, for so many days; 'none' keeps none.", valueName: "DAYS|none"))
        var keepAcceptedSignIns: NumberOrNone?
        @OptionGroup var schedule: KeyScheduleOptions
        @OptionGroup var branding: BrandingOptions
        @OptionGroup(title: "Apps that register themselves") var registration: RegistrationOptions
        @OptionGroup(title: "How much a minute") var limits: RateLimitOptions
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: id) }

        func validate() throws {
            let flags = [deletionProtection, samlEncryption]
            guard
                name != nil || !schedule.isEmpty || keepAcceptedSignIns != nil || domain != nil || signingAlgorithm != nil
                    || flags.contains(where: { $0 != nil })
                    || !branding.isEmpty || !registration.isEmpty || !limits.isEmpty
            else {
                throw ValidationError("Nothing to change: give at least one option of what shall change.")
            }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                let administration = composition.administration
                let act = UpdatePool(
                    id, name: name, domain: domain, signingAlgorithm: signingAlgorithm?.rawValue, deletionProtection: deletionProtection,
                    publishesEncryptionKey: samlEncryption, samlKeyDays: schedule.samlDays, signingKeyDays: schedule.signingDays,
                    acceptedSignInDays: change(keepAcceptedSignIns),
                    branding: try branding.given(), registration: registration.given, limits: limits.given)
                let changed = try await administration.perform(act), pool = changed.after
                var answer = pool.answer(composition.configuration)
                if let wanted = signingAlgorithm?.rawValue, wanted != pool.signingAlgorithm,
                    let upcoming = try await administration.listKeys(pool: id).first(where: { $0.phase == .upcoming && $0.algorithm == wanted })
                {
                    answer.notes.append("the pool signs with \(pool.signingAlgorithm) as before; " + upcoming.nextStep)
                }
                if changed.before.signingAlgorithm != pool.signingAlgorithm, pool.signingAlgorithms.contains(changed.before.signingAlgorithm) {
                    answer.notes.append("\(changed.before.signingAlgorithm) goes on for clients that ask for it")
                }
                return answer
            }
        }
    }

    struct Delete: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a pool with its users, clients, identity providers and keys.",
            discussion: """
                countersign pool delete local_4fGh2kQ9x

                A pool is protected: 'pool update ID --no-deletion-protection' comes first. On
                a terminal it asks for the id; elsewhere --yes is needed.
                """)
        @Argument(help: "The pool's id.") var id: String
        @OptionGroup var confirmation: Confirmation
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: id) }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let pool = try await composition.administration.pool(id)
                // Nobody is asked for what is refused, and nothing goes that nobody was asked for, should the protection be taken back meanwhile.
                if pool.deletionProtection { throw AdministrationError.protected(pool: pool.id) }
                try confirmation.require(pool.id.text, "The pool '\(pool.name)' goes with its users, clients, identity providers and keys.")
                try await composition.administration.perform(DeletePool(id))
                return Answer(document: ["id": .string(id), "deleted": true], text: "Deleted the pool \(id).\n")
            }
        }
    }

    struct AddAttribute: AnsweringCommand {
        static let configuration = CommandConfiguration(
            commandName: "add-attribute", abstract: "Add a custom attribute, written custom:NAME in mappings and claims.",
            discussion: """
                countersign pool add-attribute local_4fGh2kQ9x team
                countersign pool add-attribute local_4fGh2kQ9x roles --multivalued
                """)
        enum Kind: String, ExpressibleByArgument, CaseIterable { case string, number, boolean }

        @Argument(help: "The pool's id.") var pool: String
        @Argument(help: "1 to 20 letters, digits, '_', '-' and '.'.") var name: String
        @Option(help: ArgumentHelp("The type of its values.", valueName: "string|number|boolean")) var type: Kind = .string
        @Flag(help: "It takes several values.") var multivalued = false
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: pool) }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                let kind = CustomAttribute.Kind(rawValue: type.rawValue) ?? .string
                return try await composition.administration.perform(AddCustomAttribute(name, type: kind, multivalued: multivalued, to: pool))
                    .answer(composition.configuration)
            }
        }
    }
}

extension PoolCommand {
    struct AddResource: AnsweringCommand {
        static let configuration = CommandConfiguration(
            commandName: "add-resource", abstract: "Register a service that the pool's access tokens may be for.",
            discussion: """
                countersign pool add-resource POOL https://orders.example.com \\
                    --scope orders.read --scope orders.write

                Given again it adds scopes. An app that shall ask for it gets it with
                'client create --resource' or 'client update --add-resource'.
                """)
        @Argument(help: "The pool's id.") var pool: String
        @Argument(help: "The service's URI: the audience it verifies.") var uri: String
        @Option(name: .customLong("scope"), help: ArgumentHelp("A scope of its own; may be repeated.", valueName: "SCOPE"))
        var scopes: [String] = []
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: pool) }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                try await composition.administration.perform(AddPoolResource(uri, scopes: scopes, to: pool)).answer(composition.configuration)
            }
        }
    }

    struct RemoveResource: AnsweringCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove-resource", abstract: "Take a service away that no client asks for.",
            discussion: "countersign pool remove-resource POOL https://orders.example.com")
        @Argument(help: "The pool's id.") var pool: String
        @Argument(help: "The service's URI.") var uri: String
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: pool) }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                try await composition.administration.perform(RemovePoolResource(uri, from: pool)).answer(composition.configuration)
            }
        }
    }
}
