import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import OpenIDConnect
import SAML
import UserPools
import WireFormats

struct RegistrationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registration", abstract: "Apps that register themselves (RFC 7591).",
        discussion: """
            countersign pool update POOL --registration token
            countersign registration token create --pool POOL --for 24h
            countersign registration token list --pool POOL
            """,
        subcommands: [Token.self])

    struct Token: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "token", abstract: "Initial access tokens: leave for an app to register itself.",
            discussion: "countersign registration token create --pool POOL --for 24h --uses 1",
            subcommands: [Create.self, List.self, Revoke.self])
    }
}

extension RegistrationCommand.Token {
    struct Create: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Give leave to register an app; the token is shown this once.",
            discussion: """
                countersign registration token create --pool POOL
                countersign registration token create --pool POOL --for 7d --uses 20 \\
                    --redirect-host app.example.com

                Who has the token registers an app by POST to the registration_endpoint, with
                'Authorization: Bearer TOKEN'. What is refused does not use the token up.
                """)
        @Option(
            name: .customLong("for"), help: ArgumentHelp("How long it is good, as 30m, 24h or 7d; default: 24h.", valueName: "SPAN"),
            transform: { try Span($0) })
        var validFor = Span(hours: 24)
        @Option(help: ArgumentHelp("How many apps may register themselves with it.", valueName: "NUMBER")) var uses = 1
        @Option(
            name: .customLong("redirect-host"),
            help: ArgumentHelp("A host to which these apps may have themselves redirected; may be repeated; default: any.", valueName: "HOST"))
        var redirectHosts: [String] = []
        @OptionGroup var pool: PoolOption
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                let made = try await composition.administration.perform(
                    CreateRegistrationToken(pool: pool.id, validFor: validFor.seconds, uses: uses, redirectHosts: redirectHosts))
                let endpoint =
                    PoolAddress(publicURL: composition.configuration.publicURL, pool: made.pool).base
                    + DiscoveryDocument.Endpoint.registration.path
                var document = made.token.document
                document.append("initial_access_token", .string(made.secret.revealText()))
                document.append("registration_endpoint", .string(endpoint))
                var fields = FieldList()
                fields.append("id", made.token.id.text)
                fields.append("initial_access_token", made.secret.revealText())
                fields.append("registration_endpoint", endpoint)
                fields.append("uses", String(made.token.usesLeft))
                if let hosts = made.token.redirectHosts { fields.append("redirect hosts", hosts) }
                fields.append("good until", SAMLInstant.format(made.token.expiresAt))
                var notes = ["keep the token now: only its hash is stored, and it is never shown again"]
                if made.pool.settings.registration?.takesTokens != true {
                    notes.append(
                        "the pool does not let apps register themselves yet; this does: "
                            + composition.installation.command("pool", "update", pool.id, "--registration", "token"))
                }
                return Answer(document: .object(document), text: fields.text(), notes: notes)
            }
        }
    }

    struct List: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "The tokens that are good now.", discussion: "countersign registration token list --pool POOL")
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let tokens = try await composition.administration.listRegistrationTokens(pool: pool.id)
                var table = Table([
                    .init(title: "ID", isWhole: true), .init(title: "USES LEFT"), .init(title: "REDIRECT HOSTS"),
                    .init(title: "GOOD UNTIL", isWhole: true),
                ])
                for token in tokens {
                    table.append(
                        token.id.text, String(token.usesLeft), token.redirectHosts?.joined(separator: " ") ?? "any",
                        SAMLInstant.format(token.expiresAt))
                }
                return Answer(
                    document: .array(tokens.map { .object($0.document) }),
                    text: table.text(
                        orIfEmpty: "No token is good now; this makes one: "
                            + composition.installation.command("registration", "token", "create", "--pool", pool.id)))
            }
        }
    }

    struct Revoke: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Take leave to register back; apps that registered themselves stay.",
            discussion: "countersign registration token revoke ID --pool POOL")
        @Argument(help: "The token's id, as 'registration token list' shows it.") var id: String
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                try await composition.administration.perform(RevokeRegistrationToken(id, pool: pool.id))
                return Answer(document: ["id": .string(id), "revoked": true], text: "Took the token \(id) back.\n")
            }
        }
    }
}

extension InitialAccessToken {
    /// Never the token itself, which is stored nowhere.
    fileprivate var document: JSONObject {
        [
            "id": .string(id.text), "uses_left": .integer(usesLeft),
            "redirect_hosts": redirectHosts.map { .array($0.map(JSONValue.string)) } ?? .null,
            "created_at": .string(SAMLInstant.format(createdAt)), "expires_at": .string(SAMLInstant.format(expiresAt)),
        ]
    }
}

/// `pool update`: whether and how apps register themselves.
struct RegistrationOptions: ParsableArguments {
    enum Mode: String, ExpressibleByArgument, CaseIterable { case token, off }

    @Option(help: ArgumentHelp("Whether apps register themselves, with a token of an admin (RFC 7591).", valueName: "token|off"))
    var registration: Mode?
    @Option(help: ArgumentHelp("How many may have done so; default: 1000.", valueName: "NUMBER")) var registrationMaximum: Int?
    @Option(help: ArgumentHelp("After how many days without use such a client is deleted; default: 90.", valueName: "DAYS"))
    var registrationUnusedDays: Int?
    @Option(
        name: .customLong("registration-resource"),
        help: ArgumentHelp("A service of the pool that such apps may ask for; may be repeated.", valueName: "URI"))
    var resources: [String] = []

    enum Documents: String, ExpressibleByArgument, CaseIterable { case on, off }

    @Option(
        name: .customLong("client-id-metadata-documents"),
        help: ArgumentHelp("Whether a client_id may be the https address of the app's metadata, as MCP clients have it.", valueName: "on|off"))
    var documents: Documents?
    @Option(
        name: .customLong("client-id-metadata-host"),
        help: ArgumentHelp("A host of such addresses; may be repeated; default: any.", valueName: "HOST"))
    var documentHosts: [String] = []

    var given: RegistrationChanges {
        var changes = RegistrationChanges()
        changes.byToken = registration.map { $0 == .token }
        changes.maximum = registrationMaximum
        changes.unusedDays = registrationUnusedDays
        changes.resources = listChange(resources)
        changes.byDocument = documents.map { $0 == .on }
        changes.documentHosts = listChange(documentHosts)
        return changes
    }

    var isEmpty: Bool { given.isEmpty }
}
