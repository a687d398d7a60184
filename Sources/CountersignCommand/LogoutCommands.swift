import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import SAML
import UserPools
import WireFormats

struct LogoutCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Sign-outs: who began them, and what came of them at each party.",
        discussion: "countersign logout show 7KQ2M4XW9ABC --pool POOL", subcommands: [Show.self])

    struct Show: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "One sign-out, by the reference on the person's page and in the log.",
            discussion: """
                countersign logout show 7KQ2M4XW9ABC --pool POOL

                A record is kept for 30 days.
                """)
        @Argument(help: ArgumentHelp("The reference, as the page and the log have it.", valueName: "reference")) var reference: String
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { try await $0.administration.logout(reference, pool: pool.id).answer }
        }
    }
}

extension LoggedLogout {
    fileprivate var answer: Answer {
        var fields = FieldList()
        fields.append("reference", record.reference.text)
        fields.append("user", record.userID?.text ?? "nobody who is known here")
        fields.append("begun by", record.initiator.words)
        fields.append("at", SAMLInstant.format(record.createdAt))
        fields.append("everywhere", isComplete ? "yes, as far as everybody said" : "no, or not known")
        for party in record.parties { fields.append(party.name, party.words) }
        for notice in notices { fields.append("app " + notice.clientID.text, notice.words) }
        fields.append("kept until", SAMLInstant.format(record.expiresAt))
        return Answer(document: .object(document), text: fields.text())
    }

    private var document: JSONObject {
        let initiator = record.initiator
        return [
            "reference": .string(record.reference.text), "pool": .string(record.poolID.text),
            "sub": record.userID.map { .string($0.text) } ?? .null,
            "begun_by": ["kind": .string(initiator.kind), "name": initiator.name.map(JSONValue.string) ?? .null], "complete": .bool(isComplete),
            "parties": .array(record.parties.map { .object($0.document) }), "apps": .array(notices.map { .object($0.document) }),
            "created_at": .string(SAMLInstant.format(record.createdAt)), "expires_at": .string(SAMLInstant.format(record.expiresAt)),
        ]
    }
}

extension LogoutNotice {
    fileprivate var document: JSONObject {
        [
            "client_id": .string(clientID.text), "channel": .string(channel == .back ? "backchannel" : "frontchannel"),
            "sid": .string(sessionID.text), "result": .string(result?.rawValue ?? "waiting"), "attempts": .integer(attempts),
            "detail": detail.map(JSONValue.string) ?? .null, "at": .string(SAMLInstant.format(changedAt)),
            "next_attempt_at": dueAt.map { .string(SAMLInstant.format($0)) } ?? .null,
        ]
    }

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
    fileprivate var document: JSONObject {
        [
            "kind": .string(kind.rawValue), "name": .string(name), "result": .string(result.rawValue), "at": .string(SAMLInstant.format(at)),
            "detail": detail.map(JSONValue.string) ?? .null,
        ]
    }

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
