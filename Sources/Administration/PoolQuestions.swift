package import UserPools
import WireFormats

/// Some of the installation's pools, in the order of their names.
package struct ListedPools: Sendable {
    package let shown: [UserPool]
    /// How many of those that were asked for stand before them.
    package let before: Int
    /// How many were asked for.
    package let count: Int

    /// - Parameters:
    ///   - part: of the name or of the identifier, large letters as small ones; nil: of all.
    ///   - behind: the last one of the page before. Where it is none of them any more, they begin anew.
    package init(_ pools: [UserPool], containing part: String? = nil, behind last: UserPool.ID? = nil, limit: Int) {
        let part = part.map { ProtocolText($0).lowercased.bytes }
        let asked = pools.filter { pool in
            part.map { part in [pool.name, pool.id.text].contains { Array(ProtocolText($0).lowercased.bytes).firstRange(of: part) != nil } } ?? true
        }.sorted(by: Self.stand)
        before = last.flatMap { last in asked.firstIndex { $0.id == last } }.map { $0 + 1 } ?? 0
        count = asked.count
        shown = Array(asked.dropFirst(before).prefix(max(0, limit)))
    }

    private static func stand(_ pool: UserPool, before other: UserPool) -> Bool {
        let (name, otherName) = (ProtocolText(pool.name).lowercased.bytes, ProtocolText(other.name).lowercased.bytes)
        return name == otherName ? pool.id < other.id : name.lexicographicallyPrecedes(otherName)
    }
}
