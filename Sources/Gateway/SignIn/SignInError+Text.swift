import UserPools
import WireFormats

extension SignInError {
    package var message: String {
        if let cause { return cause.message }
        return switch self {
        case .unknownPool: "There is no user pool at this address."
        case .unknownClient: "The app's client_id is not registered in this pool."
        case .redirectURI: "The redirect_uri is not one that the app registered."
        case .unknownProvider(let name): "The app may not use an identity provider '\(name)', or the pool has none of that name."
        case .noProvider: "The app has no identity provider to sign in with."
        case .unknownRequest: "The response answers no sign-in that is under way: it was answered before, it expired, or it never began here."
        case .otherBrowser: "The response came from another browser than the one that began the sign-in."
        case .unknownState: "The answer belongs to no sign-in that is under way: it was answered before, it expired, or it never began here."
        case .otherBrowserState: "The answer came from another browser than the one that began the sign-in."
        case .unsolicited: "The response answers no request of ours, and the identity provider is not allowed to begin a sign-in."
        case .artifactNotAwaited(let name): "The identity provider '\(name)' answered by artifact, and its answers are awaited by POST."
        case .noInitiateLoginURI: "The identity provider may begin a sign-in, and the app that is named for it cannot be asked to go on."
        case .replayed: "The assertion was accepted once already."
        case .transientSubject: "The identity provider names the user by a transient NameID, which is another one at every sign-in."
        case .unmetContext: "The app asks for a way of authentication by which the identity provider did not authenticate the person."
        case .groupOverage: "The user is in more groups than the provider puts into its answer, so it left all of them out."
        case .providerDisabled(let name): "The identity provider '\(name)' is disabled or deleted."
        case .unknownMember(let name, _): "The federation '\(name)' has no such member, or it is none any more."
        case .memberExpired(let name, _): "The metadata of this member of the federation '\(name)' is not valid any more."
        case .memberUnavailable(let name, _): "The federation '\(name)' could not be asked for the metadata of this member."
        case .memberScope(let name, _, let attribute):
            "A member of the federation '\(name)' names the person by an attribute (\(attribute)) of a domain that is not registered for it."
        case .clientDisabled: "The app's client is disabled or deleted."
        case .userDisabled: "The user is disabled."
        case .notAdmitted: "The person is in none of the groups that the app is for."
        case .trialTicket: "The dry sign-in of this address was begun before, or the address is older than ten minutes, or there never was one."
        case .tooManyStarted: "Too many sign-ins were started from this address and not finished."
        case .tooManyCodes: "Apps asked this browser's session for codes too often."
        case .tooManyForUser: "Apps asked for this user more often than the pool allows."
        case .unexpected(let type): "The sign-in ended with an error that nobody foresaw: \(type)."
        case .tooManyAnswers: "Too many answers were refused: from this address, or to this sign-in."
        case .busy: "More answers of identity providers are waiting to be verified than this server takes, in all or from this address."
        case .formToken: "The form was not posted from a sign-in page that this browser got from here."
        case .saml, .oidc, .attribute, .oauth, .keys, .store, .unproven: "The sign-in failed."
        }
    }

    package var expected: String? {
        if let cause { return cause.expected }
        return switch self {
        case .redirectURI: "a registered redirect URI, character by character"
        case .otherBrowser, .otherBrowserState: "the cookie of the browser that began"
        case .unknownRequest, .unknownState: "a request that waits"
        case .unmetContext(let asked, _): "one of: " + asked.map { ProtocolText($0).prefix(200).string }.joined(separator: " ")
        case .tooManyStarted: "at most \(SignInRateLimiter.maximum) within \(SignInRateLimiter.refill.components.seconds / 60) minutes"
        case .tooManyForUser(let exceeded): exceeded.text
        case .tooManyCodes: "at most \(SignIn.maximumCodes) within \(SignIn.codesComeBack.components.seconds / 60) minutes"
        case .tooManyAnswers:
            "at most \(AnswerRateLimiter.maximum) a minute from one address, \(AnswerRateLimiter.maximumRefusals) to one sign-in"
        case .busy: "at most \(VerificationThreads.longestQueue) that wait, \(VerificationThreads.share) of them from one address"
        case .notAdmitted(let groups): "one of: " + groups.map { ProtocolText($0).prefix(200).string }.joined(separator: ", ")
        case .unknownMember: "the entity ID of a member"
        case .memberScope: "a value that ends in '@' and one of the member's scopes"
        case .formToken: "the page's token and the cookie that belongs to it"
        default: nil
        }
    }

    package var seen: String? {
        if case .attribute(.missingSource, let arrived) = self { return arrived.isEmpty ? nil : arrived.joined(separator: ", ") }
        if let cause { return cause.seen }
        return switch self {
        case .unknownClient(let seen), .redirectURI(let seen), .unsolicited(let seen): seen.map { ProtocolText($0).prefix(200).string }
        case .otherBrowser(let cookieSeen), .otherBrowserState(let cookieSeen): cookieSeen ? "another cookie" : "no cookie"
        case .formToken(let cookieSeen): cookieSeen ? "no token, or one of another cookie" : "no cookie"
        case .unknownProvider(let name): ProtocolText(name).prefix(100).string
        case .unmetContext(_, let seen): seen.map { ProtocolText($0).prefix(200).string }
        case .unknownMember(_, let entityID), .memberExpired(_, let entityID), .memberUnavailable(_, let entityID),
            .memberScope(_, let entityID, _):
            ProtocolText(entityID).prefix(200).string
        default: nil
        }
    }
}
