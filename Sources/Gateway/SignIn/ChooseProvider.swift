import OpenIDConnect
package import UserPools
import WireFormats

/// What the sign-in page sent along with the request, and what this browser chose before. None of it is believed.
package struct SignInPageInput: Sendable {
    /// What was typed into the e-mail box; nil where the form of that box was not sent.
    package var email: String?
    /// What was typed into the search box.
    package var search: String?
    /// The provider with which this browser signed in last.
    package var last: IdentityProvider.Name?
    /// Where that is a federation, the member.
    package var lastMember: String?

    package init(email: String? = nil, search: String? = nil, last: IdentityProvider.Name? = nil) {
        self.email = email
        // By scalars: one character may be of any number of them.
        self.search = search.map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(Self.longestSearch))) }
        self.last = last
    }

    package static let longestSearch = 100
}

enum ProviderChoice {
    case one(ConfiguredProvider)
    /// The person has to choose.
    case page(SignInChoice)
}

extension SignIn {
    /// What was typed, `identity_provider`, `idp_identifier`, `login_hint`, or the only provider there is; else the person chooses.
    ///
    /// Only the domain of an address is looked up, never the address: it makes no difference whether somebody of that name exists.
    func chooseProvider(
        _ request: AuthorizationRequest, _ input: SignInPageInput, client: AppClient, pool: UserPool
    ) async throws -> ProviderChoice {
        if let typed = input.email {
            let address = EmailAddress(typed)
            if let owner = try await owner(of: address, client: client, pool: pool) { return .one(owner) }
            return try await page(
                input, email: address?.text ?? shown(typed), problem: address == nil ? .malformedEmail : .unknownDomain, client: client, pool: pool)
        }
        if let asked = request.identityProvider {
            guard let name = IdentityProvider.Name(asked), try await mayUse(name, client: client, pool: pool) else {
                throw SignInError.unknownProvider(asked)
            }
            return .one(try await enabled(name, in: pool))
        }
        if let domain = request.idpIdentifier {
            guard let owner = try await directory.provider(emailDomain: domain, in: pool.id),
                try await mayUse(owner.settings.name, client: client, pool: pool)
            else { throw SignInError.unknownProvider(domain) }
            return .one(try await enabled(owner.settings.name, in: pool))
        }
        if let hint = request.loginHint, let owner = try await owner(of: EmailAddress(hint), client: client, pool: pool) { return .one(owner) }
        return try await page(input, email: request.loginHint.flatMap(shown), problem: nil, client: client, pool: pool)
    }

    func mayUse(_ name: IdentityProvider.Name, client: AppClient, pool: UserPool) async throws -> Bool {
        if !client.identityProviders.isEmpty { return client.identityProviders.contains(name) }
        return try await directory.provider(name, in: pool.id) != nil
    }

    private func enabled(_ name: IdentityProvider.Name, in pool: UserPool) async throws -> ConfiguredProvider {
        guard let provider = try await directory.provider(name, in: pool.id), provider.settings.enabled else {
            throw SignInError.providerDisabled(name.text)
        }
        return provider
    }

    /// The enabled provider that owns the address's domain and that the client may use.
    private func owner(of address: EmailAddress?, client: AppClient, pool: UserPool) async throws -> ConfiguredProvider? {
        guard let address, let owner = try await directory.provider(emailDomain: address.domain.text, in: pool.id), owner.settings.enabled,
            try await mayUse(owner.settings.name, client: client, pool: pool)
        else { return nil }
        return owner
    }

    /// What may stand in the box again: not a text of any length.
    private func shown(_ text: String) -> String? { text.utf8.count <= EmailAddress.maximumLength ? text : nil }

    private func page(
        _ input: SignInPageInput, email: String?, problem: SignInChoice.Problem?, client: AppClient, pool: UserPool
    ) async throws -> ProviderChoice {
        let offered = try await directory.offers(for: client)
        guard let first = offered.first.first else {
            if let only = client.identityProviders.first, client.identityProviders.count == 1 { throw SignInError.providerDisabled(only.text) }
            throw SignInError.noProvider
        }
        if offered.first.count == 1 { return .one(try await enabled(first.name, in: pool)) }
        let last = try await lastOffer(input.last, client: client)
        guard offered.first.count > SignInChoice.maximumButtons else {
            let offers = Self.arranged(offered.first.filter { $0.name != last?.name }, by: pool.settings.pages?.providerOrder ?? [])
            return .page(
                SignInChoice(
                    app: client.name, offers: ([last].compactMap(\.self) + offers).map(SignInChoice.Offer.init), last: last?.name,
                    asksForEmail: offered.hasDomains, email: email, problem: problem))
        }
        let search = input.search.flatMap { $0.unicodeScalars.allSatisfy(\.properties.isWhitespace) ? nil : $0 }
        var offers = [last].compactMap(\.self)
        if let search {
            let found = try await directory.offers(search, for: client)
            // First where it is found, too.
            offers = offers.filter { found.contains($0) } + found.filter { $0.name != last?.name }
        }
        return .page(
            SignInChoice(
                app: client.name, offers: offers.map(SignInChoice.Offer.init), last: offers.first { $0.name == last?.name }?.name, isSearchable: true,
                search: search, asksForEmail: offered.hasDomains, email: email,
                problem: problem ?? (search != nil && offers.isEmpty ? .nothingFound : nil)))
    }

    /// As the admin ordered them; those of which nothing is said stay behind these, as they came.
    private static func arranged(_ offers: [ProviderOffer], by order: [String]) -> [ProviderOffer] {
        guard !order.isEmpty else { return offers }
        let first = order.compactMap { name in offers.first { $0.name.text.hasSameBytes(as: name) } }
        return first + offers.filter { offer in !first.contains { $0.name == offer.name } }
    }

    /// The last choice, where the client may use it still.
    private func lastOffer(_ name: IdentityProvider.Name?, client: AppClient) async throws -> ProviderOffer? {
        guard let name, client.identityProviders.isEmpty || client.identityProviders.contains(name) else { return nil }
        return try await directory.offer(name, in: client.poolID)
    }
}

extension SignInChoice {
    /// Maximum of providers that have a button each; of more, people search.
    package static let maximumButtons = 12
    /// Maximum that a search shows.
    package static let maximumFound = 20
}

extension SignInChoice.Offer {
    init(_ offer: ProviderOffer) {
        self.init(
            name: offer.name, displayName: offer.displayName ?? offer.name.text,
            logo: offer.logo.map { .image($0) } ?? offer.preset.map { .preset($0) })
    }
}
