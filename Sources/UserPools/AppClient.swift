package import FoundationEssentials
import WireFormats

/// An app's registration in a pool: `client_id` and what it may do (RFC 6749 §2).
package struct AppClient: Sendable, Hashable, Identified {
    package typealias ID = Identifier<AppClient>

    /// Seconds that what is issued to this client lives.
    package struct Lifetimes: Sendable, Hashable {
        package var accessToken = 3600
        package var idToken = 3600
        package var refreshToken = 30 * 24 * 3600
        package var code = 300
        package init() {}

        /// The most that an access or ID token may have.
        package static let longestToken = 24 * 3600
    }

    package let id: ID
    package let poolID: UserPool.ID
    package var name: String
    /// Empty for a public client, and for one with a key; oldest first.
    package var secrets: [ClientSecret]
    /// How it proves who it is; nil: by its secret, in the header or in the body, or not at all where it has none.
    package var authentication: ClientAuthentication?
    /// Of a client that proves itself by a key.
    package var keys: ClientKeySet?
    package var redirectURIs: [String]
    package var postLogoutRedirectURIs: [String]
    /// Where somebody else may ask the app to begin a sign-in (OpenID Connect Core §4); nil: nowhere.
    package var initiateLoginURI: String?
    package var grantTypes: [String]
    package var scopes: [String]
    /// Where its pages may be that call us from a browser (`https://app.example`); nil is the origins of its redirect URIs.
    package var webOrigins: [String]?
    /// URIs of the pool's resource servers for which it may ask (RFC 8707).
    package var resources: [String]
    /// URIs of the pool's resource servers that this client is: it may introspect tokens for them (RFC 7662).
    package var serves: [String] = []
    /// Groups of which a user needs one to get in; empty: everybody may.
    package var requiredGroups: [String] = []
    /// Whether its authorization requests must be pushed (RFC 9126 §6).
    package var requiresPushedRequests = false
    /// Whether its tokens must be bound to a key (RFC 9449 §5.2).
    package var requiresDPoP = false
    /// What else was registered of it.
    package var metadata = ClientMetadata()
    package var pkce: PKCERequirement
    /// The providers its users may choose; empty means every provider of the pool.
    package var identityProviders: [IdentityProvider.Name]
    package var lifetimes: Lifetimes
    /// Seconds in which a refresh token that was just rotated gives the same successor again, as long as that was not used; 0 ends the family
    /// at once. An answer may be lost on its way, by a kill of the server or of the line: nobody is signed out for that.
    package var refreshGrace: Int
    package var enabled: Bool
    package let createdAt: Date

    package init(
        id: ID, poolID: UserPool.ID, name: String, secrets: [ClientSecret] = [], redirectURIs: [String], postLogoutRedirectURIs: [String] = [],
        webOrigins: [String]? = nil, resources: [String] = [], pkce: PKCERequirement? = nil,
        grantTypes: [String] = ["authorization_code", "refresh_token"], scopes: [String] = ["openid", "email", "profile", "phone"],
        identityProviders: [IdentityProvider.Name] = [], lifetimes: Lifetimes = Lifetimes(), refreshGrace: Int = 10, enabled: Bool = true,
        createdAt: Date
    ) {
        self.id = id
        self.poolID = poolID
        self.name = name
        self.secrets = secrets
        self.redirectURIs = redirectURIs
        self.postLogoutRedirectURIs = postLogoutRedirectURIs
        self.webOrigins = webOrigins
        self.resources = resources
        // RFC 9700 §2.1.1: public clients without exception.
        self.pkce = secrets.isEmpty ? .required : pkce ?? .optional
        self.grantTypes = grantTypes
        self.scopes = scopes
        self.identityProviders = identityProviders
        self.lifetimes = lifetimes
        self.refreshGrace = refreshGrace
        self.enabled = enabled
        self.createdAt = createdAt
    }

    package var isConfidential: Bool { !secrets.isEmpty || authentication == .privateKey || authentication?.isByCertificate == true }

    /// Whether the app is for this person: everybody's, or of one of its groups.
    package func admits(_ user: User, at now: Date) -> Bool {
        guard !requiredGroups.isEmpty else { return true }
        let groups = user.groups(at: now)
        return requiredGroups.contains { required in groups.contains { $0.hasSameBytes(as: required) } }
    }

    /// Whether people sign in by it; else it asks for itself alone.
    package var signsPeopleIn: Bool { usesRedirectURIs || signsDevicesIn }
    /// Whether it gets codes by the browser, and so has an address for them.
    package var usesRedirectURIs: Bool { grantTypes.contains("authorization_code") }
    /// Whether it runs on devices that people let in with a browser elsewhere (RFC 8628).
    package var signsDevicesIn: Bool { grantTypes.contains(Self.deviceGrantType) }

    package static let deviceGrantType = "urn:ietf:params:oauth:grant-type:device_code"
    package static let workloadGrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    package static let exchangeGrantType = "urn:ietf:params:oauth:grant-type:token-exchange"

    package static func acceptsIdentifier(_ text: String) -> Bool {
        IdentifierAlphabet.accepts(text, length: 1...128, others: "-_+.") || isDocumentAddress(text)
    }

    /// As long as any identifier may be.
    package static let maximumIdentifierLength = 512

    /// draft-ietf-oauth-client-id-metadata-document §3: https, a path without segments of dots, no user name, no fragment. Never another spelling of
    /// the same address: identifiers are compared byte for byte.
    private static func isDocumentAddress(_ text: String) -> Bool {
        guard text.utf8.starts(with: "https://".utf8), text.utf8.count <= maximumIdentifierLength, let address = WebAddress(text) else {
            return false
        }
        let path = ProtocolText(address.path)
        return path.hasPrefix("/") && !path.hasDotSegment
    }
}

