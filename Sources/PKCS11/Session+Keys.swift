internal import CPKCS11
internal import OpenIDConnect
internal import WireFormats

// What is done with keys, each within one session. CKA_ID is the `kid` in bytes: the RFC 7638 thumbprint.

extension SessionPool.Session {
    func sign(_ data: [UInt8], by key: TokenPublicKey, _ mechanism: cpkcs11_mechanism) throws(LinkFailure) -> [UInt8] {
        let before = try known(key)
        do throws(CallFailure) { return try library.sign(data, by: before, mechanism, handle) } catch {
            guard error.isOfHandle else { throw .call(error) }
        }
        // The token was changed, or is gone.
        link[key.keyID] = nil
        let found = try known(key)
        return try calling { () throws(CallFailure) in try library.sign(data, by: found, mechanism, handle) }
    }

    /// A handle of the private key.
    private func known(_ key: TokenPublicKey) throws(LinkFailure) -> Library.Handle {
        if let handle = link[key.keyID] { return handle }
        let found = try calling { () throws(CallFailure) in try library.find(private: true, id: Self.id(of: key), handle) }
        guard let first = found.first, found.count == 1 else {
            // A token that was taken away has no keys either.
            _ = try calling { () throws(CallFailure) in try library.label(of: link.slot) }
            throw .refused(.noKey(keyID: key.keyID, found: found.count))
        }
        guard try calling({ () throws(CallFailure) in try library.isConfined(first, handle) }) else { throw .refused(.notConfined(keyID: key.keyID)) }
        link[key.keyID] = first
        return first
    }

    func make(_ algorithm: SigningAlgorithm, for owner: String) throws(LinkFailure) -> TokenPublicKey {
        let kind =
            switch algorithm {
            case .RS256, .PS256: CPKCS11_RSA
            case .ES256: CPKCS11_P256
            case .EdDSA: CPKCS11_ED25519
            }
        return try writing { writer throws(LinkFailure) in
            let pair: (publicKey: Library.Handle, privateKey: Library.Handle)
            var random = SystemRandomNumberGenerator()
            let draft = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
            do throws(CallFailure) { pair = try library.generate(kind, id: draft, writer) } catch {
                throw error.isOfAlgorithm ? .refused(.algorithm(algorithm.rawValue)) : .call(error)
            }
            do throws(LinkFailure) {
                let value = try calling { () throws(CallFailure) in try library.publicValue(pair.publicKey, kind, writer) }
                guard let key = Self.parts(kind, value).map({ TokenPublicKey(algorithm, $0) }) else {
                    throw .refused(.refused(call: "C_GetAttributeValue", answer: "a public key that does not read"))
                }
                for object in [pair.publicKey, pair.privateKey] {
                    try calling { () throws(CallFailure) in
                        try library.name(object, id: Self.id(of: key), label: "countersign \(owner) \(key.keyID)", writer)
                    }
                }
                guard try calling({ () throws(CallFailure) in try library.isConfined(pair.privateKey, writer) }) else {
                    throw .refused(.notConfined(keyID: key.keyID))
                }
                return key
            } catch {
                for object in [pair.publicKey, pair.privateKey] { try? library.destroy(object, writer) }
                throw error
            }
        }
    }

    func destroy(_ key: TokenPublicKey) throws(LinkFailure) {
        link[key.keyID] = nil
        try writing { writer throws(LinkFailure) in
            try calling { () throws(CallFailure) in
                // The private half first: what is left of a deletion that did not end is worth nothing.
                for isPrivate in [true, false] {
                    for object in try library.find(private: isPrivate, id: Self.id(of: key), writer) { try library.destroy(object, writer) }
                }
                _ = try library.label(of: link.slot)
            }
        }
    }

    /// In a session that may write, which lives no longer.
    private func writing<Value>(_ body: (Library.Handle) throws(LinkFailure) -> Value) throws(LinkFailure) -> Value {
        let writer = try calling { () throws(CallFailure) in try library.open(link.slot, writes: true) }
        defer { library.close(writer) }
        return try body(writer)
    }

    private static func id(of key: TokenPublicKey) -> [UInt8] { Base64URL.decode(key.keyID) ?? Array(key.keyID.utf8) }

    private static func parts(_ kind: cpkcs11_kind, _ value: (first: [UInt8], second: [UInt8])) -> TokenPublicKey.Parts? {
        func number(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.drop { $0 == 0 }) }
        if kind == CPKCS11_RSA { return .rsa(modulus: number(value.first), exponent: number(value.second)) }
        // CKA_EC_POINT is an OCTET STRING in DER; some modules leave that away.
        var point = value.first
        if point.count > 2, point[0] == 0x04, Int(point[1]) == point.count - 2 { point = Array(point.dropFirst(2)) }
        if kind == CPKCS11_ED25519 { return point.count == 32 ? .ed25519(point: point) : nil }
        // SEC 1 §2.3.3: not compressed.
        guard point.count == 65, point[0] == 0x04 else { return nil }
        return .p256(x: Array(point[1..<33]), y: Array(point[33...]))
    }
}
