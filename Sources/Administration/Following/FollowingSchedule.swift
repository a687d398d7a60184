import FoundationEssentials
import UserPools

/// When a document is looked at again.
enum FollowingSchedule {
    /// Of a document that says nothing: as often as others look (Shibboleth's service provider: four hours).
    static let usual: TimeInterval = 4 * 3600
    static let shortest: TimeInterval = 5 * 60
    static let longest: TimeInterval = 24 * 3600
    /// After the first try that failed; twice as long after each further one, up to the usual.
    static let firstRetry: TimeInterval = 60
    /// Within this nobody else looks at what somebody took: longer than a look takes.
    static let lease: TimeInterval = 120
    /// A key that nobody knows is looked for so often at most (case 74).
    static let hurry: TimeInterval = 60

    /// - Parameter chance: 0 up to 1: what began at one moment is not asked for at one moment.
    static func next(_ document: FollowedDocument, at now: Date, chance: Double) -> Date {
        guard document.failures == 0 else {
            let doublings = min(document.failures - 1, 10)
            let pause = min(usual, firstRetry * Double(1 << doublings))
            return now.addingTimeInterval(pause * (0.75 + chance / 2))
        }
        // What the document says of itself comes first; else nobody is asked before the server wants to be.
        var least = document.cacheDuration == nil ? min(document.freshFor ?? 0, longest) : 0
        var pause = document.cacheDuration ?? max(usual, least)
        // Time enough to try again before the copy ends.
        if let end = document.validUntil { pause = min(pause, end.timeIntervalSince(now) * 0.75) }
        least = min(least, pause)
        return now.addingTimeInterval(max(least, min(max(pause, shortest), longest) * (0.9 + chance / 10)))
    }
}