extension Identifier<AppClient> {
    /// Whether it is the address of the client's metadata.
    package var isDocumentAddress: Bool { text.utf8.starts(with: "https://".utf8) }
}

/// Whether an authorization request must have a code challenge (RFC 7636, RFC 9700 §2.1.1).
package enum PKCERequirement: String, Sendable, CaseIterable { case required, optional }

/// One of a client's secrets. Two may be live at once, so that an app can be given the new one before the old one ends.
package struct ClientSecret: Sendable, Hashable {
    /// SHA-256 of the secret.
    package let hash: SecretHash
    package let createdAt: Date
    /// nil: until it is replaced.
    package var expiresAt: Date?

    package init(hash: SecretHash, createdAt: Date, expiresAt: Date? = nil) {
        self.hash = hash
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    package func isLive(at now: Date) -> Bool { expiresAt.map { now < $0 } ?? true }

    /// How many may be live at once.
    package static let maximumLive = 2
}

extension AppClient {
    package func liveSecrets(at now: Date) -> [ClientSecret] { secrets.filter { $0.isLive(at: now) } }

    /// Gives the client another secret; the one it had last stays valid for `seconds` at most, those before it end.
    package mutating func rotateSecret(to hash: SecretHash, oldValidFor seconds: TimeInterval, at now: Date) {
        var kept = liveSecrets(at: now).suffix(ClientSecret.maximumLive - 1)
        let end = now.addingTimeInterval(seconds)
        for index in kept.indices { kept[index].expiresAt = min(kept[index].expiresAt ?? end, end) }
        secrets = kept.filter { $0.isLive(at: now) } + [ClientSecret(hash: hash, createdAt: now)]
    }

    /// The one that nothing has replaced yet.
    package func newestSecret(at now: Date) -> ClientSecret? {
        let live = liveSecrets(at: now)
        return live.last { $0.expiresAt == nil } ?? live.last
    }

    /// Gives the client another secret in place of the newest one, which ends; the one before that stays valid for `seconds` from now on at least.
    package mutating func replaceNewestSecret(with hash: SecretHash, olderValidFor seconds: TimeInterval, at now: Date) {
        let newest = newestSecret(at: now)
        var kept = liveSecrets(at: now).filter { $0.hash != newest?.hash }
        for index in kept.indices { kept[index].expiresAt = kept[index].expiresAt.map { max($0, now.addingTimeInterval(seconds)) } }
        secrets = kept.filter { $0.isLive(at: now) } + [ClientSecret(hash: hash, createdAt: now)]
    }

    /// The origins whose pages may call us: those that were registered, else those of the redirect URIs.
    package var effectiveWebOrigins: [String] {
        webOrigins ?? redirectURIs.compactMap(Self.origin).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// Scheme, host and port of an http or https URI, as a browser writes them (RFC 6454 §6.2); nil for an app's own scheme.
    package static func origin(of uri: String) -> String? {
        let bytes = Array(uri.utf8)
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")] where bytes.starts(with: scheme.utf8) {
            let authority = bytes.dropFirst(scheme.utf8.count).prefix { !"/?#".utf8.contains($0) }
            guard !authority.isEmpty, !authority.contains(UInt8(ascii: "@")), !authority.contains(UInt8(ascii: "\\")) else { return nil }
            let text = String(decoding: authority, as: UTF8.self).lowercased()
            return scheme + (text.hasSuffix(port) ? String(text.dropLast(port.count)) : text)
        }
        return nil
    }
}
