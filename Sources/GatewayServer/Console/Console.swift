import Administration
import FoundationEssentials
import Gateway
import UserPools

/// What the pages of the console are made of: who may see them, and the desk where they ask.
struct Console: Sendable {
    let access: ConsoleAccess
    /// An act of the command line, as it is typed.
    let command: @Sendable (Remedy, Place) -> String
    let publicURL: String
    let now: @Sendable () -> Date
    /// Until when the certificate is good that this server shows; nil: it shows none.
    let certificateEnd: @Sendable () -> Date?
    private let makeDesk: @Sendable (Stores, Actor) -> Administration
    private let stores: Stores

    init(
        access: ConsoleAccess, command: @escaping @Sendable (Remedy, Place) -> String, publicURL: String, now: @escaping @Sendable () -> Date,
        certificateEnd: @escaping @Sendable () -> Date?, desk: @escaping @Sendable (Stores, Actor) -> Administration, stores: Stores
    ) {
        (self.access, self.command, self.publicURL, self.now, makeDesk) = (access, command, publicURL, now, desk)
        (self.certificateEnd, self.stores) = (certificateEnd, stores)
        questions = desk(stores, .system)
    }

    /// Where pages ask. Nothing is done there.
    let questions: Administration

    /// Where things are done, in the name of who does them, by the right that they have when it is done.
    func desk(of administrator: ConsoleAdministrator) -> Administration {
        let (user, pool) = (administrator.visitor.user, administrator.visitor.pool)
        return makeDesk(stores.held(administrator.right), .console(user: user.id, pool: pool.id, username: user.username))
    }

    /// Their own pool's, whose name and colours the pages have.
    func site() async throws(ConsoleError) -> Site {
        let pool = try await access.pool()
        return Site(pool: pool, address: PoolAddress(publicURL: publicURL, pool: pool))
    }
}

/// One page: asks, and says what it shows. Who asks was proven before, how it looks is decided after.
protocol ConsoleEndpoint: Sendable {
    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer
}

enum ConsoleAnswer: Sendable {
    case page(ConsolePage)
    case elsewhere(ConsolePath)
}

/// A request of somebody who may make it.
struct ConsoleRequest: Sendable {
    let visitor: ConsoleVisitor
    let words: ConsoleWords
    /// The parts of the path that the route leaves open, by their names.
    let path: [String: String]
    let parameters: [(name: String, value: String)]

    func part(_ name: String) -> String { path[name] ?? "" }

    /// A parameter that is there once, and not empty.
    func parameter(_ name: String) -> String? {
        let values = parameters.filter { $0.name == name }
        return values.count == 1 ? values[0].value.isEmpty ? nil : values[0].value : nil
    }

    func link(_ word: ConsoleWord, _ path: ConsolePath, _ manner: ConsoleLink.Manner = .way) -> ConsoleLink {
        ConsoleLink(words[word], path, manner)
    }
}
