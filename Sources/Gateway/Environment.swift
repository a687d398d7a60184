package import FoundationEssentials
package import OpenIDConnect
package import TokenVerifier
package import UserPools
import Glibc

/// Time, randomness and network, given from outside; nothing else in the gateway asks for them.
package struct Environment: Sendable {
    package let now: @Sendable () -> Date
    /// `count` bytes from the system's generator of secrets.
    package let random: @Sendable (_ count: Int) -> [UInt8]
    /// Time that no clock change moves; for caches.
    package let uptime: @Sendable () -> Duration
    package let documents: any DocumentSource
    /// The way to identity providers.
    package let transport: any HTTPTransport
    /// Where signing keys are that are not in the database; nil: nowhere.
    package let securityModule: (any SecurityModule)?

    package init(
        now: @escaping @Sendable () -> Date, random: @escaping @Sendable (Int) -> [UInt8], uptime: @escaping @Sendable () -> Duration,
        documents: any DocumentSource, transport: any HTTPTransport, securityModule: (any SecurityModule)? = nil
    ) {
        self.now = now
        self.random = random
        self.uptime = uptime
        self.documents = documents
        self.transport = transport
        self.securityModule = securityModule
    }

    /// The system's clock and generator.
    package static func system(
        documents: any DocumentSource, transport: any HTTPTransport, securityModule: (any SecurityModule)? = nil
    ) -> Environment {
        let start = ContinuousClock.now
        return Environment(
            now: { Date() },
            random: randomBytes,
            uptime: { ContinuousClock.now - start },
            documents: documents, transport: transport, securityModule: securityModule)
    }

    /// One system call for all of them; the generator of the standard library makes one for each.
    package static func randomBytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            // Up to 256 bytes getentropy cannot be interrupted, and fails only where the system has no generator at all.
            while filled < count {
                let step = min(256, count - filled)
                precondition(getentropy(buffer.baseAddress.map { $0 + filled }, step) == 0, "the system gives no random bytes")
                filled += step
            }
        }
    }
}

/// Fetches a document that an admin or a provider names, by the rules of THREATS §1.3.
package protocol DocumentSource: Sendable {
    /// Asks by GET for a document of at most `limit` bytes, unless it is that version still (RFC 9110 §13.1); an empty one is nobody's.
    func fetch(_ url: String, limit: Int, unless version: DocumentVersion) async throws(FetchError) -> FetchedDocument
    /// The same of one that may be larger than memory.
    /// - Parameter seconds: for all of it.
    func download(_ url: String, limit: Int, seconds: Double, unless version: DocumentVersion) async throws(FetchError) -> DownloadedDocument
}

/// What came of it.
package enum FetchedDocument: Sendable, Equatable {
    /// It is that version still, and need not be asked for again for so long.
    case unchanged(freshFor: TimeInterval?)
    case document([UInt8], DocumentVersion)
}

extension DocumentSource {
    /// The document, whichever version it is.
    package func fetch(_ url: String, limit: Int) async throws(FetchError) -> [UInt8] {
        switch try await fetch(url, limit: limit, unless: DocumentVersion()) {
        case .document(let bytes, _): return bytes
        case .unchanged: throw .status(304)
        }
    }
}

/// Why a document was not fetched. `reason` is a short fixed text.
package enum FetchError: Error, Equatable, Sendable {
    case refusedURL(reason: String)
    case unreachable(reason: String)
    /// No authority of `store` has signed the server's certificate.
    case untrustedCertificate(store: String)
    case status(Int)
    case tooLarge(limit: Int)
}
