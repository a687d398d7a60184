import OpenIDConnect
import TokenVerifier
import UserPools
import WireFormats

// How a client proves who it is: by a secret, one way or both, or by a key of which we know the public half. Never by both.

extension ClientSettings {
    private static let maximumKeySetLength = 64 << 10

    /// What is given of it, on a client that has its secret already, if it is to have one.
    func setAuthentication(_ client: inout AppClient) throws(AdministrationError) {
        let given = try Self.keySet(keys)
        let certificates = try clientCertificates()
        let method = try method() ?? (given != nil ? .privateKey : certificates?.method ?? client.authentication)
        switch method {
        case .privateKey:
            guard let keys = given ?? client.keys else {
                throw .invalid(
                    .authMethod, "private_key_jwt", "needs the public keys of the client",
                    example: .give(.jwksURL, "https://app.example.com/jwks.json"))
            }
            // One method in all (THREATS P5): what its secret was counts no more.
            guard certificates == nil else { throw Self.twoWays }
            (client.authentication, client.keys, client.secrets) = (.privateKey, keys, [])
            client.metadata.certificates = nil
        case .certificate?, .ownCertificate?:
            guard given == nil else { throw Self.twoWays }
            guard let certificates = certificates ?? client.metadata.certificates, certificates.method == method else {
                throw .invalid(
                    .authMethod, method?.rawValue ?? "", "needs \(method == .certificate ? "a name that its certificate has" : "its certificate")",
                    example: method == .certificate ? .give(.sanDNS, "job.example.com") : .give(.clientCertificate, "/etc/job/certificate.pem"))
            }
            (client.authentication, client.keys, client.secrets) = (method, nil, [])
            client.metadata.certificates = certificates
        case .secretBasic?, .secretPost?:
            guard given == nil, certificates == nil else {
                throw .invalid(.authMethod, method?.rawValue ?? "", "is not by a key", example: .give(.authMethod, "private_key_jwt"))
            }
            guard !client.secrets.isEmpty else {
                throw .invalid(
                    .authMethod, method?.rawValue ?? "", "is for a client with a secret, which this one does not have",
                    example: .words("make a confidential client"))
            }
            client.authentication = method
            client.metadata.certificates = nil
        case nil: break
        }
    }

    private static let twoWays = AdministrationError.invalid(
        .authMethod, "", "would be by a key and by a certificate", example: .words("give one of them"))

    private func clientCertificates() throws(AdministrationError) -> ClientCertificates? {
        switch certificates {
        case nil: return nil
        case .named(let kind, let name)?:
            guard !name.isEmpty, name.utf8.count <= 1024, name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw .invalid(
                    kind.field, name, "is empty, longer than 1024 bytes, or has a control character", example: .give(.sanDNS, "job.example.com"))
            }
            if kind == .ip, IPAddress(name) == nil { throw .invalid(kind.field, name, "is no IP address", example: .give(.sanIP, "192.0.2.7")) }
            return ClientCertificates(kind: kind, name: name)
        case .files(let files)?:
            var thumbprints: [String] = []
            try Self.requireFew(files.count)
            for file in files {
                guard let ders = PEMCertificates.read(file), ders.count == 1, let certificate = ClientCertificate(der: ders[0]) else {
                    throw .invalid(
                        .clientCertificate, "", "is not one certificate in PEM", example: .give(.clientCertificate, "/etc/job/certificate.pem"))
                }
                thumbprints.append(certificate.thumbprint)
            }
            return ClientCertificates(thumbprints: thumbprints)
        case .thumbprints(let given)?:
            try Self.requireFew(given.count)
            guard !given.isEmpty, given.allSatisfy({ Base64URL.decode($0)?.count == 32 }) else {
                throw .invalid(
                    .clientCertificate, given.joined(separator: " "), "is not SHA-256 of a certificate in base64url, 43 characters",
                    example: .words("openssl x509 -in job.pem -outform DER | openssl dgst -sha256 -binary | basenc --base64url | tr -d ="))
            }
            return ClientCertificates(thumbprints: given)
        }
    }

    private static func requireFew(_ count: Int) throws(AdministrationError) {
        guard count <= 4 else {
            throw .invalid(
                .clientCertificate, "", "is more than four certificates", example: .give(.clientCertificate, "/etc/job/certificate.pem"))
        }
    }

    private func method() throws(AdministrationError) -> ClientAuthentication? {
        guard let text = authentication else { return nil }
        guard let method = ClientAuthentication(rawValue: text) else {
            throw .invalid(.authMethod, text, "is not a way to authenticate", example: .give(.authMethod, "client_secret_basic"))
        }
        return method
    }

    /// As they are stored.
    static func keySet(_ keys: Keys?) throws(AdministrationError) -> ClientKeySet? {
        switch keys {
        case nil: return nil
        case .url(let url)?:
            guard let address = WebAddress(url), address.isHTTPS || address.isThisMachine else {
                throw .invalid(.jwksURL, url, "is no https address", example: .give(.jwksURL, "https://app.example.com/jwks.json"))
            }
            return .url(url)
        case .document(let bytes)?:
            guard bytes.count <= Self.maximumKeySetLength, let text = String(validating: bytes, as: UTF8.self) else {
                throw .invalid(.jwks, "", "is longer than 64 KiB, or no text", example: .words("a JSON Web Key Set (RFC 7517 §5)"))
            }
            do { _ = try JSONWebKeySet(json: text) } catch {
                throw .invalid(
                    .jwks, "", "is refused: \(error.seen ?? error.message)", example: .words("a JSON Web Key Set of public keys (RFC 7517 §5)"))
            }
            return .document(text)
        }
    }
}

extension ClientCertificates {
    /// By which a client with them proves who it is.
    fileprivate var method: ClientAuthentication { thumbprints == nil ? .certificate : .ownCertificate }
}

extension ClientCertificates.NameKind {
    fileprivate var field: Field {
        switch self {
        case .subjectDN: .subjectDN
        case .dns: .sanDNS
        case .uri: .sanURI
        case .ip: .sanIP
        case .email: .sanEmail
        }
    }
}
