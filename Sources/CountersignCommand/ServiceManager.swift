import FoundationEssentials
import Glibc
import WireFormats

/// Who started this process and waits to hear how it is: systemd's protocol of sd_notify(3), datagrams of lines to the socket that NOTIFY_SOCKET names.
struct ServiceManager: Sendable {
    /// Of a process that nobody waits for.
    static let none = ServiceManager(environment: [:])

    /// How long it waits for a sign of life before it ends this process; nil: it does not wait for any.
    let patience: Duration?
    /// As the socket's name stands in `sockaddr_un`; nil: nobody listens.
    private let name: [UInt8]?

    var isThere: Bool { name != nil }

    /// - Parameter process: a value that was meant for another process, one that started this one, is not for us.
    init(environment: [String: String], process: pid_t = getpid()) {
        name = environment["NOTIFY_SOCKET"].flatMap(Self.socketName)
        let isOurs = environment["WATCHDOG_PID"].map { pid_t($0) == process } ?? true
        patience = isOurs && name != nil ? environment["WATCHDOG_USEC"].flatMap(Int64.init).flatMap { $0 > 0 ? .microseconds($0) : nil } : nil
    }

    func isReady(_ status: String) async { await tell(["READY=1", "STATUS=" + Printable.line(status)]) }

    /// It reads its files again; `isReady` ends that.
    func isReloading() async {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        await tell(["RELOADING=1", "MONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1_000)"])
    }

    func isStopping() async { await tell(["STOPPING=1", "STATUS=Requests in flight may finish"]) }

    func isAlive(_ status: String) async { await tell(["WATCHDOG=1", "STATUS=" + Printable.line(status)]) }

    /// A path, or an abstract name behind an `@`. Whatever else it may be, we do not know how to send there.
    private static func socketName(_ text: String) -> [UInt8]? {
        var bytes = Array(text.utf8)
        guard bytes.count > 1, bytes.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path), !bytes.contains(0) else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "/"): return bytes
        case UInt8(ascii: "@"):
            bytes[0] = 0
            return bytes
        default: return nil
        }
    }

    /// One datagram. Where its queue is full for a second, it knows enough of us.
    private func tell(_ lines: [String]) async {
        guard let name else { return }
        let message = lines.joined(separator: "\n")
        for _ in 0..<50 {
            guard Self.send(message, to: name) == EAGAIN else { return }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// - Returns: the error's number, 0 where there was none. It never waits.
    private static func send(_ message: String, to name: [UInt8]) -> Int32 {
        let file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard file >= 0 else { return errno }
        defer { close(file) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let size = socklen_t(MemoryLayout.size(ofValue: address.sun_family) + name.count)
        let bytes = Array(message.utf8)
        let sent = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { sendto(file, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, size) }
        }
        return sent < 0 ? errno : 0
    }
}
