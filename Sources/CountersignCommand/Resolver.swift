import Dispatch
import Glibc
import Synchronization
import WireFormats

/// The addresses of a host name, by the system's resolver.
enum Resolver {
    /// Empty where there is none, or where the answer takes longer than `seconds`.
    static func addresses(of host: String, within seconds: Double) async -> [IPAddress] {
        return await withCheckedContinuation { continuation in
            let answer = OneAnswer(continuation)
            // getaddrinfo blocks and cannot be cancelled, so it gets a thread of its own, and whoever asked does not wait for it.
            DispatchQueue.global().async { answer.give(lookUp(host)) }
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { answer.give([]) }
        }
    }

    private static func lookUp(_ host: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next {
            if let address = entry.pointee.ai_addr.flatMap({ IPAddress($0) }), !found.contains(address) { found.append(address) }
            next = entry.pointee.ai_next
        }
        return found
    }

    /// The first answer counts, later ones are dropped.
    private final class OneAnswer: Sendable {
        private let continuation: Mutex<CheckedContinuation<[IPAddress], Never>?>

        init(_ continuation: CheckedContinuation<[IPAddress], Never>) { self.continuation = Mutex(continuation) }

        func give(_ addresses: [IPAddress]) {
            let waiting = continuation.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            waiting?.resume(returning: addresses)
        }
    }
}
