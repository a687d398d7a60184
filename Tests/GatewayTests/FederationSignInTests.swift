import Administration
import Foundation
import Gateway
import OpenIDConnect
import SAML
import Synchronization
import TestSupport
import Testing
import UserPools
import WireFormats

/// Signing in by a member of a federation. Each is one of thousands that nobody here chose: what it may say is its own (decision 0059).
@Suite("Sign-in by a member of a federation")
struct FederationSignInTests {
    private static let one = FakeIdentityProvider.member("one.example.edu")
    private static let other = FakeIdentityProvider.member("other.example.org", key: .second)
    private static let rules = [
        AttributeMapping.Rule(attribute: "email", source: "mail"), .init(attribute: "name", source: "friendly:eduPersonPrincipalName"),
        .init(attribute: "groups", source: "urn:oid:1.3.6.1.4.1.5923.1.1.1.9"), .init(attribute: "groups", source: "groups"),
    ]

    private struct Stage {
        let fixture: GatewayFixture
        let flow: Flow

        func begin(
            at member: String?, provider: String = GatewayFixture.federationName, _ changes: [(String, String)] = [], last: String? = nil,
            search: String? = nil, session: SecretBytes? = nil
        ) async throws -> AuthorizationOutcome {
            let parameters = Parameters(
                [
                    ("response_type", "code"), ("client_id", fixture.client.id.text), ("redirect_uri", GatewayFixture.redirectURI),
                    ("scope", "openid email profile"), ("code_challenge", flow.proofKey.codeChallenge), ("code_challenge_method", "S256"),
                    ("identity_provider", provider),
                ] + (member.map { [("entityID", $0)] } ?? []) + changes)
            var input = SignInPageInput(search: search, last: last == nil ? nil : IdentityProvider.Name(GatewayFixture.federationName))
            input.lastMember = last
            return try await flow.signIn.begin(
                parameters, pool: fixture.pool, address: flow.address, cookies: BrowserCookies(binding: nil, session: session), input: input)
        }

        func request(to member: FakeIdentityProvider) async throws -> (request: AuthnRequest, binding: SecretBytes) {
            guard case .upstream(let url, let binding) = try await begin(at: member.entityID) else { throw Flow.Unexpected() }
            #expect(url.hasPrefix(member.singleSignOnLocation + "?"))
            return (try member.request(inRedirect: url).request, binding)
        }

        func answer(
            _ request: AuthnRequest, _ binding: SecretBytes, by member: FakeIdentityProvider, nameID: String = "alice",
            attributes: [FakeResponse.Attribute] = [], configure: (inout FakeResponse) -> Void = { _ in }
        ) async throws -> CompletedSignIn {
            let response = member.respond(to: request, nameID: nameID, attributes: attributes, at: fixture.clock.now, configure: configure)
            return try await flow.signIn.completeSAML(
                HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: nil), pool: fixture.pool, address: flow.address,
                cookies: BrowserCookies(binding: binding, session: nil))
        }

        func signIn(
            by member: FakeIdentityProvider, nameID: String = "alice", attributes: [FakeResponse.Attribute] = []
        ) async throws -> CompletedSignIn {
            let (request, binding) = try await request(to: member)
            return try await answer(request, binding, by: member, nameID: nameID, attributes: attributes)
        }

        func refusal(_ member: FakeIdentityProvider, attributes: [FakeResponse.Attribute] = []) async throws -> String? {
            try await fixture.refusal { try await signIn(by: member, attributes: attributes) }?.code
        }

