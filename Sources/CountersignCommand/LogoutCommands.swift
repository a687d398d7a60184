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
        for line in LogoutExplanation(self).lines { fields.append(line.label.text, line.value) }
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
}

extension LogoutRecord.Party {
    fileprivate var document: JSONObject {
        [
            "kind": .string(kind.rawValue), "name": .string(name), "result": .string(result.rawValue), "at": .string(SAMLInstant.format(at)),
            "detail": detail.map(JSONValue.string) ?? .null,
        ]
    }
}
