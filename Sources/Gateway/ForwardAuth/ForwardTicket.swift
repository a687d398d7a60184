import FoundationEssentials
import UserPools
import WireFormats

/// What the cookie of an app's host says: of which session it is. Sealed for one pool, client and host; at any other it does not open.
struct ForwardTicket {
    let session: String
    let user: String

    init(session: Session) { (self.session, user) = (session.id.text, session.userID.text) }

    /// nil for what we did not seal for `subject`.
    init?(_ cookie: String, of subject: ForwardAuth.Subject, sealer: Sealer) {
        guard let members = subject.open(cookie, "session", sealer), let session = members["sid"]?.string, let user = members["sub"]?.string else {
            return nil
        }
        (self.session, self.user) = (session, user)
    }

    func sealed(for subject: ForwardAuth.Subject, sealer: Sealer) throws(SealError) -> String {
        try subject.seal(["sid": .string(session), "sub": .string(user)], "session", sealer)
    }
}

/// What a browser takes along to the sign-in and brings back: where it was going, and the nonce of this way. It is no secret, and nobody can write one.
struct ForwardState {
    /// A path with its query, below the host.
    let path: String
    let nonce: String
    let begun: Int

    static let lifetime = 600

    init(path: String, nonce: String, begun: Int) { (self.path, self.nonce, self.begun) = (path, nonce, begun) }

    init?(_ state: String, of subject: ForwardAuth.Subject, sealer: Sealer) {
        guard let members = subject.open(state, "state", sealer), let path = members["path"]?.string, let nonce = members["nonce"]?.string,
            case .integer(let begun)? = members["iat"]
        else { return nil }
        (self.path, self.nonce, self.begun) = (path, nonce, begun)
    }

    func sealed(for subject: ForwardAuth.Subject, sealer: Sealer) throws(SealError) -> String {
        try subject.seal(["path": .string(path), "nonce": .string(nonce), "iat": .integer(begun)], "state", sealer)
    }
}

extension ForwardAuth.Subject {
    /// The longest that is opened, in base64url.
    private static let longest = 6_000

    private func context(_ kind: String) -> String { "forward authentication \(kind) \(pool.id.text) \(client.id.text) \(host.host)" }

    fileprivate func seal(_ members: JSONObject, _ kind: String, _ sealer: Sealer) throws(SealError) -> String {
        Base64URL.encode(try sealer.seal(JSONWriter.encode(members), context: context(kind)))
    }

    fileprivate func open(_ text: String, _ kind: String, _ sealer: Sealer) -> JSONObject? {
        guard text.utf8.count <= Self.longest, let sealed = Base64URL.decode(text), let plain = try? sealer.open(sealed, context: context(kind))
        else {
            return nil
        }
        return try? JSONParser.parseObject(plain.reveal())
    }
}
