import FoundationEssentials
import Glibc
import OpenIDConnect
import Synchronization
import TokenVerifier
import WireFormats

/// The OpenID provider that the load client plays: its token and key addresses on loopback, HTTP/1.1 by hand over blocking sockets.
///
/// ID tokens are signed before they are asked for, so that the signatures take no time from the server under test.
final class OpenIDProvider: Sendable {
    let issuer: String
    private let clientID: String
    private let key: TokenSigningKey
    private let listener: Int32
    private let answers = Mutex<[String: String]>([:])

    init(port: UInt16, clientID: String) throws {
        (issuer, self.clientID) = ("http://127.0.0.1:\(port)", clientID)
        key = try TokenSigningKey.generate(.RS256)
        listener = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafeBytes(of: &address) { bind(listener, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t($0.count)) }
        guard bound == 0, listen(listener, 64) == 0 else { throw Failure("port \(port) is in use") }
        start { provider in
            while true {
                let connection = accept(provider.listener, nil, nil)
                guard connection >= 0 else { return }
                var one: Int32 = 1
                setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
                provider.start { $0.serve(connection) }
            }
        }
    }

    /// Lets a person sign in at the address that the browser was sent to: the query of the way back.
    func answer(to location: Substring, person: Int, number: Int) throws -> String {
        func parameter(_ name: String) -> Substring {
            location.split(separator: "&").first { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1) ?? ""
        }
        let (now, code) = (Int(Date().timeIntervalSince1970), "code-\(number)-\(UInt32.random(in: 0...UInt32.max))")
        var claims: JSONObject = [
            "iss": .string(issuer), "aud": .string(clientID), "sub": .string("person-\(person)"), "iat": .integer(now), "exp": .integer(now + 300),
            "auth_time": .integer(now), "nonce": .string(String(parameter("nonce"))), "email": .string("person-\(person)@bench.example"),
            "email_verified": true, "name": .string("Person Number Müller-\(person)"),
        ]
        claims.append("groups", .array((1...20).map { .string("department-\($0)") }))
        claims.append("at_hash", .string(TokenHash.leftHalf(of: "access-\(code)", algorithm: .RS256)))
        let body: JSONObject = [
            "access_token": .string("access-\(code)"), "token_type": "Bearer", "expires_in": 300,
            "id_token": .string(try key.sign(header: "JWT", claims: claims)),
        ]
        let text = String(decoding: body.encoded(), as: UTF8.self)
        answers.withLock { $0[code] = text }
        return "code=\(code)&state=\(parameter("state"))"
    }

    private func start(_ body: @escaping @Sendable (OpenIDProvider) -> Void) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Work { body(self) }).toOpaque()
        pthread_create(
            &thread, nil,
            { box in
                if let box { Unmanaged<Work>.fromOpaque(box).takeRetainedValue().run() }
                return nil
            }, box)
        pthread_detach(thread)
    }

    private final class Work {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var (buffer, received) = ([UInt8](repeating: 0, count: 65_536), 0)
        while received < buffer.count {
            let count = buffer.withUnsafeMutableBytes { recv(connection, $0.baseAddress.map { $0 + received }, $0.count - received, 0) }
            guard count > 0 else { return }
            received += count
            let text = String(decoding: buffer[..<received], as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            let head = text[..<end.lowerBound]
            let length = head.split(whereSeparator: \.isNewline).first { $0.lowercased().hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
            let body = text[end.upperBound...]
            guard body.utf8.count >= length ?? 0 else { continue }
            received = 0
            let answer = respond(to: head, body)
            var bytes = Array(
                "HTTP/1.1 \(answer.isEmpty ? "400 Bad Request" : "200 OK")\r\nContent-Type: application/json\r\nContent-Length: \(answer.utf8.count)\r\n\r\n\(answer)"
                    .utf8)[...]
            while !bytes.isEmpty {
                let sent = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard sent > 0 else { return }
                bytes = bytes.dropFirst(sent)
            }
        }
    }

    private func respond(to head: Substring, _ body: Substring) -> String {
        if head.hasPrefix("GET /keys ") { return String(decoding: PublishedKeySet([key.publicJWK]).encoded(), as: UTF8.self) }
        guard let code = body.split(separator: "&").first(where: { $0.hasPrefix("code=") })?.dropFirst(5) else { return "" }
        return answers.withLock { $0.removeValue(forKey: String(code)) } ?? ""
    }
}
