import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import OpenIDConnect
import SAML
import TokenVerifier
import UserPools

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "The keys that sign a pool's tokens.",
        discussion: """
            countersign key list --pool POOL
            countersign key rotate --pool POOL
            countersign key withdraw KID --pool POOL
            """,
        subcommands: [List.self, Rotate.self, Withdraw.self, Reseal.self])

    struct List: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "A pool's signing keys, oldest first.",
            discussion: """
                countersign key list --pool POOL

                PHASE: an upcoming key is published and does not sign yet, the current one signs, a retired one still verifies.
                """)
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                Answer(keys: try await composition.administration.listKeys(pool: pool.id))
            }
        }
    }

    struct Rotate: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Let another key sign: publish it first, switch by the same command later.",
            discussion: """
                countersign key rotate --pool POOL          publishes the next key
                countersign key rotate --pool POOL          15 minutes later: lets it sign
                countersign key rotate --pool POOL --algorithm EdDSA
                countersign key rotate --pool POOL --now    in an emergency

                The key that signed until then is retired: it verifies until the last token
                that it signed has expired, then it is removed. After the first rotation there is
                always a next key, and one command a month is all.

                --now does not wait until everybody may have seen the new key: services that
                keep the key set refuse new tokens until they look again. TokenVerifier does
                so at once, others after five minutes or by their own rule.
                """)
        @OptionGroup var pool: PoolOption
        @Flag(help: "Do not wait until the next key was published for 15 minutes.") var now = false
        @Option(help: ArgumentHelp("Of the key that is to sign; default: as now.", valueName: "RS256|ES256|EdDSA"))
        var algorithm: PoolCommand.Algorithm?
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let (step, keys) = try await composition.administration.perform(
                    RotateKey(
                        pool: pool.id, algorithm: algorithm.flatMap { SigningAlgorithm(rawValue: $0.rawValue) }, atOnce: now))
                var answer = Answer(keys: keys)
                switch step {
                case .published(let key): answer.notes.append(key.nextStep)
                case .signs(let key, let retired):
                    answer.notes.append("the key \(key) signs; a running server follows within 2 seconds")
                    if let until = keys.first(where: { $0.id == retired })?.publishedUntil {
                        answer.notes.append("the key \(retired) verifies what it signed until \(SAMLInstant.format(until))")
                    }
                }
                return answer
            }
        }
    }
}

extension Answer {
    init(keys: [SigningKey]) {
        var table = Table([.init(title: "KEY ID", isWhole: true), .init(title: "ALGORITHM"), .init(title: "PHASE"), .init(title: "CREATED")])
        for key in keys { table.append(key.id.text, key.algorithm, key.phase.rawValue, String(SAMLInstant.format(key.createdAt).prefix(10))) }
        self.init(
            document: .array(keys.map { .object($0.document) }), text: table.text(orIfEmpty: "No keys; the server makes one at first use."))
    }
}

extension SigningKey {
    /// What an admin does with an upcoming key.
    var nextStep: String {
        "the \(algorithm) key \(id) is published and does not sign yet"
            + (maySignFrom.map { "; the same command again after \(SAMLInstant.format($0)) lets it sign" } ?? "")
    }

    fileprivate var document: JSONObject {
        func time(_ date: Date?) -> JSONValue { date.map { .string(SAMLInstant.format($0)) } ?? .null }
        return [
            "kid": .string(id.text), "algorithm": .string(algorithm), "phase": .string(phase.rawValue), "created_at": time(createdAt),
            "retired_at": time(retiredAt), "may_sign_from": time(maySignFrom), "published_until": time(publishedUntil),
        ]
    }
}
