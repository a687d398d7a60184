import Foundation
import Testing
import UserPools

/// What a sign-in changes of a user, and what it leaves.
@Suite struct UserTests {
    let corp = IdentityProvider.Name("corp")!
    let partner = IdentityProvider.Name("partner")!
    let then = Date(timeIntervalSince1970: 1000)
    let now = Date(timeIntervalSince1970: 2000)

    private var user: User {
        User(
            id: User.ID("0b9f0e0a-6d0e-4d0c-9a55-6f7a3c8d2e11")!, poolID: UserPool.ID("local_Ab3")!, username: "corp_ann",
            attributes: ["email": .text("ann@example.com"), "name": .text("Ann")],
            memberships: [
                GroupMembership(group: "by-hand", origin: .admin), GroupMembership(group: "staff", origin: .provider(corp)),
                GroupMembership(group: "guests", origin: .provider(partner)),
            ], createdAt: then, updatedAt: then)
    }

    @Test("a provider's groups replace those it gave before, and touch neither another's nor those given by hand")
    func groupsByOrigin() {
        var (user, mapped) = (user, MappedAttributes())
        mapped.groups = ["admins", "by-hand"]
        user.update(from: mapped, of: corp, at: now)
        #expect(
            user.memberships == [
                GroupMembership(group: "by-hand", origin: .admin), GroupMembership(group: "guests", origin: .provider(partner)),
                GroupMembership(group: "admins", origin: .provider(corp)), GroupMembership(group: "by-hand", origin: .provider(corp)),
            ])
        #expect(user.groups(at: now) == ["by-hand", "guests", "admins"])
        // What the provider takes back stays where it was given by hand too.
        user.update(from: MappedAttributes(), of: corp, at: now)
        #expect(user.groups(at: now) == ["by-hand", "guests"])
    }

    @Test("an attribute that the provider does not send stays; one that it sends is replaced")
    func attributes() {
        var (user, mapped) = (user, MappedAttributes())
        (mapped.values, mapped.groups) = (["name": .text("Ann B."), "locale": .text("de")], ["staff"])
        user.update(from: mapped, of: corp, at: now)
        #expect(user.attributes == ["email": .text("ann@example.com"), "name": .text("Ann B."), "locale": .text("de")])
        #expect(user.updatedAt == now)
    }

    @Test("a sign-in that changes nothing does not say that the user was updated")
    func unchanged() {
        var (user, mapped) = (user, MappedAttributes())
        mapped.values = ["name": .text("Ann")]
        user.memberships = [GroupMembership(group: "staff", origin: .provider(corp))]
        mapped.groups = ["staff"]
        user.update(from: mapped, of: corp, at: now)
        #expect(user.updatedAt == then)
    }

    @Test("a federated user's name is NAME_subject")
    func username() {
        #expect(FederatedIdentity(provider: corp, issuer: "i", subject: "a_n@n", format: "").username == "corp_a_n@n")
    }

    @Test("a provider owns the exact domains that the admin named, whatever the case")
    func domains() {
        let provider = IdentityProvider(
            poolID: UserPool.ID("local_Ab3")!, name: corp, kind: .saml(SAMLConnection(metadata: "", entityID: "e")),
            attributeMapping: AttributeMapping(), domains: ["example.com"], createdAt: then, updatedAt: then)
        #expect(provider.owns(email: "ann@example.com") && provider.owns(email: "ann@EXAMPLE.com"))
        for email in ["ann@sub.example.com", "ann@example.com.evil.org", "ann@notexample.com", "example.com", "ann@", "ann@example.com@evil.org"] {
            #expect(!provider.owns(email: email), "\(email)")
        }
    }

    @Test(
        "case 129: a provider vouches for no address that another program takes apart differently",
        arguments: [
            "evil@attacker.example@\u{FE0F}example.com", "evil@attacker.example@example.com", "evil@example.com@attacker.example",
            "evil@\u{200D}@example.com", "evil@example.com ",
            "evil@example.com\u{FE0F}", "evil@\u{FE0F}example.com", "evil@ex\u{E0}mple.com", "evil@example.com\u{0}", "evil@example.com.",
            "<evil@example.com>", "evil@example.com,x@example.com", "@example.com", "evil\u{200C}@example.com", "\u{FF20}example.com",
        ])
    func vouching(_ email: String) {
        let provider = IdentityProvider(
            poolID: UserPool.ID("local_Ab3")!, name: corp, kind: .saml(SAMLConnection(metadata: "", entityID: "e")),
            attributeMapping: AttributeMapping(), domains: ["example.com"], createdAt: then, updatedAt: then)
        #expect(provider.vouch(for: email) == nil && !provider.owns(email: email))
        #expect(provider.vouch(for: "Ann@EXAMPLE.com")?.text == "ann@example.com")
    }
}
