internal import WireFormats
package import UserPools

/// What is known of a SAML product before an admin says anything: the names of its attributes, and in what it differs from the standard.
///
/// Okta, Google, Ping and JumpCloud let their admin choose the names: here they are those of our guides.
package struct SAMLPreset: Sendable {
    package let name: String
    package let map: [String]
    /// For how long, from the day of the registration, it is tolerated.
    package var quirks: [SAMLExceptions.Quirk] = []

    package static let all: [SAMLPreset] = [entra, adfs, okta, google, keycloak, shibboleth, ping, oneLogin, jumpCloud, auth0]

    package static func named(_ name: String) -> SAMLPreset? { all.first { $0.name.hasSameBytes(as: name) } }

    private static let claims = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
    /// By the names that WS-Federation brought.
    private static let byClaims = ["email=\(claims)emailaddress", "given_name=\(claims)givenname", "family_name=\(claims)surname"]
    /// By the names that people type where they may choose.
    private static let byHand = ["email=email", "given_name=firstName", "family_name=lastName"]

    static let entra = SAMLPreset(
        name: "entra",
        map: byClaims + [
            "name=http://schemas.microsoft.com/identity/claims/displayname",
            "groups=http://schemas.microsoft.com/ws/2008/06/identity/claims/groups",
        ])
    static let adfs = SAMLPreset(
        name: "adfs",
        map: byClaims + ["name=\(claims)name", "preferred_username=\(claims)upn", "groups=http://schemas.xmlsoap.org/claims/Group"])
    static let okta = SAMLPreset(name: "okta", map: byHand + ["groups=groups"])
    static let google = SAMLPreset(name: "google", map: byHand + ["groups=groups"])
    /// The built-in X.500 mappers; roles come by the client scope that every client has.
    static let keycloak = SAMLPreset(
        name: "keycloak",
        map: ["email=urn:oid:1.2.840.113549.1.9.1", "given_name=urn:oid:2.5.4.42", "family_name=urn:oid:2.5.4.4", "groups=Role"])
    /// Attributes travel under their OIDs (MACE-Dir).
    static let shibboleth = SAMLPreset(
        name: "shibboleth",
        map: [
            "email=urn:oid:0.9.2342.19200300.100.1.3", "name=urn:oid:2.16.840.1.113730.3.1.241", "given_name=urn:oid:2.5.4.42",
            "family_name=urn:oid:2.5.4.4", "preferred_username=urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "groups=urn:oid:1.3.6.1.4.1.5923.1.5.1.1",
        ])
    static let ping = SAMLPreset(name: "ping", map: byHand + ["groups=memberOf"])
    static let oneLogin = SAMLPreset(
        name: "onelogin", map: ["email=User.email", "given_name=User.FirstName", "family_name=User.LastName", "groups=memberOf"])
    static let jumpCloud = SAMLPreset(name: "jumpcloud", map: byHand + ["groups=memberOf"])
    /// Signs behind the Status.
    static let auth0 = SAMLPreset(
        name: "auth0",
        map: byClaims + ["name=\(claims)name", "nickname=http://schemas.auth0.com/nickname", "picture=http://schemas.auth0.com/picture"],
        quirks: [.anySignatureOrder])
}
