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
        commandName: "key", abstract: "A pool's own keys: for tokens, and for SAML.",
        discussion: """
            countersign key list --pool POOL
            countersign key rotate --pool POOL
            countersign key rotate --pool POOL --use saml-signing
            countersign key withdraw KID --pool POOL
            """,
        subcommands: [List.self, Rotate.self, Withdraw.self, Reseal.self])

    struct List: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "A pool's keys of one use, oldest first.",
            discussion: """
                countersign key list --pool POOL
                countersign key list --pool POOL --use saml-signing

                PHASE: an upcoming key is published and does not sign yet, the current one signs, a retired one still verifies.
                Of SAML keys the id is the SHA-256 of the certificate; --output json has the certificate itself.
                """)
        @OptionGroup var use: KeyUseOption
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                guard let use = use.saml else { return Answer(keys: try await composition.administration.listKeys(pool: pool.id)) }
                let keys = try await composition.administration.listSAMLKeys(use, pool: pool.id)
                var answer = Answer(samlKeys: keys, at: composition.environment.now())
                answer.notes += try await composition.administration.metadataReach(use, pool: pool.id).notes
                return answer
            }
        }
    }

    struct Rotate: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Let another key sign: publish it first, switch by the same command later.",
            discussion: """
                countersign key rotate --pool POOL          publishes the next key
                countersign key rotate --pool POOL          15 minutes later: lets it sign
                countersign key rotate --pool POOL --algorithm EdDSA     another algorithm
                countersign key rotate --pool POOL --now    in an emergency
                countersign key rotate --pool POOL --use saml-signing

                The key that signed until then is retired: it verifies until the last token
                that it signed has expired, then it is removed. After the first rotation there is
                always a next key, and one command a month is all.

                --algorithm of one that 'pool add-algorithm' added rotates its key. Of another
                one it does what 'pool update --signing-algorithm' does: the pool's own
                algorithm is that one, once its key signs.

                --now does not wait until everybody may have seen the new key: services that
                keep the key set refuse new tokens until they look again. TokenVerifier does
                so at once, others after five minutes or by their own rule.

                A SAML key takes one command: the next one is in our metadata from now on and
                counts by itself, a signing key after 7 days. Until then have the new metadata
                read where that is done by hand. With --now, identity providers that verify our
                requests refuse them until they read it.
                """)
        @OptionGroup var use: KeyUseOption
        @OptionGroup var pool: PoolOption
        @Flag(help: "Do not wait until whoever needs the next key may have it.") var now = false
        @Option(help: ArgumentHelp("Of the key that is to sign; default: the pool's own.", valueName: "RS256|PS256|ES256|EdDSA"))
        var algorithm: PoolCommand.Algorithm?
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            if use.saml != nil, algorithm != nil { throw ValidationError("--algorithm is for the keys that sign tokens; SAML keys are RSA.") }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                if let use = use.saml {
                    let (key, keys) = try await composition.administration.perform(RotateSAMLKey(use, pool: pool.id, atOnce: now))
                    var answer = Answer(samlKeys: keys, at: composition.environment.now())
                    answer.notes.append(key.told(at: composition.environment.now()))
                    return answer
                }
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
