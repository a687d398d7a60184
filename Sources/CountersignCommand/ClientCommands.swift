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
        subcommands: [Create.self, List.self, Show.self, Update.self, Delete.self])

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
        @Option(help: ArgumentHelp("Of access tokens; default: 3600.", valueName: "SECONDS")) var accessTokenLifetime: Int?
        @Option(help: ArgumentHelp("Of ID tokens; default: 3600.", valueName: "SECONDS")) var idTokenLifetime: Int?
        @Option(help: ArgumentHelp("Of refresh tokens; default: 2592000, 30 days.", valueName: "SECONDS")) var refreshTokenLifetime: Int?
        @Option(help: ArgumentHelp("How long a rotated refresh token gives the same successor again; default: 0.", valueName: "SECONDS"))
        var refreshGrace: Int?
        @Flag var state: Switch?

        var given: ClientSettings {
            var settings = ClientSettings()
            settings.redirectURIs = replacing(redirectURIs)
            settings.postLogoutRedirectURIs = replacing(logoutURIs)
            settings.identityProviders = replacing(identityProviders)
            settings.scopes = replacing(scopes)
            settings.grantTypes = replacing(grants)
            settings.accessTokenLifetime = accessTokenLifetime
            settings.idTokenLifetime = idTokenLifetime
            settings.refreshTokenLifetime = refreshTokenLifetime
            settings.refreshGrace = refreshGrace
            settings.enabled = state.map { $0 == .enable }
            return settings
        }

        var isEmpty: Bool {
            [redirectURIs, logoutURIs, identityProviders, scopes, grants].allSatisfy(\.isEmpty)
                && [accessTokenLifetime, idTokenLifetime, refreshTokenLifetime, refreshGrace].allSatisfy { $0 == nil } && state == nil
        }
    }

    struct Create: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register an app; the secret of a confidential one is shown this once.",
            discussion: """
                countersign client create my-app --pool POOL \\
                    --redirect-uri https://app.example.com/callback
                countersign client create backend --pool POOL --confidential \\
                    --redirect-uri https://b.example.com/cb --idp corp

                Every client must use PKCE (S256). A confidential one proves itself with its secret as well.
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
                    name: name, pool: pool.id, confidential: confidential, settings: settings.given)
                return made.client.answer(secret: made.secret)
            }
        }
    }

    struct List: AnsweringCommand {
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
                        client.id.text, client.name, (client.isConfidential ? "confidential" : "public") + (client.enabled ? "" : ", disabled"),
                        client.redirectURIs.joined(separator: " "))
                }
                return Answer(
                    document: .array(clients.map { .object($0.document(secret: nil)) }),
                    text: table.text(orIfEmpty: "The pool has no clients yet; 'countersign client create' registers one."))
            }
        }
    }

    struct Show: AnsweringCommand {
        static let configuration = CommandConfiguration(abstract: "One client.", discussion: "countersign client show CLIENT_ID --pool POOL")
        @Argument(help: "The client's id.") var clientID: String
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                try await composition.administration.client(clientID, pool: pool.id).answer(secret: nil)
            }
        }
    }

    struct Update: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change what is given of a client; a list replaces the one that was there.",
            discussion: """
                countersign client update CLIENT_ID --pool POOL --refresh-grace 5
                countersign client update CLIENT_ID --pool POOL --idp ""
                countersign client update CLIENT_ID --pool POOL --disable

                An empty text empties a list: with --idp "" every provider is offered again.
                """)
        @Argument(help: "The client's id.") var clientID: String
        @Option(help: "A name for people.") var name: String?
        @OptionGroup var settings: Settings
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard name != nil || !settings.isEmpty else { throw ValidationError("Nothing to change: give at least one option of what shall change.") }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                var given = settings.given
                given.name = name
                return try await composition.administration.updateClient(clientID, pool: pool.id, settings: given).answer(secret: nil)
            }
        }
    }

    struct Delete: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Delete a client with its codes and refresh tokens.", discussion: "countersign client delete CLIENT_ID --pool POOL")
        @Argument(help: "The client's id.") var clientID: String
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                try await composition.administration.deleteClient(clientID, pool: pool.id)
                return Answer(document: ["client_id": .string(clientID), "deleted": true], text: "Deleted the client \(clientID).\n")
            }
        }
    }
}

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
            "token_endpoint_auth_method": .string(isConfidential ? "client_secret_basic" : "none"),
            "access_token_lifetime": .integer(lifetimes.accessToken), "id_token_lifetime": .integer(lifetimes.idToken),
            "refresh_token_lifetime": .integer(lifetimes.refreshToken), "refresh_grace": .integer(refreshGrace), "enabled": .bool(enabled),
            "created_at": .string(SAMLInstant.format(createdAt)),
        ]
        for member in rest.members { object.append(member.name, member.value) }
        return object
    }

    fileprivate func answer(secret: SecretBytes?) -> Answer {
        var fields = FieldList()
        fields.append("client id", id.text)
        fields.append("client secret", secret.map { String(decoding: $0.reveal(), as: UTF8.self) })
        fields.append("name", name)
        fields.append("kind", isConfidential ? "confidential (client_secret_basic or client_secret_post)" : "public")
        fields.append("redirect URIs", redirectURIs)
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
