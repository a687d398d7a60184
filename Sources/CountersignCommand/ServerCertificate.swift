import FoundationEssentials
import Glibc
import Logging
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization
import UnixSignals

/// What tells one version of some files from the next without reading them.
final class FileStamps: Sendable {
    private struct State {
        /// Of the files that were read last, whether or not they were good.
        var read: [Int]
        /// Of the last look.
        var seen: [Int]
    }

    private let paths: [String]
    private let state: Mutex<State>

    init(_ paths: [String]) {
        self.paths = paths
        let now = Self.look(paths)
        state = Mutex(State(read: now, seen: now))
    }

    /// Whether files that were not read yet have stood still since the last look: whoever writes two files needs a moment for it.
    func hasChanged() -> Bool {
        let now = Self.look(paths)
        return state.withLock { state in
            defer { state.seen = now }
            return now != state.read && now == state.seen
        }
    }

    /// Before they are read: what is written meanwhile is seen.
    func markRead() {
        let now = Self.look(paths)
        state.withLock { ($0.read, $0.seen) = (now, now) }
    }

    /// Symbolic links are followed: that is how certbot replaces a certificate.
    private static func look(_ paths: [String]) -> [Int] {
        paths.flatMap { path in
            var status = stat()
            guard stat(path, &status) == 0 else { return [0] }
            return [
                Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
            ]
        }
    }
}

/// Files that are read again while the server runs.
protocol RenewedFiles: Sendable {
    var stamps: FileStamps { get }
    /// Reads them. What is not good changes nothing, and the log says why.
    func reload(_ logger: Logger)
}

/// The certificate that the server shows. When its files change, connections from then on are shown the new one; those that are open go on.
final class ServerCertificate: RenewedFiles {
    let stamps: FileStamps
    private let files: GatewayConfiguration.TLSFiles
    private let state: Mutex<TLSFiles.Loaded>

    init(_ files: GatewayConfiguration.TLSFiles) throws(TLSFileError) {
        self.files = files
        stamps = FileStamps([files.certificate, files.key])
        state = Mutex(try TLSFiles.load(files))
    }

    /// Until when the one is valid that is shown now.
    var validUntil: Date? { state.withLock { $0.validUntil } }

    /// What is said of one that has ended: the server begins, for a renewed one takes effect by itself, but no browser comes.
    static func warning(of end: Date?, at now: Date) -> String? {
        guard let end, end <= now else { return nil }
        return """
            the TLS certificate ended at \(end.formatted(.iso8601)), and browsers refuse it: renew the file of --tls-certificate, which is read again by \
            itself
            """
    }

    /// For the next connection.
    var context: NIOSSLContext { state.withLock { $0.context } }

    /// For one connection, whose client is asked for a certificate. A session cannot be resumed under the context of another one, and so none is: whoever
    /// shows a certificate has proven its key on this very connection, and what came beside the certificate is known.
    func contextThatAsks() throws -> NIOSSLContext {
        let configuration = state.withLock { $0.thatAsks }
        return try NIOSSLContext(configuration: configuration)
    }

    /// Reads the files again. A pair that is not good changes nothing.
    ///
    /// - Returns: until when the new certificate is valid.
    func reload() throws(TLSFileError) -> Date? {
        stamps.markRead()
        let loaded = try TLSFiles.load(files)
        state.withLock { $0 = loaded }
        return loaded.validUntil
    }

    func reload(_ logger: Logger) {
        do {
            let end = try reload()
            logger.notice("the TLS certificate was read again", metadata: ["valid_until": "\(end?.formatted(.iso8601) ?? "unknown")"])
            Self.warning(of: end, at: Date()).map { logger.warning("\($0)") }
        } catch {
            logger.error(
                "the new TLS certificate is not used, the one before stays: \(error.message)",
                metadata: ["code": "\(error.code)", "remedy": "\(error.remedy)"])
        }
    }
}

/// Reads files again on SIGHUP, and when they have changed.
struct CertificateRenewal: Service, CustomStringConvertible {
    var description: String { "certificate" }

    let files: [any RenewedFiles]
    /// Trapped before the server says that it is ready: who has read that may send one.
    let signals: UnixSignalsSequence
    let logger: Logger
    var manager = ServiceManager.none
    var publicURL = ""
    var interval = Duration.seconds(2)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in signals {
                        await manager.isReloading()
                        for each in files { await reload(each) }
                        await manager.isReady(WatchdogWhileServing.status(publicURL))
                    }
                }
                group.addTask {
                    while (try? await Task.sleep(for: interval)) != nil { for each in files where each.stamps.hasChanged() { await reload(each) } }
                }
            }
        }
    }

    /// Reading files and keys takes its time: not on a thread that requests need.
    private func reload(_ files: any RenewedFiles) async {
        try? await NIOThreadPool.singleton.runIfActive { files.reload(logger) }
    }
}
