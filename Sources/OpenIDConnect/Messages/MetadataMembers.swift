internal import TokenVerifier
internal import WireFormats

/// The members of client metadata (RFC 7591 §2), each read by its type. Refusals name the member and say what would do.
struct MetadataMembers {
    private let object: JSONObject
    private static let maximumKeySetLength = 32 << 10

    init(_ object: JSONObject) { self.object = object }

    func refused(_ member: String, _ sentence: String) -> OAuthError {
        OAuthError(.invalidClientMetadata, "\(member): \(sentence)", parameter: member)
    }

    /// RFC 7591 §2: `null` is as good as nothing.
    private func value(_ member: String) -> JSONValue? {
        guard let value = object[member], value != .null else { return nil }
        return value
    }

    /// Text without control characters.
    func text(_ member: String, maximum: Int) throws(OAuthError) -> String? {
        guard let value = value(member) else { return nil }
        guard let text = value.string, (1...maximum).contains(text.unicodeScalars.count), text.utf8.count <= maximum * 4,
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control && $0.properties.generalCategory != .format })
        else {
            throw refused(member, "Send text of 1 to \(maximum) characters without control characters, or leave it out.")
        }
        return text
    }

    func texts(_ member: String, maximum: Int, ifAbsent: [String] = []) throws(OAuthError) -> [String] {
        guard let value = value(member) else { return ifAbsent }
        guard let texts = value.strings, texts.count <= maximum,
            texts.allSatisfy({ (1...512).contains($0.utf8.count) && $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } })
        else {
            throw refused(member, "Send an array of at most \(maximum) texts, or leave it out.")
        }
        return texts
    }

    func choice(_ member: String, _ choices: [String]) throws(OAuthError) -> String? {
        guard let value = value(member) else { return nil }
        guard let text = value.string, let chosen = choices.first(where: { $0.hasSameBytes(as: text) }) else {
            throw refused(member, "Send \(choices.joined(separator: " or ")), or leave it out.")
        }
        return chosen
    }

    /// One by which answers are signed (RFC 7518 §3.1).
    func algorithm(_ member: String, _ offered: [SigningAlgorithm], mayBeNone: Bool = false) throws(OAuthError) -> SigningAlgorithm? {
        try choice(member, offered.map(\.rawValue) + (mayBeNone ? ["none"] : [])).flatMap { SigningAlgorithm(rawValue: $0) }
    }

    func flag(_ member: String) throws(OAuthError) -> Bool {
        guard let value = value(member) else { return false }
        guard let flag = value.bool else { throw refused(member, "Send true or false, or leave it out.") }
        return flag
    }

    /// Front-Channel Logout §2: where one of the app's redirect URIs is, too.
    func webAddress(_ member: String, ofOrigins uris: [String]) throws(OAuthError) -> String? {
        guard let text = try webAddress(member) else { return nil }
        guard let origin = WebAddress(text)?.origin, uris.contains(where: { WebAddress($0)?.origin.hasSameBytes(as: origin) == true }) else {
            throw refused(member, "Send an address with scheme, host and port of a redirect URI.")
        }
        return text
    }

    func seconds(_ member: String) throws(OAuthError) -> Int? {
        guard let value = value(member) else { return nil }
        guard let seconds = value.integer, (0...31_536_000).contains(seconds) else {
            throw refused(member, "Send a number of seconds from 0 to 31536000, or leave it out.")
        }
        return seconds
    }

    func scope() throws(OAuthError) -> Scope? {
        guard let value = value("scope") else { return nil }
        guard let text = value.string, let scope = try? Scope(text) else {
            throw refused("scope", "Send one text with the scopes separated by spaces, or leave it out.")
        }
        return scope
    }

    /// An https address; on this machine http will do, for development.
    func webAddress(_ member: String) throws(OAuthError) -> String? {
        guard let value = value(member) else { return nil }
        guard let text = value.string, WebAddress.isAllowed(text) else {
            throw refused(member, "Send an https URL without user name and fragment, or leave it out.")
        }
        return text
    }

    /// By the rules of redirect URIs.
    func addresses(_ member: String) throws(OAuthError) -> [String] {
        var addresses: [String] = []
        for text in try uris(member, .invalidClientMetadata) {
            do { try RedirectURIRegistration.validate(text) } catch {
                throw refused(member, "\(error.message) \(error.remedy)")
            }
            if !addresses.contains(where: { $0.hasSameBytes(as: text) }) { addresses.append(text) }
        }
        return addresses
    }

    /// RFC 7591 §2, RFC 9700 §4.1.1: at least one, each by the rules, and none elsewhere than its leave to register says.
    func redirectURIs(_ hosts: [String]?) throws(OAuthError) -> [String] {
        var registered: [String] = []
        for uri in try uris("redirect_uris", .invalidRedirectURI) {
            do { try RedirectURIRegistration.validate(uri) } catch {
                throw OAuthError(.invalidRedirectURI, "redirect_uris: \(error.message) \(error.remedy)", parameter: "redirect_uris", seen: uri)
            }
            if let hosts, !hosts.contains(where: { WebAddress(uri)?.host.hasSameBytes(as: $0) == true }) {
                throw OAuthError(
                    .invalidRedirectURI,
                    "redirect_uris: The host is none of those that this initial access token is for. Ask whoever gave it to you.",
                    parameter: "redirect_uris", expected: hosts.joined(separator: " "), seen: uri)
            }
            if !registered.contains(where: { $0.hasSameBytes(as: uri) }) { registered.append(uri) }
        }
        guard !registered.isEmpty else {
            throw OAuthError(
                .invalidRedirectURI, "redirect_uris: At least one is needed. Send an array of the addresses at which the app takes its answers.",
                parameter: "redirect_uris")
        }
        return registered
    }

    private func uris(_ member: String, _ code: OAuthError.Code) throws(OAuthError) -> [String] {
        guard let value = value(member) else { return [] }
        guard let texts = value.strings, texts.count <= RequestedMetadata.maximumRedirectURIs else {
            throw OAuthError(code, "\(member): Send an array of at most \(RequestedMetadata.maximumRedirectURIs) URIs.", parameter: member)
        }
        return texts
    }

    /// RFC 7591 §2: `jwks` or `jwks_uri`, never both; public keys.
    func keys() throws(OAuthError) -> RequestedMetadata.Keys? {
        let url = try webAddress("jwks_uri")
        guard let value = value("jwks") else { return url.map { .url($0) } }
        guard url == nil else { throw refused("jwks", "Send jwks or jwks_uri, not both.") }
        guard let object = value.object else { throw refused("jwks", "Send a JSON Web Key Set, an object with the member keys.") }
        let bytes = JSONWriter.encode(object)
        guard bytes.count <= Self.maximumKeySetLength, (try? JSONWebKeySet(bytes: bytes)) != nil else {
            throw refused("jwks", "Send a set of public keys for signatures (RFC 7517), of at most 32 KiB; a private key is never sent.")
        }
        return .document(String(decoding: bytes, as: UTF8.self))
    }
}
