/// Every store of a database, one protocol an aggregate.
package struct Stores: Sendable {
    package let pools: any UserPoolStore
    package let clients: any AppClientStore
    package let providers: any IdentityProviderStore
    package let users: any UserStore
    package let signIns: any SignInStore
    package let sessions: any SessionStore
    package let grants: any GrantStore
    package let keys: any SigningKeyStore
    package let audit: any AuditStore
    package let offers: any OfferStore
    package let images: any ImageStore

    package init(
        pools: any UserPoolStore, clients: any AppClientStore, providers: any IdentityProviderStore, users: any UserStore,
        signIns: any SignInStore, sessions: any SessionStore, grants: any GrantStore, keys: any SigningKeyStore, audit: any AuditStore,
        offers: any OfferStore, images: any ImageStore
    ) {
        self.pools = pools
        self.clients = clients
        self.providers = providers
        self.users = users
        self.signIns = signIns
        self.sessions = sessions
        self.grants = grants
        self.keys = keys
        self.audit = audit
        self.offers = offers
        self.images = images
    }
}
