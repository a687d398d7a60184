import Administration
import Gateway
import TestSupport
import Testing
import UserPools

@Suite("Choosing an identity provider: what skips the page, and what the page offers")
struct ChoiceTests {
    private static let second = FakeIdentityProvider(
        entityID: "https://partner.example/saml", key: .second, singleSignOnLocation: "https://partner.example/sso", displayName: nil)
    private static let third = FakeIdentityProvider(
        entityID: "https://third.example/saml", key: .curve, singleSignOnLocation: "https://third.example/sso", displayName: nil)

    /// corp without domains, partner with two, third with one.
    private func withThree(_ body: (GatewayFixture) async throws -> Void) async throws {
        try await GatewayFixture.run { fixture in
            try await fixture.addProvider("partner", Self.second) { $0.domains = ["partner.example", "xn--bcher-kva.example"] }
            try await fixture.addProvider("third", Self.third) { $0.domains = ["third.example"] }
            try await body(fixture)
        }
    }

    @Test("the page has every provider that the client may use and that is enabled, and asks for an address where one has a domain")
    func offers() async throws {
        try await withThree { fixture in
            let choice = try #require(try await fixture.choice())
            #expect(choice.offers.map(\.name.text) == ["corp", "partner", "third"])
            #expect(choice.offers.map(\.displayName) == ["corp", "partner", "third"])
            #expect(choice.app == "Orders" && choice.asksForEmail && !choice.isSearchable)
            #expect(choice.last == nil && choice.email == nil && choice.problem == nil && choice.search == nil)

            try await fixture.updateClient { $0.identityProviders = ["third", "corp"] }
            let listed = try #require(try await fixture.choice())
            #expect(listed.offers.map(\.name.text) == ["third", "corp"] && listed.asksForEmail)
            try await fixture.updateClient { $0.identityProviders = ["corp", "partner"] }
            try await fixture.updateProvider("partner") { $0.domains = [] }
            #expect(try await fixture.choice()?.asksForEmail == false)
        }
    }

    @Test("a provider's display name orders it and is said; its own logo counts more than its preset's")
    func displayNames() async throws {
        try await withThree { fixture in
            try await fixture.updateProvider("partner") { ($0.displayName, $0.logo) = (.set("Ärzte & Søn"), .set(TestImage.png)) }
            try await fixture.updateProvider("third") { $0.displayName = .set("A first") }
            let choice = try #require(try await fixture.choice())
            #expect(choice.offers.map(\.displayName) == ["A first", "corp", "Ärzte & Søn"])
            guard case .image(let image)? = choice.offers.last?.logo else {
                Issue.record("no logo")
                return
            }
            #expect(image.mediaType == "image/png" && image.hash.utf8.count == 43)
            #expect(choice.offers.first?.logo == nil)
        }
    }

    @Test("one provider is no choice; none that is enabled is an error that says which")
    func one() async throws {
        try await withThree { fixture in
            try await fixture.updateClient { $0.identityProviders = ["partner"] }
            #expect(try await fixture.upstream() == "partner.example")
            try await fixture.updateProvider("partner") { $0.enabled = false }
            await expect(.providerDisabled("partner"), fixture)
            try await fixture.updateClient { $0.identityProviders = ["partner", "third"] }
            #expect(try await fixture.upstream() == "third.example")
            try await fixture.updateProvider("third") { $0.enabled = false }
            await expect(.noProvider, fixture)
        }
    }

