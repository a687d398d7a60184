import FoundationEssentials
import Gateway
import SAML
import UserPools
import WireFormats

/// What `doctor` finds beside the errors that others have a name for.
enum DoctorFinding: Diagnosable, Equatable {
    case noPool
    case diskSpace(path: String, free: UInt64)
    case providerEnds(String, ProviderEnds.Part, at: Date)
    case noPublicURL
    case nameWithoutAddress(host: String)
    case unreachable(url: String, seen: String)
    case otherIssuer(url: String, expected: String, seen: String)
    case certificateEnded(host: String, at: Date)
    case certificateEnds(host: String, at: Date)
    case noSigningKey(pool: String, algorithm: String)
    case clockNotKept
    case clocksDiffer(seconds: Int)
    case proxyNotNamed
    case proxyTellsNobody(proxy: String)
    case addressIsForged
    case noArrival(url: String, status: UInt)
    case noBackup
    case oldBackup(of: Date)

    var code: String {
        switch self {
        case .noPool: "doctor.no_pool"
        case .diskSpace: "doctor.disk_space"
        case .providerEnds: "doctor.provider_ends"
        case .noPublicURL: "doctor.no_public_url"
        case .nameWithoutAddress: "doctor.name"
        case .unreachable: "doctor.unreachable"
        case .otherIssuer: "doctor.other_issuer"
        case .certificateEnded: "doctor.certificate_ended"
        case .certificateEnds: "doctor.certificate_ends"
        case .noSigningKey: "doctor.no_signing_key"
        case .clockNotKept: "doctor.clock_not_kept"
        case .clocksDiffer: "doctor.clocks_differ"
        case .proxyNotNamed: "doctor.proxy_not_named"
        case .proxyTellsNobody: "doctor.proxy_tells_nobody"
        case .addressIsForged: "doctor.address_is_forged"
        case .noArrival: "doctor.no_arrival"
        case .noBackup: "doctor.no_backup"
        case .oldBackup: "doctor.old_backup"
        }
    }

    var message: String {
        switch self {
        case .noPool: "There is no pool yet."
        case .diskSpace(let path, let free): "The disk of \(path.prefix(200)) has \(ByteCount(free)) left."
        case .providerEnds(let place, let part, let end): "Of the provider \(place.prefix(200)) the \(part) ends at \(SAMLInstant.format(end))."
        case .noPublicURL: "It is not known under which public URL the servers are."
        case .nameWithoutAddress(let host): "The name \(host.prefix(200)) has no address here."
        case .unreachable(let url, _): "\(url.prefix(200)) does not answer as a server of ours does."
        case .otherIssuer(let url, _, _): "\(url.prefix(200)) is answered by another installation."
        case .certificateEnded(let host, let end): "The certificate of \(host.prefix(200)) ended at \(SAMLInstant.format(end))."
        case .certificateEnds(let host, let end): "The certificate of \(host.prefix(200)) ends at \(SAMLInstant.format(end))."
        case .noSigningKey(let pool, let algorithm): "The pool \(pool.prefix(200)) has no key that signs by \(algorithm.prefix(40))."
        case .clockNotKept: "Nobody keeps this machine's clock right, as far as its kernel knows."
        case .clocksDiffer(let seconds):
            "The clock of the server that answers is \(abs(seconds)) seconds \(seconds < 0 ? "behind" : "ahead of") this machine's."
        case .proxyNotNamed: "TLS ends at a proxy that the server was not told of, so it knows nobody's address."
        case .proxyTellsNobody(let proxy): "The proxy \(proxy.prefix(60)) does not tell the server who asks."
        case .addressIsForged: "The server believes an address that whoever asks has made up."
        case .noArrival(let url, _): "\(url.prefix(200)) does not say how a request arrives."
        case .noBackup: "No backup of this database was ever made."
        case .oldBackup(let moment): "The newest backup is of \(SAMLInstant.format(moment))."
        }
    }

    var expected: String? {
        if case .otherIssuer(_, let expected, _) = self { expected } else { nil }
    }

    var seen: String? {
        switch self {
        case .noArrival(_, let status): "status \(status)"
        case .unreachable(_, let seen), .otherIssuer(_, _, let seen): ProtocolText(seen).prefix(200).string
        default: nil
        }
    }

    var remedy: String {
        switch self {
        case .noPool: "Make one: 'countersign pool create NAME'."
        case .diskSpace: "Free some of it, or move the database to a larger disk: a full one refuses every sign-in."
        case .providerEnds:
            "Ask the provider for its new metadata, or follow its address; 'countersign idp lint' says more. An exception gets a new date, or goes."
        case .noPublicURL: "Name it with --public-url, or start a server: it keeps its own in the database."
        case .nameWithoutAddress: "Give the name an address at your DNS, or name the right one with --public-url."
        case .unreachable:
            """
            Ask for it with curl from here: a proxy has to pass the path on as it is, and the certificate has to be of an authority that this machine \
            trusts.
            """
        case .otherIssuer: "Point the name at a server of this database, or start it with this --public-url."
        case .certificateEnded, .certificateEnds:
            "Renew it where TLS ends: at the proxy, or in the files of --tls-certificate, which are read again by themselves."
        case .noSigningKey:
            "A server makes a pool's first key when it is asked for the pool's keys; that of another algorithm is made by 'countersign pool add-algorithm'."
        case .clockNotKept:
            "Install a service that keeps the time (systemd-timesyncd, chrony) and see 'timedatectl': assertions and tokens are refused by a wrong clock."
        case .clocksDiffer: "Let a service keep the time on both machines (systemd-timesyncd, chrony), and see 'timedatectl' on each."
        case .proxyNotNamed: "Name it: --trusted-proxy with its address. Until then nobody is held to a number of requests."
        case .proxyTellsNobody:
            """
            Let the proxy add the address of who asks to X-Forwarded-For. Where this command asks from the proxy's own machine and past it, ask from another \
            one.
            """
        case .addressIsForged:
            """
            Let the proxy add the address of who asks to X-Forwarded-For, or set it, and let --trusted-proxy name the proxies alone. Where this command runs \
            within that range, ask from outside of it.
            """
        case .noArrival:
            "A server of this database and this version answers there, if it has this master key and the proxy passes on the path and its headers."
        case .noBackup:
            "Make a key for it with 'countersign backup --make-key FILE', then 'countersign backup FILE --key-file KEY', each day by a timer."
        case .oldBackup:
            """
            Look at the timer that makes it ('systemctl status countersign-backup'), and make one now: 'countersign backup FILE --key-file KEY'.
            """
        }
    }
}
