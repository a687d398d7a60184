package import UserPools
package import WireFormats

/// What a person is asked before an app of somebody else gets anything of her.
package struct ConsentQuestion: Sendable {
    /// Under which the answer comes back.
    package let id: PendingSignIn.ID
    /// As the admin named it.
    package let app: String
    /// Where the app is: of its redirect URI, which is proven.
    package let host: String
    /// As whom she is signed in: her e-mail address, or her username.
    package let person: String
    /// All that is asked for, in the app's order.
    package let scopes: [String]
    /// Where the answer leads.
    package let redirectURI: String
    /// What the page's form is bound to.
    package let binding: SecretBytes
    package var logo: ImageReference?
    /// Where the app says what it does with what it gets, and what its use is under.
    package var policyURI: String?
    package var termsURI: String?
    /// Whether nobody here looked at the app: what is said of it is its own word.
    package var isOwnWord = false

    package init(id: PendingSignIn.ID, app: String, host: String, person: String, scopes: [String], redirectURI: String, binding: SecretBytes) {
        (self.id, self.app, self.host, self.person) = (id, app, host, person)
        (self.scopes, self.redirectURI, self.binding) = (scopes, redirectURI, binding)
    }
}
