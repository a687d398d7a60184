package import Gateway

/// Why a client secret at an OpenID provider did not go a stage further.
package enum ClientSecretError: Diagnosable, Equatable {
    /// - Parameter isKey: whether a private key is in its place.
    case notPending(isKey: Bool)
    case noPrevious
    /// The provider was not seen to take the pending one.
    case untested
    /// The pending one would be lost.
    case stillPending
    /// The provider does not take it.
    case refused(seen: String, isKey: Bool)
    case unclear(seen: String)
    /// Somebody else changed it, or the provider's registration, while the provider was asked.
    case changedMeanwhile

    package var code: String {
        switch self {
        case .notPending: "client_secret.not_pending"
        case .noPrevious: "client_secret.no_previous"
        case .untested: "client_secret.untested"
        case .stillPending: "client_secret.still_pending"
        case .refused: "client_secret.refused"
        case .unclear: "client_secret.unclear"
        case .changedMeanwhile: "client_secret.changed_meanwhile"
        }
    }

    package var message: String {
        switch self {
        case .notPending: "No client secret or key of this provider is pending."
        case .noPrevious: "There is no client secret or key from before."
        case .untested: "The provider has not been seen to take the pending client secret or key."
        case .stillPending: "Another client secret or key is pending, and would be lost: the one in use takes its place."
        case .refused: "The provider does not take the pending client secret or key."
        case .unclear: "What the provider answered neither proves nor refuses the pending client secret or key."
        case .changedMeanwhile: "The provider was changed while it was asked; nothing was stored."
        }
    }

    package var expected: String? {
        switch self {
        case .refused, .unclear: "invalid_grant to us, for a code that nobody gave, and invalid_client to a stranger"
        case .notPending, .noPrevious, .untested, .stillPending, .changedMeanwhile: nil
        }
    }

    package var seen: String? {
        switch self {
        case .refused(let seen, _), .unclear(let seen): seen
        case .notPending, .noPrevious, .untested, .stillPending, .changedMeanwhile: nil
        }
    }

    package var remedy: String {
        switch self {
        case .notPending: "Where another one shall come into use, give it first."
        case .noPrevious: "See which there are; where another one shall come into use, give it as a new one."
        case .untested:
            """
            Test it. Where this provider's answers cannot prove it, take it into use untested; the one that is used now is kept, and is back with one \
            command.
            """
        case .stillPending: "See which there are; take the pending one into use, or forget it, and go back then."
        case .refused:
            "A new one may count at the provider after some minutes only: test it again then. If it stays, give the one that the provider shows."
        case .unclear:
            """
            Test it again. If it stays, this provider does not tell: take it into use untested and sign in; the one that is used now is kept, and is \
            back with one command.
            """
        case .changedMeanwhile: "Test it again."
        }
    }

    package var acts: [Remedy] {
        switch self {
        case .notPending(let isKey): [isKey ? .setClientKey : .setClientSecret]
        case .noPrevious, .stillPending: [.showClientSecrets]
        case .untested, .unclear, .changedMeanwhile: [.testClientSecret]
        case .refused(_, let isKey): [.testClientSecret, isKey ? .setClientKey : .setClientSecret]
        }
    }
}
