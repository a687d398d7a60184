import Crypto
import WireFormats

extension ConfigDocument.Secret {
    /// The secret; where secrets are not looked at one of its kind, which is asked what an act would say of it, and is in no act.
    var foreseen: SecretBytes {
        bytes ?? (isKey ? SecretBytes(P256.Signing.PrivateKey().pemRepresentation) : SecretBytes(String(repeating: "-", count: 43)))
    }

    var isKey: Bool { name == "client_key" }
}
