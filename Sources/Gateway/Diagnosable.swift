package import OpenIDConnect
package import SAML
package import TokenVerifier
package import UserPools

/// An error that tells an admin what happened and what to do.
///
/// The browser never sees it: it gets a fixed sentence and a reference, under which the log has all of this.
package protocol Diagnosable: Error {
    /// Stable, never renamed: `saml.audience`.
    var code: String { get }
    var message: String { get }
    var expected: String? { get }
    var seen: String? { get }
    /// What to do, in plain words: neither a command nor an option is named here.
    var remedy: String { get }
    /// What of it is done here, at this gateway.
    var acts: [Remedy] { get }
}

extension Diagnosable {
    package var expected: String? { nil }
    package var seen: String? { nil }
    package var acts: [Remedy] { [] }
}

extension TokenError: Diagnosable {}
extension DPoPError: Diagnosable {}
extension RequestError: Diagnosable {}

// What the protocols' rooms call by its code is done here by these acts; they themselves know of no admin.

extension SAMLError: Diagnosable {
    package var acts: [Remedy] {
        // What opens a door stands only at the one error that it mends.
        switch exception {
        case .sha1: return [.allow(.sha1)]
        case .anySignatureOrder: return [.allow(.anySignatureOrder)]
        case .missingAuthnStatement: return [.allow(.missingAuthnStatement)]
        case .cbc: return [.allow(.cbc)]
        case .latin1: return [.allow(.latin1)]
        case .inclusiveC14N: return [.allow(.inclusiveC14N)]
        case nil: break
        }
        return switch code {
        case "saml.malformed": [.inspectMessage]
        case "saml.signature_invalid", "saml.issuer": [.refreshProvider]
        case "saml.invalid_key", "saml.no_keys": [.refreshProvider, .replaceMetadata]
        case "saml.encryption_not_supported", "saml.encryption_key", "saml.decryption_failed": [.showProvider]
        case "saml.audience", "saml.destination", "saml.recipient", "saml.bad_request": [.showProvider]
        case "saml.unsolicited": [.allowIDPInitiated]
        case "saml.metadata_choice": [.chooseEntity]
        case "saml.metadata_entity": [.registerSAMLProvider]
        case "saml.metadata_expired": [.replaceMetadata]
        default: []
        }
    }
}

extension OAuthError: Diagnosable {
    package var acts: [Remedy] {
        switch error {
        case .invalidClient: [.listClients]
        case .unauthorizedClient: [.showClient]
        case .invalidScope: [.addScope]
        case .invalidTarget: [.addClientResource]
        default: []
        }
    }
}

extension RelyingPartyError: Diagnosable {
    package var acts: [Remedy] {
        switch self {
        case .callback, .state, .unreachable, .answer, .otherSubject, .tokenRefused("invalid_grant"): [.showProvider]
        case .mixUp: [.refreshProvider]
        case .tokenRefused("invalid_client"), .tokenRefused("unauthorized_client"): [.replaceClientSecret]
        case .noIDToken: [.requestScope("openid")]
        case .tenant: [.allowTenant]
        case .clientKey: [.replaceClientSecret, .replaceClientKey]
        case .refused("invalid_scope"): [.showProvider]
        case .refused("login_required"), .refused("interaction_required"), .refused("consent_required"): [.endPrompt]
        case .declined, .refused, .tokenRefused, .idToken, .authenticationTime: []
        }
    }
}

extension AttributeError: Diagnosable {
    package var code: String {
        switch self {
        case .unknownAttribute: "attribute.unknown"
        case .missingSource: "attribute.missing"
        case .severalValues: "attribute.several_values"
        case .wrongType: "attribute.wrong_type"
        case .malformedEmail: "attribute.malformed_email"
        case .tooLong: "attribute.too_long"
        case .controlCharacter: "attribute.control_character"
        }
    }

    package var message: String {
        switch self {
        case .unknownAttribute(let name): "The mapping fills the attribute '\(name)', which the pool does not have."
        case .missingSource(let attribute, let source):
            "The attribute '\(attribute)' is required, and the identity provider did not send its source '\(source)'."
        case .severalValues(let attribute, let source, let count):
            "The attribute '\(attribute)' takes one value, and the identity provider sent \(count) for its source '\(source)'."
        case .wrongType(let attribute, let expected): "The value for the attribute '\(attribute)' is no \(expected)."
        case .malformedEmail: "The value for the attribute 'email' is not one e-mail address."
        case .tooLong(let attribute): "A value for the attribute '\(attribute)' is longer than 2,048 characters."
        case .controlCharacter(let attribute): "A value for the attribute '\(attribute)' has a control character."
        }
    }

