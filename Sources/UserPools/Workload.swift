/// A program that somebody else vouches for, a build job or a container, and the client that it may act as (RFC 7523 §2.1): its platform signs who it
/// is, so that it needs no secret of ours.
package struct Workload: Sendable, Hashable, Codable {
    /// Within its pool.
    package let name: String
    /// `iss`, byte by byte.
    package let issuer: String
    /// The issuer's public keys, a JSON Web Key Set; nil: they are fetched.
    package var keySet: String?
    /// Where they are; nil: where the issuer's discovery document says.
    package var keySetURL: String?
    /// `sub`: the whole of it, or with `*` at its end what it begins with.
    package let subject: String
    /// The client that it acts as.
    package let clientID: String
    /// Whether the same assertion may come again until it expires: some platforms write one an hour.
    package var mayRepeat: Bool

    package init(
        name: String, issuer: String, keySet: String? = nil, keySetURL: String? = nil, subject: String, clientID: String, mayRepeat: Bool = false
    ) {
        (self.name, self.issuer, self.keySet, self.keySetURL) = (name, issuer, keySet, keySetURL)
        (self.subject, self.clientID, self.mayRepeat) = (subject, clientID, mayRepeat)
    }

    /// Byte by byte. Nothing but the last byte stands for more than itself.
    package func accepts(subject text: String) -> Bool {
        let pattern = subject.utf8
        guard pattern.last == UInt8(ascii: "*") else { return pattern.elementsEqual(text.utf8) }
        return text.utf8.starts(with: pattern.dropLast())
    }
}
