import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import SAML
import TokenVerifier
import UserPools
import WireFormats

struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client", abstract: "App clients: the apps that send their users to sign in.",
        discussion: """
            countersign client create my-app --pool POOL \\
                --redirect-uri https://app.example.com/callback
            countersign client list --pool POOL
            """,
        subcommands: [Create.self, List.self, Show.self, Update.self, RotateSecret.self, Delete.self])

    struct Create: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Register an app; the secret of a confidential one is shown this once.",
            discussion: """
                countersign client create my-app --pool POOL \\
                    --redirect-uri https://app.example.com/callback
                countersign client create backend --pool POOL --confidential \\
                    --redirect-uri https://b.example.com/cb --idp corp
                countersign client create nightly-job --pool POOL --confidential \\
                    --grant client_credentials --scope reports.read
                countersign client create tv --pool POOL \\
                    --grant device_code --grant refresh_token

                A public client must use PKCE (S256). A confidential one proves itself with
                its secret and should use PKCE too; --pkce required demands it, since some
                libraries know none. With --jwks-file or --jwks-url an app proves itself by a
                key of its own. A program that acts for itself (--grant client_credentials)
                needs no redirect URI, nor does an app on devices without a browser
                (--grant device_code, RFC 8628).
                """)
        @Argument(help: "A name for people.") var name: String
        @Flag(help: "Give it a secret, for apps that run on a server.") var confidential = false
        @OptionGroup var settings: Settings
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard !settings.redirectURIs.isEmpty || !settings.forwardHosts.isEmpty || !settings.usesRedirectURIs else {
                throw ValidationError("Missing expected option '--redirect-uri <URI>', for example --redirect-uri https://app.example.com/callback.")
            }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let made = try await composition.administration.perform(
                    CreateClient(
                        name: name, pool: pool.id, confidential: confidential, settings: try settings.given()))
                var answer = made.client.answer(secret: made.secret, at: composition.environment.now())
                if made.client.pkce == .optional, made.client.usesRedirectURIs {
                    let command = composition.installation.command(
                        "client", "update", made.client.id.text, "--pool", pool.id, "--pkce", "required")
                    answer.notes.append("PKCE is optional for this client; if its library knows PKCE, this is safer: \(command)")
                }
                answer.notes += try await composition.notes(on: made.client)
                return answer
            }
        }
    }

    struct List: PoolCommanding {
        static let configuration = CommandConfiguration(abstract: "The clients of a pool.", discussion: "countersign client list --pool POOL")
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let clients = try await composition.administration.listClients(pool: pool.id)
                var table = Table([
                    .init(title: "CLIENT ID", isWhole: true), .init(title: "NAME"), .init(title: "KIND"), .init(title: "REDIRECT URIS"),
                ])
                for client in clients {
                    table.append(
                        client.id.text, client.name,
                        (client.isConfidential ? "confidential" : "public") + (client.pkce == .optional ? ", PKCE optional" : "")
                            + (client.metadata.registration == nil ? "" : ", registered by itself") + (client.enabled ? "" : ", disabled"),
                        client.redirectURIs.joined(separator: " "))
                }
                return Answer(
                    document: .array(clients.map { .object($0.document(secret: nil)) }),
                    text: table.text(
                        orIfEmpty: "The pool has no clients yet; this registers one: "
                            + composition.installation.command("client", "create", "NAME", "--pool", pool.id, "--redirect-uri", "URI")))
            }
        }
    }

    struct Show: ClientCommanding {
        enum Format: String, ExpressibleByArgument, CaseIterable { case env, json }

        static let configuration = CommandConfiguration(
            abstract: "One client, or ready-made settings for its app.",
            discussion: """
                countersign client show CLIENT_ID --pool POOL
                countersign client show CLIENT_ID --pool POOL --format env > .env

                The settings have no client secret: it is stored nowhere. Put it beside them.
                """)
        @Argument(help: "The client's id.") var clientID: String
        @Option(help: ArgumentHelp("Settings of the app as environment variables, or as one JSON object.", valueName: "env|json"))
        var format: Format?
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                let client = try await composition.administration.client(clientID, pool: pool.id)
                guard let format else { return client.answer(secret: nil, at: composition.environment.now()) }
                let userPool = try await composition.administration.pool(pool.id)
                let settings = client.settings(issuer: PoolAddress(publicURL: composition.configuration.publicURL, pool: userPool).issuer)
                let notes = !client.secrets.isEmpty ? ["OIDC_CLIENT_SECRET (client_secret) is yours to add: it was shown once, at creation"] : []
                switch format {
                case .env:
                    let lines = settings.members.map { member in
                        "OIDC_\(member.name.uppercased())="
                            + Shell.quoted(member.value.string ?? (member.value.strings ?? []).joined(separator: " ")) + "\n"
                    }
                    return Answer(document: .object(settings), text: lines.joined(), notes: notes)
                case .json: return Answer(document: .object(settings), text: JSONWriter.pretty(.object(settings)) + "\n", notes: notes)
                }
            }
        }
    }

    struct Update: ClientCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Change what is given of a client; a list replaces the one that was there, --add-… and --remove-… change it.",
            discussion: """
                countersign client update CLIENT_ID --pool POOL \\
                    --add-redirect-uri https://app.example.com/callback2
                countersign client update CLIENT_ID --pool POOL --idp ""
                countersign client update CLIENT_ID --pool POOL --disable

                An empty text empties a list: with --idp "" every provider is offered again.
                """)
        @Argument(help: "The client's id.") var clientID: String
        @Option(help: "A name for people.") var name: String?
        @OptionGroup var settings: Settings
        @OptionGroup(title: "Adding to lists and removing from them") var lists: ClientListOptions
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard name != nil || !settings.isEmpty || !lists.isEmpty else {
                throw ValidationError("Nothing to change: give at least one option of what shall change.")
            }
            guard !lists.usesDefaultWebOrigins || (settings.webOrigins + lists.addWebOrigins + lists.removeWebOrigins).isEmpty else {
                throw ValidationError("--default-web-origins goes without other options of web origins.")
            }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                var given = try settings.given(lists)
                given.name = name
                let changed = try await composition.administration.perform(UpdateClient(clientID, pool: pool.id, settings: given))
                let (before, after) = (changed.before, changed.after)
                var answer = after.answer(secret: nil, at: composition.environment.now())
                answer.notes += losses("redirect URI", before.redirectURIs, after.redirectURIs)
                answer.notes += losses("logout URI", before.postLogoutRedirectURIs, after.postLogoutRedirectURIs)
                answer.notes += losses("web origin", before.effectiveWebOrigins, after.effectiveWebOrigins)
                answer.notes += losses("resource", before.resources, after.resources)
                answer.notes += losses("service", before.serves, after.serves)
                answer.notes += losses("required group", before.requiredGroups, after.requiredGroups)
                answer.notes += losses("scope", before.scopes, after.scopes) + losses("grant", before.grantTypes, after.grantTypes)
                answer.notes += losses("identity provider", before.identityProviders.map(\.text), after.identityProviders.map(\.text))
                answer.notes += try await composition.notes(on: after, since: before) + composition.noteOnOffer(of: lists.addIDPs, by: after)
                return answer
            }
        }
    }

    struct RotateSecret: ClientCommanding {
        static let configuration = CommandConfiguration(
            commandName: "rotate-secret", abstract: "Give a client another secret; the old one stays good for a while.",
            discussion: """
                countersign client rotate-secret CLIENT_ID --pool POOL
                countersign client rotate-secret CLIENT_ID --pool POOL --old-valid-for 7d
                countersign client rotate-secret CLIENT_ID --pool POOL --old-valid-for 0s
                countersign client rotate-secret CLIENT_ID --pool POOL --replace-newest

                Two secrets may be good at once; a third one ends the oldest, which has to be
                confirmed as deletions are. For one that leaked, --old-valid-for 0s ends the
                old one at once. Where the newest one was lost before the app had it,
                --replace-newest ends that one, and the one before it stays good.
                """)
        @Argument(help: "The client's id.") var clientID: String
        @Option(
            help: ArgumentHelp("How long the old secret stays good, as 5h, 30m or 7d; default: 24h.", valueName: "SPAN"), transform: { try Span($0) })
        var oldValidFor = Span(hours: 24)
        @Flag(help: "End the newest secret now, and keep the one before it.") var replaceNewest = false
        @OptionGroup var confirmation: Confirmation
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let before = try await composition.administration.client(clientID, pool: pool.id)
                let now = composition.environment.now()
                let live = before.liveSecrets(at: now)
                let newest = replaceNewest ? before.newestSecret(at: now) : nil
                let ending = newest ?? live.dropLast(ClientSecret.maximumLive - 1).last
                if let newest, live.count > 1 {
                    try confirmation.require(
                        before.id.text,
                        "The newest secret, the one \(newest.text), ends now, and an app that has it is refused. The one before it stays good.",
                        to: "end it")
                } else if newest == nil, let ending {
                    try confirmation.require(
                        before.id.text,
                        "Two secrets are good at once: the one \(ending.text) ends now, and an app that still has it is refused.", to: "end it")
                }
                let made = try await composition.administration.perform(
                    RotateClientSecret(
                        of: clientID, pool: pool.id, oldValidFor: oldValidFor.seconds, mayEndOthers: ending != nil, replacing: newest))
                var answer = made.client.after.answer(secret: made.secret, at: now)
                for old in made.client.before.liveSecrets(at: now) {
                    let kept = made.client.after.secrets.first { $0.hash == old.hash && $0.isLive(at: now) }
                    answer.notes.append(kept.map { "the old secret stays: \($0.text)" } ?? "the secret \(old.text), has ended")
                }
                return answer
            }
        }
    }

    struct Delete: ClientCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Delete a client with its codes and refresh tokens.",
            discussion: """
                countersign client delete CLIENT_ID --pool POOL

                On a terminal it asks for the id; elsewhere --yes is needed.
                """)
        @Argument(help: "The client's id.") var clientID: String
        @OptionGroup var confirmation: Confirmation
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let client = try await composition.administration.client(clientID, pool: pool.id)
                try confirmation.require(client.id.text, "The client '\(client.name)' goes with its codes and refresh tokens.")
                try await composition.administration.perform(DeleteClient(clientID, pool: pool.id))
                return Answer(document: ["client_id": .string(clientID), "deleted": true], text: "Deleted the client \(clientID).\n")
            }
        }
    }
}

/// A command about one client.
protocol ClientCommanding: PoolCommanding {
    var clientID: String { get }
}

extension ClientCommanding {
    var place: Place { Place(pool: pool.id, client: clientID) }
}

extension PKCERequirement: ExpressibleByArgument {}
