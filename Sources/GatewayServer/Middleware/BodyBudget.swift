import Gateway
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// The budget of bytes for bodies is used up.
package struct BodiesTooMany: Error {}

/// How many bytes of bodies the whole process holds at a time (THREATS P20, case 147): ten thousand connections that each send what one may
/// send would fill any memory. What does not fit is refused with status 503 and may come again.
///
/// A body counts until its request is answered: the texts that were made of it live as long.
package final class BodyBudget: Sendable {
    private struct Taken {
        var bytes = 0
        var byNetwork: [ClientNetwork: Int] = [:]
    }

    private let bytes: Int
    /// Maximum for one client network: who stalls in the middle of a thousand bodies keeps nobody else's from being read.
    private let share: Int
    private let taken = Mutex(Taken())

    /// Beyond that a body is large, and large ones together take no more than half: they never keep the small ones, an app's token requests,
    /// from being read.
    private static let small = 8 << 10

    package init(bytes: Int = 64 << 20, share: Int? = nil) { (self.bytes, self.share) = (bytes, share ?? bytes / 8) }

    /// Whether `count` more bytes fit, for a body of which `already` were read; `network` is nil where nobody knows who sends.
    fileprivate func take(_ count: Int, already: Int, of network: ClientNetwork?) -> Bool {
        taken.withLock { taken in
            let maximum = already + count > Self.small ? bytes / 2 : bytes
            guard taken.bytes + count <= maximum else { return false }
            if let network {
                guard taken.byNetwork[network, default: 0] + count <= share else { return false }
                taken.byNetwork[network, default: 0] += count
            }
            taken.bytes += count
            return true
        }
    }

    fileprivate func giveBack(_ count: Int, of network: ClientNetwork?) {
        taken.withLock { taken in
            taken.bytes -= count
            guard let network, let held = taken.byNetwork[network] else { return }
            taken.byNetwork[network] = held > count ? held - count : nil
        }
    }

    package var isUnused: Bool { taken.withLock { $0.bytes == 0 && $0.byNetwork.isEmpty } }
}

/// Counts the body of each request while it is read, whoever reads it.
struct CountedBodies: RouterMiddleware {
    let budget: BodyBudget

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        guard request.method != .get, request.method != .head else { return try await next(request, context) }
        let lease = Lease(budget: budget, network: context.clientAddress.flatMap { ClientNetwork($0) })
        defer { lease.end() }
        var request = request
        request.body = RequestBody(asyncSequence: CountedBody(body: request.body, lease: lease))
        return try await next(request, context)
    }
}

/// What one request has taken of the budget.
private final class Lease: Sendable {
    private let budget: BodyBudget
    private let network: ClientNetwork?
    private let taken = Mutex(0)

    init(budget: BodyBudget, network: ClientNetwork?) { (self.budget, self.network) = (budget, network) }

    func take(_ count: Int) throws {
        try taken.withLock { taken in
            guard budget.take(count, already: taken, of: network) else { throw BodiesTooMany() }
            taken += count
        }
    }

    func end() {
        taken.withLock { taken in
            budget.giveBack(taken, of: network)
            taken = 0
        }
    }
}

private struct CountedBody: AsyncSequence, Sendable {
    let body: RequestBody
    let lease: Lease

    struct AsyncIterator: AsyncIteratorProtocol {
        var inner: RequestBody.AsyncIterator
        let lease: Lease

        mutating func next() async throws -> ByteBuffer? {
            guard let buffer = try await inner.next() else { return nil }
            try lease.take(buffer.readableBytes)
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(inner: body.makeAsyncIterator(), lease: lease) }
}
