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
            countersign key rotate --pool POOL --keep-in hsm
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

                PHASE: an upcoming key is published and does not sign yet, the current one
                signs, a retired one still verifies.
                HELD IN: where the private half is: in the database, sealed, or in the HSM.
                Of SAML keys the id is the SHA-256 of the certificate; --output json has the
                certificate itself.
                """)
        @OptionGroup var use: KeyUseOption
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                guard let use = use.saml else {
                    return composition.administration.answer(keys: try await composition.administration.listKeys(pool: pool.id))
                }
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
                countersign key rotate --pool POOL --keep-in hsm
                countersign key rotate --pool POOL --now    in an emergency
                countersign key rotate --pool POOL --use saml-signing

                The key that signed until then is retired: it verifies until the last token
                that it signed has expired, then it is removed. After the first rotation there
                is always a next key, and one command a month is all.

                --algorithm of one that 'pool add-algorithm' added rotates its key. Of another
                one it does what 'pool update --signing-algorithm' does: the pool's own
                algorithm is that one, once its key signs.

                --now does not wait until everybody may have seen the new key: services that
                keep the key set refuse new tokens until they look again. TokenVerifier does
                so at once, others after five minutes or by their own rule.

                --keep-in hsm has the keys that it makes made in the HSM of --pkcs11-module,
                which they never leave, and so has every later rotation, until --keep-in
                database. Name the HSM to every server first.

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
        @Option(
            help: ArgumentHelp(
                "Where the new keys are made; default: where the one is that waits, or else the one that signs.", valueName: "hsm|database"))
        var keepIn: KeptIn?
        @OptionGroup var hsm: HSMOptions
        @OptionGroup var shared: SharedOptions

        enum KeptIn: String, ExpressibleByArgument, CaseIterable { case hsm, database }

        func validate() throws {
            if use.saml != nil, algorithm != nil { throw ValidationError("--algorithm is for the keys that sign tokens; SAML keys are RSA.") }
            if use.saml != nil, keepIn != nil { throw ValidationError("--keep-in is for the keys that sign tokens; SAML keys are in the database.") }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared, hsm: hsm) { composition in
                if let use = use.saml {
                    let (key, keys) = try await composition.administration.perform(RotateSAMLKey(use, pool: pool.id, atOnce: now))
                    var answer = Answer(samlKeys: keys, at: composition.environment.now())
                    answer.notes.append(key.told(at: composition.environment.now()))
                    return answer
                }
                let (step, keys) = try await composition.administration.perform(
                    RotateKey(
                        pool: pool.id, algorithm: algorithm.flatMap { SigningAlgorithm(rawValue: $0.rawValue) },
                        in: keepIn.flatMap { KeyPlace(rawValue: $0.rawValue) }, atOnce: now))
                var answer = composition.administration.answer(keys: keys)
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

extension Administration {
    func answer(keys: [SigningKey]) -> Answer {
        let places = places(of: keys)
        var table = Table([
            .init(title: "KEY ID", isWhole: true), .init(title: "ALGORITHM"), .init(title: "PHASE"), .init(title: "HELD IN"), .init(title: "CREATED"),
        ])
        for key in keys {
            table.append(
                key.id.text, key.algorithm, key.phase.rawValue, places[key.id]?.rawValue ?? "-", String(SAMLInstant.format(key.createdAt).prefix(10)))
        }
        return Answer(
            document: .array(keys.map { .object($0.document(heldIn: places[$0.id])) }),
            text: table.text(orIfEmpty: "No keys; the server makes one at first use."))
    }
}

extension SigningKey {
    /// What an admin does with an upcoming key.
    var nextStep: String {
        "the \(algorithm) key \(id) is published and does not sign yet"
            + (maySignFrom.map { "; the same command again after \(SAMLInstant.format($0)) lets it sign" } ?? "")
    }

    fileprivate func document(heldIn place: KeyPlace?) -> JSONObject {
        func time(_ date: Date?) -> JSONValue { date.map { .string(SAMLInstant.format($0)) } ?? .null }
        return [
            "kid": .string(id.text), "algorithm": .string(algorithm), "phase": .string(phase.rawValue),
            "held_in": place.map { .string($0.rawValue) } ?? .null, "created_at": time(createdAt),
            "retired_at": time(retiredAt), "may_sign_from": time(maySignFrom), "published_until": time(publishedUntil),
        ]
    }
}
