package import FoundationEssentials
package import Gateway
package import OpenIDConnect
package import SAML
package import TokenVerifier
package import UserPools

/// Why an act was refused.
package enum AdministrationError: Diagnosable, Equatable {
    /// All that is wrong with what was given; never empty.
    case problems([Problem])
    /// `pool`: where it was looked for.
    case notFound(Missing, name: String, pool: UserPool.ID?)
    /// The pool is protected against deletion.
    case protected(pool: UserPool.ID)
    /// What is to change is not as it was any more when that was decided, by a plan or by whoever looked at it.
    case changedMeanwhile(String)
    /// Two secrets of the client are good, and a third one would end the older of them, which is good until then.
    case twoSecrets(client: String, until: Date)
    case metadata(SAMLError)
    case discovery(TokenError)
    case fetch(FetchError, url: String)
    case clientSecret(ClientSecretError)
    /// What a provider was asked, it did not answer.
    case relyingParty(RelyingPartyError)
    case keys(KeyRingError)
    case store(StoreError)

    static func invalid(_ field: Field, _ value: String, _ reason: Words, example: Problem.Example) -> AdministrationError {
        .problems([Problem(field, value, reason, example: example)])
    }

    /// The same of something that is there already.
    var ofChange: AdministrationError {
        guard case .problems(let problems) = self else { return self }
        return .problems(
            problems.map { problem in
                var problem = problem
                problem.isChange = true
                return problem
            })
    }

    private var cause: (any Diagnosable)? {
        switch self {
        case .metadata(let error): error
        case .discovery(let error): error
        case .fetch(let error, _): error
        case .clientSecret(let error): error
        case .relyingParty(let error): error
        case .keys(let error): error
        case .store(let error): error
        case .problems, .notFound, .protected, .changedMeanwhile, .twoSecrets: nil
        }
    }

    package var code: String {
        switch self {
        case .problems: "admin.invalid"
        case .notFound: "admin.not_found"
        case .protected: "admin.protected"
        case .changedMeanwhile: "admin.changed_meanwhile"
        case .twoSecrets: "admin.two_secrets"
        case .metadata, .discovery, .fetch, .clientSecret, .relyingParty, .keys, .store: cause?.code ?? "admin.failed"
        }
    }

    package var message: String {
        switch self {
        case .problems(let problems): problems.map { $0.text() }.joined(separator: " ")
        case .notFound(let what, let name, _): "There is no \(what.rawValue) '\(name.prefix(100))'."
        case .protected(let pool): "The pool \(pool) is protected against deletion; nothing was deleted."
        case .changedMeanwhile(let what): "Somebody else changed the \(what.prefix(200)) after this was decided; it is left as it is."
        case .twoSecrets(let client, let until):
            "Two secrets of the client '\(client.prefix(128))' are good, the older one until \(SAMLInstant.format(until)); a third one would end it."
        case .fetch(let error, let url): "\(url.prefix(300)): \(error.message)"
        case .metadata, .discovery, .clientSecret, .relyingParty, .keys, .store: cause?.message ?? ""
        }
    }

    package var expected: String? { cause?.expected }
    package var seen: String? { cause?.seen }

    package var remedy: String {
        switch self {
        case .problems(let problems): problems.map { $0.remedy() }.joined(separator: " ")
        case .notFound(.logout, _, _): "Give the reference as the page or the log has it; a record is kept for 30 days."
        case .notFound(.signIn, _, _):
            "Give the twelve letters and digits as the page or the log has them, and the pool of that sign-in. A refused one is kept for 30 days, an accepted one where the pool wants it; of a flood some are counted and not kept: the log has all. A sign-out has a record of its own."
        case .notFound(.registrationToken, _, _): "See which tokens are good: one that is used up, over or taken back is listed no more."
        case .notFound: "See what there is."
        case .changedMeanwhile: "See first what is there now, and decide anew: doing the same again would undo what they did."
        case .twoSecrets:
            "If the app has the newer one by now, wait until the older one has ended, and try again then. If the newer one was lost, or is not to be given to the app, replace that one: the older one, which the app has, stays good. Where a file has the app's secret, put the one that is shown then there."
        case .protected: "If it shall go with its users, clients and keys, take the protection back first; then delete it."
        case .metadata, .discovery, .fetch, .clientSecret, .relyingParty, .keys, .store: cause?.remedy ?? ""
        }
    }

    package var acts: [Remedy] {
        switch self {
        case .problems(let problems): problems.flatMap(\.acts)
        case .notFound(let what, _, _):
            switch what {
            case .pool: [.listPools]
            case .client: [.listClients]
            case .provider: [.listProviders]
            case .user: [.listUsers]
            case .identity: [.showUser]
            case .key: [.listKeys]
            case .resource, .workload, .algorithm: [.showPool]
            case .signIn: [.listPools]
            case .logout, .registrationToken: []
            }
        case .changedMeanwhile: []
        case .twoSecrets: [.replaceNewestSecret]
        case .protected: [.dropDeletionProtection]
        case .metadata, .discovery, .fetch, .clientSecret, .relyingParty, .keys, .store: cause?.acts ?? []
        }
    }
}
