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

    /// What both creation and update take.
    struct Settings: ParsableArguments {
        @Option(name: .customLong("redirect-uri"), help: ArgumentHelp("Where codes are sent, compared exactly; may be repeated.", valueName: "URI"))
        var redirectURIs: [String] = []
        @Option(name: .customLong("logout-uri"), help: ArgumentHelp("Where browsers may go after signing out; may be repeated.", valueName: "URI"))
        var logoutURIs: [String] = []
        @Option(
            name: .customLong("idp"), help: ArgumentHelp("An identity provider its users may choose; default: all of the pool.", valueName: "NAME"))
        var identityProviders: [String] = []
        @Option(name: .customLong("scope"), help: "A scope it may ask for; default: openid, email, profile, phone.") var scopes: [String] = []
        @Option(name: .customLong("grant"), help: "authorization_code or refresh_token; default: both.") var grants: [String] = []
        @Option(
            name: .customLong("web-origin"),
            help: ArgumentHelp("Where its pages are that call us from a browser; default: the origins of its redirect URIs.", valueName: "ORIGIN"))
        var webOrigins: [String] = []
        @Option(
            name: .customLong("resource"),
            help: ArgumentHelp("A service its tokens may be for; 'countersign pool add-resource' registers it.", valueName: "URI"))
        var resources: [String] = []
        @Option(
            help: ArgumentHelp(
                "Whether it must use PKCE: a public client always, a confidential one unless it cannot.", valueName: "required|optional"))
        var pkce: PKCERequirement?
        @Option(help: ArgumentHelp("Of access tokens; default: 3600.", valueName: "SECONDS")) var accessTokenLifetime: Int?
        @Option(help: ArgumentHelp("Of ID tokens; default: 3600.", valueName: "SECONDS")) var idTokenLifetime: Int?
        @Option(help: ArgumentHelp("Of refresh tokens; default: 2592000, 30 days.", valueName: "SECONDS")) var refreshTokenLifetime: Int?
        @Option(help: ArgumentHelp("How long a rotated refresh token gives the same successor again; default: 10.", valueName: "SECONDS"))
        var refreshGrace: Int?
        @Flag var state: Switch?

        func given(_ lists: ClientListOptions? = nil) -> ClientSettings {
            var settings = ClientSettings()
            settings.redirectURIs = listChange(
                redirectURIs, adding: lists?.addRedirectURIs ?? [], removing: lists?.removeRedirectURIs ?? [])
            settings.postLogoutRedirectURIs = listChange(
                logoutURIs, adding: lists?.addLogoutURIs ?? [], removing: lists?.removeLogoutURIs ?? [])
            settings.webOrigins = listChange(webOrigins, adding: lists?.addWebOrigins ?? [], removing: lists?.removeWebOrigins ?? [])
            settings.resources = listChange(resources, adding: lists?.addResources ?? [], removing: lists?.removeResources ?? [])
            settings.identityProviders = listChange(identityProviders, adding: lists?.addIDPs ?? [], removing: lists?.removeIDPs ?? [])
            settings.scopes = listChange(scopes, adding: lists?.addScopes ?? [], removing: lists?.removeScopes ?? [])
            settings.grantTypes = listChange(grants, adding: lists?.addGrants ?? [], removing: lists?.removeGrants ?? [])
            settings.pkce = pkce
            settings.accessTokenLifetime = accessTokenLifetime
            settings.idTokenLifetime = idTokenLifetime
            settings.refreshTokenLifetime = refreshTokenLifetime
            settings.refreshGrace = refreshGrace
            settings.enabled = state.map { $0 == .enable }
            return settings
        }

        var isEmpty: Bool {
            [redirectURIs, logoutURIs, identityProviders, scopes, grants, webOrigins, resources].allSatisfy(\.isEmpty) && pkce == nil
                && [accessTokenLifetime, idTokenLifetime, refreshTokenLifetime, refreshGrace].allSatisfy { $0 == nil } && state == nil
        }
    }

    struct Create: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Register an app; the secret of a confidential one is shown this once.",
            discussion: """
                countersign client create my-app --pool POOL \\
                    --redirect-uri https://app.example.com/callback
                countersign client create backend --pool POOL --confidential \\
                    --redirect-uri https://b.example.com/cb --idp corp

                A public client must use PKCE (S256). A confidential one proves itself with its secret
                and should use PKCE too; --pkce required demands it, since some libraries know none.
                """)
        @Argument(help: "A name for people.") var name: String
        @Flag(help: "Give it a secret, for apps that run on a server.") var confidential = false
        @OptionGroup var settings: Settings
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard !settings.redirectURIs.isEmpty else {
                throw ValidationError("Missing expected option '--redirect-uri <URI>', for example --redirect-uri https://app.example.com/callback.")
            }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let made = try await composition.administration.createClient(
                    name: name, pool: pool.id, confidential: confidential, settings: settings.given())
                var answer = made.client.answer(secret: made.secret, at: composition.environment.now())
                if made.client.pkce == .optional {
                    answer.notes.append(
                        "PKCE is optional for this client; if its library knows PKCE, 'countersign client update \(made.client.id) --pool \(pool.id) --pkce required' is safer"
                    )
                }
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
                            + (client.enabled ? "" : ", disabled"),
                        client.redirectURIs.joined(separator: " "))
                }
                return Answer(
                    document: .array(clients.map { .object($0.document(secret: nil)) }),
                    text: table.text(orIfEmpty: "The pool has no clients yet; 'countersign client create' registers one."))
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
                let notes = client.isConfidential ? ["OIDC_CLIENT_SECRET (client_secret) is yours to add: it was shown once, at creation"] : []
                switch format {
                case .env:
                    let lines = settings.members.map { member in
                        "OIDC_\(member.name.uppercased())=\(Shell.quoted(member.value.string ?? ""))\n"
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
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                var given = settings.given(lists)
                given.name = name
                let before = try await composition.administration.client(clientID, pool: pool.id)
                let after = try await composition.administration.updateClient(clientID, pool: pool.id, settings: given)
                var answer = after.answer(secret: nil, at: composition.environment.now())
                answer.notes += losses("redirect URI", before.redirectURIs, after.redirectURIs)
                answer.notes += losses("logout URI", before.postLogoutRedirectURIs, after.postLogoutRedirectURIs)
                answer.notes += losses("web origin", before.effectiveWebOrigins, after.effectiveWebOrigins)
                answer.notes += losses("resource", before.resources, after.resources)
                answer.notes += losses("scope", before.scopes, after.scopes) + losses("grant", before.grantTypes, after.grantTypes)
                answer.notes += losses("identity provider", before.identityProviders.map(\.text), after.identityProviders.map(\.text))
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

                Two secrets may be good at once. For one that leaked, --old-valid-for 0s ends the old
                one at once.
                """)
        @Argument(help: "The client's id.") var clientID: String
        @Option(help: ArgumentHelp("How long the old secret stays good: 24h, 30m, 7d.", valueName: "SPAN"))
        var oldValidFor = Span(argument: "24h")!
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let made = try await composition.administration.rotateSecret(of: clientID, pool: pool.id, oldValidFor: oldValidFor.seconds)
                return made.client.answer(secret: made.secret, at: composition.environment.now())
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
                try await composition.administration.deleteClient(clientID, pool: pool.id)
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

extension AppClient {
    /// The names of RFC 7591 §2.
    fileprivate func document(secret: SecretBytes?) -> JSONObject {
        var object: JSONObject = ["client_id": .string(id.text)]
        object.append("client_secret", ifPresent: secret.map { String(decoding: $0.reveal(), as: UTF8.self) })
        let rest: JSONObject = [
            "client_name": .string(name), "redirect_uris": .array(redirectURIs.map(JSONValue.string)),
            "post_logout_redirect_uris": .array(postLogoutRedirectURIs.map(JSONValue.string)),
            "grant_types": .array(grantTypes.map(JSONValue.string)), "scope": .string(scopes.joined(separator: " ")),
            "identity_providers": .array(identityProviders.map { .string($0.text) }),
            "web_origins": .array(effectiveWebOrigins.map(JSONValue.string)), "resources": .array(resources.map(JSONValue.string)),
            "pkce": .string(pkce.rawValue),
            "token_endpoint_auth_method": .string(isConfidential ? "client_secret_basic" : "none"),
            "access_token_lifetime": .integer(lifetimes.accessToken), "id_token_lifetime": .integer(lifetimes.idToken),
            "refresh_token_lifetime": .integer(lifetimes.refreshToken), "refresh_grace": .integer(refreshGrace), "enabled": .bool(enabled),
            "created_at": .string(SAMLInstant.format(createdAt)),
        ]
        for member in rest.members { object.append(member.name, member.value) }
        return object
    }

    /// What an app has to be told, by the names that libraries use.
    fileprivate func settings(issuer: String) -> JSONObject {
        var settings: JSONObject = [
            "issuer": .string(issuer), "discovery_url": .string(issuer + "/.well-known/openid-configuration"), "client_id": .string(id.text),
            "redirect_uri": .string(redirectURIs.first ?? ""),
        ]
        settings.append("post_logout_redirect_uri", ifPresent: postLogoutRedirectURIs.first)
        settings.append("scope", .string(scopes.joined(separator: " ")))
        settings.append("resource", ifPresent: resources.first)
        settings.append("token_endpoint_auth_method", .string(isConfidential ? "client_secret_basic" : "none"))
        settings.append("code_challenge_method", .string("S256"))
        return settings
    }

    fileprivate func answer(secret: SecretBytes?, at now: Date) -> Answer {
        var fields = FieldList()
        fields.append("client id", id.text)
        fields.append("client secret", secret.map { String(decoding: $0.reveal(), as: UTF8.self) })
        fields.append("name", name)
        fields.append("kind", isConfidential ? "confidential (client_secret_basic or client_secret_post)" : "public")
        if isConfidential {
            fields.append(
                "secrets",
                liveSecrets(at: now).map {
                    "made \(SAMLInstant.format($0.createdAt))" + ($0.expiresAt.map { ", good until \(SAMLInstant.format($0))" } ?? "")
                }
            )
        }
        fields.append("PKCE", pkce.rawValue)
        fields.append("redirect URIs", redirectURIs)
        fields.append("web origins", effectiveWebOrigins)
        fields.append("resources", resources)
        fields.append("logout URIs", postLogoutRedirectURIs)
        fields.append("identity providers", identityProviders.map(\.text), orIfEmpty: "all of the pool")
        fields.append("scopes", scopes.joined(separator: " "))
        fields.append("grants", grantTypes.joined(separator: " "))
        fields.append(
            "lifetimes", ["access token \(lifetimes.accessToken) s", "ID token \(lifetimes.idToken) s", "refresh token \(lifetimes.refreshToken) s"])
        fields.append("refresh grace", "\(refreshGrace) s")
        fields.append("enabled", enabled ? "yes" : "no")
        fields.append("created", SAMLInstant.format(createdAt))
        return Answer(
            document: .object(document(secret: secret)), text: fields.text(),
            notes: secret == nil ? [] : ["keep the client secret now: only its hash is stored, and it is never shown again"])
    }
}
