import FoundationEssentials
import Gateway
import NIOSSL

/// The certificate chain and key that the server shows.
enum TLSFiles {
    struct Loaded: Sendable {
        let context: NIOSSLContext
        /// The same for connections whose clients are asked for certificates.
        let thatAsks: TLSConfiguration
        /// Of the server's own certificate.
        let validUntil: Date?
    }

    /// TLS 1.2 or later, and a key that belongs to the certificate.
    static func load(_ files: GatewayConfiguration.TLSFiles) throws(TLSFileError) -> Loaded {
        let chain: [NIOSSLCertificate], key: NIOSSLPrivateKey
        do { chain = try NIOSSLCertificate.fromPEMBytes(try InputFile.read(files.certificate, limit: 1 << 20)) } catch let error as InputError {
            throw .file(error)
        } catch { throw .certificate(path: files.certificate) }
        guard let own = chain.first else { throw .certificate(path: files.certificate) }
        do { key = try NIOSSLPrivateKey(bytes: try InputFile.read(files.key, limit: 1 << 20), format: .pem) } catch let error as InputError {
            throw .file(error)
        } catch { throw .key(path: files.key) }
        var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        let end = Date(timeIntervalSince1970: TimeInterval(own.notValidAfter))
        var thatAsks = configuration
        // None is needed, and whose it is decides what it is shown for. No trust of the system has a say in that.
        thatAsks.certificateVerification = .optionalVerification
        thatAsks.trustRoots = .certificates([])
        do { return Loaded(context: try NIOSSLContext(configuration: configuration), thatAsks: thatAsks, validUntil: end) } catch { throw .mismatch }
    }
}

/// Why the server cannot speak TLS.
enum TLSFileError: Diagnosable, Equatable {
    case file(InputError)
    case certificate(path: String)
    case key(path: String)
    case mismatch

    var code: String {
        switch self {
        case .file(let error): error.code
        case .certificate: "tls.certificate"
        case .key: "tls.key"
        case .mismatch: "tls.mismatch"
        }
    }

    var message: String {
        switch self {
        case .file(let error): error.message
        case .certificate(let path): "\(path.prefix(200)) holds no certificate in PEM."
        case .key(let path): "\(path.prefix(200)) holds no unencrypted private key in PEM."
        case .mismatch: "The private key does not belong to the certificate."
        }
    }

    var remedy: String {
        switch self {
        case .file(let error): error.remedy
        case .certificate: "Give the whole chain with --tls-certificate, the server's own certificate first: -----BEGIN CERTIFICATE-----"
        case .key: "Give the key with --tls-key; 'openssl pkey -in KEY -out PLAIN' takes a passphrase away."
        case .mismatch: "Give the key with which the certificate was requested, and the server's own certificate first in the chain."
        }
    }
}
