import FoundationEssentials
import Gateway
package import UserPools
package import WireFormats

/// Gives leave to register an app, or a few. The token is in the answer and nowhere else.
package struct CreateRegistrationToken: AdminAct {
    let pool: String
    let validFor: Int
    let uses: Int
    let redirectHosts: [String]

    /// - Parameters:
    ///   - validFor: seconds.
    ///   - redirectHosts: to which the apps may have themselves redirected; empty: to all.
    package init(pool: String, validFor: Int, uses: Int, redirectHosts: [String] = []) {
        (self.pool, self.validFor, self.uses, self.redirectHosts) = (pool, validFor, uses, redirectHosts)
    }

    package typealias Made = (token: InitialAccessToken, secret: SecretBytes, pool: UserPool)

    package func perform(at desk: Administration) async throws(AdministrationError) -> Made {
        let pool = try await desk.pool(pool)
        var problems = ProblemList()
        try problems.check(try requireRanges())
        for host in redirectHosts { try problems.check(try Self.requireHost(host)) }
        try problems.refuse()
        guard let id = InitialAccessToken.ID(desk.makeIdentifier(10)) else { throw .store(.corrupt(what: "a new identifier")) }
        let (secret, now) = (SecretBytes(desk.environment.random(32).base64URLText), desk.environment.now())
        let token = InitialAccessToken(
            id: id, poolID: pool.id, hash: SecretHash(of: secret.reveal()), usesLeft: uses,
            redirectHosts: redirectHosts.isEmpty ? nil : redirectHosts.map { ProtocolText($0).lowercased.string }, createdAt: now,
            expiresAt: now.addingTimeInterval(TimeInterval(validFor)))
        let event = desk.event(
            .poolCreateRegistrationToken, .pool, pool.id.text, in: pool.id,
            [
                .init("id", id.text), .init("uses", String(uses)), .init("valid_for", "\(validFor) s"),
                .init("redirect_hosts", redirectHosts.joined(separator: " ")),
            ])
        try await desk.storing { () async throws(StoreError) in try await desk.stores.registrations.insert(token, recorded: event) }
        return (token, secret, pool)
    }

    private func requireRanges() throws(AdministrationError) {
        guard (60...(90 * 24 * 3600)).contains(validFor) else {
            throw .invalid(.validFor, "\(validFor) s", "is not between 60 seconds and 90 days", example: .give(.validFor, "24h"))
        }
        guard (1...1_000).contains(uses) else { throw .invalid(.uses, String(uses), "is not between 1 and 1000", example: .give(.uses, "1")) }
    }

    static func requireHost(_ host: String, _ field: Field = .redirectHost) throws(AdministrationError) {
        // As a redirect URI would have it.
        guard WebAddress("https://\(host)/").map({ $0.host.hasSameBytes(as: ProtocolText(host).lowercased.string) }) == true else {
            throw .invalid(field, host, "is not a host name", example: .give(field, "app.example.com"))
        }
    }
}

/// Takes leave to register back. What was registered stays.
package struct RevokeRegistrationToken: AdminAct {
    let id: String
    let pool: String

    package init(_ id: String, pool: String) { (self.id, self.pool) = (id, pool) }

    package func perform(at desk: Administration) async throws(AdministrationError) {
        let pool = try await desk.pool(pool)
        let event = desk.event(.poolRevokeRegistrationToken, .pool, pool.id.text, in: pool.id, [.init("id", id)])
        guard let identifier = InitialAccessToken.ID(id),
            try await desk.storing({ () async throws(StoreError) in
                try await desk.stores.registrations.revoke(identifier, in: pool.id, recorded: event)
            })
        else { throw .notFound(.registrationToken, name: id, pool: pool.id) }
    }
}

extension Administration {
    /// Those that are good now.
    package func listRegistrationTokens(pool id: String) async throws(AdministrationError) -> [InitialAccessToken] {
        let pool = try await pool(id)
        return try await storing { () async throws(StoreError) in try await stores.registrations.tokens(in: pool.id, at: environment.now()) }
    }
}

/// What an admin says of apps that register themselves in a pool; nil leaves it as it is.
package struct RegistrationChanges: Sendable {
    /// Whether they may, with an initial access token.
    package var byToken: Bool?
    /// So many clients may have registered themselves.
    package var maximum: Int?
    package var unusedDays: Int?
    /// Services of the pool for which such clients may ask.
    package var resources: ListChange?
    /// Whether apps may come by documents at their client_id.
    package var byDocument: Bool?
    /// Hosts of such documents; none: any.
    package var documentHosts: ListChange?

    package init() {}

    package var isEmpty: Bool {
        byDocument == nil && documentHosts == nil && byToken == nil && maximum == nil && unusedDays == nil && resources == nil
    }

    func require() throws(AdministrationError) {
        var problems = ProblemList()
        try problems.check(try Self.require(maximum, in: 1...10_000, .registrationMaximum, example: "1000"))
        try problems.check(try Self.require(unusedDays, in: 1...3_650, .registrationUnusedDays, example: "90"))
        try problems.refuse()
    }

    private static func require(_ number: Int?, in range: ClosedRange<Int>, _ field: Field, example: String) throws(AdministrationError) {
        guard let number, !range.contains(number) else { return }
        throw .invalid(field, String(number), "is not between \(range.lowerBound) and \(range.upperBound)", example: .give(field, example))
    }

    func apply(to pool: inout UserPool) throws(AdministrationError) {
        guard !isEmpty else { return }
        var settings = pool.settings.registration ?? RegistrationSettings()
        settings.byDocument = byDocument ?? settings.byDocument
        if let documentHosts {
            for host in documentHosts.given { try CreateRegistrationToken.requireHost(host, .clientIDMetadataHost) }
            let hosts = try documentHosts.applied(to: settings.documentHosts ?? [], .clientIDMetadataHost).map { ProtocolText($0).lowercased.string }
            settings.documentHosts = hosts.isEmpty ? nil : hosts
        }
        settings.byToken = byToken ?? settings.byToken
        settings.maximum = maximum ?? settings.maximum
        settings.unusedDays = unusedDays ?? settings.unusedDays
        if let resources {
            for uri in resources.given where !pool.resources.contains(where: { $0.uri.hasSameBytes(as: uri) }) {
                throw .invalid(.registrationResource, uri, "is not a resource of the pool", example: .act(.addResource))
            }
            let uris = try resources.applied(to: settings.resources ?? [], .registrationResource)
            settings.resources = uris.isEmpty ? nil : uris
        }
        pool.settings.registration = settings == RegistrationSettings() ? nil : settings
    }
}
