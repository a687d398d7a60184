import Gateway
import OpenIDConnect
package import UserPools
import WireFormats

/// What an admin says of a client; nil leaves it as it is (at creation: the default).
package struct ClientSettings: Sendable {
    package var name: String?
    package var redirectURIs: ListChange?
    package var postLogoutRedirectURIs: ListChange?
    /// Where somebody else may ask it to begin a sign-in.
    package var initiateLoginURI = Change<String>.keep
    /// Whether it is somebody else's.
    package var isThirdParty: Bool?
    /// How it is told that a session is over.
    package var logout = ClientLogoutSettings()
    /// What it calls its people.
    package var subjects = ClientSubjectSettings()
    /// What people see of it where they are asked.
    package var page = ClientPageSettings()
    package var identityProviders: ListChange?
    package var scopes: ListChange?
    package var grantTypes: ListChange?
    /// Where its pages may be that call us; at first the origins of its redirect URIs.
    package var webOrigins: ListChange?
    /// Whether they are those of its redirect URIs again, whatever these become.
    package var usesDefaultWebOrigins = false
    /// Services of the pool, by their URIs, for which it may ask.
    package var resources: ListChange?
    /// Services of the pool that it is, by their URIs: it may introspect tokens for them.
    package var serves: ListChange?
    /// Groups of which a user needs one to get in.
    package var requiredGroups: ListChange?
    /// By the name of OpenID Connect Core §9.
    package var authentication: String?
    /// By which it proves who it is.
    package var certificates: Certificates?
    /// Whether its tokens are bound to the certificate that it shows (RFC 8705).
    package var bindsToCertificate: Bool?
    /// In place of a secret.
    package var keys: Keys?
    /// Whether its authorization requests must be pushed (RFC 9126).
    package var requiresPushedRequests: Bool?
    /// Whether its tokens must be bound to a key (RFC 9449).
    package var requiresDPoP: Bool?
    package var pkce: PKCERequirement?
    /// Seconds.
    package var accessTokenLifetime: Int?
    package var idTokenLifetime: Int?
    package var refreshTokenLifetime: Int?
    package var refreshGrace: Int?
    /// Seconds without a refresh after which a refresh token ends; `.remove`: it lives as long as it may.
    package var refreshTokenIdle = Change<Int>.keep
    /// Seconds after which a provider is asked again what it says of a user; `.remove`: never.
    package var attributesMaxAge = Change<Int>.keep
    /// `.remove`: a JWT.
    package var accessTokenFormat = Change<AccessTokenFormat>.keep
    /// Whether its authorization requests must be signed (RFC 9101).
    package var requiresSignedRequests: Bool?
    /// The one algorithm of its request objects; `.remove`: any of its keys'.
    package var requestObjectSigningAlg = Change<String>.keep
    /// By which what it gets is signed; `.remove`: by the pool's own algorithm.
    package var signedResponses = SignedResponseSettings()
    package var codeLifetime: Int?
    /// Hosts whose apps know no OpenID Connect, as `ForwardedHost.entries` has them.
    package var forwardedHosts: ListChange?
    /// Whether what it gets for a person's token may say nothing of who acts (RFC 8693).
    package var mayImpersonate: Bool?
    /// Scopes of its resources that it may have, each `URI SCOPE`; of a resource without one all.
    package var resourceScopes: ListChange?
    package var enabled: Bool?

    /// The certificates of a client (RFC 8705 §2).
    package enum Certificates: Sendable {
        /// Of an authority that the server trusts, with that name.
        case named(ClientCertificates.NameKind, String)
        /// Those themselves, in PEM.
        case files([[UInt8]])
        /// The same by their `x5t#S256` (RFC 8705 §3.1).
        case thumbprints([String])
    }

    /// The public keys of a client.
    package enum Keys: Sendable {
        /// A JSON Web Key Set (RFC 7517 §5).
        case document([UInt8])
        case url(String)
    }

    package init() {}

    /// Puts into effect what is given, all of it or nothing.
    /// - Parameter providers: those that are named, found.
    func apply(
        to client: inout AppClient, in pool: UserPool, providers: [IdentityProvider.Name], isNew: Bool = false
    ) throws(AdministrationError) {
        var (problems, changed) = (ProblemList(), client)
        if let name {
            try problems.check(try Administration.requireName(name, field: isNew ? .name : .newName))
            changed.name = name
        }
        // First, since some of the others hang on whether it is confidential.
        if try problems.check(try setAuthentication(&changed)) == nil { try problems.refuse() }
        let uris = try problems.check(try redirectURIs(client))
        if let uris { changed.redirectURIs = uris }
        let hosts = try problems.check(try forwardedHosts(client))
        if let hosts { changed.setForwardedHosts(hosts) }
        if let uris = try problems.check(try logoutURIs(client)) { changed.postLogoutRedirectURIs = uris }
        if let uri = try problems.check(try initiateLoginURI(client)) { changed.initiateLoginURI = uri }
        try problems.check(try logout.apply(to: &changed, since: client))
        try problems.check(try subjects.apply(to: &changed))
        try problems.check(try page.apply(to: &changed))
        if let names = try problems.check(try identityProviders(client, providers)) { changed.identityProviders = names }
        if usesDefaultWebOrigins { changed.webOrigins = nil }
        if webOrigins != nil, let origins = try problems.check(try webOrigins(changed)) { changed.webOrigins = origins }
        if let uris = try problems.check(try Self.resources(resources, client.resources, .clientResource, of: pool)) { changed.resources = uris }
        if let uris = try problems.check(try Self.resources(serves, client.serves, .serves, of: pool)) { changed.serves = uris }
        if let scopes = try problems.check(try resourceScopes(changed, of: pool)) { changed.metadata.resourceScopes = scopes.isEmpty ? nil : scopes }
        if let groups = try problems.check(try requiredGroups(client)) { changed.requiredGroups = groups }
        let grants = try problems.check(try grantTypes(changed))
        if let grants { changed.grantTypes = grants }
        if uris != nil, hosts != nil, grants != nil, isNew || redirectURIs != nil || grantTypes != nil || forwardedHosts != nil {
            try problems.check(try Self.requireRedirectURI(of: changed))
        }
        // What is usual says something of people.
        if isNew, !changed.signsPeopleIn { changed.scopes = [] }
        if let scopes = try problems.check(try scopes(changed)) { changed.scopes = scopes }
        if let pkce = try problems.check(try pkce(changed)) { changed.pkce = pkce }
        try problems.check(try setLifetimes(&changed))
        try problems.refuse()
        if let isThirdParty { changed.metadata.isThirdParty = isThirdParty ? true : nil }
        changed.enabled = enabled ?? client.enabled
        if let mayImpersonate { changed.metadata.mayImpersonate = mayImpersonate ? true : nil }
        try problems.check(try setSignedRequests(&changed))
        try problems.check(try signedResponses.apply(to: &changed.metadata, in: pool))
        try problems.refuse()
        changed.metadata.accessTokenFormat = accessTokenFormat.applied(to: client.metadata.accessTokenFormat)
        changed.requiresPushedRequests = requiresPushedRequests ?? client.requiresPushedRequests
        if let bindsToCertificate { changed.metadata.certificateBoundTokens = bindsToCertificate ? true : nil }
        changed.requiresDPoP = requiresDPoP ?? client.requiresDPoP
        try Self.requirePlain(changed)
        client = changed
    }
}

extension Administration {
    /// RFC 6749 §3.3: visible ASCII without quotation mark and backslash.
    static func requireScope(_ text: String, example: Problem.Example) throws(AdministrationError) {
        guard (1...256).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }) else {
            throw .invalid(.scope, text, "is not a scope (RFC 6749 §3.3)", example: example)
        }
    }
}
