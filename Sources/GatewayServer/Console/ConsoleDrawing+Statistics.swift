import Administration
import FoundationEssentials
import UserPools

/// How sign-ins went in the last seven days, drawn.
struct ConsoleStatistics: Sendable {
    /// One for each provider, those with the most sign-ins first. What was refused before a provider was known stands last.
    let drawings: [ConsoleDrawing]

    var accepted: Int { drawings.reduce(0) { $0 + $1.bars.reduce(0) { $0 + $1.accepted } } }
    var refused: Int { drawings.reduce(0) { $0 + $1.bars.reduce(0) { $0 + $1.refused } } }
}

extension ConsoleSection {
    /// The first drawings, and of how many they are the first where there are more.
    mutating func draw(_ statistics: ConsoleStatistics, atMost maximum: Int, _ words: ConsoleWords) {
        let all = statistics.drawings
        if all.count > maximum { notes.append(words[.drawn, ["drawn": String(maximum), "count": String(all.count)]]) }
        drawings = Array(all.prefix(maximum))
    }
}

extension ConsoleDrawing {
    private static let (hoursPerBar, days) = (6, 7)
    private static let seconds = TimeInterval(hoursPerBar * 3600)
    private static let bars = days * 24 / hoursPerBar

    static func all(of pool: UserPool, _ words: ConsoleWords, _ console: Console) async throws -> ConsoleStatistics {
        let now = console.now()
        let since = Date(timeIntervalSince1970: ((now.timeIntervalSince1970 / seconds).rounded(.down) - TimeInterval(bars - 1)) * seconds)
        let counts = try await console.questions.signInCounts(of: pool, since: since, hours: hoursPerBar)
        let drawings = Dictionary(grouping: counts) { $0.provider }.map { provider, counts in
            (isNamed: provider != nil, count: counts.reduce(0) { $0 + $1.count }, drawing: drawing(provider, counts, words, at: now))
        }
        let sorted = drawings.sorted { ($0.isNamed ? 0 : 1, $1.count, $0.drawing.title) < ($1.isNamed ? 0 : 1, $0.count, $1.drawing.title) }
        return ConsoleStatistics(drawings: sorted.map(\.drawing))
    }

    private static func drawing(
        _ provider: IdentityProvider.Name?, _ counts: [SignInCount], _ words: ConsoleWords, at now: Date
    ) -> ConsoleDrawing {
        let last = Int((now.timeIntervalSince1970 / seconds).rounded(.down))
        var bars = [(accepted: Int, refused: Int)](repeating: (0, 0), count: bars)
        var perDay: [String: (accepted: Int, refused: Int)] = [:]
        for count in counts {
            let index = Int((count.hour.timeIntervalSince1970 / seconds).rounded(.down)) - last + bars.count - 1
            guard bars.indices.contains(index) else { continue }
            let (accepted, refused) = count.outcome == .accepted ? (count.count, 0) : (0, count.count)
            bars[index].accepted += accepted
            bars[index].refused += refused
            perDay[day(count.hour), default: (0, 0)].accepted += accepted
            perDay[day(count.hour), default: (0, 0)].refused += refused
        }
        var numbers = ConsoleTable([words[.day], words[.accepted], words[.refused]])
        for (day, sum) in perDay.sorted(by: { $0.key > $1.key }) {
            numbers.append(.init(day), .init(String(sum.accepted)), .init(String(sum.refused)))
        }
        let (accepted, refused) = bars.reduce((0, 0)) { ($0.0 + $1.accepted, $0.1 + $1.refused) }
        return ConsoleDrawing(
            title: provider?.text ?? words[.noProvider], accepted: "\(words[.accepted]): \(accepted)", refused: "\(words[.refused]): \(refused)",
            from: day(Date(timeIntervalSince1970: TimeInterval(last - bars.count + 1) * seconds)), until: Pages.moment(now),
            bars: bars.map { Bar(accepted: $0.accepted, refused: $0.refused) }, numbers: numbers)
    }

    private static func day(_ moment: Date) -> String { String(decoding: Pages.moment(moment).utf8.prefix(10), as: UTF8.self) }
}
