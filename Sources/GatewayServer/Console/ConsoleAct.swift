import Administration
import Gateway
import UserPools
import WireFormats

/// Something that is done from the console: asked for on a page of its own, then done by its form. GET does nothing (case 216).
protocol ConsoleAct: Sendable {
    /// What will happen, and to whom; thrown is why it must not. It is asked once more before the form does it.
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion
    /// Does it, at a desk whose actor the person is.
    /// - Returns: where they see what came of it, or what is shown this once.
    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer
}

struct ConsoleQuestion: Sendable {
    let heading: String
    /// What will happen, in plain words.
    let text: String
    let button: String
    /// Where whoever thinks better of it goes.
    let back: ConsolePath
    /// What somebody else has to do, or what it does not do.
    var hint: String?
    /// What it is done to, more closely.
    var facts: [ConsoleFact] = []
    /// What has to be typed first: what is deleted was meant by its name.
    var typed: String?
    var typing = ConsoleWord.typeName

    /// - Parameter pool: of what it is done to. Names repeat from one pool to another, and a page of one looks like that of the other.
    func page(_ request: ConsoleRequest, of pool: UserPool, at path: ConsolePath, csrf: String) -> ConsolePage {
        var section = ConsoleSection()
        section.notes = [text] + (hint.map { [$0] } ?? [])
        section.facts =
            [ConsoleFact(request.words[.pool], [pool.name]), ConsoleFact(request.words[.identifier], [pool.id.text], isCode: true)] + facts
        section.form = ConsoleForm(page: path, csrf: csrf, button: button, cancel: request.link(.cancel, back))
        section.form?.typed = typed.map { request.words[typing, "name", $0] }
        // `/console/POOL/TAB/…`
        let parts = ProtocolText(path.text).split(at: "/").map(\.string)
        var page = ConsolePage(heading, of: pool, tab: parts.count > 3 ? ConsolePage.Tab(rawValue: parts[3]) : nil)
        page.sections = [section]
        return page
    }

    /// Of a form that was sent.
    func requireTyped(_ request: ConsoleRequest) throws(ConsoleError) {
        guard let typed else { return }
        guard let given = request.parameter("confirm"), Self.bare(given).hasSameBytes(as: Self.bare(typed)) else { throw .confirmation }
    }

    /// Without what a copy brings along at either end: blanks, and the marks that keep a name's direction its own.
    private static func bare(_ text: String) -> String {
        let marks: Set<Unicode.Scalar> = [" ", "\t", "\r", "\n", "\u{2068}", "\u{2069}"]
        var scalars = Array(text.unicodeScalars)
        while let last = scalars.last, marks.contains(last) { scalars.removeLast() }
        let begin = scalars.firstIndex { !marks.contains($0) } ?? scalars.endIndex
        return String(String.UnicodeScalarView(scalars[begin...]))
    }
}

extension ConsoleRequest {
    /// Nobody takes from themselves what they came in by: they would need somebody else to come in again.
    func requireOther(than user: User) throws(ConsoleError) {
        guard user.id != visitor.user.id || user.poolID != visitor.pool.id else { throw .ownAccount }
    }

    func requireOther(than provider: IdentityProvider) throws(ConsoleError) {
        guard provider.name != visitor.provider || provider.poolID != visitor.pool.id else { throw .ownProvider(provider.name.text) }
    }

    /// Nor what put them into the group whose people may come in: with a provider, the groups go that it gave.
    func requireGroup(without provider: IdentityProvider, _ console: Console) throws(ConsoleError) {
        guard provider.poolID == visitor.pool.id else { return }
        var without = visitor.user
        without.memberships.removeAll { $0.origin == .provider(provider.name) }
        let group = console.access.settings.group
        guard without.groups(at: console.now()).contains(where: { $0.hasSameBytes(as: group) }) else { throw .ownProvider(provider.name.text) }
    }
}

extension User {
    var consolePage: ConsolePath { .of(poolID, "users", id.text) }
}

extension IdentityProvider {
    var consolePage: ConsolePath { .of(poolID, "providers", name.text) }
}

extension AppClient {
    var consolePage: ConsolePath { .of(poolID, "clients", id.text) }
}
