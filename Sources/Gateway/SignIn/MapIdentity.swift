import FoundationEssentials
import Telemetry
import UserPools
import WireFormats

/// What the mapping makes of a proven identity: whoever completes a sign-in, or only shows what would come of it, takes the user from here.
struct MappedIdentity: Sendable {
    let identity: FederatedIdentity
    private let username: String
    let pool: UserPool.ID
    let provider: IdentityProvider.Name
    let attributes: MappedAttributes
    /// The address for which the provider vouches as the owner of its domain.
    let vouched: VerifiedEmail?
    /// The address by which a user who is there gets this identity, and how that is recorded.
    let link: EmailLink?

    fileprivate init(
        _ proven: ProvenIdentity, of provider: IdentityProvider, _ attributes: MappedAttributes, vouched: VerifiedEmail?, link: EmailLink?
    ) {
        (identity, username, pool, self.provider) = (proven.identity, proven.username, provider.poolID, provider.name)
        (self.attributes, self.vouched, self.link) = (attributes, vouched, link)
    }

    /// The user as of now: from the one who is known, or new.
    func user(from known: User?, newID: User.ID, at now: Date) -> User {
        var user =
            known
            ?? User(
                id: newID, poolID: pool, username: username, identities: [identity], createdAt: now, updatedAt: now)
        user.update(from: attributes, of: provider, vouched: vouched, at: now)
        return user
    }
}

extension SignIn {
    func map(_ proven: ProvenIdentity, provider: IdentityProvider, pool: UserPool, at now: Date) async throws -> MappedIdentity {
        try await traced("map identity") { _ in
            let attributes = try await attributes(of: proven, provider: provider, pool: pool)
            return MappedIdentity(
                proven, of: provider, attributes, vouched: vouchedEmail(attributes, provider: provider),
                link: link(proven, attributes, provider: provider, at: now))
        }
    }

    private func attributes(of proven: ProvenIdentity, provider: IdentityProvider, pool: UserPool) async throws -> MappedAttributes {
        var mapped: MappedAttributes
        do { mapped = try provider.attributeMapping.apply(to: proven.values(of:), in: pool) } catch {
            // What did come helps whoever looks for what did not.
            if case .missingSource = error { throw SignInError.attribute(error, arrived: proven.arrived) }
            throw SignInError.attribute(error)
        }
        guard case .text(let email)? = mapped.values["email"] else {
            mapped.values["email_verified"] = nil
            return mapped
        }
        mapped.values["email_verified"] = .boolean(try await isVerified(email, mapped, proven, provider: provider))
        return mapped
    }

    /// An address is verified by whom the admin says owns its domain (THREATS S33). Where nobody owns it, a provider's own word counts, unless
    /// it owns other domains: it would speak of an address that is not its own.
    private func isVerified(
        _ email: String, _ mapped: MappedAttributes, _ proven: ProvenIdentity, provider: IdentityProvider
    ) async throws -> Bool {
        let claimed: Bool
        switch proven.claimedEmail {
        case .mapped:
            // The owner of a domain need not say it again in SAML, which has no word for it.
            if provider.owns(email: email) { return true }
            claimed = mapped.values["email_verified"] == .boolean(true)
        case .verified(let said): claimed = said.hasSameBytes(as: email)
        case .scoped(let member): claimed = EmailAddress(exactly: email).map { FederationRules.speaks(member, for: $0.domain.text) } ?? false
        case .unverified: claimed = false
        }
        guard claimed, !provider.owns(email: email) else { return claimed }
        // To the DNS a dot at the end, or letters beyond ASCII, may mean a domain that somebody owns here under its plain name (THREATS case 129).
        guard provider.domains.isEmpty, let address = EmailAddress(exactly: email) else { return false }
        return try await directory.provider(emailDomain: address.domain.text, in: provider.poolID) == nil
    }

    /// The address for which the provider vouches as the owner of its domain.
    private func vouchedEmail(_ mapped: MappedAttributes, provider: IdentityProvider) -> VerifiedEmail? {
        guard case .text(let email)? = mapped.values["email"], mapped.values["email_verified"] == .boolean(true) else { return nil }
        return provider.vouch(for: email)
    }

    /// The address by which a user who is there gets this identity: the provider owns its domain, and says in JSON that it is verified.
    private func link(_ proven: ProvenIdentity, _ mapped: MappedAttributes, provider: IdentityProvider, at now: Date) -> EmailLink? {
        guard case .verified(let email) = proven.claimedEmail, case .text(let mapped)? = mapped.values["email"], mapped.hasSameBytes(as: email),
            let vouched = provider.vouch(for: email)
        else { return nil }
        let id = environment.uuidText()
        return EmailLink(email: vouched) { user in
            AuditEvent(
                id: id, poolID: provider.poolID, at: now, actor: .signIn, action: .userLinkByEmail, user: user,
                identity: proven.identity)
        }
    }
}

extension IdentityProvider {
    /// Attributes that the mapping fills and for which the provider sent nothing, in the mapping's order.
    func unfilledAttributes(by proven: ProvenIdentity) -> [String] {
        var unfilled: [String] = []
        for rule in attributeMapping.rules where proven.values(of: rule.source).allSatisfy(\.isEmpty) && !unfilled.contains(rule.attribute) {
            unfilled.append(rule.attribute)
        }
        let filled = attributeMapping.rules.filter { !proven.values(of: $0.source).allSatisfy(\.isEmpty) }.map(\.attribute)
        return unfilled.filter { !filled.contains($0) }
    }
}
