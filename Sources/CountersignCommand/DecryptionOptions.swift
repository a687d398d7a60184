import ArgumentParser
import WireFormats
import XMLSecurity

/// The private keys that open an encrypted message which somebody captured.
struct DecryptionOptions: ParsableArguments {
    @Option(
        name: .customLong("key"),
        help: ArgumentHelp("The private key of ours that it is encrypted for, in PEM or DER (PKCS #8); may be repeated.", valueName: "FILE"))
    var keyFiles: [String] = []

    func keys() throws -> [DecryptionKey] {
        var keys: [DecryptionKey] = []
        for file in keyFiles {
            let bytes = try InputFile.read(file, limit: 64 << 10)
            do throws(XMLSecurityError) {
                // DER begins with a SEQUENCE.
                let isDER = bytes.first == 0x30
                keys.append(
                    isDER
                        ? try DecryptionKey(privateKeyPKCS8: SecretBytes(bytes))
                        : try DecryptionKey(privateKeyPEM: String(decoding: bytes, as: UTF8.self)))
            } catch {
                throw CommandFailure.privateKey(file, error)
            }
        }
        return keys
    }
}
