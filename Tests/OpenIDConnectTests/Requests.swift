@testable import OpenIDConnect

/// A good authorization request with some parameters replaced; nil takes one away, `more` adds a second one.
enum Requests {
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    static let redirectURI = "https://app.example.com/callback"
    static let policy = ClientPolicy(
        scopes: ["openid", "email", "profile"], requiresProofKey: true,
        resources: ["https://orders.example.com", "urn:orders"].map { .init(uri: $0, scopes: []) })

    static func parameters(_ changes: [String: String?] = [:], more: [(name: String, value: String)] = []) -> Parameters {
        var all = [
            "client_id": "app", "redirect_uri": redirectURI, "response_type": "code", "scope": "openid email", "state": "s-1", "nonce": "n-1",
            "code_challenge": challenge, "code_challenge_method": "S256",
        ]
        for (name, value) in changes { all[name] = value }
        return Parameters(all.map { (name: $0.key, value: $0.value) } + more)
    }

    static func authorize(
        _ changes: [String: String?] = [:], more: [(name: String, value: String)] = [], policy: ClientPolicy = policy
    ) throws(OAuthError) -> AuthorizationRequest {
        let unproven = try AuthorizationParameters(parameters(changes, more: more))
        let redirect = try unproven.redirectURI(of: SomeClient(registeredID: "app", redirectURIs: [redirectURI]))
        return try AuthorizationRequest(unproven, redirectURI: redirect, policy: policy)
    }

    /// The code of the refusal and its parameter, nil where the request is good.
    static func refusal(
        _ changes: [String: String?] = [:], more: [(name: String, value: String)] = [], policy: ClientPolicy = policy
    ) -> Refusal? {
        Refusal { () throws(OAuthError) in try authorize(changes, more: more, policy: policy) }
    }
}

/// A standard error code and the parameter at fault.
struct Refusal: Equatable {
    let code: OAuthError.Code
    let parameter: String?

    init(_ code: OAuthError.Code, _ parameter: String? = nil) { (self.code, self.parameter) = (code, parameter) }

    init?(_ body: () throws(OAuthError) -> some Any) {
        do throws(OAuthError) {
            _ = try body()
            return nil
        } catch {
            self.init(error.error, error.parameter)
        }
    }
}

/// A client with nothing but its addresses.
struct SomeClient: RegisteredClient {
    var registeredID = "client-1"
    var redirectURIs: [String]
    var postLogoutRedirectURIs: [String] = []
}