        func failure(_ body: () async throws -> AuthorizationOutcome) async -> String? {
            await #expect(throws: SignInFailure.self) { _ = try await body() }?.error.code
        }
    }

    private static func run(
        _ configure: @Sendable (inout FederationConnection) -> Void = { _ in }, _ body: (Stage) async throws -> Void
    ) async throws {
        try await GatewayFixture.run { fixture in
            let members = [one.asMember(scopes: ["one.example.edu", "admins"]), other.asMember(scopes: ["other.example.org"])]
            try await fixture.addFederation(members, map: rules, configure)
            try await body(Stage(fixture: fixture, flow: Flow(fixture)))
        }
    }

    @Test("case 155: two members that say the same subject are two people, whose names say which member it is")
    func people() async throws {
        try await Self.run { stage in
            let first = try await stage.signIn(by: Self.one), second = try await stage.signIn(by: Self.other)
            #expect(first.user.id != second.user.id)
            #expect(first.user.username == "edu_https://one.example.edu/idp!alice")
            #expect(second.user.username == "edu_https://other.example.org/idp!alice")
            #expect(second.user.identities.map(\.issuer) == [Self.other.entityID])
            #expect(try await stage.signIn(by: Self.one).user.id == first.user.id)
            _ = try await stage.flow.redeem(stage.flow.code(first))
        }
    }

    @Test("names: an exclamation mark in an entity ID is none between it and the subject")
    func usernames() {
        func name(_ issuer: String, _ subject: String) -> String {
            FederatedIdentity(provider: IdentityProvider.Name("edu")!, issuer: issuer, subject: subject, format: "").memberUsername
        }
        #expect(name("https://a", "b!c") == "edu_https://a!b!c")
        #expect(name("https://a!b", "c") == "edu_https://a%21b!c")
        #expect(name("https://a%21b", "c") == "edu_https://a%2521b!c")
    }

    @Test("case 152: only the member that was asked may answer; nobody else in its name, by another key, or in an own name")
    func mixUp() async throws {
        try await Self.run { stage in
            var impostor = Self.other
            impostor.entityID = Self.one.entityID
            for (asked, answering) in [(Self.one, Self.other), (Self.one, impostor), (Self.other, Self.one)] {
                let (request, binding) = try await stage.request(to: asked)
                let code = try await stage.fixture.refusal { try await stage.answer(request, binding, by: answering) }?.code
                #expect(code == "saml.signature_invalid" || code == "saml.issuer")
            }
            // One that is configured by itself answers for no member, and the other way round.
            let corp = stage.fixture.identityProvider
            let (request, binding) = try await stage.request(to: Self.one)
            let foreign = try await stage.fixture.refusal { try await stage.answer(request, binding, by: corp) }?.code
            #expect(foreign == "saml.issuer")
            guard case .upstream(let url, let ownBinding) = try await stage.begin(at: nil, provider: "corp") else { throw Flow.Unexpected() }
            let own = try corp.request(inRedirect: url).request
            let member = try await stage.fixture.refusal { try await stage.answer(own, ownBinding, by: Self.one) }?.code
            #expect(member == "saml.issuer")
        }
    }

    @Test("case 74: whom a filter leaves out signs nobody in, at once and not from the next import on")
    func leftOut() async throws {
        try await Self.run({ $0.filters.excluded = [Self.one.entityID] }) { stage in
            let failure = await #expect(throws: SignInFailure.self) { _ = try await stage.request(to: Self.one) }
            #expect(failure?.error.code == "sign_in.unknown_member")
            _ = try await stage.request(to: Self.other)
        }
    }

    @Test("nobody begins a sign-in but an app: a member's unsolicited response is refused")
    func unsolicited() async throws {
        try await Self.run { stage in
            let response = Self.one.respond(
                requestID: nil, acs: stage.fixture.assertionConsumerService, audience: stage.fixture.entityID, at: stage.fixture.clock.now)
            let error = try await stage.fixture.refusal {
                try await stage.flow.signIn.completeSAML(
                    HTTPPostBinding.autoSubmitFields(samlResponse: response, relayState: nil), pool: stage.fixture.pool, address: stage.flow.address,
                    cookies: BrowserCookies(binding: nil, session: nil))
            }
            #expect(error?.code == "saml.unsolicited")
        }
    }

    @Test("cases 153 and 154: scoped values count where the scope is the member's; groups come of nothing else; an address is verified by its domain")
    func scopes() async throws {
        try await Self.run { stage in
            let first = try await stage.signIn(
                by: Self.one,
                attributes: [
                    .init("mail", "alice@ONE.example.edu"), .init("urn:x", friendlyName: "eduPersonPrincipalName", "alice@one.example.edu"),
                    .init(
                        "urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "staff@one.example.edu", "staff@other.example.org", "staff@sub.one.example.edu",
                        "admins", "a@b@one.example.edu", "@one.example.edu"),
                    .init("groups", "admins"),
                ]
            ).user
            #expect(first.memberships.map(\.group) == ["staff@one.example.edu"])
            #expect(first.attributes["name"] == .text("alice@one.example.edu"))
            #expect(first.attributes["email_verified"] == .boolean(true))
            // It vouches for nobody: what another provider owns is not its to give (O18).
            #expect(first.vouchedEmail == nil)
            let second = try await stage.signIn(
                by: Self.other,
                attributes: [
                    .init("mail", "alice@one.example.edu"), .init("urn:x", friendlyName: "eduPersonPrincipalName", "alice@one.example.edu"),
                    .init("urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "staff@one.example.edu"),
                ]
            ).user
            #expect(second.id != first.id && second.memberships == [] && second.attributes["name"] == nil)
            #expect(second.attributes["email_verified"] == .boolean(false))
        }
    }

    @Test("swissEduPersonUniqueID ends in a scope, a voPersonID may: where it does it must be the member's")
    func uniqueIDs() async throws {
        for name in ["urn:oid:2.16.756.1.2.5.1.1.1", "urn:oid:1.3.6.1.4.1.25178.4.1.6"] {
            try await Self.run({ $0.subjectAttribute = name }) { stage in
                #expect(
                    try await stage.signIn(by: Self.one, attributes: [.init(name, "u1@one.example.edu")]).user.username.hasSuffix(
                        "!u1@one.example.edu"))
                #expect(try await stage.refusal(Self.other, attributes: [.init(name, "u1@one.example.edu")]) == "sign_in.member_scope")
                guard name.hasSuffix("25178.4.1.6") else {
                    return #expect(try await stage.refusal(Self.one, attributes: [.init(name, "u1")]) == "sign_in.member_scope")
                }
                _ = try await stage.signIn(by: Self.one, attributes: [.init(name, "V097531")])
            }
        }
    }

    @Test("an address whose domain a provider of the pool owns is verified by that one alone")
    func ownedDomain() async throws {
        try await Self.run { stage in
            try await stage.fixture.updateProvider { $0.domains = ["one.example.edu"] }
            let user = try await stage.signIn(by: Self.one, attributes: [.init("mail", "alice@one.example.edu")]).user
            #expect(user.attributes["email_verified"] == .boolean(false))
        }
    }

    @Test("a subject by a scoped attribute is refused where the scope is not the member's; a pattern is nobody's scope")
    func scopedSubject() async throws {
        let name = "urn:oasis:names:tc:SAML:attribute:pairwise-id"
        try await Self.run({ $0.subjectAttribute = name }) { stage in
            let user = try await stage.signIn(by: Self.one, attributes: [.init(name, "ABC@One.Example.edu")]).user
            #expect(user.username == "edu_https://one.example.edu/idp!abc@one.example.edu")
            #expect(try await stage.refusal(Self.other, attributes: [.init(name, "abc@one.example.edu")]) == "sign_in.member_scope")
            var member = Self.one.asMember(scopes: [])
            member.scopes = [FederationScope(value: "^.*$", isRegexp: true), FederationScope(value: "one.example.edu", isRegexp: true)]
            try await stage.fixture.importMembers([member])
            #expect(try await stage.refusal(Self.one, attributes: [.init(name, "abc@one.example.edu")]) == "sign_in.member_scope")
        }
    }

    @Test(
        "case 156: one that left, and one whose metadata ended, sign nobody in, also where they were asked before; a session of theirs gives no code")
    func gone() async throws {
        try await Self.run { stage in
            let cookie = try await stage.signIn(by: Self.one).sessionCookie
            guard case .code = try await stage.begin(at: Self.one.entityID, session: cookie) else { throw Flow.Unexpected() }
            guard case .upstream = try await stage.begin(at: Self.other.entityID, session: cookie) else { throw Flow.Unexpected() }
            let (request, binding) = try await stage.request(to: Self.one)
            try await stage.fixture.importMembers([Self.other.asMember(scopes: [])])
            let failure = await #expect(throws: SignInFailure.self) { _ = try await stage.answer(request, binding, by: Self.one) }
            #expect(failure?.error.code == "sign_in.unknown_member")
            #expect(failure?.member == Self.one.entityID)
            #expect(await stage.failure { try await stage.begin(at: Self.one.entityID, session: cookie) } == "sign_in.unknown_member")
            guard case .search = try await stage.begin(at: nil, session: cookie) else { throw Flow.Unexpected() }

            try await stage.fixture.importMembers([Self.one.asMember(scopes: [], validUntil: stage.fixture.clock.now)])
            #expect(await stage.failure { try await stage.begin(at: Self.one.entityID) } == "sign_in.member_expired")
            #expect(await stage.failure { try await stage.begin(at: "https://one.example.edu/IDP") } == "sign_in.unknown_member")
            for strange in [String(repeating: "a", count: 1025), "a\u{0}"] {
                #expect(await stage.failure { try await stage.begin(at: strange) } == "oauth.invalid_request")
            }
        }
    }

    @Test("entityID names a member of a federation and of nothing else; without a page nobody is searched for")
    func parameters() async throws {
        try await Self.run { stage in
            let corp = stage.fixture.identityProvider.entityID
            let code = await stage.failure { try await stage.begin(at: corp, provider: "corp") }
            #expect(code == "sign_in.unknown_member")
            #expect(await stage.failure { try await stage.begin(at: nil, [("prompt", "none")]) } == "oauth.login_required")
        }
    }

    @Test("the page finds members, at most twenty, and remembers the last one as long as it is one")
    func search() async throws {
        try await Self.run { stage in
            let many = (100..<125).map { FakeIdentityProvider.member("u\($0).example.net").asMember(scopes: []) }
            try await stage.fixture.importMembers(many + [Self.one.asMember(scopes: [])])
            guard case .search(let empty, _) = try await stage.begin(at: nil) else { throw Flow.Unexpected() }
            #expect(empty.found == [] && !empty.hasMore && empty.search == nil && empty.last == nil)
            guard case .search(let found, _) = try await stage.begin(at: nil, last: Self.one.entityID, search: "UNIV") else {
                throw Flow.Unexpected()
            }
            #expect(found.found.count == 20 && found.hasMore)
            #expect(found.last?.entityID == Self.one.entityID)
            guard case .search(let one, _) = try await stage.begin(at: nil, last: Self.other.entityID, search: "one.example.edu") else {
                throw Flow.Unexpected()
            }
            #expect(one.found.map(\.entityID) == [Self.one.entityID] && !one.hasMore && one.last == nil)
        }
    }

    @Test("a member that comes by a query of its own is fetched when somebody asks for it, and not for an aggregate")
    func fetched() async throws {
        for source in FederationConnection.Source.allCases {
            try await Self.run({ $0.source = source }) { stage in
                let fixture = stage.fixture
                var settings = SignIn.Settings(publicURL: GatewayFixture.publicURL)
                let new = FakeIdentityProvider.member("new.example.edu").asMember(scopes: [])
                settings.fetchMember = { federation, entityID in
                    guard entityID.utf8.elementsEqual(new.entityID.utf8) else { return .absent }
                    guard case .federation(let connection) = federation.kind else { return .absent }
                    let kept: Void? = try? await fixture.stores.federations.keep(
                        new, of: federation.name, in: federation.poolID, read: connection, at: fixture.clock.now)
                    return kept == nil ? .unavailable : .kept
                }
                let signIn = SignIn(
                    settings: settings, directory: fixture.directory, stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer,
                    environment: fixture.clock.environment)
                func begin(_ entityID: String) async throws(SignInFailure) -> AuthorizationOutcome {
                    let parameters = [
                        ("response_type", "code"), ("client_id", fixture.client.id.text), ("redirect_uri", GatewayFixture.redirectURI),
                        ("scope", "openid"), ("code_challenge", stage.flow.proofKey.codeChallenge), ("code_challenge_method", "S256"),
                        ("identity_provider", GatewayFixture.federationName), ("entityID", entityID),
                    ]
                    return try await signIn.begin(
                        Parameters(parameters), pool: fixture.pool, address: stage.flow.address, cookies: BrowserCookies(binding: nil, session: nil))
                }
                if source == .mdq {
                    guard case .upstream(let url, _) = try await begin(new.entityID) else { throw Flow.Unexpected() }
                    #expect(url.hasPrefix("https://new.example.edu/sso?"))
                } else {
                    #expect(await stage.failure { try await begin(new.entityID) } == "sign_in.unknown_member")
                }
                #expect(await stage.failure { try await begin("https://nowhere.example") } == "sign_in.unknown_member")
            }
        }
    }

    @Test("a member that comes by a query counts until its metadata ends, whether or not the service answers when it is asked again")
    func away() async throws {
        try await Self.run({ $0.source = .mdq }) { stage in
            let (fixture, member) = (stage.fixture, FakeIdentityProvider.member("new.example.edu"))
            let asked = Mutex(0)
            var settings = SignIn.Settings(publicURL: GatewayFixture.publicURL)
            settings.fetchMember = { _, _ in
                asked.withLock { $0 += 1 }
                return .unavailable
            }
            let signIn = SignIn(
                settings: settings, directory: fixture.directory, stores: fixture.stores, keyRing: fixture.keyRing, sealer: fixture.sealer,
                environment: fixture.clock.environment)
            func begin() async throws(SignInFailure) -> AuthorizationOutcome {
                let parameters = [
                    ("response_type", "code"), ("client_id", fixture.client.id.text), ("redirect_uri", GatewayFixture.redirectURI),
                    ("scope", "openid"), ("code_challenge", stage.flow.proofKey.codeChallenge), ("code_challenge_method", "S256"),
                    ("identity_provider", GatewayFixture.federationName), ("entityID", member.entityID),
                ]
                return try await signIn.begin(
                    Parameters(parameters), pool: fixture.pool, address: stage.flow.address, cookies: BrowserCookies(binding: nil, session: nil))
            }
            #expect(await stage.failure { try await begin() } == "sign_in.member_unavailable")
            var kept = member.asMember(scopes: [], validUntil: fixture.clock.now.addingTimeInterval(3600))
            kept.refreshAt = fixture.clock.now.addingTimeInterval(600)
            try await fixture.importMembers([kept])
            guard case .upstream = try await begin() else { throw Flow.Unexpected() }
            #expect(asked.withLock(\.self) == 1)
            fixture.clock.advance(by: 601)
            guard case .upstream = try await begin() else { throw Flow.Unexpected() }
            #expect(asked.withLock(\.self) == 2)
            fixture.clock.advance(by: 3000)
            #expect(await stage.failure { try await begin() } == "sign_in.member_unavailable")
        }
    }

    @Test("the last choice is ours alone: another pool's, another member's and a changed one count for nothing")
    func lastChoice() async throws {
        try await Self.run { stage in
            let choice = LastChoice(sealer: stage.fixture.sealer), name = IdentityProvider.Name("edu")!, pool = stage.fixture.pool.id
            let value = choice.value(name, member: Self.one.entityID, pool: pool)
            #expect(choice.choice(value, pool: pool)?.member == Self.one.entityID)
            #expect(choice.choice(value, pool: UserPool.ID("local_other")!) == nil)
            #expect(choice.choice(choice.value(name, pool: pool), pool: pool)?.member == nil)
            let long = choice.value(name, member: String(repeating: "m", count: 256), pool: pool)
            #expect(choice.name(long, pool: pool) == name && choice.choice(long, pool: pool)?.member == nil)
            let signature = value.split(separator: ".")[1]
            #expect(choice.choice(Array("edu\0https://other".utf8).base64URLText + "." + signature, pool: pool) == nil)
        }
    }
}
