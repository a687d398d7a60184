import UserPools
import WireFormats

extension StoredUser {
    /// Those whose username begins in one of these ways: each way has its place in the index, and the first of all of them are the first of each.
    static func list(
        in pool: UserPool.ID, beginning ways: [String], after: String?, limit: Int, _ connection: any SQLConnection
    ) throws(StoreError) -> [User] {
        let statements = ways.distinctByBytes.map { way in
            // Behind the page before, unless this way begins behind it.
            let isBehind = after.map { !$0.utf8.lexicographicallyPrecedes(way.utf8) } ?? false
            let values: [SQLValue] = [.identifier(pool), .text(isBehind ? after : way), .text(way + "\u{10FFFF}"), .limit(limit)]
            return SQLStatement(isBehind ? behind : from, values)
        }
        var found: [(id: User.ID, username: String)] = []
        for row in try connection.rows(of: statements).joined() {
            var columns = ColumnReader(row, of: "user")
            found.append((try columns.identifier("id"), try columns.text("username")))
        }
        // Who begins in one way may begin in another.
        var seen: Set<User.ID> = []
        let first = found.filter { seen.insert($0.id).inserted }.sorted { $0.username.utf8.lexicographicallyPrecedes($1.username.utf8) }
            .prefix(max(0, limit))
        let searches = first.map { Search.byID($0.id, in: pool) }
        let answers = try connection.rows(of: searches.flatMap(\.statements))
        var users: [User] = []
        for (index, search) in searches.enumerated() {
            let count = search.statements.count
            if let user = try search.user(in: answers[(index * count)..<((index + 1) * count)]) { users.append(user) }
        }
        return users
    }

    private static let select: SQL = "SELECT id, username FROM live_users WHERE pool_id = $1 AND "
    private static let end: SQL = " AND username < $3 ORDER BY username LIMIT $4"
    private static let from: SQL = select + "username >= $2" + end
    private static let behind: SQL = select + "username > $2" + end
}
