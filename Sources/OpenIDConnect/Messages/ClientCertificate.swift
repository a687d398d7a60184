internal import COpenSSL
internal import Crypto
package import struct FoundationEssentials.Date
internal import Synchronization
internal import WireFormats

/// The certificate that a client showed when it opened its connection: to us, or to a proxy that passes it on. Not read yet.
package struct PresentedCertificate: Sendable {
    private enum Form: Sendable {
        case text(String)
        case chain([[UInt8]])
    }

    private let form: Form

    /// - Parameter text: percent-encoded PEM (nginx, Apache), a byte sequence between colons (RFC 9440), or base64 of the DER (HAProxy, Traefik).
    package init(_ text: String) { form = .text(text) }

    /// - Parameter chain: the client's own in DER, and behind it what came with it.
    package init(chain: [[UInt8]]) { form = .chain(chain) }

    /// nil for what is no certificate.
    package func read() -> ClientCertificate? {
        switch form {
        case .chain(let chain): ClientCertificate(chain: chain)
        case .text(let text): Self.read(text)
        }
    }

    private static func read(_ text: String) -> ClientCertificate? {
        guard text.utf8.count <= ClientCertificate.maximumLength, !text.isEmpty else { return nil }
        let bytes = Array(text.utf8), colon = UInt8(ascii: ":")
        if bytes.first == colon {
            guard bytes.count > 2, bytes.last == colon else { return nil }
            return (try? Base64.decode(Array(bytes[1..<(bytes.count - 1)]))).flatMap(ClientCertificate.init(der:))
        }
        guard let decoded = PercentCoding.decode(bytes[...], plusIsSpace: false) else { return nil }
        if decoded.starts(with: PEMCertificates.begin) { return PEMCertificates.read(decoded).flatMap(ClientCertificate.init(chain:)) }
        let parts = decoded.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard let chain = try? parts.map({ try Base64.decode(Array($0)) }) else { return nil }
        return ClientCertificate(chain: chain)
    }
}

