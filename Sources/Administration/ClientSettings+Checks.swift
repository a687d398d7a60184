import Gateway
import OpenIDConnect
import UserPools
import WireFormats

// What of the settings is refused: each gives what the client has then, or says what is wrong.

extension ClientSettings {
    func redirectURIs(_ client: AppClient) throws(AdministrationError) -> [String] {
        guard let change = redirectURIs else { return client.redirectURIs }
        try Self.requireRegistrable(change.given, .redirectURI)
        return try change.applied(to: client.redirectURIs, .redirectURI)
    }

    /// Whoever signs people in gets its codes somewhere.
    static func requireRedirectURI(of client: AppClient) throws(AdministrationError) {
        guard !client.redirectURIs.isEmpty || !client.usesRedirectURIs else {
            throw .invalid(.redirectURI, "", "is needed at least once", example: .give(.redirectURI, "https://app.example.com/callback"))
        }
    }

    func forwardedHosts(_ client: AppClient) throws(AdministrationError) -> [ForwardedHost] {
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
    static func requirePlain(_ client: AppClient) throws(AdministrationError) {
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

    static func isGroup(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 512 && !name.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }

    func logoutURIs(_ client: AppClient) throws(AdministrationError) -> [String] {
        guard let change = postLogoutRedirectURIs else { return client.postLogoutRedirectURIs }
        try Self.requireRegistrable(change.given, .logoutURI)
        return try change.applied(to: client.postLogoutRedirectURIs, .logoutURI)
    }

    /// OpenID Connect Dynamic Registration §2: https; on this machine http will do, as for a redirect URI.
    func initiateLoginURI(_ client: AppClient) throws(AdministrationError) -> String? {
        if case .set(let uri) = initiateLoginURI {
            try Self.requireRegistrable(uri, .initiateLoginURI)
            guard AppClient.origin(of: uri) != nil else {
                throw .invalid(.initiateLoginURI, uri, "is no web address", example: .give(.initiateLoginURI, "https://app.example.com/login"))
            }
        }
        return initiateLoginURI.applied(to: client.initiateLoginURI)
    }

    /// Which providers the client's users may choose; none named means all of the pool.
    func identityProviders(
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

    func webOrigins(_ client: AppClient) throws(AdministrationError) -> [String]? {
        guard let change = webOrigins else { return client.webOrigins }
        for origin in change.given where AppClient.origin(of: origin)?.hasSameBytes(as: origin) != true {
            throw .invalid(
                .webOrigin, origin, "is not scheme, host and port of a web page, as a browser writes them (RFC 6454 §6.2)",
                example: .give(.webOrigin, "https://app.example.com"))
        }
        return try change.applied(to: client.effectiveWebOrigins, .webOrigin)
    }

    /// Those that the pool has, and no others.
    static func resources(
        _ change: ListChange?, _ before: [String], _ field: Field, of pool: UserPool
    ) throws(AdministrationError) -> [String] {
        guard let change else { return before }
        for uri in change.given where !pool.resources.contains(where: { $0.uri.hasSameBytes(as: uri) }) {
            throw .invalid(field, uri, "is not a resource of the pool", example: .act(.addResource))
        }
        return try change.applied(to: before, field)
    }

    /// Scopes that a resource of the client has. Those of one that is taken from it go with that.
    func resourceScopes(_ client: AppClient, of pool: UserPool) throws(AdministrationError) -> [String] {
        let scopes = try givenScopes(client, of: pool)
        guard resources != nil else { return scopes }
        return scopes.filter { text in
            guard let scope = ResourceScope(text) else { return true }
            return client.resources.contains(where: scope.uri.hasSameBytes)
        }
    }

    private func givenScopes(_ client: AppClient, of pool: UserPool) throws(AdministrationError) -> [String] {
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

    func requiredGroups(_ client: AppClient) throws(AdministrationError) -> [String] {
        guard let change = requiredGroups else { return client.requiredGroups }
        for name in change.given where !Self.isGroup(name) {
            throw .invalid(.requireGroup, name, "is not the name of a group", example: .give(.requireGroup, "staff"))
        }
        return try change.applied(to: client.requiredGroups, .requireGroup)
    }

    func scopes(_ client: AppClient) throws(AdministrationError) -> [String] {
        guard let change = scopes else { return client.scopes }
        for scope in change.given {
            try Administration.requireScope(scope, example: .give([.init(.scope, "openid"), .init(.scope, "email")]))
        }
        return try Self.some(try change.applied(to: client.scopes, .scope), .scope, example: "openid")
    }

    /// RFC 6749 §4.1, §6 and §4.4, RFC 8628 §3.4, RFC 8693 §2.1, RFC 7523 §2.1.
    private static let grantTypesOffered = [
        "authorization_code", "refresh_token", "client_credentials", AppClient.deviceGrantType, AppClient.exchangeGrantType,
        AppClient.workloadGrantType,
    ]

    func grantTypes(_ client: AppClient) throws(AdministrationError) -> [String] {
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
    static func some(_ entries: [String], _ field: Field, example: String) throws(AdministrationError) -> [String] {
        guard !entries.isEmpty else {
            throw .invalid(field, "", "is needed at least once; to stop sign-ins through a client, disable it", example: .give(field, example))
        }
        return entries
    }

    func pkce(_ client: AppClient) throws(AdministrationError) -> PKCERequirement {
        // RFC 9700 §2.1.1: without exception.
        guard pkce != .optional || client.isConfidential else {
            throw .invalid(.pkce, "optional", "is for confidential clients: a public client must use PKCE", example: .give(.pkce, "required"))
        }
        return pkce ?? client.pkce
    }

    func setLifetimes(_ client: inout AppClient) throws(AdministrationError) {
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

    static func lifetime(_ seconds: Int?, in range: ClosedRange<Int>, _ field: Field) throws(AdministrationError) -> Int? {
        guard let seconds, !range.contains(seconds) else { return seconds }
        throw .invalid(
            field, String(seconds), "is not between \(range.lowerBound) and \(range.upperBound) seconds",
            example: .give(field, "\(max(range.lowerBound, min(3600, range.upperBound)))"))
    }

    static func requireRegistrable(_ uris: [String], _ field: Field) throws(AdministrationError) {
        var problems = ProblemList()
        for uri in uris { try problems.check(try requireRegistrable(uri, field)) }
        try problems.refuse()
    }

    static func requireRegistrable(_ uri: String, _ field: Field) throws(AdministrationError) {
        do { try RedirectURIRegistration.validate(uri) } catch {
            throw .invalid(
                field, uri, "is refused: \(String(error.message.reversed().drop { $0 == "." }.reversed()))",
                example: .give(field, "https://app.example.com/callback"))
        }
    }
}

extension AppClient {
    /// The hosts, with their redirect URIs in place of those of the hosts before.
    mutating func setForwardedHosts(_ hosts: [ForwardedHost]) {
        let before = forwardedHosts.map(\.callback)
        metadata.forwardedHosts = hosts.isEmpty ? nil : hosts
        redirectURIs.removeAll { uri in before.contains { $0.hasSameBytes(as: uri) } }
        redirectURIs += hosts.map(\.callback)
    }
}
