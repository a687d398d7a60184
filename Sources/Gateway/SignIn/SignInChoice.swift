package import UserPools

/// What the sign-in page offers to a person who has to choose.
package struct SignInChoice: Sendable {
    /// An identity provider as a person sees it.
    package struct Offer: Sendable, Hashable {
        package let name: IdentityProvider.Name
        /// What the button says: the provider's display name, or its name.
        package let displayName: String
        package let logo: Logo?

        package init(name: IdentityProvider.Name, displayName: String, logo: Logo?) {
            (self.name, self.displayName, self.logo) = (name, displayName, logo)
        }
    }

    package enum Logo: Sendable, Hashable {
        /// The admin's own.
        case image(ImageReference)
        /// One that ships with Countersign, by its preset's name: `google`.
        case preset(String)
    }

    /// Why the page is there once more.
    package enum Problem: Sendable, Hashable {
        case malformedEmail
        /// No provider owns the address's domain; whether the address exists nobody learns.
        case unknownDomain
        /// A search that finds nothing.
        case nothingFound
    }

    /// The app's name, as the admin registered it.
    package let app: String
    /// What is shown: all of them, or what a search found; the last choice of this browser first.
    package let offers: [Offer]
    /// The provider that this browser chose last, where it is offered.
    package let last: IdentityProvider.Name?
    /// Whether there are more providers than a page lists, so that people search.
    package let isSearchable: Bool
    /// What was searched for.
    package let search: String?
    /// Whether an e-mail address can pick the provider.
    package let asksForEmail: Bool
    /// The address to begin with: what was typed, or the `login_hint`.
    package let email: String?
    package let problem: Problem?
    /// `ui_locales` of the request, which the browser did not bring where it was pushed.
    package var uiLocales: [String] = []

    package init(
        app: String, offers: [Offer], last: IdentityProvider.Name? = nil, isSearchable: Bool = false, search: String? = nil,
        asksForEmail: Bool = false, email: String? = nil, problem: Problem? = nil
    ) {
        self.app = app
        self.offers = offers
        self.last = last
        self.isSearchable = isSearchable
        self.search = search
        self.asksForEmail = asksForEmail
        self.email = email
        self.problem = problem
    }
}
