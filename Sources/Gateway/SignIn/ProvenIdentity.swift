package import FoundationEssentials
import OpenIDConnect
import SAML
import TokenVerifier
package import UserPools
import WireFormats

/// Who somebody is, proven by their identity provider. After it nothing knows which kind of provider it was.
package struct ProvenIdentity: Sendable {
    package let identity: FederatedIdentity
    /// Of whom it is new.
    package let username: String
    /// Of a federation the member that proves it, by its entity ID.
    package private(set) var member: String?
    /// By which the provider can be asked again, where that is wanted.
    var upstreamToken: SecretBytes?
    /// By which the provider is asked to end its own session, where that is wanted.
    var upstreamIDToken: String?
    /// When the person proved who they are; nil where the provider did not say (RFC 9068 §2.2.1: then nobody says it after).
    package let authenticatedAt: Date?
    /// The statement that proves it counts once.
    package let proof: ReplayGuard
    package let upstreamSessionIndex: String?
    /// As the provider wrote it; nil where its protocol has no way to tell of a logout.
    package private(set) var upstreamName: UpstreamName?
    /// The provider's own end of the session, where it says one.
    package let sessionEndsAt: Date?
    /// How the person was authenticated, as the provider calls it: AuthnContextClassRef and what Microsoft says beside it, or `acr`.
    let upstreamContexts: [String]
    /// `amr`.
    let methods: [String]
    /// The address that the provider says is verified; whether its word counts is for `finish` to decide.
    let claimedEmail: ClaimedEmail
    /// Whether the provider left groups out because they are many.
    let leftOutGroups: Bool
    /// What the provider sent, by its own names and without a value, for an admin who looks for one that is missing. Empty where nobody listed it.
    var arrived: [String] { listArrived() }
    /// Only a sign-in that is refused asks for it.
    private let listArrived: @Sendable () -> [String]
    private let values: @Sendable (String) -> [String]

    /// What is said of the user's e-mail address.
    enum ClaimedEmail: Sendable, Equatable {
        /// The protocol has no word for it: what the mapping makes of the provider's attributes.
        case mapped
        /// `email_verified` is JSON true for this address, the claim `email`.
        case verified(String)
        case unverified
        /// A member of a federation speaks for addresses of these domains.
        case scoped(FederationMember)
    }

    /// The values of an external attribute.
    package func values(of source: String) -> [String] { values(source) }

    /// Holding a `ValidatedAssertion` is the proof.
    init(
        _ assertion: ValidatedAssertion, of provider: IdentityProvider, member: FederationMember? = nil, onGroupOverage: GroupOverage, at now: Date
    ) throws(SignInError) {
        // Written out or left out, default qualifiers are the same name (SAML Core §8.3.7).
        let subject = assertion.subject.withoutDefaultQualifiers
        identity = try Self.identity(subject, assertion, of: provider, member: member)
        (username, self.member) = (member == nil ? identity.username : identity.memberUsername, member?.entityID)
        authenticatedAt = assertion.authnInstant.map { min($0, now) }
        // Members give their assertions names of their own, and none may use up another's.
        let proofID = member.map { assertion.id + " " + $0.entityID } ?? assertion.id
        proof = ReplayGuard(source: .provider(provider.name), id: proofID, until: assertion.replayUntil)
        upstreamSessionIndex = assertion.sessionIndex
        let name = assertion.subject
        upstreamName = UpstreamName(
            value: name.value, format: name.format, nameQualifier: name.nameQualifier, spNameQualifier: name.spNameQualifier)
        sessionEndsAt = assertion.sessionNotOnOrAfter
        upstreamContexts = assertion.authenticationContexts
        methods = AuthenticationMethods.of(upstreamContexts)
        claimedEmail = member.map { .scoped($0) } ?? .mapped
        let wanted = provider.wantedSources
        var found = ["NameID": [subject.value]]
        do throws(SAMLError) {
            // Only what the mapping reads is judged: the rest may be anything (THREATS case 131).
            for source in wanted where source != "NameID" {
                let values = try assertion.attributes.values(ofSource: source)
                found[source] = member.map { FederationRules.said(values ?? [], of: source, by: $0) } ?? values
            }
            let link = try assertion.attributes.values(named: Microsoft.samlGroupsLink)
            leftOutGroups = link != nil && wanted.contains(Microsoft.samlGroups)
        } catch {
            throw .saml(error)
        }
        // There is no access token with which the groups could be asked for.
        if leftOutGroups, onGroupOverage != .ignore { throw .groupOverage(canFetch: false) }
        listArrived = { [attributes = assertion.attributes] in attributes.arrived }
        values = { [found] source in found[source] ?? [] }
    }

    /// The person by the attribute that the admin named for it, else by the NameID.
    private static func identity(
        _ nameID: NameID, _ assertion: ValidatedAssertion, of provider: IdentityProvider, member: FederationMember?
    ) throws(SignInError) -> FederatedIdentity {
        if case .saml(let connection) = provider.kind, let name = connection.subjectAttribute {
            let subject: String
            do { subject = try SubjectAttribute(named: name).value(in: assertion.attributes) } catch { throw .saml(error) }
            if let member, FederationRules.said([subject], of: name, by: member).isEmpty {
                throw .memberScope(of: provider.name.text, entityID: member.entityID, attribute: name)
            }
            return FederatedIdentity(provider: provider.name, issuer: assertion.issuer, subject: subject, format: format(ofAttribute: name))
        }
        guard nameID.format != transientFormat else { throw .transientSubject }
        return identity(nameID, issuer: assertion.issuer, of: provider.name)
    }

    /// - Parameter nameID: without default qualifiers.
    static func identity(_ nameID: NameID, issuer: String, of provider: IdentityProvider.Name) -> FederatedIdentity {
        FederatedIdentity(
            provider: provider, issuer: issuer, subject: nameID.value,
            format: format(nameID.format ?? unspecifiedFormat, nameQualifier: nameID.nameQualifier, spNameQualifier: nameID.spNameQualifier))
    }

    /// Holding a `VerifiedIDToken` is the proof.
    init(
        _ token: VerifiedIDToken, _ claims: UpstreamClaims, dialect: OIDCConnection.Dialect, of provider: IdentityProvider, proof: ReplayGuard,
        leftOutGroups: Bool, at now: Date
    ) throws(RelyingPartyError) {
        var subject = token.subject
        if dialect == .microsoft {
            guard let object = token.claims.string("oid"), !object.isEmpty, object.utf8.count <= 255 else {
                throw .idToken(.claim("oid", problem: "is missing"))
            }
            subject = object
        }
        identity = FederatedIdentity(provider: provider.name, issuer: token.issuer, subject: subject, format: "")
        username = identity.username
        authenticatedAt = token.authenticatedAt.map { min($0, now) }
        (self.proof, self.leftOutGroups, listArrived) = (proof, leftOutGroups, { claims.arrived })
        upstreamSessionIndex = token.sessionID
        upstreamName = UpstreamName(openID: token.subject, issuer: token.issuer)
        sessionEndsAt = nil
        upstreamContexts = [token.claims.string("acr")].compactMap(\.self)
        methods = AuthenticationMethods.of(token)
        claimedEmail = ClaimedEmail(claims, of: provider)
        values = claims.values(of:)
    }

    /// Holding a `UserProfile` is the proof.
    init(_ profile: UserProfile, _ claims: UpstreamClaims, issuer: String, of provider: IdentityProvider, proof: ReplayGuard, at now: Date) {
        identity = FederatedIdentity(provider: provider.name, issuer: issuer, subject: profile.subject, format: "")
        username = identity.username
        // A profile proves that somebody has a token, not when they signed in.
        (authenticatedAt, self.proof, leftOutGroups, listArrived) = (nil, proof, false, { claims.arrived })
        (upstreamSessionIndex, sessionEndsAt, upstreamContexts, methods) = (nil, nil, [], [])
        claimedEmail = ClaimedEmail(claims, of: provider)
        values = claims.values(of:)
    }

    /// A NameID's format and qualifiers in one text: the same value in another format is somebody else.
    package static func format(_ format: String, nameQualifier: String?, spNameQualifier: String?) -> String {
        [format, nameQualifier ?? "", spNameQualifier ?? ""].joined(separator: " ")
    }

    /// The same of an attribute that names the person: no NameID is taken for it.
    package static func format(ofAttribute name: String) -> String { "attribute " + name }

    private static let transientFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
    private static let unspecifiedFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
}

extension ProvenIdentity.ClaimedEmail {
    fileprivate init(_ claims: UpstreamClaims, of provider: IdentityProvider) {
        self = claims.verifiedEmail(of: provider).map { .verified($0) } ?? .unverified
    }
}
