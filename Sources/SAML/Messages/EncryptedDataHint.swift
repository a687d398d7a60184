import Glibc

extension [UInt8] {
    /// Whether something in a message may be encrypted: who has to fetch keys for it need not where this is false. A name can be written in one way
    /// only: no reference and no section may stand in it.
    package var mayHoldEncryptedData: Bool {
        let name = Array("EncryptedData".utf8)
        return withUnsafeBytes { bytes in
            guard var place = bytes.baseAddress else { return false }
            let end = place + bytes.count
            while end - place >= name.count, let found = memchr(place, Int32(name[0]), end - place - name.count + 1) {
                if memcmp(found, name, name.count) == 0 { return true }
                place = UnsafeRawPointer(found) + 1
            }
            return false
        }
    }
}
