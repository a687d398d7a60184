import Foundation
import TestSupport
import Testing
import UserPools

/// When certificates and documents end, and who warned of it.
extension StoreConformanceTests {
    @Test(
        "ends: enabled SAML providers of all pools in pages; of ten servers one warns, and again only of the next threshold",
        arguments: DatabaseKind.all)
    func providerEnds(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            let mine = example.identityProvider("b", entityID: "https://b.example")
            try await first.providers.insert(mine)
            var off = example.identityProvider("c", entityID: "https://c.example")
            off.enabled = false
            try await first.providers.insert(off)
            let page = try await first.ends.list(after: nil, limit: 1)
            #expect(page.map(\.provider.text) == ["b"] && page[0].readAt == nil && !page[0].isRead)
            #expect(try await first.ends.list(after: page[0], limit: 10).map(\.provider) == [example.provider])

            var ends = page[0]
            ends.until = [.certificate: example.now.addingTimeInterval(86_400)]
            try await first.ends.keep(ends)
            let kept = try #require(try await second.ends.list(after: nil, limit: 1).first)
            #expect(kept.isRead && kept.until == ends.until && kept.warned == [:] && !kept.isKeptFresh)
            let told = await gather(10) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).ends.warn(.certificate, of: kept, days: 30)
            }
            #expect(told.failures == [] && told.successes.count { $0 } == 1)
            let warned = try #require(try await first.ends.list(after: nil, limit: 1).first)
            #expect(warned.warned == [.certificate: 30])
            #expect(try await second.ends.warn(.certificate, of: warned, days: 14))
            #expect(try await second.ends.warn(.document, of: warned, days: 1))
            #expect(try await first.ends.list(after: nil, limit: 1).first?.warned == [.certificate: 14, .document: 1])
            #expect(try await first.providers.delete(mine.name, in: example.poolID))
            try await first.ends.keep(ends)
            #expect(try await first.ends.list(after: nil, limit: 10).map(\.provider) == [example.provider])
        }
    }
}
