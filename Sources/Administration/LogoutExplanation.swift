import SAML
import UserPools

/// What is told of one sign-out, line by line. The command line and the console show the same lines, each in its own form.
package struct LogoutExplanation: Sendable {
    package enum Label: Sendable, Equatable {
        case reference, user, begunBy, at, everywhere, keptUntil
        /// One that was to sign the person out, by its name.
        case party(String)
        /// One that was to be told, by its ID.
        case app(String)

        /// As the command line calls it.
        package var text: String {
            switch self {
            case .reference: "reference"
            case .user: "user"
            case .begunBy: "begun by"
            case .at: "at"
            case .everywhere: "everywhere"
            case .keptUntil: "kept until"
            case .party(let name): name
            case .app(let id): "app " + id
            }
        }
    }

    package struct Line: Sendable, Equatable {
        package let label: Label
        package let value: String
    }

    package let lines: [Line]

    package init(_ logout: LoggedLogout) {
        let record = logout.record
        lines =
            [
                Line(label: .reference, value: record.reference.text), Line(label: .user, value: record.userID?.text ?? "nobody who is known here"),
                Line(label: .begunBy, value: record.initiator.words), Line(label: .at, value: SAMLInstant.format(record.createdAt)),
                Line(label: .everywhere, value: logout.isComplete ? "yes, as far as everybody said" : "no, or not known"),
            ] + record.parties.map { Line(label: .party($0.name), value: $0.words) }
            + logout.notices.map { Line(label: .app($0.clientID.text), value: $0.words) }
            + [Line(label: .keptUntil, value: SAMLInstant.format(record.expiresAt))]
    }
}

extension LogoutNotice {
    fileprivate var words: String {
        let said =
            switch (channel, result) {
            case (_, .told?): "was told, and is done"
            case (_, .failed?): "could not be told, and is not tried any more"
            case (_, .shown?): "was opened by the browser, as far as it did"
            case (.front, nil): "waits for a page of ours in the browser"
            case (.back, nil): attempts == 0 ? "waits to be told" : "could not be told so far, and is tried again"
            }
        return said + (detail.map { " (\($0))" } ?? "") + ", \(SAMLInstant.format(changedAt))"
    }
}

extension LogoutRecord.Initiator {
    fileprivate var words: String {
        switch self {
        case .app(let id): id.map { "the app \($0)" } ?? "an app that did not say which"
        case .person: "the person, at our page"
        case .provider(let name): "the identity provider \(name)"
        case .administrator: "an admin"
        }
    }
}

extension LogoutRecord.Party {
    fileprivate var words: String {
        let said =
            switch (kind, result) {
            case (.countersign, .partial): "ended, but for sessions that began before the provider's names were kept"
            case (_, .ended): "sessions and refresh tokens ended"
            case (_, .asked): "was asked, and did not answer so far"
            case (_, .signedOut): "signed the person out"
            case (_, .partial): "could not sign the person out everywhere"
            case (_, .failed): "did not sign the person out"
            case (_, .answerRefused): "gave an answer that cannot be believed"
            case (_, .notAsked): "was not asked"
            case (_, .answered): "asked for it, and has our answer"
            }
        return said + (detail.map { " (\($0))" } ?? "") + ", \(SAMLInstant.format(at))"
    }
}
