import Foundation
import TestSupport
import XMLSecurity

/// The code of the refusal, or nil when the message was accepted. Both judges see it, also where the first refuses: if they disagreed, that would
/// be the code.
func refusal(
    of message: [UInt8], keys: [TrustedKey]? = nil, policy: SignaturePolicy = .strict, judges: SignatureJudges = .bothAlways
) throws -> String? {
    let keys = try keys ?? [TestKey.identityProvider.trusted]
    do throws(XMLSecurityError) {
        _ = try SignatureVerifier(keys: keys, policy: policy, judges: judges).verify(message, as: .samlResponse)
        return nil
    } catch {
        return error.code
    }
}

func refusal(of message: String, keys: [TrustedKey]? = nil, policy: SignaturePolicy = .strict) throws -> String? {
    try refusal(of: Array(message.utf8), keys: keys, policy: policy)
}

/// The code of the refusal of a call that gives something else.
func code<Success>(_ call: () throws(XMLSecurityError) -> Success) -> String? {
    do throws(XMLSecurityError) {
        _ = try call()
        return nil
    } catch {
        return error.code
    }
}

/// What refusing a bomb may cost, in seconds (THREATS cases 8 and 12): 50 ms as built for release. Code that is not optimised gets more,
/// and still far less than the bombs would take.
#if DEBUG
    let cheap = 1.0
#else
    let cheap = 0.05
#endif

extension String {
    /// The first element of that qualified name, tags and all.
    func element(_ name: String) -> String {
        guard let start = range(of: "<\(name)[ >]", options: .regularExpression),
            let end = range(of: "</\(name)>", options: .backwards)
        else { return "" }
        return String(self[start.lowerBound..<end.upperBound])
    }

    func without(_ part: String) -> String { replacingOccurrences(of: part, with: "") }
    func with(_ part: String, _ other: String) -> String { replacingOccurrences(of: part, with: other) }
}

/// A listening socket that nobody may connect to.
final class SilentListener {
    private let socketDescriptor: Int32
    let port: UInt16

    init?() {
        socketDescriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socketDescriptor
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard descriptor >= 0, bound else { return nil }
    }

    deinit { close(socketDescriptor) }

    /// Whether somebody connected, which the kernel has completed even if nobody accepted yet.
    var wasReached: Bool {
        let connection = accept(socketDescriptor, nil, nil)
        if connection >= 0 { close(connection) }
        return connection >= 0
    }
}
