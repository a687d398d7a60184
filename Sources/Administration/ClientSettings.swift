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
    }

    /// The public keys of a client.
    package enum Keys: Sendable {
        /// A JSON Web Key Set (RFC 7517 §5).
        case document([UInt8])
        case url(String)
    }

    package init() {}

    /// RFC 6749 §4.1, §6 and §4.4, RFC 8628 §3.4, RFC 8693 §2.1, RFC 7523 §2.1.
    private static let grantTypesOffered = [
        "authorization_code", "refresh_token", "client_credentials", AppClient.deviceGrantType, AppClient.exchangeGrantType,
        AppClient.workloadGrantType,
    ]

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
        try problems.check(try logout.apply(to: &changed))
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
        try problems.refuse()
        changed.metadata.accessTokenFormat = accessTokenFormat.applied(to: client.metadata.accessTokenFormat)
        changed.requiresPushedRequests = requiresPushedRequests ?? client.requiresPushedRequests
        if let bindsToCertificate { changed.metadata.certificateBoundTokens = bindsToCertificate ? true : nil }
        changed.requiresDPoP = requiresDPoP ?? client.requiresDPoP
        try Self.requirePlain(changed)
        client = changed
    }

    private func redirectURIs(_ client: AppClient) throws(AdministrationError) -> [String] {
        guard let change = redirectURIs else { return client.redirectURIs }
        try Self.requireRegistrable(change.given, .redirectURI)
        return try change.applied(to: client.redirectURIs, .redirectURI)
    }

    /// Whoever signs people in gets its codes somewhere.
    private static func requireRedirectURI(of client: AppClient) throws(AdministrationError) {
        guard !client.redirectURIs.isEmpty || !client.usesRedirectURIs else {
            throw .invalid(.redirectURI, "", "is needed at least once", example: .give(.redirectURI, "https://app.example.com/callback"))
        }
    }

    private func forwardedHosts(_ client: AppClient) throws(AdministrationError) -> [ForwardedHost] {
        guard let change = forwardedHosts else { return client.forwardedHosts }
        for entry in change.given {
            let (host, group) = ProtocolText(entry).cut(at: "=").map { ($0.0.string, Optional($0.1.string)) } ?? (entry, nil)
            guard ForwardedHost.accepts(host), group.map(Self.isGroup) != false else {
                throw .invalid(
                    .forwardHost, entry, "is no HOST and no HOST=GROUP, in lower case and with a port only where it is not 443",
                    example: .give(.forwardHost, "wiki.example.com"))
            }
        }
        let entries = try change.applied(to: ForwardedHost.entries(client.forwardedHosts), .forwardHost)
        let hosts = ForwardedHost.hosts(entries)
        guard hosts.count <= 100 else {
            throw .invalid(.forwardHost, String(hosts.count), "are more hosts than a client may have, 100", example: .words("make another client"))
        }
        return hosts
    }

    /// A proxy's sign-ins are those of a public client with PKCE, and of nothing beyond.
    private static func requirePlain(_ client: AppClient) throws(AdministrationError) {
        guard !client.forwardedHosts.isEmpty else { return }
        guard !client.isConfidential, !client.requiresPushedRequests, client.metadata.requireSignedRequestObject != true, !client.requiresDPoP,
            client.metadata.certificateBoundTokens != true, client.metadata.isThirdParty != true,
            client.signsPeopleIn, client.scopes.contains("openid")
        else {
            throw .invalid(
                .forwardHost, client.forwardedHosts[0].host,
                "is for a public client of your own with the grant authorization_code and the scope openid, of which neither pushed or signed requests nor bound tokens are required",
                example: .words("make a client of its own for the hosts behind the proxy"))
        }
    }

    private static func isGroup(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 512 && !name.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }

    private func logoutURIs(_ client: AppClient) throws(AdministrationError) -> [String] {
        guard let change = postLogoutRedirectURIs else { return client.postLogoutRedirectURIs }
        try Self.requireRegistrable(change.given, .logoutURI)
        return try change.applied(to: client.postLogoutRedirectURIs, .logoutURI)
    }

    /// OpenID Connect Dynamic Registration §2: https; on this machine http will do, as for a redirect URI.
    private func initiateLoginURI(_ client: AppClient) throws(AdministrationError) -> String? {
        if case .set(let uri) = initiateLoginURI {
            try Self.requireRegistrable(uri, .initiateLoginURI)
            guard AppClient.origin(of: uri) != nil else {
                throw .invalid(.initiateLoginURI, uri, "is no web address", example: .give(.initiateLoginURI, "https://app.example.com/login"))
            }
        }
        return initiateLoginURI.applied(to: client.initiateLoginURI)
    }

    /// Which providers the client's users may choose; none named means all of the pool.
    private func identityProviders(
        _ client: AppClient, _ found: [IdentityProvider.Name]
    ) throws(AdministrationError) -> [IdentityProvider.Name] {
        let before = client.identityProviders
        // Added to all of them, one is offered already; it must not become the only one.
        guard let change = identityProviders, change.replacement != nil || !before.isEmpty || !change.removed.isEmpty else { return before }
        let names = try change.applied(to: before.map(\.text), .offeredProvider)
        guard !names.isEmpty || change.replacement != nil else {
            throw .invalid(
                .offeredProvider, change.removed.first ?? "", "is the only one that the client offers; without it all of the pool would be offered",
                example: .words("give an empty list, if that is wanted"))
        }
        return names.compactMap { name in (before + found).first { $0.text.hasSameBytes(as: name) } }
    }

    private func webOrigins(_ client: AppClient) throws(AdministrationError) -> [String]? {
        guard let change = webOrigins else { return client.webOrigins }
        for origin in change.given where AppClient.origin(of: origin)?.hasSameBytes(as: origin) != true {
            throw .invalid(
                .webOrigin, origin, "is not scheme, host and port of a web page, as a browser writes them (RFC 6454 §6.2)",
                example: .give(.webOrigin, "https://app.example.com"))
        }
        return try change.applied(to: client.effectiveWebOrigins, .webOrigin)
    }

    /// Those that the pool has, and no others.
    private static func resources(
        _ change: ListChange?, _ before: [String], _ field: Field, of pool: UserPool
    ) throws(AdministrationError) -> [String] {
        guard let change else { return before }
        for uri in change.given where !pool.resources.contains(where: { $0.uri.hasSameBytes(as: uri) }) {
            throw .invalid(field, uri, "is not a resource of the pool", example: .act(.addResource))
        }
        return try change.applied(to: before, field)
    }

    /// Scopes that a resource of the client has.
    private func resourceScopes(_ client: AppClient, of pool: UserPool) throws(AdministrationError) -> [String] {
        guard let change = resourceScopes else { return client.metadata.resourceScopes ?? [] }
        for text in change.given {
            guard let allowed = ResourceScope(text), client.resources.contains(where: { $0.hasSameBytes(as: allowed.uri) }),
                let server = pool.resources.first(where: { $0.uri.hasSameBytes(as: allowed.uri) }),
                server.scopes.contains(where: { $0.hasSameBytes(as: allowed.scope) })
            else {
                throw .invalid(
                    .resourceScope, text, "is not the URI of a resource of the client, a space, and a scope of that resource",
                    example: .give(.resourceScope, "https://orders.example.com orders.read"))
            }
        }
        return try change.applied(to: client.metadata.resourceScopes ?? [], .resourceScope)
    }

    private func requiredGroups(_ client: AppClient) throws(AdministrationError) -> [String] {
        guard let change = requiredGroups else { return client.requiredGroups }
        for name in change.given where !Self.isGroup(name) {
            throw .invalid(.requireGroup, name, "is not the name of a group", example: .give(.requireGroup, "staff"))
        }
        return try change.applied(to: client.requiredGroups, .requireGroup)
    }

    private func scopes(_ client: AppClient) throws(AdministrationError) -> [String] {
        guard let change = scopes else { return client.scopes }
        for scope in change.given {
            try Administration.requireScope(scope, example: .give([.init(.scope, "openid"), .init(.scope, "email")]))
        }
        return try Self.some(try change.applied(to: client.scopes, .scope), .scope, example: "openid")
    }

    private func grantTypes(_ client: AppClient) throws(AdministrationError) -> [String] {
        guard let change = grantTypes else { return client.grantTypes }
        for grant in change.given where !Self.grantTypesOffered.contains(where: { $0.hasSameBytes(as: grant) }) {
            throw .invalid(
                .grant, grant, "is not offered", example: .give([.init(.grant, "authorization_code"), .init(.grant, "refresh_token")]))
        }
        let grants = try Self.some(try change.applied(to: client.grantTypes, .grant), .grant, example: "authorization_code")
        // RFC 6749 §4.4, RFC 8693 §5: who exchanges tokens of others must be known.
        if !client.isConfidential, let grant = grants.first(where: { ["client_credentials", AppClient.exchangeGrantType].contains($0) }) {
            throw .invalid(
                .grant, grant, "is for confidential clients: a public one cannot prove who it is",
                example: .words("make a confidential client for a program that runs on a server"))
        }
        return grants
    }

    /// A client that may ask for nothing signs nobody in: whoever wants that disables it.
    private static func some(_ entries: [String], _ field: Field, example: String) throws(AdministrationError) -> [String] {
        guard !entries.isEmpty else {
            throw .invalid(field, "", "is needed at least once; to stop sign-ins through a client, disable it", example: .give(field, example))
        }
        return entries
    }

    private func pkce(_ client: AppClient) throws(AdministrationError) -> PKCERequirement {
        // RFC 9700 §2.1.1: without exception.
        guard pkce != .optional || client.isConfidential else {
            throw .invalid(.pkce, "optional", "is for confidential clients: a public client must use PKCE", example: .give(.pkce, "required"))
        }
        return pkce ?? client.pkce
    }

    private func setLifetimes(_ client: inout AppClient) throws(AdministrationError) {
        let (tokens, refresh) = (60...AppClient.Lifetimes.longestToken, 60...(3650 * 24 * 3600))
        var problems = ProblemList()
        func set(_ path: WritableKeyPath<AppClient, Int>, _ seconds: Int?, in range: ClosedRange<Int>, _ field: Field) throws(AdministrationError) {
            if let seconds = try problems.check(try Self.lifetime(seconds, in: range, field)) ?? nil { client[keyPath: path] = seconds }
        }
        try set(\.lifetimes.accessToken, accessTokenLifetime, in: tokens, .accessTokenLifetime)
        try set(\.lifetimes.idToken, idTokenLifetime, in: tokens, .idTokenLifetime)
        try set(\.lifetimes.refreshToken, refreshTokenLifetime, in: refresh, .refreshTokenLifetime)
        try set(\.refreshGrace, refreshGrace, in: 0...60, .refreshGrace)
        if case .set(let seconds) = refreshTokenIdle { try problems.check(try Self.lifetime(seconds, in: refresh, .refreshTokenIdle)) }
        if case .set(let seconds) = attributesMaxAge { try problems.check(try Self.lifetime(seconds, in: refresh, .attributesMaxAge)) }
        client.metadata.attributesMaxAge = attributesMaxAge.applied(to: client.metadata.attributesMaxAge)
        client.metadata.refreshTokenIdle = refreshTokenIdle.applied(to: client.metadata.refreshTokenIdle)
        // RFC 6749 §4.1.2 recommends ten minutes at the most.
        try set(\.lifetimes.code, codeLifetime, in: 10...600, .codeLifetime)
        try problems.refuse()
    }

    private static func lifetime(_ seconds: Int?, in range: ClosedRange<Int>, _ field: Field) throws(AdministrationError) -> Int? {
        guard let seconds, !range.contains(seconds) else { return seconds }
        throw .invalid(
            field, String(seconds), "is not between \(range.lowerBound) and \(range.upperBound) seconds",
            example: .give(field, "\(max(range.lowerBound, min(3600, range.upperBound)))"))
    }

    private static func requireRegistrable(_ uris: [String], _ field: Field) throws(AdministrationError) {
        var problems = ProblemList()
        for uri in uris { try problems.check(try requireRegistrable(uri, field)) }
        try problems.refuse()
    }

    private static func requireRegistrable(_ uri: String, _ field: Field) throws(AdministrationError) {
        do { try RedirectURIRegistration.validate(uri) } catch {
            throw .invalid(
                field, uri, "is refused: \(String(error.message.reversed().drop { $0 == "." }.reversed()))",
                example: .give(field, "https://app.example.com/callback"))
        }
    }
}

extension AppClient {
    /// The hosts, with their redirect URIs in place of those of the hosts before.
    fileprivate mutating func setForwardedHosts(_ hosts: [ForwardedHost]) {
        let before = forwardedHosts.map(\.callback)
        metadata.forwardedHosts = hosts.isEmpty ? nil : hosts
        redirectURIs.removeAll { uri in before.contains { $0.hasSameBytes(as: uri) } }
        redirectURIs += hosts.map(\.callback)
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
