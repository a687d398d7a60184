package import UserPools
import WireFormats

extension AppClient {
    /// The console is an app of ours, as the person's own page is: its people sign in to it in the same way, and no pool has it stored.
    static let consoleID = AppClient.ID("countersign-console")

    /// Whether it is the identifier of an app of our own: one that is stored under it could redeem its codes.
    package static func isOurs(_ id: AppClient.ID) -> Bool { id == consoleID || id == accountID }

    static func console(of pool: UserPool, publicURL: String) -> AppClient? {
        guard let id = consoleID else { return nil }
        return AppClient(
            id: id, poolID: pool.id, name: pool.branding.displayName ?? pool.name, redirectURIs: [ConsoleAccess.address(publicURL: publicURL)],
            grantTypes: ["authorization_code"], scopes: ["openid"], createdAt: pool.createdAt)
    }
}

extension ConsoleAccess {
    /// Where a sign-in to the console comes back to.
    static func address(publicURL: String) -> String { publicURL + "/console/signed-in" }
}

extension SignIn {
    /// As with the person's own page nobody keeps the verifier of the challenge: the code is good for nothing, the session is what counts.
    func consoleSignIn(_ console: ConsoleSettings, of pool: UserPool, to page: String, within seconds: Int, anew: Bool) -> String {
        var parameters = [
            ("response_type", "code"), ("client_id", AppClient.consoleID?.text ?? ""),
            ("redirect_uri", ConsoleAccess.address(publicURL: settings.publicURL)), ("scope", "openid"), ("state", page),
            ("max_age", String(seconds)), ("code_challenge", environment.random(32).base64URLText), ("code_challenge_method", "S256"),
        ]
        if let acr = console.acr { parameters.append(("acr_values", acr)) }
        if anew { parameters.append(("prompt", "login")) }
        return FormCoding.append(parameters, to: PoolAddress(publicURL: settings.publicURL, pool: pool).base + "/oauth2/authorize")
    }
}
