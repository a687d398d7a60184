/// Every store of a database, one protocol an aggregate.
package struct Stores: Sendable {
    package let pools: any UserPoolStore
    package let clients: any AppClientStore
    package let providers: any IdentityProviderStore
    package let users: any UserStore
    package let groups: any GroupStore
    package let signIns: any SignInStore
    package let sessions: any SessionStore
    package let grants: any GrantStore
    package let keys: any SigningKeyStore
    package let samlKeys: any SAMLKeyStore
    package let audit: any AuditStore
    package let offers: any OfferStore
    package let images: any ImageStore
    package let installation: any InstallationStore
    package let deletions: any DeletionStore
    package let logouts: any LogoutStore
    package let following: any FollowingStore
    package let ends: any ProviderEndStore
    package let fetches: any MetadataFetchStore
    package let federations: any FederationStore
    package let consents: any ConsentStore
    package let trials: any TrialStore
    package let singleUse: any SingleUseStore
    package let pushedRequests: any PushedRequestStore
    package let upstreamTokens: any UpstreamTokenStore
    package let registrations: any ClientRegistrationStore
    package let devices: any DeviceStore
    package let signInRecords: any SignInRecordStore
    package let signInCounts: any SignInCountStore
    /// The same for somebody who writes by a right of theirs.
    package let held: @Sendable (HeldRight) -> Stores

    package init(
        pools: any UserPoolStore, clients: any AppClientStore, providers: any IdentityProviderStore, users: any UserStore,
        groups: any GroupStore, signIns: any SignInStore, sessions: any SessionStore, grants: any GrantStore, keys: any SigningKeyStore,
        samlKeys: any SAMLKeyStore, audit: any AuditStore,
        offers: any OfferStore, images: any ImageStore, installation: any InstallationStore, deletions: any DeletionStore,
        logouts: any LogoutStore, following: any FollowingStore, ends: any ProviderEndStore, fetches: any MetadataFetchStore,
        federations: any FederationStore, trials: any TrialStore, singleUse: any SingleUseStore, pushedRequests: any PushedRequestStore,
        upstreamTokens: any UpstreamTokenStore,
        registrations: any ClientRegistrationStore, consents: any ConsentStore,
        devices: any DeviceStore, signInRecords: any SignInRecordStore, signInCounts: any SignInCountStore,
        held: @escaping @Sendable (HeldRight) -> Stores
    ) {
        self.pools = pools
        self.clients = clients
        self.providers = providers
        self.users = users
        self.groups = groups
        self.signIns = signIns
        self.sessions = sessions
        self.grants = grants
        self.keys = keys
        self.samlKeys = samlKeys
        self.audit = audit
        self.offers = offers
        self.images = images
        self.installation = installation
        self.deletions = deletions
        self.logouts = logouts
        self.following = following
        self.ends = ends
        self.fetches = fetches
        self.federations = federations
        self.consents = consents
        self.trials = trials
        self.singleUse = singleUse
        self.pushedRequests = pushedRequests
        self.upstreamTokens = upstreamTokens
        self.registrations = registrations
        self.devices = devices
        self.signInRecords = signInRecords
        self.signInCounts = signInCounts
        self.held = held
    }
}