    @Test("login_hint goes to the provider that owns its domain; any other only fills the box")
    func loginHint() async throws {
        try await withThree { fixture in
            for hint in ["ann@partner.example", "ANN@Partner.Example", "ann@bücher.example"] {
                #expect(try await fixture.upstream(["login_hint": hint]) == "partner.example")
            }
            for hint in ["ann@nobody.example", "ann", "ann@partner.example.", "a@partner.example@third.example", "+49 30 1234"] {
                let choice = try #require(try await fixture.choice(["login_hint": hint]))
                #expect(choice.email == hint && choice.problem == nil && choice.offers.count == 3)
            }
            #expect(try await fixture.choice(["login_hint": String(repeating: "x", count: 300) + "@nobody.example"])?.email == nil)
            // What says more counts more.
            #expect(try await fixture.upstream(["login_hint": "ann@partner.example", "identity_provider": "third"]) == "third.example")
            #expect(try await fixture.upstream(["login_hint": "ann@partner.example", "idp_identifier": "third.example"]) == "third.example")

            try await fixture.updateProvider("partner") { $0.enabled = false }
            #expect(try await fixture.choice(["login_hint": "ann@partner.example"])?.email == "ann@partner.example")
            try await fixture.updateProvider("partner") { $0.enabled = true }
            try await fixture.updateClient { $0.identityProviders = ["corp", "third"] }
            #expect(try await fixture.choice(["login_hint": "ann@partner.example"])?.offers.map(\.name.text) == ["corp", "third"])
        }
    }

    @Test("a typed address goes where its domain leads, else the page comes again with the buttons and says why")
    func typed() async throws {
        try await withThree { fixture in
            func typed(_ email: String) -> SignInPageInput { SignInPageInput(email: email) }
            for email in ["ann@partner.example", " ann@PARTNER.example ", "ann@bücher.example"] {
                #expect(try await fixture.upstream(input: typed(email)) == "partner.example")
            }
            #expect(try await fixture.upstream(["login_hint": "bob@third.example"], input: typed("ann@partner.example")) == "partner.example")
            let unknown = try #require(try await fixture.choice(input: typed(" ann@nobody.example ")))
            #expect(unknown.problem == .unknownDomain && unknown.email == "ann@nobody.example" && unknown.offers.count == 3)
            for email in ["a@x@y", "ann", "", "ann@partner.example."] {
                let choice = try #require(try await fixture.choice(input: typed(email)))
                #expect(choice.problem == .malformedEmail && choice.email == email && choice.offers.count == 3)
            }
            let long = try #require(try await fixture.choice(input: typed(String(repeating: "a", count: 10_240) + "@partner.example")))
            #expect(long.problem == .malformedEmail && long.email == nil)
            #expect(try await fixture.contents().users == 0)
        }
    }

    @Test("the last choice comes first; one that is forged, disabled or another app's does not")
    func last() async throws {
        try await withThree { fixture in
            func last(_ name: String) -> SignInPageInput { SignInPageInput(last: IdentityProvider.Name(name)) }
            let choice = try #require(try await fixture.choice(input: last("third")))
            #expect(choice.last?.text == "third" && choice.offers.map(\.name.text) == ["third", "corp", "partner"])
            let unknown = try #require(try await fixture.choice(input: last("nobody")))
            #expect(unknown.last == nil && unknown.offers.map(\.name.text) == ["corp", "partner", "third"])
            try await fixture.updateClient { $0.identityProviders = ["corp", "partner"] }
            #expect(try await fixture.choice(input: last("third"))?.last == nil)
            try await fixture.updateClient { $0.identityProviders = [] }
            try await fixture.addProvider("fourth", FakeIdentityProvider(entityID: "https://fourth.example", key: .second))
            try await fixture.updateProvider("third") { $0.enabled = false }
            let disabled = try #require(try await fixture.choice(input: last("third")))
            #expect(disabled.last == nil && disabled.offers.map(\.name.text) == ["corp", "fourth", "partner"])
        }
    }

    private func expect(_ error: SignInError, _ fixture: GatewayFixture, sourceLocation: SourceLocation = #_sourceLocation) async {
        do {
            _ = try await fixture.choice()
            Issue.record("nothing was refused", sourceLocation: sourceLocation)
        } catch let failure as SignInFailure {
            #expect(failure.error == error, sourceLocation: sourceLocation)
        } catch { Issue.record(error, sourceLocation: sourceLocation) }
    }
}

