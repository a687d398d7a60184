import Foundation
import TestSupport
import Testing
import UserPools

@testable import Storage

/// Members of federations: one generation that everybody reads, and one that is imported.
extension StoreConformanceTests {
    private func search(_ text: String, _ stores: Stores, limit: Int = 20) async throws -> [String] {
        try await stores.federations.search(
            FederationWords.terms(of: text), of: example.federation, in: example.poolID, at: example.now, limit: limit
        ).map(\.entityID)
    }

    @Test("federations: what is staged nobody sees until it is complete; then it takes the place of all that was", arguments: DatabaseKind.all)
    func generations(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            try await first.providers.insert(example.federation())
            #expect(try await first.providers.find(example.federation, in: example.poolID) == example.federation())
            let (a, b) = (example.member("https://a.example.edu/idp", "University of A"), example.member("https://b.example.edu/idp", "B College"))
            #expect(try await first.federations.status(of: example.federation, in: example.poolID) == nil)
            #expect(try await example.importing([a], first)?.members == 1)
            #expect(try await second.federations.find(a.entityID, of: example.federation, in: example.poolID) == a)

            let (pool, later) = (example.poolID, example.now.addingTimeInterval(60))
            let begun = try await first.federations.begin(example.newGeneration(), of: example.federation, in: pool, at: example.now, lease: later)
            let staged = try #require(begun)
            #expect(try await first.federations.stage([b], staged, lease: later))
            await #expect(throws: StoreError.self) { _ = try await first.federations.stage([a, b], staged, lease: later) }
            #expect(try await second.federations.find(b.entityID, of: example.federation, in: pool) == nil)
            #expect(try await search("college", second) == [])
            #expect(try await search("university", second) == [a.entityID])
            #expect(try await second.federations.status(of: example.federation, in: pool)?.importingUntil == later)

            let until = example.now.addingTimeInterval(3600)
            let after = try await first.federations.complete(
                staged, read: example.federationSettings, validUntil: until, acceptsOlder: false, at: example.now
            ) {
                before, after in
                AuditEvent.any(.provider, "edu \(before?.members ?? 0) \(after.members)", in: pool)
            }
            #expect(
                after
                    == FederationStatus(
                        poolID: pool, federation: example.federation, members: 1, importedAt: example.now, validUntil: until, importingUntil: nil,
                        endsNotBefore: until))
            #expect(try await first.audit.list(in: pool, target: nil, limit: 1).first?.target.name == "edu 1 1")
            #expect(try await second.federations.find(a.entityID, of: example.federation, in: pool) == nil)
            #expect(try await search("university", second) == [])
            #expect(try await search("college", second) == [b.entityID])
            #expect(try await second.federations.federations(having: b.entityID, in: pool, limit: 9) == [example.federation])
            #expect(try await second.federations.federations(having: a.entityID, in: pool, limit: 9) == [])
            // Once.
            #expect(
                try await first.federations.complete(staged, read: example.federationSettings, validUntil: nil, acceptsOlder: false, at: example.now)
                { _, _ in nil }
                    == nil)
            #expect(try await first.federations.stage([a], staged, lease: later) == false)
        }
    }

    @Test("federations: of two importers at once one goes on; one that is not heard of loses its place", arguments: DatabaseKind.all)
    func importers(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            try await first.providers.insert(example.federation())
            let (pool, federation, now) = (example.poolID, example.federation, example.now)
            let generations = (0..<8).map { _ in example.newGeneration() }
            let begun = await gather(8) { index throws(StoreError) in
                try await (index.isMultiple(of: 2) ? first : second).federations.begin(
                    generations[index], of: federation, in: pool, at: now, lease: now.addingTimeInterval(60))
            }
            #expect(begun.failures == [])
            let staged = try #require(begun.successes.compactMap(\.self).first)
            #expect(begun.successes.compactMap(\.self).count == 1)
            #expect(try await first.federations.stage([example.member("https://a.example", "A")], staged, lease: now.addingTimeInterval(120)))
            let late = now.addingTimeInterval(119)
            #expect(try await second.federations.begin(example.newGeneration(), of: federation, in: pool, at: late, lease: late) == nil)

            // Killed: the next takes its place, and the dead one's rows are swept.
            let next = now.addingTimeInterval(120)
            let other = try #require(
                try await second.federations.begin(example.newGeneration(), of: federation, in: pool, at: next, lease: next.addingTimeInterval(60)))
            #expect(try await first.federations.stage([example.member("https://b.example", "B")], staged, lease: next) == false)
            #expect(
                try await first.federations.complete(staged, read: example.federationSettings, validUntil: nil, acceptsOlder: false, at: next) {
                    _, _ in nil
                } == nil)
            // Nothing empties a federation.
            #expect(
                try await second.federations.complete(other, read: example.federationSettings, validUntil: nil, acceptsOlder: false, at: next) {
                    _, _ in nil
                } == nil)
            #expect(try await second.federations.sweep(limit: 10) == 1)
            #expect(try await second.federations.stage([example.member("https://c.example", "C")], other, lease: next))
            #expect(
                try await second.federations.complete(other, read: example.federationSettings, validUntil: nil, acceptsOlder: false, at: next) {
                    _, _ in nil
                }?.members
                    == 1)
            #expect(try await second.federations.find("https://c.example", of: federation, in: pool) != nil)

            let abandoned = try #require(
                try await first.federations.begin(example.newGeneration(), of: federation, in: pool, at: next, lease: next.addingTimeInterval(60)))
            try await first.federations.abandon(abandoned)
            #expect(try await first.federations.status(of: federation, in: pool)?.importingUntil == nil)
        }
    }

    @Test(
        "case 74: federations: a document that ends sooner than the one that is held replaces nothing, whoever began first",
        arguments: DatabaseKind.all)
    func rolledBack(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            try await first.providers.insert(example.federation())
            let until = example.now.addingTimeInterval(7200)
            let earlier = until.addingTimeInterval(-1)
            func importing(_ name: String, until: Date, acceptsOlder: Bool = false) async throws -> FederationStatus? {
                try await example.importing(
                    [example.member("https://\(name).example", name)], second, until: until, acceptsOlder: acceptsOlder)
            }
            #expect(try await importing("new", until: until) != nil)
            #expect(try await importing("old", until: earlier) == nil)
            #expect(try await first.federations.find("https://new.example", of: example.federation, in: example.poolID) != nil)
            #expect(try await first.federations.find("https://old.example", of: example.federation, in: example.poolID) == nil)
            // Who says so takes it, and the next one is measured by it.
            #expect(try await importing("old", until: earlier, acceptsOlder: true)?.endsNotBefore == earlier)
            #expect(try await importing("older", until: earlier.addingTimeInterval(-1)) == nil)
        }
    }

    @Test("federations: of another signer or from another address no document is an older one, and servers look at once", arguments: DatabaseKind.all)
    func anyMayCome(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            try await first.providers.insert(example.federation())
            let (pool, federation, until) = (example.poolID, example.federation, example.now.addingTimeInterval(7200))
            let changes: [(isOther: Bool, isDue: Bool, (inout FederationConnection) -> Void)] = [
                (true, true, { $0.signers = FederationSigners(["YW5vdGhlcg=="])! }), (true, true, { $0.metadataURL = "https://other.example" }),
                (false, true, { $0.filters.excluded = ["https://evil.example"] }), (false, false, { $0.subjectAttribute = "eduPersonUniqueId" }),
            ]
            for (isOther, isDue, change) in changes {
                let held = try await example.importing([example.member("https://a.example", "A")], first, until: until, acceptsOlder: true)
                #expect(held?.endsNotBefore == until)
                let later = example.now.addingTimeInterval(3600)
                _ = try await second.following.take(dueAt: example.now, until: later, limit: 9)
                var changed = example.federation(), connection = try await settings(first)
                change(&connection)
                changed.kind = .federation(connection)
                #expect(try await second.providers.update(changed))
                let status = try await first.federations.status(of: federation, in: pool)
                #expect(status?.endsNotBefore == (isOther ? nil : until))
                // What is held ends when it ends.
                #expect(status?.validUntil == until && status?.members == 1)
                #expect(try await first.following.take(dueAt: example.now, until: later, limit: 9).count == (isDue ? 1 : 0))
                let older = try await example.importing([example.member("https://b.example", "B")], second, until: example.now)
                #expect((older != nil) == isOther)
            }
        }
    }

    @Test(
        "federations: what was read by settings that an admin changed meanwhile takes nobody's place; how people are asked is none of them",
        arguments: DatabaseKind.all)
    func changedMeanwhile(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { first, second in
            try await example.prepare(first)
            try await first.providers.insert(example.federation())
            let (pool, federation, now) = (example.poolID, example.federation, example.now)
            let changes: [(isOther: Bool, (inout FederationConnection) -> Void)] = [
                (true, { $0.signers = FederationSigners(["YW5vdGhlcg=="])! }), (true, { $0.metadataURL = "https://other.example/all.xml" }),
                (true, { $0.source = .mdq }), (true, { $0.filters.excluded = ["https://evil.example"] }),
                (false, { $0.subjectAttribute = "eduPersonUniqueId" }),
            ]
            for (isOther, change) in changes {
                let old = try await settings(first)
                var new = old
                change(&new)
                let staged = try #require(
                    try await first.federations.begin(
                        example.newGeneration(), of: federation, in: pool, at: now, lease: now.addingTimeInterval(60)))
                #expect(try await first.federations.stage([example.member("https://evil.example", "Evil")], staged, lease: now))
                var changed = example.federation()
                changed.kind = .federation(new)
                #expect(try await second.providers.update(changed))
                #expect(
                    try await isConflict {
                        _ = try await first.federations.complete(staged, read: old, validUntil: nil, acceptsOlder: false, at: now) { _, _ in nil }
                    } == isOther)
                #expect(
                    try await isConflict {
                        try await first.federations.keep(example.member("https://evil.example", "Evil"), of: federation, in: pool, read: old, at: now)
                    } == isOther)
                let found = try await second.federations.find("https://evil.example", of: federation, in: pool)
                #expect((found == nil) == isOther)
                try await first.federations.abandon(staged)
            }
        }
    }

    @Test(
        "federations: members that came one by one are nobody's once the signer is another, and come again by the new one",
        arguments: DatabaseKind.all)
    func otherSigner(_ kind: DatabaseKind) async throws {
        try await kind.withTwo { stores, _ in
            try await example.prepare(stores)
            let (pool, federation, now) = (example.poolID, example.federation, example.now)
            var provider = example.federation()
            var connection = try #require({ if case .federation(let connection) = provider.kind { connection } else { nil } }())
            connection.source = .mdq
            provider.kind = .federation(connection)
            try await stores.providers.insert(provider)
            let member = example.member("https://one.example", "One")
            try await stores.federations.keep(member, of: federation, in: pool, read: connection, at: now)
            #expect(try await stores.federations.find(member.entityID, of: federation, in: pool) != nil)
            connection.signers = FederationSigners(["YW5vdGhlcg=="])!
            provider.kind = .federation(connection)
            #expect(try await stores.providers.update(provider))
            #expect(try await stores.federations.find(member.entityID, of: federation, in: pool) == nil)
            try await stores.federations.keep(example.member("https://two.example", "Two"), of: federation, in: pool, read: connection, at: now + 1)
            #expect(try await stores.federations.find(member.entityID, of: federation, in: pool) == nil)
            #expect(try await stores.federations.find("https://two.example", of: federation, in: pool) != nil)
        }
    }

    private func isConflict(_ body: () async throws -> Void) async throws -> Bool {
        do {
            try await body()
            return false
        } catch StoreError.conflict {
            return true
        }
    }

    private func settings(_ stores: Stores) async throws -> FederationConnection {
        guard case .federation(let connection)? = try await stores.providers.find(example.federation, in: example.poolID)?.kind else {
            throw StoreError.corrupt(what: "federation")
        }
        return connection
    }

    @Test("federations: what nobody reads any more is swept in batches, and nothing else", arguments: DatabaseKind.all)
    func sweep(_ kind: DatabaseKind) async throws {
        try await kind.openTwice { opened, _ in
            let (database, stores) = (opened.database, opened.stores)
            try await example.prepare(stores)
            try await stores.providers.insert(example.federation())
            let members = (0..<25).map { example.member("https://\($0).example", "Member \($0)") }
            _ = try await example.importing(members, stores)
            #expect(try await stores.federations.sweep(limit: 10) == 0)
            _ = try await example.importing(Array(members.prefix(3)), stores)
            var removed: [Int] = []
            while true {
                let count = try await stores.federations.sweep(limit: 10)
                guard count > 0 else { break }
                removed.append(count)
            }
            // Members, then the generation.
            #expect(removed == [10, 10, 5, 1])
            #expect(try await rows(database, "federation_members") == 3)
            #expect(try await rows(database, "federation_words", "word = '24.example'") == 0)
        }
    }

    @Test("federations: members that come one by one (MDQ) are kept, replaced and forgotten", arguments: DatabaseKind.all)
    func oneByOne(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            try await stores.providers.insert(example.federation())
            let (pool, federation) = (example.poolID, example.federation)
            try await stores.federations.keep(
                example.member("https://a.example", "Alpha"), of: federation, in: pool, read: example.federationSettings, at: example.now)
            try await stores.federations.keep(
                example.member("https://b.example", "Beta"), of: federation, in: pool, read: example.federationSettings, at: example.now)
            try await stores.federations.keep(
                example.member("https://a.example", "Gamma"), of: federation, in: pool, read: example.federationSettings, at: example.now)
            #expect(try await stores.federations.status(of: federation, in: pool)?.members == 2)
            #expect(try await search("alpha", stores) == [])
            #expect(try await search("gamma", stores) == ["https://a.example"])
            try await stores.federations.forget("https://a.example", of: federation, in: pool)
            try await stores.federations.forget("https://a.example", of: federation, in: pool)
            #expect(try await stores.federations.status(of: federation, in: pool)?.members == 1)
            #expect(try await stores.federations.find("https://a.example", of: federation, in: pool) == nil)
            // Of what is no federation nothing is kept.
            try await stores.federations.keep(
                example.member("https://a.example", "Alpha"), of: example.provider, in: pool, read: example.federationSettings, at: example.now)
            #expect(try await stores.federations.find("https://a.example", of: example.provider, in: pool) == nil)
            #expect(
                try await stores.federations.begin(example.newGeneration(), of: example.provider, in: pool, at: example.now, lease: example.now)
                    == nil)
        }
    }

    @Test(
        "federations: found by the beginnings of words, without case and accents, in every language, by domain and host", arguments: DatabaseKind.all)
    func search(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            try await stores.providers.insert(example.federation())
            var zurich = example.member("https://aai.uzh.ch/idp/shibboleth", "Universität Zürich", in: "de")
            zurich.displayNames["en"] = "University of Zurich"
            zurich.scopes = [FederationScope(value: "uzh.ch")]
            let over = example.member("https://over.example", "University of Yesterday", validUntil: example.now)
            var hidden = example.member("https://hidden.example", "University of Nowhere")
            hidden.entityAttributes["http://macedir.org/entity-category"] = ["http://refeds.org/category/hide-from-discovery"]
            let tokyo = example.member("https://idp.u-tokyo.ac.jp", "東京大学", in: "ja"),
                athens = example.member("https://uoa.gr", "Πανεπιστήμιο Αθηνών")
            let many = (10..<40).map { example.member("https://u\($0).example", "University of Town \($0)") }
            _ = try await example.importing([zurich, over, hidden, tokyo, athens] + many, stores)
            for text in ["zur", "ZÜRICH", "uni zuri", "zürich universitat", "uzh.ch", "ann@uzh.ch", "aai.uzh", "uzh.ch univers"] {
                #expect(try await search(text, stores) == [zurich.entityID], "\(text)")
            }
            #expect(try await search("東京", stores) == [tokyo.entityID])
            #expect(try await search("αθηνων", stores) == [athens.entityID])
            // Each once, in the order of the words and of the names.
            #expect(try await search("university of town", stores, limit: 21).count == 21)
            #expect(try await search("univers", stores, limit: 3) == [zurich.entityID, "https://u10.example", "https://u11.example"])
            for text in ["yesterday", "nowhere", "niversity", "zurich nowhere", "", "  ", "-", "%", "_", "\u{0}", "'"] {
                #expect(try await search(text, stores) == [], "\(text)")
            }
            // Whoever names one that is hidden or over finds it.
            #expect(try await stores.federations.find(hidden.entityID, of: example.federation, in: example.poolID) != nil)
            #expect(try await stores.federations.find("https://aai.uzh.ch/idp", of: example.federation, in: example.poolID) == nil)
            #expect(try await stores.federations.find("a\u{0}", of: example.federation, in: example.poolID) == nil)
        }
    }

    @Test(
        "federations: members that one has of two words that most have one of; also those that were imported before there were signatures",
        arguments: DatabaseKind.all)
    func frequentWords(_ kind: DatabaseKind) async throws {
        try await kind.openTwice { opened, _ in
            let (database, stores) = (opened.database, opened.stores)
            try await example.prepare(stores)
            try await stores.providers.insert(example.federation())
            let members = (0..<60).map { number in
                example.member(
                    "https://\(number).example", number == 7 ? "Северный Southern No So" : number.isMultiple(of: 2) ? "Северный No" : "Southern So")
            }
            _ = try await example.importing(members, stores)
            for _ in 1...2 {
                for text in ["северный southern", "sou сев", "no so", "southern no", "sou so no сев"] {
                    #expect(try await search(text, stores) == ["https://7.example"], "\(text)")
                }
                #expect(try await search("southern so", stores, limit: 40).count == 30)
                try await database.write { connection throws(StoreError) in
                    _ = try connection.execute("UPDATE federation_words SET signature_low = -1, signature_high = -1", [])
                }
            }
        }
    }

    @Test("federations: with the provider its members are gone for everybody at once, and for good in batches", arguments: DatabaseKind.all)
    func deleteFederation(_ kind: DatabaseKind) async throws {
        try await kind.openTwice { opened, _ in
            let (database, stores) = (opened.database, opened.stores)
            try await example.prepare(stores)
            try await stores.providers.insert(example.federation())
            _ = try await example.importing((0..<150).map { example.member("https://\($0).example", "Member \($0)") }, stores)
            let (pool, federation, now) = (example.poolID, example.federation, example.now)
            let begun = try await stores.federations.begin(
                example.newGeneration(), of: federation, in: pool, at: now, lease: now.addingTimeInterval(60))
            let staged = try #require(begun)
            #expect(try await stores.providers.delete(federation, in: pool))
            #expect(try await stores.federations.find("https://1.example", of: federation, in: pool) == nil)
            #expect(try await search("member", stores) == [])
            #expect(try await stores.federations.stage([example.member("https://x.example", "X")], staged, lease: now) == false)
            #expect(try await rows(database, "federation_members") == 50)
            while try await stores.deletions.purge(limit: 100) > 0 {}
            for table: SQL in ["federation_members", "federation_words", "federation_generations", "federations"] {
                #expect(try await rows(database, table) == 0)
            }
            #expect(try await rows(database, "identity_providers") == 1)
        }
    }

    @Test("federations: a server of the version before knows of none", arguments: DatabaseKind.all)
    func earlierVersion(_ kind: DatabaseKind) async throws {
        try await kind.openTwice { opened, _ in
            try await example.prepare(opened.stores)
            try await opened.stores.providers.insert(example.federation())
            #expect(try await rows(opened.database, "live_providers") == 1)
            #expect(try await opened.stores.providers.list(in: example.poolID).count == 2)
        }
    }
}
