package import FoundationEssentials
package import OpenIDConnect
package import UserPools
package import WireFormats

/// A sign-in that reached its end.
package struct CompletedSignIn: Sendable {
    /// The app's answer; nil where the provider began and no app waits, and where it gets no code.
    package let response: AuthorizationResponse?
    /// Why an app that waits gets no code, although somebody signed in; it is told.
    package let refusal: SignInFailure?
    /// A new value: what the cookie was before counts no more (session fixation, case 116).
    package let sessionCookie: SecretBytes
    /// Where the app is asked to begin a sign-in of its own, where the provider began this one (OpenID Connect Core §4).
    package var initiation: String?
    package let sessionEndsAt: Date
    package let user: User
    package let isNewUser: Bool
    package let provider: IdentityProvider.Name
    /// Of a federation the member, by its entity ID.
    package let member: String?
    package let client: AppClient.ID?
    /// Whether the app's request was tied to itself by PKCE; nil where no app waits.
    package let hasProofKey: Bool?
    /// Whether a user who was there got this identity by the e-mail address.
    package let isLinked: Bool
    /// Whether the provider left groups out, and the policy is to go on without.
    package let leftOutGroups: Bool
    /// Attributes that the mapping fills and that nothing came for.
    package let unfilled: [String]
    /// What the person is asked before the app gets its answer; nil: nothing.
    package var question: ConsentQuestion?
    var steps: SignInSteps?
}

/// What came of a provider's answer: a sign-in, or what one would have been.
package enum SignInAnswer: Sendable {
    case completed(CompletedSignIn)
    case dry(TrialReport)
}
