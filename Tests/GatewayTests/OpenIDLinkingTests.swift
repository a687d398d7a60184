import Administration
import Foundation
import Gateway
import TestSupport
import Testing
import UserPools
import WireFormats

@Suite("Case 95, THREATS O18 and S33: whose word for an e-mail address counts, and when it leads to a user who is there")
struct OpenIDLinkingTests {
    private typealias Person = FakeOpenIDProvider.Person
    private static let owns: @Sendable (inout OIDCProviderSettings) -> Void = { $0.domains = ["example.com"] }
    private static let ownsNone: @Sendable (inout OIDCProviderSettings) -> Void = { _ in }

    /// The same address at both providers, verified by both.
    private static let bob = Person(idToken: ["sub": "bob-1", "email": "bob@example.com", "email_verified": true])
    private static let bobElsewhere = Person(idToken: ["sub": "99", "email": "bob@example.com", "email_verified": true])

    private func events(_ flow: OpenIDFlow) async throws -> [AuditEvent] {
        try await flow.administration.auditEvents(pool: flow.poolID, user: nil, limit: 100).filter {
            [.userLink, .userUnlink, .userLinkByEmail].contains($0.action)
        }
    }

    /// The domain changes hands, as when a company moves from one provider to another.
    private func move(_ domain: String = "example.com", from old: OpenIDFlow, to new: OpenIDFlow) async throws {
        try await old.update { $0.domains = [] }
        try await new.update { $0.domains = [domain] }
    }

