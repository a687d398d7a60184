import Administration
import ArgumentParser
import UserPools

extension ClientCommand {
    /// By which certificates a client proves who it is, and whether its tokens are bound to them.
    struct CertificateOptions: ParsableArguments {
        @Option(
            name: .customLong("tls-subject-dn"),
            help: ArgumentHelp("Of its certificate's subject, as RFC 4514 writes it: 'CN=job,O=Example'.", valueName: "NAME"))
        var subjectDN: String?
        @Option(name: .customLong("tls-san-dns"), help: ArgumentHelp("A DNS name of its certificate.", valueName: "NAME")) var dns: String?
        @Option(name: .customLong("tls-san-uri"), help: ArgumentHelp("A URI of its certificate.", valueName: "URI")) var uri: String?
        @Option(name: .customLong("tls-san-ip"), help: ArgumentHelp("An IP address of its certificate.", valueName: "ADDRESS")) var ip: String?
        @Option(name: .customLong("tls-san-email"), help: ArgumentHelp("An e-mail address of its certificate.", valueName: "ADDRESS"))
        var email: String?
        @Option(
            name: .customLong("tls-certificate-file"),
            help: ArgumentHelp("Its certificate itself in PEM, whoever issued it; up to four times.", valueName: "FILE"))
        var files: [String] = []
        @Flag(
            name: .customLong("certificate-bound-tokens"), inversion: .prefixedNo,
            help: "Whether its tokens are bound to the certificate that it shows.")
        var certificateBoundTokens: Bool?

        private var named: [(ClientCertificates.NameKind, String)] {
            [(.subjectDN, subjectDN), (.dns, dns), (.uri, uri), (.ip, ip), (.email, email)].compactMap { kind, name in name.map { (kind, $0) } }
        }

        func validate() throws {
            guard named.count + (files.isEmpty ? 0 : 1) <= 1 else {
                throw ValidationError("Give one of the --tls-… options: by that one its certificate is known.")
            }
        }

        func given() throws -> ClientSettings.Certificates? {
            if let (kind, name) = named.first { return .named(kind, name) }
            return files.isEmpty ? nil : .files(try files.map { try InputFile.read($0, limit: 64 << 10) })
        }

        var isEmpty: Bool { named.isEmpty && files.isEmpty && certificateBoundTokens == nil }
    }
}
