internal import Crypto
package import WireFormats

/// A secret, code or refresh token as a request brought it is found and compared by its hash.
extension SecretBytes {
    /// SHA-256 of the bytes: what a store keeps and finds by.
    package var sha256: [UInt8] { Array(SHA256.hash(data: reveal())) }

    /// Whether this is the secret with that SHA-256, in constant time.
    package func matches(sha256 hash: [UInt8]) -> Bool { sha256.isEqualInConstantTime(to: hash) }

    /// Whether one of these is its SHA-256; all are compared.
    package func matches(anyOf hashes: some Sequence<[UInt8]>) -> Bool {
        let own = sha256
        return hashes.reduce(false) { found, hash in own.isEqualInConstantTime(to: hash) || found }
    }
}
