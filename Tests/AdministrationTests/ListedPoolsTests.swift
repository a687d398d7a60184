import Administration
import Foundation
import Testing
import UserPools

@Suite("Pools in the order of their names, some at a time")
struct ListedPoolsTests {
    private static let pools = ["beta", "Alpha", "alpha", "gamma", "Stra\u{DF}e", "delta"].enumerated().map { index, name in
        UserPool(
            id: UserPool.ID("local_Pool\(index)")!, name: name, domain: nil, signingAlgorithm: "ES256", createdAt: Date(timeIntervalSince1970: 0))
    }

    @Test("large letters are as small ones, and of one name the identifier decides")
    func order() {
        let all = ListedPools(Self.pools, limit: 10)
        #expect(all.shown.map(\.name) == ["Alpha", "alpha", "beta", "delta", "gamma", "Stra\u{DF}e"])
        #expect(all.count == 6 && all.before == 0)
    }

    @Test("behind the last one of the page before; behind one that is gone they begin anew")
    func pages() {
        let first = ListedPools(Self.pools, limit: 4)
        let second = ListedPools(Self.pools, behind: first.shown.last?.id, limit: 4)
        #expect(first.shown.map(\.name) == ["Alpha", "alpha", "beta", "delta"])
        #expect(second.shown.map(\.name) == ["gamma", "Stra\u{DF}e"] && second.before == 4 && second.count == 6)
        #expect(ListedPools(Self.pools, behind: UserPool.ID("local_gone")!, limit: 1).shown.map(\.name) == ["Alpha"])
        #expect(ListedPools(Self.pools, containing: "gam", behind: first.shown.last?.id, limit: 4).before == 0)
        #expect(ListedPools(Self.pools, limit: -1).shown.isEmpty)
    }

    @Test(
        "by a part of the name or of the identifier, byte by byte",
        arguments: [("LPHA", 2), ("l5", 1), ("local_", 6), ("stra\u{DF}", 1), ("s\u{30A}", 0)])
    func parts(part: String, count: Int) {
        let found = ListedPools(Self.pools, containing: part, limit: 10)
        #expect(found.count == count && found.shown.count == count)
    }
}
