package import WireFormats

/// The name of a request that was pushed (RFC 9126 §2.2): 256 bits that nobody can guess, behind a prefix that says what it is.
package struct PushedRequestURI: Sendable {
    package let text: String
    /// What nobody can guess.
    package let secret: SecretBytes

    private static let prefix = "urn:ietf:params:oauth:request_uri:"

    package init(secret: SecretBytes) { (self.secret, text) = (secret, Self.prefix + secret.revealText()) }

    /// nil for every other `request_uri`: nothing is fetched from one (THREATS P8, case 112).
    package init?(_ text: String) {
        guard text.utf8.count <= 256, text.utf8.starts(with: Self.prefix.utf8) else { return nil }
        (self.text, secret) = (text, SecretBytes(Array(text.utf8.dropFirst(Self.prefix.utf8.count))))
    }
}

/// The successful answer of the pushed authorization request endpoint (RFC 9126 §2.2).
package struct PushedAuthorizationResponse: Sendable {
    package let requestURI: PushedRequestURI
    /// Seconds in which the browser must come with it.
    package let expiresIn: Int

    package init(requestURI: PushedRequestURI, expiresIn: Int) { (self.requestURI, self.expiresIn) = (requestURI, expiresIn) }

    /// The JSON text in UTF-8.
    package func encoded() -> [UInt8] {
        JSONWriter.encode(["request_uri": .string(requestURI.text), "expires_in": .integer(expiresIn)] as JSONObject)
    }
}
