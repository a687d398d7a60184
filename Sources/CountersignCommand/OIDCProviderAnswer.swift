import Gateway
import OpenIDConnect
import TokenVerifier
import UserPools

extension OIDCConnection {
    /// - Parameters:
    ///   - backChannelLogout: where it may tell of the end of a session.
    ///   - signedOut: where its people come back to after a sign-out there.
    func document(_ redirectURIs: [String], backChannelLogout: String?, signedOut: [String]) -> JSONObject {
        func text(_ value: String?) -> JSONValue { value.map(JSONValue.string) ?? .null }
        func list(_ values: [String]) -> JSONValue { .array(values.map(JSONValue.string)) }
        return [
            "type": "oidc", "preset": text(preset), "issuer": .string(issuer), "sso_url": .string(endpoints.authorization),
            "authorization_endpoint": .string(endpoints.authorization), "token_endpoint": .string(endpoints.token),
            "userinfo_endpoint": text(endpoints.userInfo), "jwks_uri": text(endpoints.keys), "discovered": .bool(isDiscovered),
            "authorization_response_iss_parameter_supported": .bool(endpoints.sendsIssuer), "client_id": .string(clientID),
            "token_endpoint_auth_method": .string(clientAuthentication.rawValue), "key_id": text(keyID), "team_id": text(teamID),
            "scope": .string(scopes.joined(separator: " ")), "prompt": text(prompt), "acr_values": text(acrValues),
            "parameters": .object(JSONObject(extraParameters.map { ($0.name, .string($0.value)) })),
            "id_token_signing_algorithms": list(dialect.isOpenID ? algorithms : []), "allowed_tenants": list(tenants),
            "on_group_overage": .string(onGroupOverage.rawValue), "redirect_uri": .string(redirectURIs.first ?? ""),
            "redirect_uris": list(redirectURIs), "refresh_upstream": .bool(refreshesUpstream ?? false),
            "backchannel_logout_uri": text(backChannelLogout), "end_session_endpoint": text(endpoints.endSession),
            "single_logout": .bool(singleLogout ?? false), "post_logout_redirect_uri": text(signedOut.first),
            "post_logout_redirect_uris": list(signedOut), "signing_certificates": .array([]),
        ]
    }

    func describe(to fields: inout FieldList) {
        fields.append("type", "oidc" + (preset.map { ", preset \($0)" } ?? ""))
        fields.append("issuer", issuer)
        fields.append("addresses", isDiscovered ? "by discovery; 'idp refresh' reads it again" : "by hand or preset")
        fields.append("sign-in address", endpoints.authorization)
        fields.append("token address", endpoints.token)
        fields.append("userinfo address", endpoints.userInfo)
        fields.append("keys address", endpoints.keys)
        if dialect.isOpenID { fields.append("single logout", singleLogoutText) }
        fields.append("client ID", clientID)
        fields.append("client authentication", dialect == .apple ? "a secret signed with the key \(keyID ?? "")" : clientAuthentication.rawValue)
        fields.append("scopes", scopes.joined(separator: " "))
        fields.append("prompt", prompt)
        fields.append("acr values", acrValues)
        fields.append("parameters", extraParameters.map { "\($0.name)=\($0.value)" })
        fields.append("allowed tenants", tenants)
        if refreshesUpstream == true { fields.append("claims and groups", "are asked for again when an app refreshes") }
        if dialect == .microsoft { fields.append("too many groups", onGroupOverage.rawValue) }
    }
    private var singleLogoutText: String {
        guard let endpoint = endpoints.endSession else { return "the provider has no address for it, as far as is known; 'idp refresh' asks it" }
        return singleLogout == true ? endpoint : "switched off"
    }
}
