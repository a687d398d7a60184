import Gateway
import UserPools

@testable import CountersignCommand

/// One act, what it is tried on, and what of the state before it may be no more afterwards. `{pool}` and so on stand for what the stage made.
struct RemedyTrial {
    let remedy: Remedy
    var provider = "corp"
    /// What an admin fills in, where it is not what the stage has for it.
    var blanks: [Remedy.Blank: String] = [:]
    /// A command that goes before, so that there is something to mend.
    var preparation: [String] = []
    /// The values that are gone, or have become others: by their path, and by what they were where others of that path stay.
    var changes: [String] = []
    var onlyReads = false
    /// Whether the command asks before it ends something; here nobody can be asked.
    var asks = false

    static let all = toSee + ofPool + ofClient + ofSAML + ofOIDC + ofUser + ofKeys

    private static let toSee: [RemedyTrial] =
        [
            .listPools, .listClients, .listProviders, .listUsers, .listKeys, .listSAMLKeys, .listAudit, .showPool, .showClient, .showProvider,
            .showUser,
            .inspectMessage,
        ].map { RemedyTrial(remedy: $0, onlyReads: true) }

    private static let ofPool: [RemedyTrial] = [
        .init(remedy: .createPool), .init(remedy: .declareAttribute(nil)),
        .init(remedy: .addResource, blanks: [.uri: "https://second.example.com/x"]),
        .init(remedy: .addAlgorithm("RS256")),
        .init(remedy: .dropDeletionProtection, changes: ["/pools/staff/deletion_protection"]),
    ]

    private static let ofClient: [RemedyTrial] =
        [
            .init(remedy: .addRedirectURI), .init(remedy: .addLogoutURI), .init(remedy: .addWebOrigin),
            .init(remedy: .setInitiateLoginURI, changes: ["/clients/{client}/initiate_login_uri"]), .init(remedy: .addScope),
            .init(remedy: .addClientResource), .init(remedy: .allowGrant("refresh_token"), preparation: update("--remove-grant", "refresh_token")),
            .init(remedy: .offerProvider, provider: "op"),
            .init(remedy: .enableClient, preparation: update("--disable"), changes: ["/clients/{client}/enabled"]),
            .init(remedy: .makePKCEOptional, preparation: update("--pkce", "required"), changes: ["/clients/{client}/pkce"]),
            .init(
                remedy: .removeClientResource, preparation: update("--add-resource", "https://added.example.com/x"),
                changes: ["/clients/{client}/resources"]),
            .init(
                remedy: .replaceNewestSecret, preparation: ["client", "rotate-secret", "{client}", "--pool", "{pool}", "--old-valid-for", "5h"],
                changes: ["/clients/{client}/secrets/expires_at"], asks: true),
        ]
        + SignedResponse.allCases.map { response in
            .init(
                remedy: .endSignedResponseAlg(response),
                preparation: update("--\(response.rawValue.replacing("_", with: "-"))-signed-response-alg", "RS256"),
                changes: ["/clients/{client}/\(response.rawValue)_signed_response_alg"])
        }

