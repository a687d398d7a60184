import UserPools

/// What a page of the console shows, before it is HTML: sections of facts, tables and forms, in the reader's language. Whatever comes from outside is a
/// text here, and escaped in one place (case 218).
struct ConsolePage: Sendable {
    /// The pages that every pool has.
    enum Tab: String, Sendable, CaseIterable { case signins, users, providers, clients, keys, logouts, audit }

    let heading: String
    /// Whose tabs it has; nil: those of the installation.
    var pool: UserPool?
    var tab: Tab?
    /// What has just been done.
    var notice: String?
    var sections: [ConsoleSection] = []

    init(_ heading: String, of pool: UserPool? = nil, tab: Tab? = nil) { (self.heading, self.pool, self.tab) = (heading, pool, tab) }
}

/// In the order in which it stands on the page.
struct ConsoleSection: Sendable {
    var heading: String?
    var notes: [String] = []
    var search: ConsoleSearch?
    var drawings: [ConsoleDrawing] = []
    var facts: [ConsoleFact] = []
    var table: ConsoleTable?
    var links: [ConsoleLink] = []
    var form: ConsoleForm?

    init(_ heading: String? = nil) { self.heading = heading }
}

struct ConsoleFact: Sendable {
    let label: String
    let values: [String]
    /// Whether the values are words of the command line, whatever the reader's language is.
    var isEnglish = false
    /// Whether it is typed or pasted elsewhere, byte for byte.
    var isCode = false

    init(_ label: String, _ values: [String], isEnglish: Bool = false, isCode: Bool = false) {
        (self.label, self.values, self.isEnglish, self.isCode) = (label, values, isEnglish, isCode)
    }
}

struct ConsoleTable: Sendable {
    struct Cell: Sendable {
        enum Tone: String, Sendable { case good, soon, bad }

        let text: String
        var link: ConsolePath?
        /// A colour beside the word, never instead of it.
        var tone: Tone?

        init(_ text: String, _ tone: Tone? = nil, link: ConsolePath? = nil) { (self.text, self.tone, self.link) = (text, tone, link) }
    }

    let columns: [String]
    private(set) var rows: [[Cell]] = []

    init(_ columns: [String]) { self.columns = columns }

    mutating func append(_ cells: Cell...) { rows.append(cells) }
}

/// Boxes whose answers come as a query, so that a search can be kept as a link.
struct ConsoleSearch: Sendable {
    struct Box: Sendable {
        let name: String
        let label: String
        let value: String
    }

    let page: ConsolePath
    let boxes: [Box]
    let button: String
    /// What the links beside it have narrowed down already.
    var kept: [(name: String, value: String)] = []
}

/// The form of an act: it is posted once, and means it.
struct ConsoleForm: Sendable {
    let page: ConsolePath
    let csrf: String
    let button: String
    let cancel: ConsoleLink
    /// The label of a box whose answer comes as `confirm`.
    var typed: String?
}

/// Bars beside each other, one a time: what was accepted stands above the line, what was refused hangs below it. The numbers are in a table for whoever
/// does not see it.
struct ConsoleDrawing: Sendable {
    struct Bar: Sendable, Equatable {
        let accepted: Int
        let refused: Int
    }

    let title: String
    /// How many, with the word for them.
    let accepted: String
    let refused: String
    /// The first day and the last one.
    let from: String
    let until: String
    let bars: [Bar]
    var numbers: ConsoleTable?
}
