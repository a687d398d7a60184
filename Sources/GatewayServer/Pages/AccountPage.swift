import FoundationEssentials
import Gateway
import HTTPTypes
import Hummingbird
import UserPools

extension Pages {
    /// Where a person is signed in, and which apps have tokens of hers. Each entry has a form of its own, which no script is needed for.
    static func account(_ overview: AccountOverview, csrf: String, pageContext: PageContext) -> Page {
        func form(_ act: String, _ id: String) -> [(Placeholder, Value)] {
            [
                (.action, .text(pageContext.base + "/account")),
                (.fields, hidden([("csrf", csrf), ("act", act), ("id", id)])), (.entry, .text(act + "-" + id)),
            ]
        }
        let sessions = overview.sessions.map { session -> Values in
            var values = Values(form("end", session.id.text))
            values[.browser] = session.browserName.map { .items([[.browserName: .text($0)]]) }
            values[.unknownBrowser] = .shown(session.browserName == nil)
            values[.here] = .shown(session.isHere)
            values[.when] = .text(moment(session.since))
            values[.byProvider] = session.provider.map { .items([[.provider: .text($0)]]) }
            return values
        }
        let apps = overview.apps.map { app -> Values in
            var values = Values(form("remove", app.id.text))
            values[.app] = .text(app.name)
            values[.place] = app.host.map { .items([[.host: .text($0)]]) }
            values[.scopes] = scopes(app.scopes)
            values[.allowed] = app.allowedAt.map { .items([[.when: .text(moment($0))]]) }
            values[.used] = app.usedAt.map { .items([[.when: .text(moment($0))]]) }
            return values
        }
        return Page(
            kind: .account, pageContext: pageContext,
            values: [
                .person: .text(overview.person), .sessions: .items(sessions), .appList: .items(apps.isEmpty ? [] : [[.apps: .items(apps)]]),
                .noApps: .shown(apps.isEmpty),
            ],
            // Signing out here may lead on to the provider.
            formTargets: [pageContext.base.hasPrefix("http:") ? "http: https:" : "https:"])
    }

    /// `2026-11-29 10:05 UTC`: the same in every language, and for whoever is somewhere else.
    static func moment(_ date: Date) -> String {
        let text = date.formatted(.iso8601)
        return text.prefix(16).replacing("T", with: " ") + " UTC"
    }
}
