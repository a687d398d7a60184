import Synchronization
import UserPools

/// How far a refused sign-in came before it was refused: the further, the dearer it is to make up, and the more of a minute's places are open to it.
enum RefusalStanding: Sendable {
    /// An address that anybody can make up.
    case nobody
    /// An answer from the browser that had begun here.
    case browser
    /// A provider said who it is.
    case person
}

/// Which sign-ins of a minute have a record: so many of a pool, and of those so many from one client network.
///
/// First come is first served, but not with all places: who begins nothing here leaves half of them to those who do, and these leave some to whom a
/// provider knows.
struct RecordPlaces: Sendable {
    /// Of one pool within a minute, by this server.
    static let refusedAMinute = 60
    static let ofBrowsersAMinute = 50
    static let ofNobodyAMinute = 30
    static let ofOneNetworkAMinute = 10
    static let acceptedAMinute = 1_000

    private struct Window: Hashable { let pool: UserPool.ID, outcome: SignInRecord.Outcome }
    private struct Share: Hashable { let pool: UserPool.ID, network: ClientNetwork }

    private var minute = 0
    private var taken: [Window: Int] = [:]
    private var shares: [Share: Int] = [:]

    /// - Parameter standing: nil: of one that was accepted.
    func has(_ standing: RefusalStanding?, in pool: UserPool.ID, of network: ClientNetwork?, at minute: Int) -> Bool {
        guard minute == self.minute else { return true }
        guard taken[Window(pool: pool, outcome: standing.outcome), default: 0] < standing.maximum else { return false }
        guard standing != nil, let network else { return true }
        return shares[Share(pool: pool, network: network.site), default: 0] < Self.ofOneNetworkAMinute
    }

    /// Whether there was one to take.
    mutating func take(_ standing: RefusalStanding?, in pool: UserPool.ID, of network: ClientNetwork?, at minute: Int) -> Bool {
        guard has(standing, in: pool, of: network, at: minute) else { return false }
        if minute != self.minute { (self.minute, taken, shares) = (minute, [:], [:]) }
        taken[Window(pool: pool, outcome: standing.outcome), default: 0] += 1
        if let network { shares[Share(pool: pool, network: network.site), default: 0] += 1 }
        return true
    }
}

extension RefusalStanding? {
    var outcome: SignInRecord.Outcome { self == nil ? .accepted : .refused }

    fileprivate var maximum: Int {
        switch self {
        case nil: RecordPlaces.acceptedAMinute
        case .nobody: RecordPlaces.ofNobodyAMinute
        case .browser: RecordPlaces.ofBrowsersAMinute
        case .person: RecordPlaces.refusedAMinute
        }
    }
}
