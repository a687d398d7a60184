import FoundationEssentials
import SAML
import WireFormats
import XMLSecurity

extension FuzzedInput {
    /// A federation's metadata. The seed is signed, so that what a fuzzer makes of it comes past the signature's SignedInfo; only the seed's own meaning may
    /// be proven at the end.
    static let federations = [
        FuzzedInput("aggregate") { bytes in
            let signers = (try? Base64.decode(publicKey)).flatMap { try? TrustedKey(publicKeyDER: $0) }.map { [$0] } ?? []
            let now = Date(timeIntervalSince1970: 1_800_000_000)
            guard var reader = try? FederationMetadataReader(signers: signers, at: now) else { return promise(false, "there is no signer") }
            var found: [String] = []
            // In pieces whose size is the document's own.
            let size = 1 + (bytes.count.isMultiple(of: 2) ? bytes.count / 3 : bytes.count)
            var place = 0
            do {
                while place < bytes.count {
                    try reader.read(Array(bytes[place..<min(place + size, bytes.count)])) { found.append($0.entityID) }
                    place += size
                }
                _ = try reader.finish()
            } catch { return }
            promise(found == ["https://one.example/idp"], "another aggregate is proven than the one that was signed")
        }
    ]

    /// Of `key`.
    private static let publicKey = """
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqX4B1/zkFuRmdchtNTTn/t/S3C1Q5X4OelTYQEn259d6GNLBUX2vRof4u3eiSI8VMDItcBQIB6\
        pujxnkMAJ4DMM3LxZKaLzj2hiFaJzZl5GXasvKPfqBOQVPiqOQOuaKGHPlXTKMvDqPJnXptj1XT+9g2ptzBAp6/AVWEFNFOCE373PFhcg+4u20ni46vbpo\
        l0wrWG9mNpwfHvgrkEqC3eJEfpRN6/yLRtVAWA5SSrT+QBjxzk9ju6ZUcs17WXUT3m8lDAYVIs5RSaZDa7wxfrkynS3R7+Ik0RvVTdHUerjO//4QeTBau0\
        23Y9MCNOOK4KXhUuAB200PuVklldI42QIDAQAB
        """
}
