import Foundation
import TestSupport
import Testing
import UserPools

/// The sessions of one browser replace each other, and a `sid` names all that came of it (THREATS case 138).
extension StoreConformanceTests {
    @Test("case 138: two tabs that signed in without the session cookie have one sid; its end ends both apps' tokens", arguments: DatabaseKind.all)
    func twoTabs(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let browser = example.randomHash()
            let (one, two) = (try await signIn(stores, in: browser), try await signIn(stores, in: browser))
            #expect(one.session.id == two.session.id && one.session.cookie != two.session.cookie)
            // The first tab's cookie was overwritten by the second's.
            #expect(try await stores.sessions.find(cookie: one.session.cookie, in: example.poolID, at: example.now) == nil)
            #expect(try await stores.sessions.find(cookie: two.session.cookie, in: example.poolID, at: example.now) != nil)
            for token in [one.token, two.token] { #expect(try await stores.grants.find(token.presented) != nil) }
            #expect(try await stores.sessions.end(one.session.id, in: example.poolID))
            for token in [one.token, two.token] { #expect(try await stores.grants.find(token.presented) == nil) }
            #expect(try await stores.sessions.find(cookie: two.session.cookie, in: example.poolID, at: example.now) == nil)
            #expect(try await stores.sessions.end(one.session.id, in: example.poolID) == false)
        }
    }

    @Test("case 116: another person in the same browser gets another sid, and the first one's session is over", arguments: DatabaseKind.all)
    func otherPerson(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let browser = example.randomHash()
            let (ann, bob) = (try await signIn(stores, in: browser), try await signIn(stores, "bob", in: browser))
            #expect(ann.session.id != bob.session.id)
            #expect(try await stores.sessions.find(cookie: ann.session.cookie, in: example.poolID, at: example.now) == nil)
            // What ann's apps hold goes on until her own sign-out.
            #expect(try await stores.grants.find(ann.token.presented) != nil)
            #expect(try await stores.sessions.end(bob.session.id, in: example.poolID))
            #expect(try await stores.grants.find(ann.token.presented) != nil)
            #expect(try await stores.sessions.end(ann.session.id, in: example.poolID))
            #expect(try await stores.grants.find(ann.token.presented) == nil)
        }
    }

    @Test(
        "case 138: sessions that a third sign-in merges end by the sid of each: what a token names goes on naming its session",
        arguments: DatabaseKind.all)
    func merged(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let browser = example.randomHash()
            // By a cookie that the second did not send, and by a binding that the first did not have.
            let (one, two) = (try await signIn(stores, in: example.randomHash()), try await signIn(stores, in: browser))
            let three = try await signIn(stores, in: browser, previousCookie: one.session.cookie)
            #expect(one.session.id != two.session.id && three.session.id == one.session.id)
            #expect(try await stores.sessions.end(two.session.id, in: example.poolID))
            for token in [one.token, two.token, three.token] { #expect(try await stores.grants.find(token.presented) == nil) }
            #expect(try await stores.sessions.find(cookie: three.session.cookie, in: example.poolID, at: example.now) == nil)
        }
    }

    @Test("case 138: another browser's session of the same person stays", arguments: DatabaseKind.all)
    func otherBrowser(_ kind: DatabaseKind) async throws {
        try await kind.with { stores in
            try await example.prepare(stores)
            let (one, two) = (try await signIn(stores, in: example.randomHash()), try await signIn(stores, in: example.randomHash()))
            #expect(one.session.id != two.session.id)
            #expect(try await stores.sessions.end(two.session.id, in: example.poolID))
            #expect(try await stores.sessions.find(cookie: one.session.cookie, in: example.poolID, at: example.now) != nil)
            #expect(try await stores.grants.find(one.token.presented) != nil)
        }
    }

    private func signIn(
        _ stores: Stores, _ subject: String = "ann", in browser: SecretHash, previousCookie: SecretHash? = nil
    ) async throws -> (session: Session, token: RefreshToken) {
        let (code, hash) = (example.randomHash(), example.randomHash())
        let session = try await stores.signIns.completeSignIn(
            example.completion(
                proof: example.random(), identity: example.identity(subject), code: code, previousCookie: previousCookie, browser: browser)
        ).session
        let grant = try await stores.grants.redeem(code: code, at: example.now) { code, _ in example.token(for: code.grant, hash: hash) }.code.grant
        return (session, example.token(for: grant, hash: hash))
    }
}
