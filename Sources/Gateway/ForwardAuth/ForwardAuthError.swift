import OpenIDConnect
package import UserPools

/// Why a proxy's question, or the way of a browser through it, was refused.
package enum ForwardAuthError: Diagnosable, Equatable {
    /// Whoever asked is no proxy that was named as trusted.
    case untrusted
    case client(seen: String?)
    /// The client has no such host, or the request names none, or several.
    case host(seen: String?)
    /// The browser came back without what it was sent away with.
    case state
    /// The person may not use this client.
    case denied
    /// The sign-in failed, with this error of OAuth 2.0.
    case signIn(String)
    case other(SignInError)

    package init(_ error: any Error) { self = error as? ForwardAuthError ?? .other(SignInError(error)) }

    package var code: String {
        switch self {
        case .untrusted: "forward_auth.untrusted_proxy"
        case .client: "forward_auth.client"
        case .host: "forward_auth.host"
        case .state: "forward_auth.state"
        case .denied: "forward_auth.denied"
        case .signIn: "forward_auth.sign_in"
        case .other(let error): error.code
        }
    }

    package var message: String {
        switch self {
        case .untrusted: "Somebody who is no trusted proxy asked who a browser's user is."
        case .client: "The proxy asked for a client that this pool does not have, or that is disabled."
        case .host: "The proxy asked about a host that is not registered for its client."
        case .state: "The browser came back from a sign-in that it did not begin, or began too long ago."
        case .denied: "The person is in none of the groups that the client is for."
        case .signIn: "The sign-in for a host behind a proxy failed."
        case .other(let error): error.message
        }
    }

    package var expected: String? { if case .other(let error) = self { error.expected } else { nil } }

    package var seen: String? {
        switch self {
        case .client(let seen), .host(let seen): seen.map { String(decoding: $0.utf8.prefix(200), as: UTF8.self) }
        case .signIn(let error): String(decoding: error.utf8.prefix(200), as: UTF8.self)
        case .other(let error): error.seen
        case .untrusted, .state, .denied: nil
        }
    }

    package var remedy: String {
        switch self {
        case .untrusted: "If 'address' is a proxy of yours, name it as trusted. Else nothing need be done: nobody else learns anything here."
        case .client: "Compare the client ID in the proxy's configuration with the pool's clients."
        case .host:
            "Register the host for the client, with its port where that is not the usual one; the proxy must send it as X-Forwarded-Host, once."
        case .state: "Open the app again. If it stays, the proxy does not bring the addresses below /_countersign/ here, or takes cookies away."
        case .denied: "Put the person into one of the groups, if they shall use the app; it counts from their next sign-in."
        case .signIn: "Look for the line before this one, which says why. A client of forward authentication needs the scope openid."
        case .other(let error): error.remedy
        }
    }

    package var acts: [Remedy] {
        switch self {
        case .untrusted: [.configure(.trustedProxy)]
        case .client: [.listClients]
        case .host, .denied: [.showClient]
        case .state, .signIn: []
        case .other(let error): error.acts
        }
    }

    /// Of HTTP.
    package var status: Int {
        switch self {
        case .untrusted, .host, .denied: 403
        case .client: 404
        case .state: 400
        case .signIn(let error): error == OAuthError.Code.temporarilyUnavailable.rawValue ? 503 : 400
        case .other(let error): error.status
        }
    }
}

/// The same, and where it happened.
package struct ForwardAuthFailure: Error {
    package let error: ForwardAuthError
    package let pool: UserPool.ID
    /// As the request named it.
    package let client: String?

    package init(_ error: any Error, pool: UserPool.ID, client: String?) {
        (self.error, self.pool, self.client) = (ForwardAuthError(error), pool, client)
    }
}
