import Glibc

/// One connection to the server under test, kept alive or made anew for each request: HTTP/1.1 by hand over a blocking socket, because every microsecond of the load client is taken
/// from the server on the same cores.
final class HTTPConnection {
    struct Answer {
        let status: Int
        let location: String
        /// `name=value` of each cookie that was set.
        let cookies: [String]
        let body: [UInt8]
    }

    private var socket: Int32 = -1
    private let port: UInt16
    private let host: String
    private let isForOneRequest: Bool
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    /// - Parameter host: what the server is to take for its name; the port where it listens, if nil.
    init(port: UInt16, host: String? = nil, isForOneRequest: Bool = false) throws {
        (self.port, self.host, self.isForOneRequest) = (port, host ?? "localhost:\(port)", isForOneRequest)
        try open()
    }

    deinit { close(socket) }

    private func open() throws {
        if socket >= 0 { close(socket) }
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafeBytes(of: &address) { connect(socket, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t($0.count)) }
        guard connected == 0 else { throw Failure("nobody listens on port \(port)") }
        var one: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    func get(_ path: String, headers: String = "") throws -> Answer {
        try exchange("GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\(headers)\r\n")
    }

    func post(_ path: String, _ form: String, headers: String = "") throws -> Answer {
        try exchange(
            "POST \(path) HTTP/1.1\r\nHost: \(host)\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n\(headers)\r\n\(form)"
        )
    }

    private func exchange(_ request: String) throws -> Answer {
        if isForOneRequest { try open() }
        var request = request
        try request.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.send(socket, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
                guard count > 0 else { throw Failure("the server closed the connection") }
                sent += count
            }
        }
        var received = 0
        while true {
            guard received < buffer.count else { throw Failure("the answer is too large") }
            let count = buffer.withUnsafeMutableBytes { recv(socket, $0.baseAddress.map { $0 + received }, $0.count - received, 0) }
            guard count > 0 else { throw Failure("the server closed the connection") }
            received += count
            if let answer = try readAnswer(in: buffer[..<received]) { return answer }
        }
    }

    /// The answer, nil while a part of it is missing.
    private func readAnswer(in bytes: ArraySlice<UInt8>) throws -> Answer? {
        var lines: [Substring] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            let line = bytes[start..<end].dropLast()
            start = end + 1
            if line.isEmpty { return try readAnswer(lines, body: bytes[start...]) }
            lines.append(Substring(decoding: line, as: UTF8.self))
        }
        return nil
    }

    private func readAnswer(_ lines: [Substring], body: ArraySlice<UInt8>) throws -> Answer? {
        var (length, location, cookies) = (0, "", [String]())
        for line in lines.dropFirst() {
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            switch line[..<colon].lowercased() {
            case "content-length": length = Int(value) ?? 0
            case "location": location = String(value)
            case "set-cookie": cookies.append(String(value.prefix { $0 != ";" }))
            case "transfer-encoding": throw Failure("the load client does not read chunked answers")
            default: break
            }
        }
        guard body.count >= length else { return nil }
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return Answer(status: status, location: location, cookies: cookies, body: Array(body.prefix(length)))
    }
}
