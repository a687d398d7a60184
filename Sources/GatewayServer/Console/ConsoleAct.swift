import Administration
import Gateway

/// Something that is done from the console: asked for on a page of its own, then done by its form. GET does nothing (case 216).
protocol ConsoleAct: Sendable {
    /// What will happen, and to whom.
    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion
    /// Does it, at a desk whose actor the person is.
    /// - Returns: where they see what came of it.
    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsolePath
}

struct ConsoleQuestion: Sendable {
    let heading: String
    /// What will happen, in plain words.
    let text: String
    let button: String
    /// Where whoever thinks better of it goes.
    let back: ConsolePath

    func page(_ request: ConsoleRequest, at path: ConsolePath, csrf: String) -> ConsolePage {
        var section = ConsoleSection()
        section.notes = [text]
        section.form = ConsoleForm(page: path, csrf: csrf, button: button, cancel: request.link(.cancel, back))
        var page = ConsolePage(heading)
        page.sections = [section]
        return page
    }
}
