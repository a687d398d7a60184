/// Everything that is measured: the one place where a metric has its name, its labels and its meaning. What is not here is not shown.
///
/// A name is a promise to whoever draws a picture of it, and is never changed.
package enum Metric: String, CaseIterable, Sendable {
    case buildInfo = "countersign_build_info"
    case ready = "countersign_ready"
    case clock = "countersign_clock_seconds"
    case httpRequest = "countersign_http_request_seconds"
    case httpRefused = "countersign_http_refused_total"
    case signIns = "countersign_sign_ins_total"
    case tokenRequests = "countersign_token_requests_total"
    case logoutNotices = "countersign_logout_notices_total"
    case verification = "countersign_saml_verification_seconds"
    case verificationsWaiting = "countersign_saml_verifications_waiting"
    case tokenSigning = "countersign_token_signing_seconds"
    case database = "countersign_database_seconds"
    case databaseErrors = "countersign_database_errors_total"
    case recordsWaiting = "countersign_sign_in_records_waiting"
    case outgoing = "countersign_outgoing_request_seconds"
    case traceSpans = "countersign_trace_spans_total"
    case certificateExpiry = "countersign_idp_certificate_expiry_seconds"
    case documentExpiry = "countersign_idp_metadata_expiry_seconds"
    case exceptionExpiry = "countersign_idp_exception_expiry_seconds"
    case ownCertificateExpiry = "countersign_tls_certificate_expiry_seconds"
    case lastBackup = "countersign_last_backup_timestamp_seconds"
    case leftOut = "countersign_metrics_left_out_total"

    package enum Kind: Sendable, Equatable {
        case counter
        case gauge
        /// Upper ends in nanoseconds, ascending; what is above the last one counts as well.
        case histogram([Int64])

        /// As Prometheus calls it.
        package var name: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    package var kind: Kind {
        switch self {
        case .signIns, .tokenRequests, .logoutNotices, .httpRefused, .databaseErrors, .traceSpans, .leftOut: .counter
        case .buildInfo, .ready, .clock, .verificationsWaiting, .recordsWaiting, .certificateExpiry, .documentExpiry, .exceptionExpiry,
            .ownCertificateExpiry, .lastBackup:
            .gauge
        case .httpRequest: .histogram(Self.ofRequests)
        case .verification, .tokenSigning: .histogram(Self.ofProcessor)
        case .database: .histogram(Self.ofDatabase)
        case .outgoing: .histogram(Self.ofNetwork)
        }
    }

    /// One sentence for who has never seen the source.
    package var help: String {
        switch self {
        case .buildInfo: "Always 1; the label has the version that runs."
        case .ready: "1 when the database takes a write and a signing key opens, else 0. Looked at for each scrape."
        case .clock: "The server's clock, in seconds since 1970. A clock that is wrong refuses valid sign-ins."
        case .httpRequest: "How long requests took, in seconds, by class of status."
        case .httpRefused: "Requests that were too many for an address or a person (429), or that this server could not do (503)."
        case .signIns:
            """
            Sign-ins: result is ok, session (the browser was signed in), or the code of docs/errors.md it was refused with; other where there are too many \
            of these.
            """
        case .tokenRequests: "Requests at the token endpoint: result is ok, or the OAuth error that was answered."
        case .logoutNotices: "Attempts to tell an app of a sign-out: told, shown, failed (given up) or waiting (tried again)."
        case .verification: "How long it took to verify a SAML message, in seconds, the wait for a thread included."
        case .verificationsWaiting: "SAML messages that wait for a thread. With 256 in the queue more are refused."
        case .tokenSigning: "How long it took to sign a token, in seconds: by a key in memory, or by an HSM."
        case .database: "How long a read or a transaction took, in seconds, the wait for its turn included."
        case .databaseErrors: "Reads and transactions that the database did not do (unavailable), or whose rows do not read (corrupt)."
        case .recordsWaiting: "Records of sign-ins that wait to be written. With 2,000 more are only counted."
        case .outgoing: "How long requests to identity providers and to addresses of apps took, in seconds, by what came of them."
        case .traceSpans: "Spans of traces: sent to the collector, or dropped because it was away or too slow."
        case .certificateExpiry: "Seconds until an identity provider's last signing certificate ends; negative afterwards."
        case .documentExpiry: "Seconds until an identity provider's metadata ends; negative afterwards."
        case .exceptionExpiry: "Seconds until something that is tolerated of an identity provider is refused again; negative afterwards."
        case .ownCertificateExpiry: "Seconds until the certificate that this server shows ends; negative afterwards. Only where TLS ends here."
        case .leftOut: "What was counted nowhere: that metric has as many series as a server keeps."
        case .lastBackup: "Of which moment the newest backup of `countersign backup` is, in seconds since 1970. Only where there is one."
        }
    }

    package var labels: [String] {
        switch self {
        case .buildInfo: ["version"]
        case .ready, .clock, .verification, .verificationsWaiting, .tokenSigning, .recordsWaiting, .ownCertificateExpiry, .lastBackup: []
        case .httpRequest, .httpRefused: ["status"]
        case .signIns: ["pool", "provider", "result", "pkce"]
        case .tokenRequests: ["pool", "result"]
        case .logoutNotices: ["pool", "client_id", "result"]
        case .database: ["operation"]
        case .databaseErrors: ["kind"]
        case .outgoing, .traceSpans: ["result"]
        case .certificateExpiry, .documentExpiry, .exceptionExpiry: ["pool", "provider"]
        case .leftOut: ["metric"]
        }
    }

    /// The label whose new values are counted as `other` once half of the metric's series are taken, but for these values of it. Who signs in by nobody's
    /// leave, or registers apps, can make up as many as a server keeps; those that sign in must have a series all the same.
    package var folded: (label: String, but: Set<String>)? {
        switch self {
        case .signIns: ("result", ["ok", "session"])
        case .logoutNotices: ("client_id", [])
        default: nil
        }
    }

    private static func microseconds(_ ends: Int64...) -> [Int64] { ends.map { $0 * 1_000 } }

    private static let ofRequests = microseconds(
        1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000)
    private static let ofProcessor = microseconds(
        50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000)
    private static let ofDatabase = microseconds(
        25, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000)
    private static let ofNetwork = microseconds(5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000)
}
