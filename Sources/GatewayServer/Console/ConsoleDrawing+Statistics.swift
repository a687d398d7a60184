import Administration
import FoundationEssentials
import UserPools

extension ConsoleDrawing {
    private static let (hoursPerBar, days) = (6, 7)

    /// The last seven days, a drawing for each provider, those with the most sign-ins first. What was refused before a provider was known stands last.
    static func all(_ statistics: SignInStatistics, _ words: ConsoleWords, at now: Date, maximum: Int) -> [ConsoleDrawing] {
        let rows = Dictionary(grouping: statistics.rows) { $0.provider }
        let drawings = rows.map { provider, rows in
            (isNamed: provider != nil, count: rows.reduce(0) { $0 + $1.accepted + $1.refused }, drawing: drawing(provider, rows, words, at: now))
        }
        let sorted = drawings.sorted { ($0.isNamed ? 0 : 1, $1.count, $0.drawing.title) < ($1.isNamed ? 0 : 1, $0.count, $1.drawing.title) }
        return sorted.prefix(maximum).map(\.drawing)
    }

    private static func drawing(
        _ provider: IdentityProvider.Name?, _ rows: [SignInStatistics.Row], _ words: ConsoleWords, at now: Date
    ) -> ConsoleDrawing {
        let bar = TimeInterval(hoursPerBar * 3600)
        let count = days * 24 / hoursPerBar
        let last = Int((now.timeIntervalSince1970 / bar).rounded(.down))
        var bars = [(accepted: Int, refused: Int)](repeating: (0, 0), count: count)
        var perDay: [String: (accepted: Int, refused: Int)] = [:]
        for row in rows {
            let index = Int((row.begins.timeIntervalSince1970 / bar).rounded(.down)) - last + count - 1
            guard bars.indices.contains(index) else { continue }
            bars[index].accepted += row.accepted
            bars[index].refused += row.refused
            let day = String(decoding: Pages.moment(row.begins).utf8.prefix(10), as: UTF8.self)
            perDay[day, default: (0, 0)].accepted += row.accepted
            perDay[day, default: (0, 0)].refused += row.refused
        }
        var numbers = ConsoleTable([words[.day], words[.accepted], words[.refused]])
        for (day, sum) in perDay.sorted(by: { $0.key > $1.key }) {
            numbers.append(.init(day), .init(String(sum.accepted)), .init(String(sum.refused)))
        }
        let (accepted, refused) = bars.reduce((0, 0)) { ($0.0 + $1.accepted, $0.1 + $1.refused) }
        return ConsoleDrawing(
            title: provider?.text ?? words[.noProvider], note: "\(words[.accepted]): \(accepted) · \(words[.refused]): \(refused)",
            bars: bars.map { Bar(accepted: $0.accepted, refused: $0.refused) }, numbers: numbers)
    }
}
