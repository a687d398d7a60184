/// Where private keys are that no program can read: a hardware security module. A key is known by its `kid`.
package protocol SecurityModule: Sendable {
    /// A new key pair, of which the private half never comes out.
    /// - Parameter owner: the pool's id, which people see beside the key.
    func make(_ algorithm: SigningAlgorithm, for owner: String) async throws(SecurityModuleError) -> TokenPublicKey

    /// A signature in the form of RFC 7518 §3.3–3.5 and RFC 8037 §3.1, which whoever asks verifies.
    func sign(_ input: [UInt8], by key: TokenPublicKey) async throws(SecurityModuleError) -> [UInt8]

    /// It signed by that key, and the signature verified.
    func noteSigned(by key: TokenPublicKey)

    /// Whether it signed by that key a moment ago, and the signature verified.
    func hasJustSigned(by key: TokenPublicKey) -> Bool

    /// Deletes both halves; nothing where they are not there.
    func destroy(_ key: TokenPublicKey) async throws(SecurityModuleError)
}
