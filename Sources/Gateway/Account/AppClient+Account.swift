import UserPools
import WireFormats

extension AppClient {
    /// The person's own page is an app of ours like any other: people sign in to it in the same way. No pool has it stored, so that nobody redeems its
    /// codes or changes it.
    static let accountID = AppClient.ID("countersign-account")

    static func account(of pool: UserPool, publicURL: String) -> AppClient? {
        guard let id = accountID else { return nil }
        let places = [false] + (pool.domain == nil ? [] : [true])
        return AppClient(
            id: id, poolID: pool.id, name: pool.branding.displayName ?? pool.name,
            redirectURIs: places.map { PoolAddress(publicURL: publicURL, pool: pool, onOwnDomain: $0).account }, grantTypes: ["authorization_code"],
            scopes: ["openid"], createdAt: pool.createdAt)
    }
}

extension SignIn {
    /// A client of the pool, or a page of ours that people sign in to: their own, and the console.
    func client(_ id: AppClient.ID, in pool: UserPool) async throws(StoreError) -> AppClient? {
        if id == AppClient.accountID { return AppClient.account(of: pool, publicURL: settings.publicURL) }
        if id == AppClient.consoleID { return pool.id == settings.consolePool ? AppClient.console(of: pool, publicURL: settings.publicURL) : nil }
        return try await directory.client(id, in: pool.id)
    }

    /// Where a browser without a session begins on its way to the person's own page. Nobody keeps the verifier of the challenge: the code is good for
    /// nothing, the session is what counts.
    package func accountSignIn(at address: PoolAddress) -> String {
        FormCoding.append(
            [
                ("response_type", "code"), ("client_id", AppClient.accountID?.text ?? ""), ("redirect_uri", address.account), ("scope", "openid"),
                ("code_challenge", environment.random(32).base64URLText), ("code_challenge_method", "S256"),
            ], to: address.base + "/oauth2/authorize")
    }
}
