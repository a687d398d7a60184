import UserPools

extension SignInError {
    package var remedy: String {
        if case .unproven = self {
            return
                "Change nothing because of this message: it is not proven that a key of the provider signed it for this gateway and just now, so that "
                + "anybody may have made it up, or kept it. "
                + "Ask the provider's administrator whether it is theirs, or try the provider without signing anybody in: what is refused then is its own."
        }
        if let cause { return cause.remedy }
        return switch self {
        case .unknownPool: "Check the pool's id in the address against the pools that there are."
        case .unknownClient: "Give the app the client_id of its registration in this pool."
        case .redirectURI:
            "If the address is the app's own, register exactly this one; else correct it in the app."
        case .unknownProvider: "Give a name that the pool has, and let the client offer that provider."
        case .noProvider: "Register one, or enable one."
        case .unknownRequest, .unknownState:
            "Begin again at the app, not from a bookmark or the back button. If it stays, compare the clocks and look for a proxy that caches."
        case .otherBrowser, .otherBrowserState:
            "Begin and end the sign-in in one browser, with cookies allowed; if the browser has no cookie, check that it opens the gateway by its public URL over https."
        case .unsolicited: "Begin the sign-in at the app; or allow it for this provider."
        case .artifactNotAwaited: "Have the provider answer by HTTP-POST; or have its answers fetched from it."
        case .noInitiateLoginURI:
            "Enable the app and let it offer this provider; register the address at which it begins a sign-in when it is asked to (initiate_login_uri). Or name another app for the provider."
        case .replayed:
            "Begin again at the app. If it was not a reload of the page, somebody may have copied the response: look at the identity provider's log."
        case .transientSubject:
            "Have the identity provider send a persistent NameID or an e-mail address as NameID to this service provider; or let an attribute that stays the same name the person."
        case .unmetContext:
            "Have the identity provider authenticate this person in the way that 'expected' names. Where 'seen' is the provider's name for it, map it, too."
        case .groupOverage(canFetch: true):
            "Have the provider send only the groups assigned to this application; or have them fetched (they are asked for at Microsoft Graph), or ignored (sign in without groups)."
        case .groupOverage(canFetch: false):
            "Have the provider send only the groups assigned to this application; or have them ignored (sign in without groups)."
        case .providerDisabled: "Enable it, or let the app use another."
        case .unknownMember:
            "Look whether the federation has it under this entity ID, and whether the filters leave it out; the next import brings what is new. Somebody who signed in there before has to sign in elsewhere."
        case .memberExpired: "Import the federation's metadata again; if it stays, the federation has not renewed it, and its operator has to."
        case .memberUnavailable:
            "Begin again in a moment. If it stays, look whether this server reaches the federation's metadata query service, and whether that answers; many members that nobody knew, asked for at once, wait for one another as well."
        case .memberScope:
            "Ask the member to send the value under a domain that its federation registered for it (shibmd:Scope), or to have the domain registered; or name people by another attribute."
        case .clientDisabled: "Enable it, or give the app another client."
        case .userDisabled: "Enable the user, if that is wanted."
        case .notAdmitted:
            "If the person is to use the app, have the identity provider say one of the groups that 'expected' names; it is asked anew at the next sign-in."
        case .trialTicket: "Make a new address, and begin in one browser within ten minutes."
        case .tooManyStarted:
            "Look at 'address': if it is a proxy of yours, name it as trusted, so that each person counts alone; else find out who starts so many. It ends by itself."
        case .tooManyCodes: "Look for an app that asks again and again ('client_id'), most often for want of a cookie of its own. It ends by itself."
        case .tooManyForUser:
            "Look for an app that asks again and again ('client_id'). If people really use the pool so much, raise its limit for each user. It ends by itself within a minute."
        case .tooManyAnswers:
            "Look for the refusals before this line: they say what is wrong with the answers. Then begin again at the app. If 'address' is a proxy of yours, name it as trusted; else somebody floods the server."
        case .busy:
            "Begin again in a moment. If it stays, look at 'address' of the refusals: if it is a proxy of yours, name it as trusted, so that each person counts alone; else somebody floods the server with answers, or it wants more processors."
        case .formToken:
            "Begin again at the app, in one browser and with cookies allowed; a page that lay open for more than 30 minutes does not count. If it happens often, look for a site that posts forms here."
        case .unexpected: "Try again; if it stays, report it as a bug, with the lines of the log around this one."
        case .saml, .oidc, .attribute, .oauth, .keys, .store, .unproven: "See the cause."
        }
    }

    package var acts: [Remedy] {
        if case .unproven = self { return [.testProvider] }
        if let cause { return cause.acts }
        return switch self {
        case .unknownPool: [.listPools]
        case .unknownClient: [.listClients]
        case .redirectURI: [.addRedirectURI]
        case .unknownProvider: [.listProviders, .offerProvider, .addDomain]
        case .noProvider: [.listProviders, .registerSAMLProvider, .enableProvider]
        case .unsolicited: [.allowIDPInitiated]
        case .artifactNotAwaited: [.awaitArtifacts]
        case .noInitiateLoginURI: [.setInitiateLoginURI]
        case .transientSubject: [.nameByAttribute]
        case .unmetContext: [.showProvider]
        case .groupOverage(let canFetch): (canFetch ? [.setGroupOverage(.fetch)] : []) + [.setGroupOverage(.ignore)]
        case .providerDisabled: [.enableProvider]
        case .unknownMember, .memberExpired, .memberUnavailable, .memberScope: [.showProvider]
        case .clientDisabled: [.enableClient]
        case .userDisabled: [.enableUser]
        case .notAdmitted: [.showUser]
        case .trialTicket: [.testProvider]
        case .tooManyStarted, .tooManyAnswers, .busy: [.configure(.trustedProxy)]
        case .unknownRequest, .otherBrowser, .unknownState, .otherBrowserState, .replayed, .formToken, .saml, .oidc, .attribute,
            .oauth, .keys, .store, .unexpected, .unproven, .tooManyCodes, .tooManyForUser:
            []
        }
    }
}
