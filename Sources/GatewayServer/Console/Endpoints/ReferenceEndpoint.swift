import Administration
import Gateway
import UserPools

/// `GET /console/signins?reference=…`: the sign-in of that reference, whichever pool it is of.
struct ReferenceEndpoint: ConsoleEndpoint {
    func answer(_ request: ConsoleRequest, _ console: Console) async throws -> ConsoleAnswer {
        let words = request.words
        let reference = request.path["reference"] ?? request.parameter("reference") ?? ""
        if let record = try await console.questions.signIn(ofAnyPool: reference) {
            return .elsewhere(.of(record.poolID, ConsolePage.Tab.signins.rawValue, record.reference.text))
        }
        var page = ConsolePage(words[.findSignin])
        var section = OverviewEndpoint.find(words, reference: reference)
        section.heading = nil
        if !reference.isEmpty { page.notice = words[.nothing] }
        page.sections = [section]
        return .page(page)
    }
}
