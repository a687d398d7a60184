import Glibc

/// A TCP connection to this machine that sends what a test says, when it says so; it waits without holding a thread.
package final class RawConnection {
    package struct Failed: Error { package let errorNumber: Int32 }

    private let socket: Int32
    /// Everything that came.
    package private(set) var received = ""
    /// Whether the other end sends no more.
    package private(set) var isClosed = false

    /// - Parameter from: an address of this machine, to be another client.
    package init(port: Int, from: String = "127.0.0.1") throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var source = Self.address(from, port: 0), target = Self.address("127.0.0.1", port: UInt16(clamping: port))
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        func pass(_ address: inout sockaddr_in, to call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
            withUnsafePointer(to: &address) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call(socket, $0, size) } }
        }
        guard pass(&source, to: Glibc.bind) == 0, pass(&target, to: Glibc.connect) == 0 else { throw Failed(errorNumber: errno) }
    }

    deinit { close(socket) }

    private static func address(_ text: String, port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, text, &address.sin_addr)
        return address
    }

    /// Sends all of it. False where the other end does not listen any more.
    @discardableResult
    package func send(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Takes what has come, until `isEnough` or the end of the connection. Calls `meanwhile` now and then.
    package func receive(meanwhile: (RawConnection) -> Void = { _ in }, until isEnough: (String) -> Bool) async throws {
        var rounds = 0
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        while !isClosed, !isEnough(received) {
            let count = recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            if count > 0 {
                received += String(decoding: bytes[..<count], as: UTF8.self)
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                isClosed = true
            } else {
                try await Task.sleep(for: .milliseconds(50))
                rounds += 1
                if rounds.isMultiple(of: 4) { meanwhile(self) }
            }
        }
    }

    /// Goes on sending a letter now and then until the other end neither sends nor listens.
    /// - Parameter isEnough: what may come for the test to be content.
    package func sendSlowly(until isEnough: (String) -> Bool = { _ in false }) async throws {
        try await receive(meanwhile: { $0.send("a") }, until: isEnough)
        guard isClosed else { return }
        while send("a") { try await Task.sleep(for: .milliseconds(100)) }
    }
}
