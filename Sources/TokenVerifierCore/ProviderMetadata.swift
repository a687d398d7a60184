package import WireFormats

/// What an issuer says about itself: the discovery document (OpenID Connect Discovery §3, RFC 8414 §2).
public struct ProviderMetadata: Sendable, Hashable {
    /// The issuer, byte by byte the one that was asked for.
    public let issuer: String
    /// `jwks_uri`: where its keys are.
    public let jwksURI: String
    /// `authorization_endpoint`, where the document has one.
    public let authorizationEndpoint: String?
    /// `token_endpoint`, where the document has one.
    public let tokenEndpoint: String?
    /// `userinfo_endpoint`, where the document has one.
    public let userInfoEndpoint: String?
    /// `end_session_endpoint`, where the document has one.
    public let endSessionEndpoint: String?
    /// All members, for what is not named above.
    public let members: JSONObject

    /// The URL of the document: the issuer without a slash at its end, and the well-known path (OpenID Connect Discovery §4).
    /// - Parameter issuer: the issuer's URL.
    public static func url(ofIssuer issuer: String) -> String {
        (issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + "/.well-known/openid-configuration"
    }

    /// Reads a document and checks it by OpenID Connect Discovery §4.3.
    /// - Parameters:
    ///   - bytes: the JSON text in UTF-8.
    ///   - issuer: the issuer that was asked; the document must say the same one.
    /// - Throws: `TokenError.providerMetadata` with the reason.
    public init(bytes: [UInt8], issuer: String) throws(TokenError) {
        let object: JSONObject
        do { object = try JSONParser.parseObject(bytes) } catch { throw .providerMetadata("it is no JSON object, \(error.reason)") }
        guard let named = object["issuer"]?.string else { throw .providerMetadata("it names no issuer") }
        guard named.hasSameBytes(as: issuer) else {
            // Often only a slash is too many: then both have to be seen.
            throw .providerMetadata("it names the issuer '\(String(decoding: named.utf8.prefix(200), as: UTF8.self))', not '\(issuer)'")
        }
        let development = WebAddress.isLoopbackHTTP(issuer)
        guard let jwksURI = try Self.endpoint("jwks_uri", in: object, development: development) else {
            throw .providerMetadata("jwks_uri is missing")
        }
        self.issuer = issuer
        self.jwksURI = jwksURI
        authorizationEndpoint = try Self.endpoint("authorization_endpoint", in: object, development: development)
        tokenEndpoint = try Self.endpoint("token_endpoint", in: object, development: development)
        userInfoEndpoint = try Self.endpoint("userinfo_endpoint", in: object, development: development)
        endSessionEndpoint = try Self.endpoint("end_session_endpoint", in: object, development: development)
        members = object
    }

    /// https, or http on loopback where the issuer is there as well.
    private static func endpoint(_ name: String, in object: JSONObject, development: Bool) throws(TokenError) -> String? {
        guard let value = object[name] else { return nil }
        guard let url = value.string, WebAddress.isHTTPS(url) || (development && WebAddress.isLoopbackHTTP(url)) else {
            throw .providerMetadata("\(name) is not an https URL")
        }
        return url
    }
}