    package var remedy: String {
        switch self {
        case .unknownAttribute(let name): "Declare the attribute '\(name)' in the pool, or take it out of the mapping."
        case .missingSource(_, let source):
            "Have the identity provider send '\(source)' to this application, or map another source."
        case .severalValues(let attribute, _, _):
            "Have the identity provider send one value, map another source, or declare a multivalued custom attribute instead of '\(attribute)'."
        case .wrongType: "Have the identity provider send a value of that type, or declare another attribute for that type."
        case .malformedEmail: "Correct the user's address at the identity provider, or map a source that holds one address."
        case .tooLong: "Shorten the value at the identity provider, or map another source."
        case .controlCharacter: "Correct the value at the identity provider."
        }
    }

    package var acts: [Remedy] {
        switch self {
        case .unknownAttribute(let name): [.declareAttribute(name), .unmapAttribute(name)]
        case .missingSource(let attribute, _), .severalValues(let attribute, _, _): [.mapAttribute(attribute)]
        case .wrongType, .malformedEmail, .tooLong, .controlCharacter: []
        }
    }
}

extension StoreError: Diagnosable {
    package var code: String {
        switch self {
        case .conflict: "storage.conflict"
        case .unavailable: "storage.unavailable"
        case .corrupt: "storage.corrupt"
        case .rightLost: "console.right_lost"
        }
    }

    package var message: String {
        switch self {
        case .conflict(let what, let first):
            "The \(what) is there already"
                + (first.map { ": the last act on it was \($0.action.text), by \($0.actor.text) at \(SAMLInstant.format($0.at))." } ?? ".")
        case .unavailable(let reason): "The database did not do it: \(reason)."
        case .corrupt(let what): "A row of the database does not read as \(what)."
        case .rightLost: "Whoever would do it has no right to it any more, or would have none afterwards; nothing was done."
        }
    }

    package var remedy: String {
        switch self {
        case .conflict:
            "Look at the one that is named: change that, or take another name or value. Where somebody is at it just now, try again when that has ended."
        case .unavailable: "Check that the database can be reached and written, and that its disk has space; then try again."
        case .corrupt: "Restore the database from a backup, or delete what is named and make it anew."
        case .rightLost:
            "See in the audit trail who changed what meanwhile. Another admin can do it, at the console or at the command line."
        }
    }
}

extension FetchError: Diagnosable {
    package var code: String {
        switch self {
        case .refusedURL: "fetch.refused_url"
        case .unreachable: "fetch.unreachable"
        case .untrustedCertificate: "fetch.untrusted_certificate"
        case .status: "fetch.status"
        case .tooLarge: "fetch.too_large"
        }
    }

    package var message: String {
        switch self {
        case .refusedURL(let reason): "The address is not fetched: \(reason)."
        case .unreachable(let reason): "The server at the address did not answer: \(reason)."
        case .untrustedCertificate(let store):
            "The server at the address is not trusted: no authority in \(store), which decides on this machine, has signed its certificate."
        case .status(let status): "The server at the address answered with HTTP status \(status)."
        case .tooLarge(let limit): "The document is larger than \(limit) bytes."
        }
    }

    package var remedy: String {
        switch self {
        case .refusedURL:
            "Give an https address of a public host, or download the document and give it as a file. A server on this machine is asked in development only."
        case .unreachable:
            "Check the address with a browser from this machine. Metadata may also be given as a file, and a provider's addresses by hand."
        case .untrustedCertificate:
            "Add the certificate of the server's authority to this machine's trust store (on Debian and Ubuntu: as a .crt file to "
                + "/usr/local/share/ca-certificates, then update-ca-certificates), and restart the server. A certificate that nobody but itself has "
                + "signed, or that is expired, must be renewed by who runs the server."
        case .status: "Check the address with a browser; the document must be there without signing in and without a redirect to another host."
        case .tooLarge: "Give the metadata of this one identity provider as a file."
        }
    }

    package var acts: [Remedy] {
        switch self {
        case .refusedURL: [.configure(.development)]
        case .unreachable, .untrustedCertificate, .status, .tooLarge: []
        }
    }
}
