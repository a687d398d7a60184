package import FoundationEssentials
import Glibc
package import UserPools

/// A document that is too large for memory: in a file without a name, which is gone when nobody holds it any more, whatever ends the process.
package final class SpooledDocument: Sendable {
    private let descriptor: Int32
    /// A disk may be slow: who waits for it holds nobody else up.
    private let threads = VerificationThreads(threads: 1)

    /// An empty one, in the system's folder for temporary files.
    package static func make() async throws(FetchError) -> SpooledDocument {
        let threads = VerificationThreads(threads: 1)
        return try await onThread(of: threads) { () throws(FetchError) in try SpooledDocument() }
    }

    private init() throws(FetchError) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var path = Array((folder + "/countersign-XXXXXX").utf8CString)
        descriptor = mkstemp(&path)
        guard descriptor >= 0, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { throw .unreachable(reason: "there is no room for it in \(folder)") }
        unlink(path)
    }

    /// A file that is there, which is only read; nil where it cannot be.
    package init?(path: String) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// Adds to its end.
    package func append(_ bytes: [UInt8]) async throws(FetchError) {
        try await Self.onThread(of: threads) { [self] () throws(FetchError) in try appendNow(bytes) }
    }

    private func appendNow(_ bytes: [UInt8]) throws(FetchError) {
        assert(VerificationThreads.areCurrent, "writing blocks")
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .unreachable(reason: "there is no room for it on the disk") }
            rest = rest.dropFirst(written)
        }
    }

    private static func onThread<Value: Sendable>(
        of threads: VerificationThreads, _ body: @Sendable @escaping () throws(FetchError) -> Value
    ) async throws(FetchError) -> Value {
        let result = await threads.run { () -> Result<Value, FetchError> in Result { () throws(FetchError) in try body() } }
        guard let result else { throw .unreachable(reason: "there is no thread to write it") }
        return try result.get()
    }

    /// Up to `count` bytes from there on; none at the end. nil where it cannot be read.
    package func read(at place: Int, count: Int) -> [UInt8]? {
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            repeat { result = pread(descriptor, buffer.baseAddress, count, place) } while result < 0 && errno == EINTR
            filled = max(0, result)
        }
        return result < 0 ? nil : bytes
    }
}

/// What came of fetching a large document.
package enum DownloadedDocument: Sendable {
    /// It is that version still, and need not be asked for again for so long.
    case unchanged(freshFor: TimeInterval?)
    case document(SpooledDocument, DocumentVersion)
}

extension DocumentSource {
    /// One that fetches into memory does for documents that fit.
    package func download(
        _ url: String, limit: Int, seconds: Double, unless version: DocumentVersion
    ) async throws(FetchError) -> DownloadedDocument {
        switch try await fetch(url, limit: limit, unless: version) {
        case .unchanged(let freshness): return .unchanged(freshFor: freshness)
        case .document(let bytes, let version):
            let spooled = try await SpooledDocument.make()
            try await spooled.append(bytes)
            return .document(spooled, version)
        }
    }
}
