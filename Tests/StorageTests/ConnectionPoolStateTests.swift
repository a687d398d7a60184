import Testing

@testable import Storage

/// The pool of connections as a state machine: no threads, no time, no network.
@Suite struct ConnectionPoolStateTests {
    private typealias Pool = ConnectionPoolState<String>

    /// An order in words, so that it can be compared.
    private func words(_ orders: [Pool.Order]) -> [String] {
        orders.map { order in
            switch order {
            case .connect(let slot): "connect \(slot)"
            case .run(let work, let slot): "run \(work) on \(slot)"
            case .connectAgain(let slot, let attempt): "connect \(slot) again, attempt \(attempt)"
            case .end(let slot): "end \(slot)"
            case .refuse(let work, let refusal): "refuse \(work): \(refusal)"
            }
        }
    }

    @Test("the first work makes the first connection; more are made only while more waits than is being connected")
    func grows() {
        var pool = Pool(connections: 2, longestQueue: 10)
        #expect(words(pool.submit("a")) == ["connect 0"])
        #expect(words(pool.submit("b")) == ["connect 1"])
        #expect(words(pool.submit("c")) == [])
        #expect(words(pool.ready(0)) == ["run a on 0"])
        #expect(words(pool.ready(1)) == ["run b on 1"])
        #expect(words(pool.ready(0)) == ["run c on 0"])
        #expect(words(pool.ready(0)) == [])
        #expect(pool.slots == [.idle, .busy])
    }

    @Test("work is done in the order in which it came, on the connection that was used last")
    func order() {
        var pool = Pool(connections: 1, longestQueue: 10)
        for work in ["a", "b", "c"] { _ = pool.submit(work) }
        #expect(words(pool.ready(0)) == ["run a on 0"])
        #expect(words(pool.ready(0)) == ["run b on 0"])
        #expect(words(pool.ready(0)) == ["run c on 0"])
    }

    @Test("a queue that is full refuses at once")
    func full() {
        var pool = Pool(connections: 1, longestQueue: 2)
        for work in ["a", "b"] { _ = pool.submit(work) }
        #expect(words(pool.submit("c")) == ["refuse c: busy"])
        _ = pool.ready(0)
        #expect(words(pool.submit("d")) == [])
    }

    @Test("a database that is not there: whoever waits is refused, whoever comes is refused at once, one slot tries again")
    func outage() {
        var pool = Pool(connections: 2, longestQueue: 10)
        _ = pool.submit("a")
        _ = pool.submit("b")
        #expect(words(pool.couldNotConnect(0)) == ["refuse a: unreachable", "refuse b: unreachable"])
        #expect(words(pool.couldNotConnect(1)) == ["connect 1 again, attempt 2"])
        #expect(words(pool.submit("c")) == ["refuse c: unreachable"])
        #expect(words(pool.couldNotConnect(1)) == ["connect 1 again, attempt 3"])
        #expect(words(pool.ready(1)) == [])
        #expect(!pool.isUnreachable)
        #expect(words(pool.submit("d")) == ["run d on 1"])
    }

    @Test("one connection more than the server allows does not stop those that work")
    func tooMany() {
        var pool = Pool(connections: 2, longestQueue: 10)
        _ = pool.submit("a")
        _ = pool.ready(0)
        #expect(words(pool.submit("b")) == ["connect 1"])
        #expect(words(pool.couldNotConnect(1)) == ["connect 1 again, attempt 1"])
        #expect(!pool.isUnreachable)
        #expect(words(pool.submit("c")) == [])
        #expect(words(pool.ready(0)) == ["run b on 0"])
        #expect(words(pool.ready(1)) == ["run c on 1"])
    }

    @Test("a connection that broke is made anew, and what may be done again is done first")
    func broken() {
        var pool = Pool(connections: 1, longestQueue: 10)
        _ = pool.submit("a")
        _ = pool.ready(0)
        _ = pool.submit("b")
        #expect(words(pool.broke(0, again: "a")) == ["connect 0"])
        #expect(words(pool.ready(0)) == ["run a on 0"])
        #expect(words(pool.broke(0, again: nil)) == ["connect 0"])
        #expect(words(pool.ready(0)) == ["run b on 0"])
    }

    @Test("where one connection broke, the idle ones are made anew before work finds them broken too; one of them tries again in an outage")
    func idleOnes() {
        var pool = Pool(connections: 3, longestQueue: 10)
        for (slot, work) in ["a", "b", "c"].enumerated() {
            _ = pool.submit(work)
            _ = pool.ready(slot)
        }
        for slot in [0, 2] { _ = pool.ready(slot) }
        #expect(pool.slots == [.idle, .busy, .idle])
        #expect(words(pool.broke(1, again: "b")) == ["connect 0", "connect 1", "connect 2"])
        #expect(words(pool.couldNotConnect(1)) == ["refuse b: unreachable"])
        #expect(words(pool.couldNotConnect(0)) == [])
        #expect(words(pool.couldNotConnect(2)) == ["connect 2 again, attempt 3"])
    }

    @Test("closing does what waits, refuses what comes, and is done when every connection has ended")
    func closing() {
        var pool = Pool(connections: 2, longestQueue: 10)
        _ = pool.submit("a")
        _ = pool.ready(0)
        _ = pool.submit("b")
        #expect(words(pool.close()) == [])
        #expect(words(pool.submit("c")) == ["refuse c: closed"])
        #expect(words(pool.ready(1)) == ["run b on 1"])
        #expect(words(pool.ready(0)) == ["end 0"])
        #expect(!pool.isDone)
        #expect(words(pool.ready(1)) == ["end 1"])
        #expect(pool.isDone)
    }

    @Test("closing while the database is not there ends too")
    func closingInAnOutage() {
        var pool = Pool(connections: 1, longestQueue: 10)
        _ = pool.submit("a")
        _ = pool.couldNotConnect(0)
        _ = pool.close()
        #expect(words(pool.couldNotConnect(0)) == ["end 0"])
        #expect(pool.isDone)
    }
}
