import ArgumentParser
import Gateway
import SAML
import TokenVerifier
import UserPools

struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "The keys that sign a pool's tokens.", discussion: "countersign key list --pool POOL",
        subcommands: [List.self])

    struct List: AnsweringCommand {
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
                let keys = try await composition.administration.listKeys(pool: pool.id)
                var table = Table([.init(title: "KEY ID", isWhole: true), .init(title: "ALGORITHM"), .init(title: "PHASE"), .init(title: "CREATED")])
                for key in keys { table.append(key.id.text, key.algorithm, key.phase.rawValue, String(SAMLInstant.format(key.createdAt).prefix(10))) }
                return Answer(
                    document: .array(keys.map { .object($0.document) }), text: table.text(orIfEmpty: "No keys; the server makes one at first use."))
            }
        }
    }
}

extension SigningKey {
    fileprivate var document: JSONObject {
        [
            "kid": .string(id.text), "algorithm": .string(algorithm), "phase": .string(phase.rawValue),
            "created_at": .string(SAMLInstant.format(createdAt)), "retired_at": retiredAt.map { .string(SAMLInstant.format($0)) } ?? .null,
        ]
    }
}
