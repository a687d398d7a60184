/// A pool of connections as a state machine: what happened goes in, what is to be done comes out. It knows no time, no thread and no network.
///
/// Each connection is a *slot*. Work is done in the order in which it came. While no connection works and none can be made, work is refused at
/// once instead of waiting, and one slot tries again and again.
struct ConnectionPoolState<Work> {
    enum Slot: Equatable {
        case empty
        case connecting
        case idle
        case busy
    }

    enum Order {
        case connect(slot: Int)
        case run(Work, slot: Int)
        /// Try to connect again, after a pause that grows with the number of attempts that failed.
        case connectAgain(slot: Int, attempt: Int)
        /// The pool is closed, and the slot is not needed any more.
        case end(slot: Int)
        case refuse(Work, Refusal)
    }

    enum Refusal: Equatable { case busy, unreachable, closed }

    private(set) var slots: [Slot]
    private(set) var waiting: [Work] = []
    /// How many attempts failed one after the other.
    private(set) var failures = 0
    private(set) var isClosed = false
    private let longestQueue: Int

    init(connections: Int, longestQueue: Int) {
        slots = Array(repeating: .empty, count: max(1, connections))
        self.longestQueue = longestQueue
    }

    /// Whether nothing works and the last attempt to connect failed.
    var isUnreachable: Bool { failures > 0 && !hasConnection }

    private var hasConnection: Bool { slots.contains { $0 == .idle || $0 == .busy } }

    mutating func submit(_ work: Work) -> [Order] {
        if isClosed { return [.refuse(work, .closed)] }
        if isUnreachable { return [.refuse(work, .unreachable)] }
        // The one that was used last: its server and our memory know it best.
        if let slot = slots.lastIndex(of: .idle) {
            slots[slot] = .busy
            return [.run(work, slot: slot)]
        }
        guard waiting.count < longestQueue else { return [.refuse(work, .busy)] }
        waiting.append(work)
        return grow()
    }

    /// One more connection, where more wait than connections are being made.
    private mutating func grow() -> [Order] {
        guard failures == 0, slots.count(where: { $0 == .connecting }) < waiting.count, let slot = slots.firstIndex(of: .empty) else { return [] }
        slots[slot] = .connecting
        return [.connect(slot: slot)]
    }

    /// The slot has a connection that works: at first, and after each piece of work.
    mutating func ready(_ slot: Int) -> [Order] {
        if slots[slot] == .connecting { failures = 0 }
        return next(slot) + grow()
    }

    private mutating func next(_ slot: Int) -> [Order] {
        guard !waiting.isEmpty else {
            guard !isClosed else {
                slots[slot] = .empty
                return [.end(slot: slot)]
            }
            slots[slot] = .idle
            return []
        }
        slots[slot] = .busy
        return [.run(waiting.removeFirst(), slot: slot)]
    }

    /// The connection broke while it did `again`, which may be done once more, or nothing that may. Those that are idle most likely broke with it:
    /// they are made anew before anybody's work finds that out.
    mutating func broke(_ slot: Int, again: Work?) -> [Order] {
        if let again { waiting.insert(again, at: 0) }
        guard !isClosed || !waiting.isEmpty else {
            slots[slot] = .empty
            return [.end(slot: slot)]
        }
        return slots.indices.filter { $0 == slot || slots[$0] == .idle }.map { slot in
            slots[slot] = .connecting
            return .connect(slot: slot)
        }
    }

    /// The slot could not connect. Where nothing else works, nobody waits for a database that is not there.
    mutating func couldNotConnect(_ slot: Int) -> [Order] {
        failures += 1
        var orders: [Order] = []
        if !hasConnection {
            orders = waiting.map { .refuse($0, isClosed ? .closed : .unreachable) }
            waiting = []
        }
        let isTrying = slots.enumerated().contains { $0.offset != slot && $0.element == .connecting }
        guard !isClosed, !isTrying else {
            slots[slot] = .empty
            return isClosed ? orders + [.end(slot: slot)] : orders
        }
        return orders + [.connectAgain(slot: slot, attempt: failures)]
    }

    /// What waits is still done; whoever comes later is refused.
    mutating func close() -> [Order] {
        isClosed = true
        return slots.indices.filter { slots[$0] == .idle || slots[$0] == .empty }.map { slot in
            slots[slot] = .empty
            return .end(slot: slot)
        }
    }

    var isDone: Bool { isClosed && slots.allSatisfy { $0 == .empty } }
}
