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
    private let bytes: Int
    private let taken = Mutex(0)

    /// Beyond that a body is large, and large ones together take no more than half: they never keep the small ones, an app's token requests,
    /// from being read.
    private static let small = 64 << 10

    package init(bytes: Int = 64 << 20) { self.bytes = bytes }

    /// Whether `count` more bytes fit, for a body of which `already` were read.
    fileprivate func take(_ count: Int, already: Int) -> Bool {
        taken.withLock { taken in
            let most = already + count > Self.small ? bytes / 2 : bytes
            guard taken + count <= most else { return false }
            taken += count
            return true
        }
    }

    fileprivate func giveBack(_ count: Int) { taken.withLock { $0 -= count } }

    package var isUnused: Bool { taken.withLock { $0 == 0 } }
}

/// Counts the body of each request while it is read, whoever reads it.
struct CountedBodies: RouterMiddleware {
    let budget: BodyBudget

    func handle(
        _ request: Request, context: GatewayContext, next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        guard request.method != .get, request.method != .head else { return try await next(request, context) }
        let lease = Lease(budget: budget)
        defer { lease.end() }
        var request = request
        request.body = RequestBody(asyncSequence: CountedBody(body: request.body, lease: lease))
        return try await next(request, context)
    }
}

/// What one request has taken of the budget.
private final class Lease: Sendable {
    private let budget: BodyBudget
    private let taken = Mutex(0)

    init(budget: BodyBudget) { self.budget = budget }

    func take(_ count: Int) throws {
        try taken.withLock { taken in
            guard budget.take(count, already: taken) else { throw BodiesTooMany() }
            taken += count
        }
    }

    func end() {
        taken.withLock { taken in
            budget.giveBack(taken)
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
