import Administration
import Gateway
import UserPools
import WireFormats

/// Gives an app another secret, which stands on the page that answers, and nowhere else. A form that is sent twice is refused the second time.
struct RotateSecretAct: ConsoleAct {
    /// As the command line has it where nobody says otherwise.
    private static let oldValidFor = 24 * 3600

    func question(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleQuestion {
        let client = try await console.questions.client(request.part("client"), pool: request.part("pool"))
        try client.requireRoomForSecret(at: console.now())
        return ConsoleQuestion(
            heading: request.words[.rotateSecret], text: request.words[.rotateSecretText, "name", client.name], button: request.words[.rotateSecret],
            back: client.consolePage)
    }

    func perform(_ request: ConsoleRequest, at desk: Administration) async throws -> ConsoleAnswer {
        let pool = try await desk.pool(request.part("pool"))
        let made = try await desk.perform(RotateClientSecret(of: request.part("client"), pool: pool.id.text, oldValidFor: Self.oldValidFor))
        let (words, client) = (request.words, made.client.after)
        var section = ConsoleSection()
        section.facts = [
            ConsoleFact(words[.clientId], [client.id.text], isCode: true),
            ConsoleFact(words[.secret], [made.secret.revealText()], isCode: true),
        ]
        section.links = [ConsoleLink(client.name, client.consolePage)]
        var page = ConsolePage(words[.rotateSecret], of: pool, tab: .clients)
        page.notice = words[.secretOnce]
        page.sections = [section]
        return .page(page)
    }
}