/// A client's certificate (RFC 5280), read and not trusted: what it says of its subject, and the name by which tokens are bound to it.
///
/// `@unchecked Sendable`: the certificate never changes after `init`.
package final class ClientCertificate: @unchecked Sendable {
    /// What identifies a client (RFC 8705 §2.1.2).
    package enum Name: Sendable {
        case subject(String)
        case dns(String)
        case uri(String)
        case ip(String)
        case email(String)
    }

    static let maximumLength = 16 << 10
    /// Of what comes with it, itself included.
    package static let maximumChain = 8

    /// `x5t#S256`: the SHA-256 of the DER (RFC 8705 §3.1).
    package let thumbprint: String
    fileprivate let certificate: OpaquePointer

    package convenience init?(der: [UInt8]) { self.init(chain: [der]) }

    /// - Parameter chain: behind the client's own certificate those that may be between it and an authority.
    package init?(chain: [[UInt8]]) {
        guard let der = chain.first, chain.count <= Self.maximumChain, chain.allSatisfy({ $0.count <= Self.maximumLength }),
            let certificate = cossl_certificate_read(der, der.count)
        else { return nil }
        self.certificate = certificate
        thumbprint = Base64URL.encode(Array(SHA256.hash(data: der)))
        for issuer in chain.dropFirst() {
            guard cossl_certificate_add_issuer(certificate, issuer, issuer.count) == 1 else { return nil }
        }
    }

    deinit { cossl_certificate_free(certificate) }

    /// As RFC 4514 writes it; empty where there is none.
    package var subject: String {
        let capacity = 4096
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            guard let address = buffer.baseAddress else { return }
            count = min(cossl_certificate_subject(certificate, address, capacity), capacity)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    package func isValid(at now: Date) -> Bool { cossl_certificate_is_valid_at(certificate, Int64(now.timeIntervalSince1970)) == 1 }

    /// Whether the subject has that very name.
    package func has(_ name: Name) -> Bool {
        switch name {
        case .subject(let text):
            let own = DistinguishedName.normalised(subject)
            return !own.isEmpty && own == DistinguishedName.normalised(text)
        case .dns(let text): return names(2).contains { ProtocolText($0).lowercased == ProtocolText(text).lowercased }
        case .uri(let text): return names(6).contains(Array(text.utf8))
        case .ip(let text): return IPAddress(text).map { names(7).contains($0.bytes) } ?? false
        case .email(let text): return names(1).contains(Array(text.utf8))
        }
    }

    /// The alternative names of one kind (RFC 5280 §4.2.1.6).
    private func names(_ kind: Int32) -> [[UInt8]] {
        (0..<min(cossl_certificate_name_count(certificate), 100)).compactMap { index in
            var length = 0
            var found: Int32 = -1
            let bytes = [UInt8](unsafeUninitializedCapacity: 2048) { buffer, count in
                guard let address = buffer.baseAddress else { return }
                found = cossl_certificate_name(certificate, index, address, 2048, &length)
                count = found == kind ? min(length, 2048) : 0
            }
            return found == kind ? bytes : nil
        }
    }
}

/// Who may issue the certificates of clients.
package final class CertificateAuthorities: Sendable {
    /// `@unchecked Sendable`: nothing is added after `init`.
    private final class Authorities: @unchecked Sendable {
        let pointer: OpaquePointer

        init?(pem: [UInt8]) {
            guard let certificates = PEMCertificates.read(pem), !certificates.isEmpty, let pointer = cossl_authorities_new() else { return nil }
            self.pointer = pointer
            for certificate in certificates {
                guard cossl_authorities_add(pointer, certificate, certificate.count) == 1 else { return nil }
            }
        }

        deinit { cossl_authorities_free(pointer) }
    }

    private let authorities: Mutex<Authorities>

    /// - Parameter pem: one certificate or several; nil where one does not read, or there is none.
    package init?(pem: [UInt8]) {
        guard let authorities = Authorities(pem: pem) else { return nil }
        self.authorities = Mutex(authorities)
    }

    /// Others count from now on. What does not read changes nothing.
    package func replace(pem: [UInt8]) -> Bool {
        guard let read = Authorities(pem: pem) else { return false }
        authorities.withLock { $0 = read }
        return true
    }

    /// Whether one of them issued it, for a client to be known by, itself or by authorities that came with it, and all of them are valid now.
    package func issued(_ certificate: ClientCertificate, at now: Date) -> Bool {
        let authorities = authorities.withLock { $0 }
        return cossl_authorities_issued(authorities.pointer, certificate.certificate, Int64(now.timeIntervalSince1970)) == 1
    }
}

/// Certificates in PEM (RFC 7468 §5).
package enum PEMCertificates {
    static let begin = Array("-----BEGIN CERTIFICATE-----".utf8)
    private static let end = Array("-----END CERTIFICATE-----".utf8)

    /// The DER of each; nil where one does not read. What stands between them is not looked at.
    package static func read(_ pem: [UInt8]) -> [[UInt8]]? {
        var found: [[UInt8]] = []
        var rest = pem[...]
        while let start = place(of: begin, in: rest) {
            let body = rest[(start + begin.count)...]
            guard let stop = place(of: end, in: body),
                let der = try? Base64.decode(body[..<stop].filter { ![0x0A, 0x0D, 0x20, 0x09].contains($0) })
            else { return nil }
            found.append(der)
            rest = body[(stop + end.count)...]
        }
        return found
    }

    private static func place(of word: [UInt8], in text: ArraySlice<UInt8>) -> Int? {
        var rest = text
        while let first = rest.firstIndex(of: word[0]) {
            if rest[first...].starts(with: word) { return first }
            rest = rest[(first + 1)...]
        }
        return nil
    }
}

/// Names of directories as RFC 4514 writes them, compared without what says nothing: the case of the types, and blanks around their signs.
enum DistinguishedName {
    static func normalised(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        var isType = true
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                output.append(byte)
                isEscaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"):
                output.append(byte)
                isEscaped = true
            case UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: ";"):
                while output.last == 0x20 { output.removeLast() }
                output.append(byte)
                isType = true
            case UInt8(ascii: "=") where isType:
                while output.last == 0x20 { output.removeLast() }
                output.append(byte)
                isType = false
            case 0x20 where output.last.map({ [UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "=")].contains($0) }) ?? true:
                break
            default: output.append(isType && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
            }
        }
        while output.last == 0x20 { output.removeLast() }
        return output
    }
}
