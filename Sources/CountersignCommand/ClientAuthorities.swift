import FoundationEssentials
import Logging
import OpenIDConnect

/// The file of those who issue clients' certificates.
final class ClientAuthorities: RenewedFiles {
    let paths: [String]
    let stamps: FileStamps
    private let authorities: CertificateAuthorities

    init(path: String, authorities: CertificateAuthorities) {
        paths = [InputFile.absolute(path)]
        stamps = FileStamps(paths)
        self.authorities = authorities
    }

    static func read(_ path: String) -> Reading<CertificateAuthorities> {
        guard let pem = try? InputFile.read(InputFile.absolute(path), limit: limit) else {
            return .failure("cannot be read, or is larger than 1 MiB")
        }
        return CertificateAuthorities(pem: pem).map(Reading.success) ?? .failure("holds no certificates in PEM, or one that does not read")
    }

    private static let limit = 1 << 20

    func reload(_ logger: Logger) {
        stamps.markRead()
        guard let pem = try? InputFile.read(paths[0], limit: Self.limit), authorities.replace(pem: pem) else {
            let setting = Setting.clientCertificateAuthorities
            logger.error(
                "the new file of authorities is not used, those before stay: it cannot be read, or holds no certificates in PEM",
                metadata: ["code": "configuration.client_certificate_authorities", "remedy": "For example: \(setting.usage)"])
            return
        }
        logger.notice("the authorities of clients' certificates were read again")
    }
}
