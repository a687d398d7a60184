package import UserPools

/// A refused sign-in with the names an admin looks for, and who may be told.
package struct SignInFailure: Error {
    package let error: SignInError
    package var pool: UserPool.ID?
    package var provider: IdentityProvider.Name?
    package var client: AppClient.ID?
    /// Of a federation the member, by its entity ID.
    package var member: String?
    /// Where the app is told; nil while its client and redirect URI are not proven: then the person alone is told.
    package var wayBack: WayBack?
    /// How far it came, where a provider had answered.
    package var steps: SignInSteps?

    package init(
        _ error: SignInError, pool: UserPool.ID? = nil, provider: IdentityProvider.Name? = nil, client: AppClient.ID? = nil,
        wayBack: WayBack? = nil
    ) {
        self.error = error
        self.pool = pool
        self.provider = provider
        self.client = client
        self.wayBack = wayBack
    }

    /// The same with its cause. An answer that came when another had ended the sign-in has nobody to tell: the app has its answer.
    func caused(by cause: SignInError) -> SignInFailure {
        let isOver = [.unknownRequest, .unknownState, .replayed].contains(cause)
        // The browser is to come again, and nobody else.
        let isForLater = [.tooManyAnswers, .busy].contains(cause)
        var failure = SignInFailure(cause, pool: pool, provider: provider, client: client, wayBack: isOver || isForLater ? nil : wayBack)
        (failure.member, failure.steps) = (member, steps)
        return failure
    }
}
