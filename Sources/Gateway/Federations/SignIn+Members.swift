import FoundationEssentials
import OpenIDConnect
import SAML
package import UserPools
import WireFormats

/// What a page shows to somebody who looks for the member of a federation at which they sign in.
package struct MemberChoice: Sendable {
    /// The app's name, as the admin registered it.
    package let app: String
    package let federation: SignInChoice.Offer
    /// What was searched for.
    package let search: String?
    /// Those that were found.
    package let found: [FederationOffer]
    /// Whether more would have been found.
    package let hasMore: Bool
    /// The member that this browser chose last.
    package let last: FederationOffer?
    /// `ui_locales` of the request, which the browser did not bring where it was pushed.
    package var uiLocales: [String] = []

    package init(
        app: String, federation: SignInChoice.Offer, search: String? = nil, found: [FederationOffer] = [], hasMore: Bool = false,
        last: FederationOffer? = nil
    ) {
        (self.app, self.federation, self.search) = (app, federation, search)
        (self.found, self.hasMore, self.last) = (found, hasMore, last)
    }
}

/// Who is asked to sign somebody in.
enum AskedProvider {
    case one(ConfiguredProvider)
    /// The person looks for a member.
    case search(ConfiguredProvider)
}

extension SignIn {
    /// The provider itself, or the member of a federation that the request names (`entityID`, as the Identity Provider Discovery Service Protocol
    /// has it).
    func asked(_ provider: ConfiguredProvider, by request: AuthorizationRequest, from address: String?) async throws -> AskedProvider {
        guard provider.federation != nil else {
            if let entityID = request.entityID { throw SignInError.unknownMember(of: provider.settings.name.text, entityID: entityID) }
            return .one(provider)
        }
        guard let entityID = request.entityID else { return .search(provider) }
        return .one(try await member(entityID, of: provider, askedFrom: address))
    }

    /// Who may answer: exactly the member that was asked, as long as it is one.
    func waiting(_ pending: PendingSignIn, at provider: ConfiguredProvider) async throws -> ConfiguredProvider {
        guard provider.federation != nil else {
            guard pending.member == nil else { throw SignInError.unknownRequest }
            return provider
        }
        guard let entityID = pending.member else { throw SignInError.unknownRequest }
        return try await member(entityID, of: provider)
    }

    /// The member, whose metadata is valid still. One that comes by a query of its own (MDQ) is asked for where nobody knows it, and again as often
    /// as its metadata wants; while that service is away what is known counts until its metadata ends.
    ///
    /// - Parameter address: of the browser that names it; one that names many that nobody knows is refused before anybody is asked.
    func member(_ entityID: String, of federation: ConfiguredProvider, askedFrom address: String? = nil) async throws -> ConfiguredProvider {
        let name = federation.settings.name
        func find() async throws -> ConfiguredProvider? { try await directory.provider(name, member: entityID, in: federation.settings.poolID) }
        let now = environment.now()
        func isValid(_ member: ConfiguredProvider?) -> Bool { member?.isValid(at: now) == true }
        var found = try await find()
        var isAway = false
        if !isValid(found) || found?.member?.isFresh(at: now) == false, federation.federation?.source == .mdq,
            entityID.utf8.count <= FederationMember.longestEntityID, let fetch = settings.fetchMember
        {
            if !isValid(found) { guard started.start(from: address) else { throw SignInError.tooManyStarted } }
            let fetched = await fetch(federation.settings, entityID)
            isAway = fetched == .unavailable
            if fetched == .kept || (fetched == .absent && found != nil) {
                directory.expireMembers()
                found = try await find()
            }
        }
        if let found, isValid(found) { return found }
        if isAway { throw SignInError.memberUnavailable(of: name.text, entityID: entityID) }
        throw found == nil
            ? SignInError.unknownMember(of: name.text, entityID: entityID) : SignInError.memberExpired(of: name.text, entityID: entityID)
    }

    /// Whether a session of this member will do: it is a member still, and the one that is asked for.
    func mayUse(member entityID: String?, of federation: ConfiguredProvider, for request: AuthorizationRequest) async throws -> Bool {
        guard let entityID else { return false }
        if let asked = request.entityID, !asked.hasSameBytes(as: entityID) { return false }
        do {
            _ = try await member(entityID, of: federation)
            return true
        } catch let error as SignInError {
            switch error {
            case .unknownMember, .memberExpired, .memberUnavailable: return false
            default: throw error
            }
        }
    }

    func memberChoice(_ federation: ConfiguredProvider, _ input: SignInPageInput, client: AppClient) async throws -> MemberChoice {
        let (name, pool) = (federation.settings.name, federation.settings.poolID)
        let offer = SignInChoice.Offer(name: name, displayName: federation.settings.displayName ?? name.text, logo: nil)
        var last: FederationOffer?
        if input.last == name, let entityID = input.lastMember {
            // Where it is none any more it is not offered.
            let known = try await directory.provider(name, member: entityID, in: pool)?.member
            last = known.flatMap { $0.isValid(at: environment.now()) ? $0.offer : nil }
        }
        guard let search = input.search, case let terms = FederationWords.terms(of: search), !terms.isEmpty else {
            return MemberChoice(app: client.name, federation: offer, last: last)
        }
        let found = try await stores.federations.search(
            terms, of: name, in: pool, at: environment.now(), limit: SignInChoice.maximumFound + 1)
        return MemberChoice(
            app: client.name, federation: offer, search: search, found: Array(found.prefix(SignInChoice.maximumFound)),
            hasMore: found.count > SignInChoice.maximumFound, last: last)
    }
}
