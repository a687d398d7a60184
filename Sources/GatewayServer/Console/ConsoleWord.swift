import WireFormats

/// A word or a sentence of the console, by its name in the files of messages: `console_` and this in small letters.
enum ConsoleWord: String, Sendable, CaseIterable {
    // where one is
    case overview, signins, users, providers, clients, keys, logouts, audit, pools, pool, identifier
    // looking for something
    case find, findSignin, reference, referenceHint, filter, all, nextPage, firstPage, nothing, leftOut
    // a sign-in
    case when, outcome, accepted, refused, provider, member, client, user, code, what, expected, seen, remedy, commands, took, keptUntil
    case checks, check, mapping, attribute, source, values, requirement, required, optional, inOrder, failed, notReached
    // the last days
    case lastDays, drawn, noProvider, poolsShown, keyEndsShown, day, ends, endsWhat, endsAt, daysLeft, state, good, soon, over
    case serverCertificate, certificate, document, exception, noEnds
    // users
    case userHint, manyProviders, username, email, subject, enabled, disabled, groups, identities, created, updated
    case sessions, browser, unknownBrowser, since, until
    // providers and apps
    case keptFresh, byHand, lastHad, nextLook, lastFailure, debugMode, debugHint, keptMessages
    case clientHint, shownName, kind, issuer, signinAddress, metadataFrom, clientId, scopes, domains, certificates, key, fingerprint
    case otherSide, otherSideHint, ourEntityId, ourConsumerService, ourMetadata, ourSingleLogout, ourRedirectUri
    case ourBackchannelLogout, ourSignedOut
    case redirectUris, logoutUris, webOrigins, grants, clientAuthentication, requiredGroups, secretsSince, appSide, appSideHint
    // keys
    case tokenKeys, samlSigning, samlEncryption, algorithm, heldIn, database, hsm, upcoming, current, retired, withdrawn
    case nextStep, countsFrom, replacedAt
    // sign-outs and the audit trail
    case logoutsHint, begunBy, everywhere, yes, notKnown, thePerson, anAdmin, who, action, target, details
    // what is done
    case act, end, signOut, disable, enable, cancel, endText, signOutText, disableUserText, enableUserText
    case disableProviderText, enableProviderText, disableClientText, enableClientText
    case delete, typeName, deleteUserText, deleteProviderText, deleteClientText, endDebugging, endDebuggingText
    case rotateSecret, rotateSecretText, secret, secretOnce
    case rotateKey, rotateKeyText, rotateKeyHint, maySignFrom, metadataRead, metadataUnread
    case rotateSamlSigningText, rotateSamlSigningHint, rotateSamlEncryptionText, rotateSamlEncryptionHint
    case withdraw, withdrawKeyText, withdrawSamlKeyText, typeKey, hsmHasIt
    // a refusal
    case refusal, signInAgain

    /// `console_next_page` of `nextPage`.
    var key: String {
        rawValue.utf8.reduce(into: "console_") { key, byte in
            let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            key += isCapital ? "_" + String(Unicode.Scalar(byte + 0x20)) : String(Unicode.Scalar(byte))
        }
    }
}

/// The words of one language.
struct ConsoleWords: Sendable {
    let language: Language

    subscript(word: ConsoleWord) -> String { text(word, [:]) }

    /// A sentence with what stands for its placeholders. A name's direction stays its own.
    subscript(word: ConsoleWord, _ name: String, _ value: String) -> String { text(word, [name: value]) }

    subscript(word: ConsoleWord, _ values: [String: String]) -> String { text(word, values) }

    private func text(_ word: ConsoleWord, _ values: [String: String]) -> String {
        let pieces = Messages.of(language).pieces(word.key) ?? [.words(word.rawValue)]
        return pieces.map { piece in
            switch piece {
            case .words(let words): words
            case .placeholder(let name): "\u{2068}" + ShownName(values[name] ?? "").text + "\u{2069}"
            }
        }.joined()
    }
}
