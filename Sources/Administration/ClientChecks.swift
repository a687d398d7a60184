import Gateway
import OpenIDConnect
import UserPools
import WireFormats

// What an admin says of a client, checked, and put into effect.

extension Administration {
    /// - Parameter providers: those that the settings name, found.
    static func apply(
        _ settings: ClientSettings, providers: [IdentityProvider.Name], to client: inout AppClient, in pool: UserPool, isNew: Bool = false
    ) throws(AdministrationError) {
        var problems = ProblemList()
        try problems.check { () throws(AdministrationError) in
            if let name = settings.name {
                try Self.requireName(name, field: isNew ? .name : .newName)
                client.name = name
            }
        }
        try problems.check { () throws(AdministrationError) in
            if let change = settings.redirectURIs {
                try Self.requireRegistrable(change.given, field: .redirectURI)
                client.redirectURIs = try change.applied(to: client.redirectURIs, .redirectURI)
                guard !client.redirectURIs.isEmpty else {
                    throw .invalid(.redirectURI, "", "is needed at least once", example: .give(.redirectURI, "https://app.example.com/callback"))
                }
            }
        }
        try problems.check { () throws(AdministrationError) in
            if let change = settings.postLogoutRedirectURIs {
                try Self.requireRegistrable(change.given, field: .logoutURI)
                client.postLogoutRedirectURIs = try change.applied(to: client.postLogoutRedirectURIs, .logoutURI)
            }
        }
        try problems.check { () throws(AdministrationError) in
            if let change = settings.identityProviders { try apply(change, providers, to: &client) }
        }
        if settings.usesDefaultWebOrigins { client.webOrigins = nil }
        try problems.check { () throws(AdministrationError) in
            if let change = settings.webOrigins {
                for origin in change.given where AppClient.origin(of: origin) != origin {
                    throw .invalid(
                        .webOrigin, origin, "is not scheme, host and port of a web page, as a browser writes them (RFC 6454 §6.2)",
                        example: .give(.webOrigin, "https://app.example.com"))
                }
                client.webOrigins = try change.applied(to: client.effectiveWebOrigins, .webOrigin)
            }
        }
        try problems.check { () throws(AdministrationError) in
            if let change = settings.resources {
                for uri in change.given where !pool.resources.contains(where: { $0.uri.utf8.elementsEqual(uri.utf8) }) {
                    throw .invalid(.clientResource, uri, "is not a resource of the pool", example: .act(.addResource))
                }
                client.resources = try change.applied(to: client.resources, .clientResource)
            }
        }
        try problems.check { () throws(AdministrationError) in
            if let change = settings.scopes {
                for scope in change.given where !Self.isScope(scope) {
                    throw .invalid(
                        .scope, scope, "is not a scope (RFC 6749 §3.3)", example: .give([.init(.scope, "openid"), .init(.scope, "email")]))
                }
                client.scopes = try change.applied(to: client.scopes, .scope)
            }
        }
        try problems.check { () throws(AdministrationError) in
            if let change = settings.grantTypes {
                for grant in change.given where !AppClient.grantTypesOffered.contains(grant) {
                    throw .invalid(
                        .grant, grant, "is not offered", example: .give([.init(.grant, "authorization_code"), .init(.grant, "refresh_token")]))
                }
                client.grantTypes = try change.applied(to: client.grantTypes, .grant)
            }
        }
        try problems.check { () throws(AdministrationError) in
            if let pkce = settings.pkce {
                // RFC 9700 §2.1.1: without exception.
                guard pkce == .required || client.isConfidential else {
                    throw .invalid(.pkce, "optional", "is for confidential clients: a public client must use PKCE", example: .give(.pkce, "required"))
                }
                client.pkce = pkce
            }
        }
        let longest = AppClient.Lifetimes.longestToken
        try problems.check { () throws(AdministrationError) in
            client.lifetimes.accessToken =
                try Self.lifetime(settings.accessTokenLifetime, in: 60...longest, field: .accessTokenLifetime) ?? client.lifetimes.accessToken
        }
        try problems.check { () throws(AdministrationError) in
            client.lifetimes.idToken =
                try Self.lifetime(settings.idTokenLifetime, in: 60...longest, field: .idTokenLifetime) ?? client.lifetimes.idToken
        }
        try problems.check { () throws(AdministrationError) in
            client.lifetimes.refreshToken =
                try Self.lifetime(settings.refreshTokenLifetime, in: 60...(3650 * 24 * 3600), field: .refreshTokenLifetime)
                ?? client.lifetimes.refreshToken
        }
        try problems.check { () throws(AdministrationError) in
            client.refreshGrace = try Self.lifetime(settings.refreshGrace, in: 0...60, field: .refreshGrace) ?? client.refreshGrace
        }
        try problems.refuse()
        if let enabled = settings.enabled { client.enabled = enabled }
    }

    /// Which providers the client's users may choose; none named means all of the pool.
    private static func apply(
        _ change: ListChange, _ found: [IdentityProvider.Name], to client: inout AppClient
    ) throws(AdministrationError) {
        let before = client.identityProviders
        // Added to all of them, one is offered already; it must not become the only one.
        if change.replacement == nil, before.isEmpty, change.removed.isEmpty { return }
        let names = try change.applied(to: before.map(\.text), .offeredProvider)
        guard !names.isEmpty || change.replacement != nil else {
            throw .invalid(
                .offeredProvider, change.removed.first ?? "", "is the only one that the client offers; without it all of the pool would be offered",
                example: .words("give an empty list, if that is wanted"))
        }
        client.identityProviders = names.compactMap { name in (before + found).first { $0.text == name } }
    }

    private static func requireRegistrable(_ uris: [String], field: Field) throws(AdministrationError) {
        var problems = ProblemList()
        for uri in uris {
            try problems.check { () throws(AdministrationError) in try requireRegistrable(uri, field: field) }
        }
        try problems.refuse()
    }

    private static func requireRegistrable(_ uri: String, field: Field) throws(AdministrationError) {
        do { try RedirectURIRegistration.validate(uri) } catch {
            throw .invalid(
                field, uri, "is refused: \(String(error.message.reversed().drop { $0 == "." }.reversed()))",
                example: .give(field, "https://app.example.com/callback"))
        }
    }

    private static func lifetime(_ seconds: Int?, in range: ClosedRange<Int>, field: Field) throws(AdministrationError) -> Int? {
        guard let seconds else { return nil }
        guard range.contains(seconds) else {
            throw .invalid(
                field, String(seconds), "is not between \(range.lowerBound) and \(range.upperBound) seconds",
                example: .give(field, "\(max(range.lowerBound, min(3600, range.upperBound)))"))
        }
        return seconds
    }

    /// RFC 6749 §3.3: visible ASCII without quotation mark and backslash.
    static func isScope(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }
}
