internal import WireFormats

/// The public keys of an issuer (RFC 7517 §5), parsed once and then shared by all verifications.
///
/// Keys of a kind that is not known here, for encryption, malformed or weak (RSA below 2048 bits) are left out, as RFC 7517 §5 wants it. The whole set
/// is refused where it is no set, has more than 64 keys, holds a private or symmetric key, or no key that can be used.
public struct JSONWebKeySet: Sendable {
    /// More keys than this are refused (THREATS O17).
    public static let maximumCount = 64

    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    let keys: [JSONWebKey]
    /// Of the text: sets with the same one are the same keys.
    let fingerprint: SHA256Value

    /// How many keys can be used.
    public var count: Int { keys.count }
    /// The `kid` of each usable key that has one, in the order of the set.
    public var keyIDs: [String] { keys.compactMap(\.keyID) }

    /// Reads a key set.
    /// - Parameter json: the JSON text `{"keys": [...]}`.
    /// - Throws: `TokenError.keySet` with the reason.
    public init(json: String) throws(TokenError) { try self.init(bytes: Array(json.utf8)) }

    /// Reads a key set.
    /// - Parameter bytes: the JSON text `{"keys": [...]}` in UTF-8.
    /// - Throws: `TokenError.keySet` with the reason.
    public init(bytes: [UInt8]) throws(TokenError) {
        let object: JSONObject
        do { object = try JSONParser.parseObject(bytes) } catch { throw .keySet("it is no JSON object, \(error.reason)") }
        guard let elements = object["keys"]?.array else { throw .keySet("the member keys is missing or no array") }
        guard elements.count <= Self.maximumCount else { throw .keySet("it has more than \(Self.maximumCount) keys") }
        var keys: [JSONWebKey] = []
        for element in elements {
            guard case .object(let members) = element else { throw .keySet("a key is no JSON object") }
            for name in Self.privateMembers where members[name] != nil { throw .keySet("it holds a private or symmetric key") }
            do { keys.append(try JSONWebKey(members)) } catch { continue }
        }
        guard !keys.isEmpty else { throw .keySet("it holds no key that can check a signature") }
        self.keys = keys
        fingerprint = bytes.withUnsafeBytes { SHA256Value($0) }
    }

    /// The one key that a token's header means: by `kid` and `alg`, or by `alg` alone where the header has no `kid` (RFC 7515 §6, THREATS case 80).
    ///
    /// Nil where none fits and where more than one does: a guess between two keys is never made.
    func key(for token: CompactJWS) -> ChosenKey? {
        var found: JSONWebKey?
        for key in keys where key.accepts(token.algorithm) {
            if let wanted = token.keyID, key.keyID?.hasSameBytes(as: wanted) != true { continue }
            guard found == nil else { return nil }
            found = key
        }
        return found.map { ChosenKey(key: $0, keySet: fingerprint) }
    }
}

/// A key, and the set that it was chosen from.
struct ChosenKey: Sendable {
    let key: JSONWebKey
    let keySet: SHA256Value
}
