package import WireFormats

/// The successful answer of the device authorization endpoint (RFC 8628 §3.2).
package struct DeviceAuthorizationResponse: Sendable {
    package let deviceCode: SecretBytes
    package let userCode: UserCode
    /// The page where the code is typed.
    package let verificationURI: String
    /// Seconds that both codes live.
    package let expiresIn: Int
    /// Seconds between two questions at the token endpoint.
    package let interval: Int

    package init(deviceCode: SecretBytes, userCode: UserCode, verificationURI: String, expiresIn: Int, interval: Int) {
        (self.deviceCode, self.userCode, self.verificationURI) = (deviceCode, userCode, verificationURI)
        (self.expiresIn, self.interval) = (expiresIn, interval)
    }

    /// The page with the code in its box, for a QR code.
    package var completeVerificationURI: String { FormCoding.append([("user_code", userCode.shown)], to: verificationURI) }

    /// The JSON text in UTF-8.
    package func encoded() -> [UInt8] {
        JSONWriter.encode(
            [
                "device_code": .string(deviceCode.revealText()), "user_code": .string(userCode.shown), "verification_uri": .string(verificationURI),
                "verification_uri_complete": .string(completeVerificationURI), "expires_in": .integer(expiresIn), "interval": .integer(interval),
            ] as JSONObject)
    }
}

/// What a person reads on a device and types in a browser (RFC 8628 §6.1): eight letters of twenty, without vowels, so that no word comes of it, and
/// without what looks alike. Some 34 bits, which are enough because tries are few.
package struct UserCode: Sendable, Hashable {
    /// The eight letters, in upper case.
    package let letters: [UInt8]

    package static let length = 8
    private static let alphabet = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)

    /// As it is shown: `WDJB-MJHT`.
    package var shown: String { String(decoding: letters.prefix(4) + [UInt8(ascii: "-")] + letters.suffix(4), as: UTF8.self) }

    /// What was typed. Case, hyphens and spaces say nothing; what is no code is nil.
    package init?(typed text: String) {
        guard text.utf8.count <= 64 else { return nil }
        let typed = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
            .map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 - 0x20 : $0 }
        guard typed.count == Self.length, typed.allSatisfy(Self.alphabet.contains) else { return nil }
        letters = typed
    }

    /// A new one.
    /// - Parameter random: bytes from a cryptographic generator, as many as it is asked for.
    package init(random: (Int) -> [UInt8]) {
        var letters: [UInt8] = []
        // A byte of the last, incomplete twenty would make some letters more likely than others.
        let fair = UInt8(256 / Self.alphabet.count * Self.alphabet.count)
        while letters.count < Self.length {
            letters += random(16).filter { $0 < fair }.map { Self.alphabet[Int($0) % Self.alphabet.count] }.prefix(Self.length - letters.count)
        }
        self.letters = letters
    }
}