    @Test("linking when it is right: one user, both identities, one audit event, email_verified")
    func link() async throws {
        try await OpenIDFlow.runTwo(Self.owns) { flow, owner in
            let first = try await owner.signIn(as: Self.bob)
            #expect(first.isNewUser && !first.isLinked && first.isEmailVerified == true)
            try await move(from: owner, to: flow)
            let second = try await flow.signIn(as: Self.bobElsewhere)
            #expect(second.user.id == first.user.id && !second.isNewUser && second.isLinked)
            let user = try await flow.user(first.user.id.text)
            #expect(Set(user.identities.map(\.subject)) == ["bob-1", "99"] && user.username == "other_bob-1")
            #expect(user.attributes["email_verified"] == .boolean(true))
            let events = try await events(flow)
            let event = try #require(events.first)
            #expect(
                events.count == 1 && event.action == .userLinkByEmail && event.actor == .signIn
                    && event.target == .init(.user, user.id.text))
            #expect(event.detail("subject") == "99" && event.detail("provider") == "op" && event.at == flow.fixture.clock.now)

            let third = try await flow.signIn(as: Self.bobElsewhere)
            #expect(third.user.id == user.id && !third.isLinked && third.user.identities.count == 2)
            #expect(try await self.events(flow).count == 1)
        }
    }

    @Test("OpenID Connect Core §5.7: another subject of the same provider is another person, also with the address that somebody had before")
    func reassigned() async throws {
        try await OpenIDFlow.run(register: Self.owns) { flow in
            let before = try await flow.signIn(as: Self.bob)
            let after = try await flow.signIn(as: Self.bobElsewhere)
            #expect(after.user.id != before.user.id && after.isNewUser && after.isEmailVerified == true)
            #expect(try await events(flow).isEmpty)
        }
    }

    @Test("what an admin took apart is not linked again by the address")
    func unlinked() async throws {
        try await OpenIDFlow.runTwo(Self.owns) { flow, owner in
            let first = try await owner.signIn(as: Self.bob)
            try await move(from: owner, to: flow)
            #expect(try await flow.signIn(as: Self.bobElsewhere).isLinked)
            let selection = IdentitySelection(provider: "op", subject: "99")
            _ = try await flow.administration.perform(UnlinkUser(first.user.id.text, from: selection, pool: flow.poolID))
            let again = try await flow.signIn(as: Self.bobElsewhere)
            #expect(again.isNewUser && again.user.id != first.user.id)
        }
    }

    @Test("a user who came by SAML from the owner of the domain gets the OpenID identity of the same owner")
    func fromSAML() async throws {
        try await OpenIDFlow.run(register: Self.ownsNone) { flow in
            try await flow.fixture.updateProvider { $0.domains = ["example.com"] }
            try await flow.fixture.updateClient { $0.identityProviders = ["corp"] }
            let saml = try await Flow(flow.fixture).complete()
            #expect(saml.user.attributes["email_verified"] == .boolean(true))
            // The domain changes hands, as when a company moves from SAML to OpenID Connect.
            try await flow.fixture.updateProvider { $0.domains = [] }
            try await flow.update { $0.domains = ["example.com"] }
            try await flow.fixture.updateClient { $0.identityProviders = ["op"] }
            let oidc = try await flow.signIn()
            #expect(oidc.user.id == saml.user.id && oidc.isLinked)
            #expect(oidc.user.identities.count == 2 && oidc.user.username == saml.user.username)
        }
    }

    @Test("email_verified false, \"true\" as a text, 1, absent, null: the address is not verified and leads to nobody")
    func unverified() async throws {
        try await OpenIDFlow.run(register: Self.owns) { flow in
            let first = try await flow.signIn()
            #expect(first.isEmailVerified == true)
            for (number, value) in ([false, "true", "TRUE", 1, nil, .null, [true]] as [JSONValue?]).enumerated() {
                let person = Person.alice.with(["sub": .string("mallory-\(number)"), "email_verified": value])
                let done = try await flow.signIn(as: person)
                #expect(done.user.id != first.user.id && done.isNewUser && !done.isLinked)
                #expect(done.isEmailVerified == false, "\(String(describing: value))")
            }
            #expect(try await events(flow).isEmpty)
        }
    }

    @Test("the user's own address is no longer verified where the provider says so at a later sign-in")
    func noLonger() async throws {
        try await OpenIDFlow.run { flow in
            let first = try await flow.signIn()
            #expect(first.isEmailVerified == true)
            #expect(try await flow.signIn(as: .alice.with(["email_verified": false])).isEmailVerified == false)
            #expect(try await flow.signIn(as: .alice.with(["email_verified": nil])).isEmailVerified == false)
            // Without an address nothing is said of it.
            let silent = try await flow.signIn(as: .alice.with(["email": nil, "email_verified": true]))
            #expect(silent.text("email") == "alice@example.com" && silent.isEmailVerified == false)
        }
    }

    @Test(
        "S33: who owns other domains, or none, does not speak for the domain of another, in whatever case, or with the dot at its end",
        arguments: [["elsewhere.example"], []])
    func otherDomains(_ domains: [String]) async throws {
        try await OpenIDFlow.runTwo(Self.owns, { $0.domains = ListChange(domains) }) { flow, owner in
            let own = try await owner.signIn(as: Self.bob)
            for email in ["bob@example.com", "BOB@EXAMPLE.COM", "bob@eXample.com", "bob@example.com.", "bob@\u{FF45}xample.com"] {
                let done = try await flow.signIn(as: Self.bobElsewhere.with(["sub": .string(email), "email": .string(email)]))
                #expect(done.user.id != own.user.id && done.isEmailVerified == false && !done.isLinked, "\(email)")
            }
        }
    }

    @Test("S33: an address of a domain that nobody owns is verified by whoever owns no domain, and by nobody who owns another")
    func domainOfNobody() async throws {
        try await OpenIDFlow.run(register: { $0.domains = ["elsewhere.example"] }) { flow in
            let done = try await flow.signIn(as: Self.bob)
            #expect(done.isEmailVerified == false)
        }
        try await OpenIDFlow.runTwo { flow, other in
            let (first, second) = (try await flow.signIn(as: Self.bob), try await other.signIn(as: Self.bobElsewhere))
            #expect(first.isEmailVerified == true && second.isEmailVerified == true)
            // nOAuth: two say the same, and neither leads to the other's user.
            #expect(first.user.id != second.user.id && second.isNewUser && !second.isLinked)
        }
    }

    @Test("pre-hijacking: who was there first with an address that its owner did not vouch for is nobody's target", arguments: [true, false])
    func preHijacking(claimsVerified: Bool) async throws {
        try await OpenIDFlow.runTwo { flow, owner in
            let attacker = try await flow.signIn(as: Self.bob.with(["email_verified": .bool(claimsVerified)]))
            #expect(attacker.isEmailVerified == claimsVerified)
            try await owner.update { $0.domains = ["example.com"] }
            let person = try await owner.signIn(as: Self.bobElsewhere)
            #expect(person.isNewUser && person.user.id != attacker.user.id && person.isEmailVerified == true)
            #expect(try await flow.user(attacker.user.id.text).identities.count == 1)
            #expect(try await events(flow).isEmpty)
        }
    }

    @Test("upper case: the owner's user is found by the address as ASCII letters compare, and by nothing else")
    func upperCase() async throws {
        try await OpenIDFlow.runTwo(Self.owns) { flow, owner in
            let first = try await owner.signIn(as: Self.bob)
            try await move(from: owner, to: flow)
            for (number, email) in ["bob+1@example.com", "b.ob@example.com", "bo\u{62}\u{301}@example.com", "\u{FF42}ob@example.com"].enumerated() {
                let done = try await flow.signIn(as: Self.bob.with(["sub": .string("look-alike-\(number)"), "email": .string(email)]))
                #expect(done.user.id != first.user.id, "\(email)")
            }
            let shouting = try await flow.signIn(as: Self.bobElsewhere.with(["email": "BOB@Example.COM"]))
            #expect(shouting.user.id == first.user.id && shouting.isLinked)
        }
    }

    @Test("a disabled user is not signed in by a link either, and nothing is recorded")
    func disabled() async throws {
        try await OpenIDFlow.runTwo(Self.owns) { flow, owner in
            let first = try await owner.signIn(as: Self.bob)
            _ = try await flow.administration.perform(SetUserEnabled(false, first.user.id.text, pool: flow.poolID))
            #expect(try await owner.refusal(as: Self.bob) == .userDisabled)
            try await move(from: owner, to: flow)
            #expect(try await flow.refusal(as: Self.bobElsewhere) == .userDisabled)
            #expect(try await events(flow).isEmpty)
            #expect(try await flow.fixture.users().count == 1)
        }
    }

    @Test("what is mapped to email from another claim is not what email_verified speaks of")
    func otherClaim() async throws {
        try await OpenIDFlow.run(register: {
            $0.domains = ["example.com"]
            $0.map = ["email=preferred_username"]
        }) { flow in
            let victim = try await flow.signIn(as: Self.bob.with(["preferred_username": "bob@example.com"]))
            #expect(victim.isEmailVerified == true)
            let mallory = try await flow.signIn(
                as: Person(idToken: [
                    "sub": "mallory", "email": "mallory@example.com", "email_verified": true, "preferred_username": "bob@example.com",
                ]))
            #expect(mallory.user.id != victim.user.id && mallory.isEmailVerified == false)
        }
    }

    @Test("email of the ID token and email_verified of userinfo belong together only where userinfo says the same address")
    func twoAnswers() async throws {
        try await OpenIDFlow.runTwo(Self.owns) { flow, owner in
            let victim = try await owner.signIn(as: Self.bob)
            try await move(from: owner, to: flow)
            let mallory = Person(
                idToken: ["sub": "mallory", "email": "bob@example.com", "name": "M", "groups": []],
                userInfo: ["sub": "mallory", "email": "mallory@example.com", "email_verified": true])
            let done = try await flow.signIn(as: mallory)
            #expect(done.user.id != victim.user.id && done.isEmailVerified == false)
            let honest = Person(
                idToken: ["sub": "bob-2", "email": "bob@example.com"], userInfo: ["sub": "bob-2", "email": "bob@example.com", "email_verified": true])
            #expect(try await flow.signIn(as: honest).user.id == victim.user.id)
        }
    }

    @Test("what an admin links and unlinks: who signs in by it is this user, then a second user again")
    func byHand() async throws {
        try await OpenIDFlow.runTwo { flow, other in
            let user = try await flow.signIn(as: Self.bob).user
            let selection = IdentitySelection(provider: "other", subject: "99")
            _ = try await flow.administration.perform(LinkUser(user.id.text, to: selection, pool: flow.poolID))
            #expect(try await other.signIn(as: Self.bobElsewhere).user.id == user.id)
            _ = try await flow.administration.perform(UnlinkUser(user.id.text, from: selection, pool: flow.poolID))
            #expect(try await other.signIn(as: Self.bobElsewhere).user.id != user.id)
            #expect(try await events(flow).map(\.action) == [.userUnlink, .userLink])
        }
    }
}
