import OpenIDConnect
package import UserPools
package import WireFormats

extension AppClient {
    /// As RFC 7591 §2 names it.
    package var authenticationMethod: String { authentication?.rawValue ?? (isConfidential ? "client_secret_basic" : "none") }

    /// What an app has to be told, by the names that libraries use.
    package func settings(issuer: String) -> JSONObject {
        var settings: JSONObject = [
            "issuer": .string(issuer), "discovery_url": .string(issuer + "/.well-known/openid-configuration"), "client_id": .string(id.text),
        ]
        // Most libraries take one of each; all of them are there for the others.
        func append(_ name: String, _ values: [String]) {
            settings.append(name, ifPresent: values.first)
            if values.count > 1 { settings.append(name + "s", .array(values.map(JSONValue.string))) }
        }
        append("redirect_uri", redirectURIs)
        append("post_logout_redirect_uri", postLogoutRedirectURIs)
        settings.append("scope", .string(mayAskFor))
        append("resource", resources)
        settings.append("token_endpoint_auth_method", .string(authenticationMethod))
        if usesRedirectURIs { settings.append("code_challenge_method", .string("S256")) }
        return settings
    }

    /// Its scopes, with those that every client has of its people.
    package var mayAskFor: String {
        Scope(names: scopes + (signsPeopleIn ? ClientPolicy.scopesOfEveryClient : [])).names.joined(separator: " ")
    }
}
