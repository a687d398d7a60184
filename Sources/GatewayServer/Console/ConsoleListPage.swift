import Administration

/// One page of a list: what it shows, and the links to its beginning and to what comes behind. One row more is read than it shows, which tells whether
/// there are more.
struct ConsoleListPage<Row> {
    let rows: ArraySlice<Row>
    let links: [ConsoleLink]

    static func limit(_ size: Int) -> Int { size + 1 }

    /// - Parameters:
    ///   - found: up to `limit(size)` of them.
    ///   - place: the address of the list, with a query.
    ///   - kept: what the list was narrowed down by.
    ///   - cursor: behind which row the next page begins.
    init(
        _ found: [Row], size: Int, _ request: ConsoleRequest, at place: ([(name: String, value: String)]) -> ConsolePath,
        kept: [(name: String, value: String)] = [], cursor: (Row) -> String
    ) {
        rows = found.prefix(size)
        let first = request.parameter("after") == nil ? nil : request.link(.firstPage, place(kept))
        let next = found.count > size ? rows.last.map { request.link(.nextPage, place(kept + [(name: "after", value: cursor($0))])) } : nil
        links = [first, next].compactMap(\.self)
    }
}

extension ConsoleSection {
    /// The rows of that page, or that there are none, and its links.
    mutating func show<Row>(_ page: ConsoleListPage<Row>, as table: ConsoleTable, _ words: ConsoleWords) {
        if page.rows.isEmpty { notes.append(words[.nothing]) } else { self.table = table }
        links += page.links
    }
}
