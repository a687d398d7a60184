import SAML
import TokenVerifier
import WireFormats

/// By which methods a person proved who they are (`amr`, RFC 8176), as far as the provider says so.
enum AuthenticationMethods {
    private static let maximum = 10
    private static let longest = 64

    /// `amr` of an ID token: strings, of which no more and no longer ones are kept than anybody writes.
    static func of(_ token: VerifiedIDToken) -> [String] {
        let methods = token.claims["amr"]?.strings ?? []
        let kept = methods.filter { (1...longest).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x21..<0x7F).contains($0) } }
        return Array(kept.distinctByBytes.prefix(maximum))
    }

    /// Those that stand behind classes of SAML; of what is not in the table nothing is known.
    static func of(_ contexts: [String]) -> [String] {
        contexts.flatMap { context in table.first { $0.context.hasSameBytes(as: context) }?.methods ?? [] }.distinctByBytes
    }

    private static let saml = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
    private static let microsoft = "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/"

    /// SAML Authentication Context §3.4, REFEDS MFA, and what Microsoft writes.
    private static let table: [(context: String, methods: [String])] = [
        (saml + "Password", ["pwd"]), (saml + "PasswordProtectedTransport", ["pwd"]), (saml + "InternetProtocolPassword", ["pwd"]),
        (saml + "MobileTwoFactorContract", ["mfa"]), (saml + "MobileTwoFactorUnregistered", ["mfa"]), (saml + "TimeSyncToken", ["otp"]),
        (saml + "Smartcard", ["sc"]), (saml + "SmartcardPKI", ["sc"]), (saml + "SoftwarePKI", ["swk"]), (saml + "X509", ["pop"]),
        (saml + "TLSClient", ["pop"]), ("https://refeds.org/profile/mfa", ["mfa"]), ("http://schemas.microsoft.com/claims/multipleauthn", ["mfa"]),
        (microsoft + "password", ["pwd"]), (microsoft + "x509", ["pop"]), (microsoft + "tlsclient", ["pop"]), (microsoft + "windows", ["wia"]),
        ("urn:federation:authentication:windows", ["wia"]),
    ]
}

extension ValidatedAssertion {
    /// The ways in which the person was authenticated: the class of the AuthnStatement, and what Entra ID and AD FS say beside it, whose class is of the
    /// first factor alone.
    var authenticationContexts: [String] {
        let others = (try? attributes.values(named: Microsoft.samlAuthenticationMethods)) ?? []
        return [authnContextClassRef].compactMap(\.self) + others.prefix(Microsoft.maximumAuthenticationMethods)
    }
}

extension Microsoft {
    /// The attribute in which Entra ID and AD FS say by which methods somebody signed in; the AuthnContextClassRef is of one of them alone.
    static let samlAuthenticationMethods = "http://schemas.microsoft.com/claims/authnmethodsreferences"

    /// No more of them are read.
    static let maximumAuthenticationMethods = 20
}
