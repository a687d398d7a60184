import FoundationEssentials
import Glibc
import Logging
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization
import UnixSignals

/// The certificate that the server shows. When its files change, connections from then on are shown the new one; those that are open go on.
final class ServerCertificate: Sendable {
    /// What tells one version of the files from the next without reading them.
    struct Stamp: Equatable, Sendable {
        private let parts: [Int]

        /// Symbolic links are followed: that is how certbot replaces a certificate.
        init(_ files: GatewayConfiguration.TLSFiles) {
            parts = [files.certificate, files.key].flatMap { path in
                var status = stat()
                guard stat(path, &status) == 0 else { return [0] }
                return [
                    Int(status.st_ino), Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                    status.st_ctim.tv_nsec,
                ]
            }
        }
    }

    private struct State {
        var context: NIOSSLContext
        /// Of the files that were read last, whether or not they were good.
        var read: Stamp
        /// Of the last look.
        var seen: Stamp
    }

    private let files: GatewayConfiguration.TLSFiles
    private let state: Mutex<State>

    init(_ files: GatewayConfiguration.TLSFiles) throws(TLSFileError) {
        self.files = files
        let stamp = Stamp(files)
        state = Mutex(State(context: try TLSFiles.load(files).context, read: stamp, seen: stamp))
    }

    /// For the next connection.
    var context: NIOSSLContext { state.withLock { $0.context } }

    /// Whether files that were not read yet have stood still since the last look: whoever writes two files needs a moment for it.
    func hasChanged() -> Bool {
        let now = Stamp(files)
        return state.withLock { state in
            defer { state.seen = now }
            return now != state.read && now == state.seen
        }
    }

    /// Reads the files again. A pair that is not good changes nothing.
    ///
    /// - Returns: until when the new certificate is valid.
    func reload() throws(TLSFileError) -> Date? {
        let stamp = Stamp(files)
        state.withLock { ($0.read, $0.seen) = (stamp, stamp) }
        let loaded = try TLSFiles.load(files)
        state.withLock { $0.context = loaded.context }
        return loaded.validUntil
    }
}

/// Reads the certificate again on SIGHUP, and when its files have changed.
struct CertificateRenewal: Service, CustomStringConvertible {
    var description: String { "certificate" }

    let certificate: ServerCertificate
    /// Trapped before the server says that it is ready: who has read that may send one.
    let signals: UnixSignalsSequence
    let logger: Logger
    var interval = Duration.seconds(2)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in signals { await reload() } }
                group.addTask {
                    while (try? await Task.sleep(for: interval)) != nil { if certificate.hasChanged() { await reload() } }
                }
            }
        }
    }

    /// Reading files and keys takes its time: not on a thread that requests need.
    private func reload() async {
        let result = try? await NIOThreadPool.singleton.runIfActive { () -> Result<Date?, TLSFileError> in
            do throws(TLSFileError) { return .success(try certificate.reload()) } catch { return .failure(error) }
        }
        switch result {
        case .success(let end): logger.notice("the TLS certificate was read again", metadata: ["valid_until": "\(end.map(Self.text) ?? "unknown")"])
        case .failure(let error):
            logger.error(
                "the new TLS certificate is not used, the one before stays: \(error.message)",
                metadata: ["code": "\(error.code)", "remedy": "\(error.remedy)"])
        case nil: break
        }
    }

    private static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
