/// Why somebody may not use the console, or not now.
package enum ConsoleError: Diagnosable, Equatable {
    /// The pool of the settings is not there.
    case unknownPool(String)
    case signedOut
    /// Who they are was proven too long ago, in seconds, or nobody said when.
    case stale(maximum: Int)
    /// The sign-in that the console asked for came back without one.
    case signInRefused
    case unmetACR(asked: String, seen: [String])
    case notMember(group: String)
    /// The form is not one of a page that this browser got.
    case formToken(cookieSeen: Bool)
    case tooMany(RateLimiter.Exceeded)
    /// Somebody would lock themselves out.
    case ownAccount
    /// The same, of the provider by which they signed in, or which put them into the group.
    case ownProvider(String)
    /// What was typed is not the name of what would be deleted.
    case confirmation
    case other(SignInError)

    package init(_ error: any Error) { self = error as? ConsoleError ?? .other(SignInError(error)) }

    /// Whether a sign-in may mend it: the person is sent there, and refused only when they come back and it still is so.
    package var isMendedBySigningIn: Bool {
        switch self {
        case .signedOut, .stale, .signInRefused, .unmetACR: true
        case .unknownPool, .notMember, .formToken, .tooMany, .ownAccount, .ownProvider, .confirmation, .other: false
        }
    }

    package var code: String {
        switch self {
        case .unknownPool: "console.pool"
        case .signedOut: "console.signed_out"
        case .stale: "console.stale"
        case .signInRefused: "console.sign_in_refused"
        case .unmetACR: "console.acr"
        case .notMember: "console.not_member"
        case .formToken: "console.form"
        case .tooMany: "console.too_many"
        case .ownAccount: "console.own_account"
        case .ownProvider: "console.own_provider"
        case .confirmation: "console.confirmation"
        case .other(let error): error.code
        }
    }

    package var message: String {
        switch self {
        case .unknownPool: "The pool whose people may use the console is not there."
        case .signedOut: "Nobody is signed in in this browser, after the sign-in as before it."
        case .stale: "Nobody says that the person proved within the time of the console who they are."
        case .signInRefused: "The sign-in that the console asked for was refused, and the session of before it is not enough."
        case .unmetACR: "The person was not authenticated as the console asks for."
        case .notMember: "The person is signed in, and not in the group whose people may use the console."
        case .formToken: "The form was not made for this browser, or its cookie is gone."
        case .tooMany: "This person asked the console for more pages within a minute than anybody reads."
        case .ownAccount: "Nobody disables or deletes themselves in the console."
        case .ownProvider:
            "Nobody disables or deletes in the console the identity provider by which they signed in to it, nor deletes the one that put them into its group: they could not come back."
        case .confirmation: "What was typed is not the name of what would be deleted; nothing was deleted."
        case .other(let error): error.message
        }
    }

    package var expected: String? {
        switch self {
        case .stale(let maximum): "within \(maximum / 3600) h"
        case .unmetACR(let asked, _): asked
        case .notMember(let group): group
        case .tooMany(let exceeded): exceeded.text
        case .other(let error): error.expected
        case .unknownPool, .signedOut, .signInRefused, .formToken, .ownAccount, .ownProvider, .confirmation: nil
        }
    }

    package var seen: String? {
        switch self {
        case .unknownPool(let pool): pool
        case .ownProvider(let name): name
        case .unmetACR(_, let seen): seen.isEmpty ? "(nothing)" : seen.joined(separator: " ")
        case .formToken(let cookieSeen): cookieSeen ? "another browser's form" : "no cookie"
        case .other(let error): error.seen
        case .signedOut, .stale, .signInRefused, .notMember, .tooMany, .ownAccount, .confirmation: nil
        }
    }

    package var remedy: String {
        switch self {
        case .unknownPool: "Name a pool that is there in the settings of the server, and start it again."
        case .signedOut:
            "Begin again at the console. If it stays, look for a refused sign-in before this line; or the browser keeps no cookies of this server."
        case .stale:
            "Sign in by a provider that says when a person proved who they are: every SAML and OpenID Connect provider can, one of OAuth 2.0 alone cannot. If it is one, compare the clocks of both servers."
        case .signInRefused:
            "Look for the refused sign-in before this line, which has the reason: a provider that answers without asking the person proves no new sign-in."
        case .unmetACR:
            "Sign in with the stronger method. If the provider did ask for it, map its word for it to the 'acr' that the console asks for."
        case .notMember:
            "If the person shall use the console, put them into the group at the identity provider, whose word counts from their next sign-in. Else nothing need be done."
        case .formToken: "Open the page again, and send its form from there. If nobody did this, somebody tried to act by another person's browser."
        case .tooMany: "Wait a minute. If nobody sat there, end the person's sessions: somebody may have their cookie."
        case .ownAccount: "Let another admin do it, at the console or at the command line."
        case .ownProvider:
            "Let an admin do it who comes in without it, by another identity provider of this pool, or do it at the command line: it asks for no sign-in."
        case .confirmation: "Open the page again, and type the name as it stands there."
        case .other(let error): error.remedy
        }
    }

    package var acts: [Remedy] {
        switch self {
        case .unknownPool: [.listPools]
        case .unmetACR: [.listProviders]
        case .notMember, .tooMany: [.showUser]
        case .other(let error): error.acts
        case .signedOut, .stale, .signInRefused, .formToken, .ownAccount, .ownProvider, .confirmation: []
        }
    }

    /// Of HTTP.
    package var status: Int {
        switch self {
        case .unknownPool: 503
        case .signedOut, .stale, .signInRefused, .unmetACR, .notMember: 403
        case .formToken, .confirmation: 400
        case .tooMany: 429
        case .ownAccount, .ownProvider: 409
        case .other(let error): error.status
        }
    }
}