    private static let ofSAML: [RemedyTrial] = [
        .init(remedy: .registerSAMLProvider, blanks: [.file: "other.xml"]), .init(remedy: .refreshProvider), .init(remedy: .testProvider),
        .init(remedy: .enableProvider, preparation: corp("--disable"), changes: ["/idp/corp/enabled"]),
        .init(remedy: .mapAttribute(nil)), .init(remedy: .mapAttribute("email"), changes: ["/idp/corp/attribute_mapping/email"]),
        .init(remedy: .unmapAttribute("groups"), changes: ["/idp/corp/attribute_mapping/groups"]),
        .init(remedy: .unmapAttribute(nil), blanks: [.attribute: "nickname"], changes: ["/idp/corp/attribute_mapping/nickname"]),
        .init(remedy: .stopRequiring("email"), changes: ["/idp/corp/required_attributes"]),
        .init(remedy: .stopRequiring(nil), blanks: [.attribute: "name"], changes: ["/idp/corp/required_attributes"]), .init(remedy: .addDomain),
        .init(remedy: .setGroupOverage(.ignore), changes: ["/idp/corp/on_group_overage"]),
        .init(remedy: .setGroupOverage(.refuse), changes: ["/idp/corp/on_group_overage"]),
        // Nobody has signed in there yet.
        .init(remedy: .nameByAttribute, provider: "new", changes: ["/idp/new/subject"]),
        .init(remedy: .allowIDPInitiated, changes: ["/idp/corp/allow_idp_initiated", "/idp/corp/idp_initiated_client"]),
        .init(remedy: .awaitArtifacts, provider: "new", changes: ["/idp/new/requests/response_binding"]),
        .init(remedy: .allowSingleLogout, preparation: corp("--no-single-logout"), changes: ["/idp/corp/single_logout"]),
        .init(remedy: .allow(.sha1)), .init(remedy: .allow(.missingAuthnStatement)), .init(remedy: .allow(.anySignatureOrder)),
        .init(remedy: .allow(.clockSkew)), .init(remedy: .allow(.cbc)), .init(remedy: .allow(.latin1)), .init(remedy: .allow(.inclusiveC14N)),
        // What came as a file is not to be replaced by what the address has.
        .init(remedy: .replaceMetadata, changes: ["/idp/corp/metadata_url"]), .init(remedy: .chooseEntity),
        .init(remedy: .followMetadata, changes: ["/idp/corp/metadata_url"]),
    ]

    private static let ofOIDC: [RemedyTrial] = [
        .init(remedy: .registerOIDCProvider, blanks: [.provider: "another", .client: "us", .file: "secret.txt"]),
        .init(remedy: .refreshProvider, provider: "found"),
        .init(remedy: .setGroupOverage(.fetch), provider: "op", changes: ["/idp/op/on_group_overage"]),
        .init(remedy: .requestScope(nil), provider: "op"), .init(remedy: .requestScope("openid"), provider: "found"),
        .init(remedy: .allowTenant, provider: "op"), .init(remedy: .endPrompt, provider: "op", changes: ["/idp/op/prompt"]),
        .init(remedy: .replaceClientSecret, provider: "op", blanks: [.file: "secret.txt"]),
        .init(remedy: .showClientSecrets, provider: "op", onlyReads: true),
        .init(remedy: .setClientSecret, provider: "op", blanks: [.file: "secret.txt"]),
        .init(
            remedy: .testClientSecret, provider: "found",
            preparation: ["idp", "secret", "set", "found", "--client-secret-file", "secret.txt", "--pool", "{pool}"]),
        // The provider is shown a signature instead of the secret.
        .init(
            remedy: .replaceClientKey, provider: "found", blanks: [.file: "key.pem"], changes: ["/idp/found/token_endpoint_auth_method"]),
        .init(remedy: .setClientKey, provider: "found", blanks: [.file: "key.pem"]),
    ]

    private static let ofUser: [RemedyTrial] = [
        .init(
            remedy: .enableUser, preparation: ["user", "disable", "corp_ada", "--pool", "{pool}"], changes: ["/users/corp_ada/enabled"]),
        .init(
            remedy: .unlinkIdentity(user: "corp_ada", provider: "corp", subject: "ada"),
            changes: [
                "/users/corp_ada/identities/issuer", "/users/corp_ada/identities/provider", "/users/corp_ada/identities/subject",
                // What that provider said; the group that was given by hand stays.
                "/users/corp_ada/groups=staff",
            ]),
    ]

    /// Publishes a first key of that algorithm.
    private static let ofKeys: [RemedyTrial] = [.init(remedy: .rotateKey(algorithm: "EdDSA"))]

    private static func update(_ options: String...) -> [String] { ["client", "update", "{client}", "--pool", "{pool}"] + options }
    private static func corp(_ options: String...) -> [String] { ["idp", "update", "corp", "--pool", "{pool}"] + options }
}
