import Foundation
import Testing
import UserPools

/// What a client's registration says of its secrets, of PKCE and of the pages that may call us.
@Suite struct AppClientTests {
    private let now = Date(timeIntervalSince1970: 1_000_000)

    private func client(secrets: [ClientSecret] = [], redirectURIs: [String] = [], pkce: PKCERequirement? = nil) -> AppClient {
        AppClient(
            id: AppClient.ID("client-1")!, poolID: UserPool.ID("local_Ab3")!, name: "Orders", secrets: secrets, redirectURIs: redirectURIs,
            pkce: pkce,
            createdAt: now)
    }

    private func hash(_ byte: UInt8) -> SecretHash { SecretHash([UInt8](repeating: byte, count: 32))! }

    @Test("two secrets are live at once: a third ends the first, and an old one ends when it is said")
    func rotateSecret() {
        var app = client(secrets: [ClientSecret(hash: hash(1), createdAt: now)])
        app.rotateSecret(to: hash(2), oldValidFor: 3600, at: now)
        #expect(app.liveSecrets(at: now + 3599).map(\.hash) == [hash(1), hash(2)])
        #expect(app.liveSecrets(at: now + 3600).map(\.hash) == [hash(2)])
        app.rotateSecret(to: hash(3), oldValidFor: 7200, at: now + 60)
        #expect(app.secrets.map(\.hash) == [hash(2), hash(3)])
        app.rotateSecret(to: hash(4), oldValidFor: 0, at: now + 120)
        #expect(app.secrets.map(\.hash) == [hash(4)] && app.isConfidential)
    }

    @Test("an old secret is never made to live longer by another rotation")
    func noProlonging() {
        var app = client(secrets: [ClientSecret(hash: hash(1), createdAt: now, expiresAt: now + 60)])
        app.rotateSecret(to: hash(2), oldValidFor: 3600, at: now)
        #expect(app.secrets.first?.expiresAt == now + 60)
    }

    @Test("the newest secret is replaced: it ends, and the one before it, whichever stands first, is good for a while from then on")
    func replaceNewest() {
        var app = client(secrets: [
            ClientSecret(hash: hash(2), createdAt: now), ClientSecret(hash: hash(1), createdAt: now, expiresAt: now + 60),
        ])
        #expect(app.newestSecret(at: now)?.hash == hash(2))
        app.replaceNewestSecret(with: hash(3), olderValidFor: 3600, at: now)
        #expect(app.secrets.map(\.hash) == [hash(1), hash(3)] && app.secrets.map(\.expiresAt) == [now + 3600, nil])
        // What it was promised before it keeps.
        app.replaceNewestSecret(with: hash(4), olderValidFor: 0, at: now)
        #expect(app.secrets.map(\.hash) == [hash(1), hash(4)] && app.secrets.map(\.expiresAt) == [now + 3600, nil])
    }

    @Test("RFC 9700 §2.1.1: PKCE is required of public clients, whatever is said; of confidential ones it is the admin's choice")
    func pkce() {
        let secret = ClientSecret(hash: hash(1), createdAt: now)
        #expect(client().pkce == .required && client(pkce: .optional).pkce == .required)
        #expect(client(secrets: [secret]).pkce == .optional && client(secrets: [secret], pkce: .required).pkce == .required)
    }

    @Test(
        "RFC 6454 §6.2: the origins of redirect URIs, as browsers write them",
        arguments: [
            ("https://app.example/callback", "https://app.example"), ("https://App.example:443/cb?x=1", "https://app.example"),
            ("https://app.example:8443", "https://app.example:8443"), ("http://127.0.0.1:80/cb", "http://127.0.0.1"),
            ("http://localhost:5173/cb", "http://localhost:5173"), ("com.example.app:/cb", nil), ("https://user@app.example/", nil),
        ])
    func origins(_ uri: String, _ origin: String?) {
        #expect(client(redirectURIs: [uri, uri]).effectiveWebOrigins == [origin].compactMap(\.self))
    }

    @Test("origins that were registered take the place of those of the redirect URIs, also where there is none")
    func registeredOrigins() {
        var app = client(redirectURIs: ["https://app.example/callback"])
        app.webOrigins = ["https://spa.example"]
        #expect(app.effectiveWebOrigins == ["https://spa.example"])
        app.webOrigins = []
        #expect(app.effectiveWebOrigins.isEmpty)
    }
}
