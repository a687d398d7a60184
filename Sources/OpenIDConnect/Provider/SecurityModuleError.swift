import WireFormats

/// Why a security module gave no key, or no signature.
package enum SecurityModuleError: Error, Sendable, Hashable {
    /// A key is in one, and nobody said which it is.
    case notConfigured
    case library(path: String, reason: String)
    /// No token has the label, or more than one.
    case token(label: String, found: [String])
    case pinFile(path: String, reason: String)
    /// The token refuses the PIN.
    case pin(answer: String)
    /// It does not answer as one that works: it is away, or out of order.
    case unavailable(call: String, answer: String)
    /// As many wait for it as may, or it took too long.
    case busy
    case noKey(keyID: String, found: Int)
    /// What the key signed is not signed by the key that it should be.
    case otherKey(keyID: String)
    /// The key can be read, or can do more than sign.
    case notConfined(keyID: String)
    case algorithm(String)
    /// It works, and does not do this.
    case refused(call: String, answer: String)

    /// Whether it may do what it did not, a moment later, without anybody's doing.
    package var isOutage: Bool {
        switch self {
        case .unavailable, .busy, .token: true
        case .notConfigured, .library, .pinFile, .pin, .noKey, .otherKey, .notConfined, .algorithm, .refused: false
        }
    }

    /// A stable name.
    package var code: String {
        switch self {
        case .notConfigured: "hsm.not_configured"
        case .library: "hsm.library"
        case .token: "hsm.token"
        case .pinFile: "hsm.pin_file"
        case .pin: "hsm.pin"
        case .unavailable: "hsm.unavailable"
        case .busy: "hsm.busy"
        case .noKey: "hsm.no_key"
        case .otherKey: "hsm.other_key"
        case .notConfined: "hsm.not_confined"
        case .algorithm: "hsm.algorithm"
        case .refused: "hsm.refused"
        }
    }

    /// One sentence for people.
    package var message: String {
        switch self {
        case .notConfigured: "The key is in a hardware security module (HSM), and this process knows of none."
        case .library(let path, let reason): "The PKCS#11 module \(Self.shown(path, 200)) cannot be loaded: \(Self.shown(reason, 300))."
        case .token(let label, _): "The HSM has not exactly one token with the label '\(Self.shown(label, 64))'."
        case .pinFile(let path, let reason): "The file with the PIN of the HSM, \(Self.shown(path, 200)), cannot be used: \(Self.shown(reason, 200))."
        case .pin: "The HSM refuses the PIN. It is not tried again until it is another one, so that the token is not locked."
        case .unavailable(let call, _): "The HSM does not answer: \(call) failed."
        case .busy: "The HSM did not answer in time, or too many wait for it."
        case .noKey(let key, let found):
            found == 0 ? "The HSM does not have the private key \(key)." : "The HSM has the private key \(key) more than once."
        case .otherKey(let key): "The key that the HSM has under the name \(key) is another one, or it signs wrongly."
        case .notConfined(let key): "The private key \(key) in the HSM can be read, or can do more than sign."
        case .algorithm(let name): "The HSM cannot make keys for \(name)."
        case .refused(let call, _): "The HSM refuses what it is asked for: \(call) failed."
        }
    }

    /// At most so many bytes: labels and reasons are the words of the module.
    private static func shown(_ text: String, _ bytes: Int) -> String { ProtocolText(text).prefix(bytes).string }

    package var expected: String? {
        switch self {
        case .token(let label, _): "one token with the label '\(Self.shown(label, 64))'"
        case .noKey: "one private key with that CKA_ID"
        case .notConfined: "sensitive, not extractable, signs and nothing else"
        case .notConfigured, .library, .pinFile, .pin, .unavailable, .busy, .otherKey, .algorithm, .refused: nil
        }
    }

    package var seen: String? {
        switch self {
        case .token(_, let found): found.isEmpty ? "no token" : found.prefix(8).map { "'\(Self.shown($0, 64))'" }.joined(separator: ", ")
        case .noKey(_, let found): "\(found)"
        case .pin(let answer), .unavailable(_, let answer), .refused(_, let answer): answer
        case .notConfigured, .library, .pinFile, .busy, .otherKey, .notConfined, .algorithm: nil
        }
    }

    /// What to do about it.
    package var remedy: String {
        switch self {
        case .notConfigured: "Tell every server and command which PKCS#11 module and token it is, as the one had that made the key."
        case .library: "Name the shared library of the HSM's vendor, and check that this user may read it and what it needs."
        case .token: "Check that the HSM is there and that its token has this label. It is looked for again every second."
        case .pinFile:
            "Check that the file belongs to the user who reads it, that nobody else may read it, and that it holds the PIN and nothing else."
        case .pin: "Set the right PIN. Where the token is locked already, its security officer unlocks it."
        case .unavailable:
            "Check that the HSM is there and works, by its vendor's own tools. It is tried again every second; nobody has to start anything anew."
        case .busy: "Look at the load of the HSM and the way to it. Keys on an elliptic curve (ES256) are signed by much faster than RSA keys."
        case .noKey: "Restore the key in the HSM from its backup, or let another key sign at once."
        case .otherKey: "Find out who changed the keys of the HSM, restore the right one from its backup, or let another key sign at once."
        case .notConfined: "Let another key sign at once, which the HSM makes anew, and delete this one."
        case .algorithm: "Choose an algorithm that the HSM has: RS256 and ES256 are the ones that most have."
        case .refused: "Look the answer up in the vendor's manual; mostly the token is full, or this user may not make or delete keys."
        }
    }
}