@Suite("Providers by the thousands: people search, and a page costs what it costs with ten")
struct ManyProvidersTests {
    @Test("up to twelve have a button each; of thirteen none has, and people search")
    func boundary() async throws {
        try await GatewayFixture.run { fixture in
            try await fixture.addProviders(11)
            #expect(try await fixture.choice()?.offers.count == 12)
            #expect(try await fixture.choice(input: SignInPageInput(search: "00001"))?.offers.count == 12)
            try await fixture.addProvider("one-more", FakeIdentityProvider(entityID: "https://more.example", key: .second))
            fixture.clock.advanceUptime(by: .seconds(2))
            let choice = try #require(try await fixture.choice())
            #expect(choice.isSearchable && choice.offers.isEmpty && choice.search == nil && choice.problem == nil)
        }
    }

    @Test("a search finds up to twenty by display name or name, in any case, and means what it says")
    func search() async throws {
        try await GatewayFixture.run { fixture in
            try await fixture.addProviders(10_000)
            func search(_ text: String) async throws -> SignInChoice? { try await fixture.choice(input: SignInPageInput(search: text)) }
            let some = try #require(try await search("oRGAnisation 0012"))
            #expect(some.offers.map(\.displayName) == (120...129).map { "Organisation 00\($0)" } && some.problem == nil && some.isSearchable)
            #expect(try await search("organisation")?.offers.count == 20)
            #expect(try await search("many09999")?.offers.map(\.displayName) == ["Organisation 09999"])
            #expect(try await search("CORP")?.offers.map(\.name.text) == ["corp"])
            // A wildcard is a character like others, and a line's end finds nothing.
            for text in ["%", "_", "!", "organisation%9", "or_anisation", "'; DROP TABLE images; --", "0\nmany", "\u{0}", "xyz"] {
                let none = try #require(try await search(text))
                #expect(none.offers.isEmpty && none.problem == .nothingFound && none.search == text)
            }
            #expect(try await search("   ")?.search == nil)
            let long = try #require(try await search(String(repeating: "o", count: 10_240)))
            #expect(long.search?.count == 100 && long.problem == .nothingFound)
        }
    }

    @Test("neither disabled providers nor those of other apps are found")
    func searchable() async throws {
        try await GatewayFixture.run { fixture in
            try await fixture.addProviders(40)
            func found(_ text: String) async throws -> [String]? {
                try await fixture.choice(input: SignInPageInput(search: text))?.offers.map(\.name.text)
            }
            try await fixture.addProvider("partner", FakeIdentityProvider(entityID: "https://partner.example", key: .second))
            #expect(try await found("PART") == ["partner"])
            try await fixture.updateProvider("partner") { $0.enabled = false }
            #expect(try await found("PART") == [])
            try await fixture.updateClient { settings in settings.identityProviders = ListChange((10..<30).map { "many000\($0)" }) }
            #expect(try await found("organisation 00012") == ["many00012"])
            #expect(try await found("ORGANISATION")?.count == 20)
            #expect(try await found("00035") == [])
            #expect(try await found("corp") == [])
        }
    }

    @Test("the last choice has a button even where people search, and comes first where it is found")
    func last() async throws {
        try await GatewayFixture.run { fixture in
            try await fixture.addProviders(100)
            let last = IdentityProvider.Name("many00042")
            let choice = try #require(try await fixture.choice(input: SignInPageInput(last: last)))
            #expect(choice.offers.map(\.name) == [last] && choice.last == last)
            let found = try #require(try await fixture.choice(input: SignInPageInput(search: "0004", last: last)))
            #expect(found.offers.first?.name == last && found.offers.count == 11 && found.last == last)
            let others = try #require(try await fixture.choice(input: SignInPageInput(search: "0005", last: last)))
            #expect(others.offers.count == 11 && others.last == nil)
            #expect(try await fixture.choice(input: SignInPageInput(search: "nothing", last: last))?.problem == .nothingFound)
        }
    }
}
