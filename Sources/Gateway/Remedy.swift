import FoundationEssentials
package import UserPools

/// What an admin may do about an error: an act, without a word of any surface. The command line and the log render it as a command, a console
/// would as a link.
///
/// Each is safe to follow word for word: it adds, or changes the one thing it names, and takes nothing else away. Nothing that came with a
/// request stands in one: whoever copies a command from a log must not register an address that a stranger chose. Such values are left open.
package enum Remedy: Sendable, Hashable, Codable {
    // MARK: to see what there is
    case listPools
    case listClients
    case listProviders
    case listUsers
    case listKeys
    case listSAMLKeys
    case listAudit
    case showPool
    case showClient
    case showProvider
    case showUser
    /// A message that was captured, decoded and explained.
    case inspectMessage

    // MARK: the pool
    case createPool
    case declareAttribute(String?)
    case addResource
    case dropDeletionProtection
    /// Has the pool sign by one more algorithm, for clients that ask for it.
    case addAlgorithm(String)

    // MARK: an app client
    case addRedirectURI
    case addLogoutURI
    case addWebOrigin
    /// Where somebody else may ask the app to begin a sign-in.
    case setInitiateLoginURI
    case addScope
    /// Has what it gets signed by the pool's own algorithm.
    case endSignedResponseAlg(SignedResponse)
    case addClientResource
    /// Takes one of the pool's services from those for which the client may ask.
    case removeClientResource
    case allowGrant(String)
    /// Lets the client's users choose one more provider.
    case offerProvider
    case enableClient
    case makePKCEOptional
    /// Another secret in place of the newest; the one before it stays good.
    case replaceNewestSecret

    // MARK: an identity provider
    case registerSAMLProvider
    case registerOIDCProvider
    case enableProvider
    /// Reads metadata or discovery document again from where they came.
    case refreshProvider
    case replaceMetadata
    case chooseEntity
    /// Fills an attribute from another source; what else is mapped or required stays.
    case mapAttribute(String?)
    case unmapAttribute(String?)
    case stopRequiring(String?)
    case addDomain
    case setGroupOverage(GroupOverage)
    /// Lets an attribute say who somebody is.
    case nameByAttribute
    case allowIDPInitiated
    /// Has the provider's answers fetched from it.
    case awaitArtifacts
    /// Tolerates what one provider does against the standard, until a day.
    case allow(SAMLExceptions.Quirk)
    /// Gives the address of the metadata, so that it can be read again.
    case followMetadata
    case allowSingleLogout
    /// Tries the provider without signing anybody in.
    case testProvider
    case replaceClientSecret
    case replaceClientKey
    case showClientSecrets
    /// Keeps another client secret or key, which no sign-in sends until it is taken into use.
    case setClientSecret
    case setClientKey
    /// Asks the provider whether it takes the one that is pending.
    case testClientSecret
    /// Asks the provider for one more scope.
    case requestScope(String?)
    case allowTenant
    case endPrompt

    // MARK: a user
    case enableUser
    /// Takes the identity that is meant away from the user who has it, by `sub` or username.
    case unlinkIdentity(user: String, provider: String, subject: String)

    // MARK: signing keys
    /// One step of a rotation. What ends tokens at once (a withdrawal, a rotation without waiting) is no remedy to be copied.
    case rotateKey(algorithm: String)

    // MARK: the server
    case configure(Setting)

    /// A setting of the server or of a command.
    package enum Setting: String, Sendable, Hashable, Codable, CaseIterable { case database, masterKeyFile, publicURL, trustedProxy, development }
}

extension Remedy {
    /// Whether after it more is accepted of what comes in a provider's name: nothing to be done because of a message that anybody may have sent.
    var opensDoor: Bool {
        switch self {
        case .allow, .allowIDPInitiated, .awaitArtifacts: true
        default: false
        }
    }

    /// As the record of a sign-in has it. Of another version it may have one that this one does not know, which is left out then: the words stay.
    var stored: String? { (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) } }

    package init?(stored text: String) {
        guard let act = try? JSONDecoder().decode(Remedy.self, from: Data(text.utf8)) else { return nil }
        self = act
    }
}

/// Where an act takes place: the names that are known; the others stay open.
package struct Place: Sendable, Hashable {
    package var pool: String?
    package var client: String?
    package var provider: String?
    /// `sub` or username.
    package var user: String?

    package init(pool: String? = nil, client: String? = nil, provider: String? = nil, user: String? = nil) {
        (self.pool, self.client, self.provider, self.user) = (pool, client, provider, user)
    }

    package init(pool: UserPool.ID?, client: AppClient.ID? = nil, provider: IdentityProvider.Name? = nil) {
        self.init(pool: pool?.text, client: client?.text, provider: provider?.text)
    }
}

/// Acts as they stand in a log entry: the log writes them in its own words, since whoever reads it sits at a command line.
package struct PlacedRemedies: Sendable, CustomStringConvertible {
    package let acts: [Remedy]
    package let place: Place

    package init(_ acts: [Remedy], at place: Place) { (self.acts, self.place) = (acts, place) }

    /// For a log that has no words for them.
    package var description: String { acts.map { "\($0)" }.joined(separator: "; ") }
}
