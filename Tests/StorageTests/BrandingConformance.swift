import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

extension StoreConformanceTests {
    private func image(_ byte: UInt8, mediaType: String = "image/png") -> Image {
        Image(reference: ImageReference(hash: String(repeating: "h", count: 40) + "\(byte)", mediaType: mediaType), bytes: [byte, 0, 255])
    }

    @Test("branding: everything is kept", arguments: DatabaseKind.all)
    func branding(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            var pool = example.pool
            pool.branding.displayName = "Åcme"
            pool.branding.accent = "#0b57d0"
            try await stores.pools.insert(pool)
            #expect(try await stores.pools.find(pool.id) == pool)
            pool.branding.accent = nil
            pool.branding.darkAccent = "#8ab4f8"
            pool.branding.privacyURL = "https://example.com/privacy"
            pool.branding.termsURL = "https://example.com/terms"
            #expect(try await stores.pools.update(pool))
            #expect(try await stores.pools.find(pool.id) == pool)

            let logo = image(1)
            #expect(try await stores.pools.setLogo(logo, of: pool.id))
            pool.branding.logo = logo.reference
            #expect(try await stores.pools.find(domain: "id.example.com") == pool)
            // It stays without being given again, and another one has to be given.
            pool.branding.displayName = nil
            #expect(try await stores.pools.update(pool))
            #expect(try await stores.pools.list() == [pool])
            var other = pool
            other.branding.logo = image(2).reference
            await #expect(throws: StoreError.corrupt(what: "changed logo")) { try await stores.pools.update(other) }
            #expect(try await stores.pools.setLogo(nil, of: pool.id))
            #expect(try await stores.pools.find(pool.id)?.branding.logo == nil)
        }
    }

    @Test("images: one that nobody refers to any more is gone, one that somebody does stays; pools are apart", arguments: DatabaseKind.all)
    func images(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (one, two, pool) = (image(1), image(2, mediaType: "image/svg+xml"), example.poolID)
            func stored(_ image: Image) async throws -> Image? { try await stores.images.find(hash: image.reference.hash, in: pool) }
            #expect(try await stored(one) == nil)
            #expect(try await stores.pools.setLogo(one, of: pool))
            #expect(try await stores.providers.setLogo(one, of: example.provider, in: pool))
            #expect(try await stored(one) == one)
            #expect(try await stores.providers.find(example.provider, in: pool)?.logo == one.reference)
            #expect(try await stores.pools.setLogo(two, of: pool))
            #expect(try await stored(one) == one)
            #expect(try await stored(two) == two)
            #expect(try await stores.providers.setLogo(nil, of: example.provider, in: pool))
            #expect(try await stored(one) == nil)
            #expect(try await stored(two) == two)
            #expect(try await stores.providers.find(example.provider, in: pool)?.logo == nil)

            let other = UserPool(id: UserPool.ID("local_other")!, name: "Other", domain: nil, signingAlgorithm: "RS256", createdAt: example.now)
            #expect(try await stores.pools.setLogo(one, of: other.id) == false)
            #expect(try await stores.providers.setLogo(one, of: IdentityProvider.Name("nobody")!, in: pool) == false)
            #expect(try await stored(one) == nil)
            try await stores.pools.insert(other)
            #expect(try await stores.pools.setLogo(two, of: other.id))
            #expect(try await stores.pools.setLogo(nil, of: pool))
            #expect(try await stored(two) == nil)
            #expect(try await stores.images.find(hash: two.reference.hash, in: other.id) == two)
            #expect(try await stores.pools.delete(other.id))
            #expect(try await stores.images.find(hash: two.reference.hash, in: other.id) == nil)
        }
    }

    @Test("images: two that change logos at once leave no reference to what is gone", arguments: DatabaseKind.all)
    func imagesAtOnce(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let outcomes = await gather(40) { index throws(StoreError) in
                let stores = index.isMultiple(of: 2) ? first : second
                let image = image(UInt8(index % 3))
                return index.isMultiple(of: 4)
                    ? try await stores.pools.setLogo(image, of: example.poolID)
                    : try await stores.providers.setLogo(image, of: example.provider, in: example.poolID)
            }
            #expect(outcomes.failures == [] && outcomes.successes.allSatisfy { $0 })
            let pool = try #require(try await first.pools.find(example.poolID)?.branding.logo)
            let provider = try #require(try await first.providers.find(example.provider, in: example.poolID)?.logo)
            for reference in [pool, provider] {
                #expect(try await second.images.find(hash: reference.hash, in: example.poolID)?.reference == reference)
            }
        }
    }

    @Test("offers: enabled providers in the order of their buttons, or those of a list in its order", arguments: DatabaseKind.all)
    func offers(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            let pool = example.poolID
            try await stores.pools.insert(example.pool)
            for (name, displayName, enabled) in [
                ("b", "Zeta", true), ("c", nil, true), ("A", nil, true), ("d", "Öl 100%_!", true), ("e", nil, false),
            ] {
                var provider = example.identityProvider(name, entityID: "https://\(name).example", domains: name == "e" ? ["e.example"] : [])
                provider.displayName = displayName
                provider.enabled = enabled
                try await stores.providers.insert(provider)
                #expect(try await stores.providers.find(provider.name, in: pool)?.displayName == displayName)
            }
            func names(_ texts: String...) -> [IdentityProvider.Name] { texts.map { IdentityProvider.Name($0)! } }
            func list(among names: [IdentityProvider.Name]? = nil, limit: Int = 10) async throws -> [String] {
                try await stores.offers.list(in: pool, among: names, limit: limit).map(\.name.text)
            }
            func search(_ text: String, among names: [IdentityProvider.Name]? = nil, limit: Int = 10) async throws -> [String] {
                try await stores.offers.search(text, in: pool, among: names, limit: limit).map(\.name.text)
            }
            #expect(try await list() == ["A", "c", "b", "d"])
            #expect(try await list(limit: 2) == ["A", "c"])
            #expect(try await list(among: names("d", "e", "nobody", "A")) == ["d", "A"])
            #expect(try await list(among: names("d", "A"), limit: 1) == ["d"])
            for among in [nil, names("b", "c", "A", "d", "e")] {
                #expect(try await search("ZET", among: among) == ["b"])
                #expect(try await search("B", among: among) == ["b"])
                #expect(try await search("ÖL", among: among) == ["d"])
                #expect(try await search("%", among: among) == ["d"])
                #expect(try await search("_", among: among) == ["d"])
                #expect(try await search("!", among: among) == ["d"])
                #expect(try await search("%_", among: among) == ["d"])
                #expect(try await search("e", among: among) == ["b"])
                #expect(try await search("z%a", among: among) == [])
            }
            #expect(try await search("", limit: 3) == ["A", "c", "b"])
            #expect(try await search("zeta", among: names("c")) == [])
            // A disabled provider's domain leads nowhere.
            #expect(try await stores.offers.hasDomains(in: pool, among: nil) == false)
            #expect(try await stores.offers.hasDomains(in: pool, among: names("e")) == false)
            var changed = example.identityProvider("c", entityID: "https://c.example", domains: ["c.example"])
            changed.displayName = "Yota"
            #expect(try await stores.providers.update(changed))
            #expect(try await stores.offers.hasDomains(in: pool, among: nil))
            #expect(try await stores.offers.hasDomains(in: pool, among: names("A", "c")))
            #expect(try await stores.offers.hasDomains(in: pool, among: names("A", "b")) == false)
            #expect(try await list() == ["A", "c", "b", "d"])
            #expect(try await search("yota") == ["c"])
            #expect(try await stores.offers.list(in: UserPool.ID("local_other")!, among: nil, limit: 10).isEmpty)
        }
    }

    @Test("what enabled providers of a pool map for acr_values: in order, each once, as long as they do", arguments: DatabaseKind.all)
    func acrValues(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            let pool = example.poolID
            try await example.prepare(stores)
            func map(_ name: String, _ acrs: [String]) async throws {
                var provider = example.identityProvider(name, entityID: "https://\(name).example")
                guard case .saml(var connection) = provider.kind else { throw StoreError.corrupt(what: "example") }
                connection.contextMapping = AuthenticationContextMapping(acrs.map { .init(acr: $0, upstream: "urn:" + $0) })
                provider.kind = .saml(connection)
                if try await !stores.providers.update(provider) { try await stores.providers.insert(provider) }
            }
            #expect(try await stores.offers.acrValues(in: pool) == [])
            try await map("a", ["mfa", "b", "mfa"])
            try await map("c", ["mfa", "a"])
            try await map("d", ["mfa", "a"])
            #expect(try await stores.offers.acrValues(in: pool) == ["a", "b", "mfa"])
            #expect(try await stores.offers.acrValues(in: UserPool.ID("local_other")!) == [])
            try await map("a", [])
            #expect(try await stores.offers.acrValues(in: pool) == ["a", "mfa"])
        }
    }

    @Test("the sign-in page's queries read one index, in its order, and no provider's metadata")
    func offerPlans() async throws {
        let database = try await SQLiteDatabase.temporary()
        for (statement, values) in [
            (SQLOfferStore.list, [SQLValue.text("p"), .integer(13)]), (SQLOfferStore.search, [.text("p"), .text("%a%"), .integer(20)]),
        ] {
            let plan = try await database.read { connection throws(StoreError) in try connection.rows("EXPLAIN QUERY PLAN " + statement, values) }
            let text = plan.map { "\($0.values)" }.joined()
            #expect(plan.count == 1 && text.contains("USING COVERING INDEX identity_providers_offered"), "\(text)")
        }
        await database.close()
    }
}
