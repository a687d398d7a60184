import Administration
import ArgumentParser
import Gateway
import Glibc
import UserPools
import WireFormats

// For the day on which a key leaked.

extension KeyCommand {
    struct Withdraw: PoolCommanding {
        static let configuration = CommandConfiguration(
            abstract: "Take a leaked key back, at once.",
            discussion: """
                countersign key withdraw KID --pool POOL
                countersign key withdraw --pool POOL -- -KID       where it begins with '-'

                The key is published no more, and what it signed is refused by all who look at
                the key set again. Where it was the one that signs, the next one does.
                'countersign key list' has the KIDs. Nobody is signed out by it: apps refresh
                and get tokens of the next key; 'countersign user sign-out' ends sessions.

                A SAML key likewise: identity providers that verify our requests refuse them
                until they read our new metadata, and what is encrypted to a withdrawn key is
                decrypted no more.
                """)
        @Argument(help: ArgumentHelp("The key's id, as 'key list' has it.", valueName: "kid")) var kid: String
        @OptionGroup var pool: PoolOption
        @OptionGroup var hsm: HSMOptions
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared, hsm: hsm) { composition in
                // The id of a SAML key is longer than that of any other.
                if let id = SAMLKey.ID(kid) {
                    let (successor, keys) = try await composition.administration.perform(WithdrawSAMLKey(id, pool: pool.id))
                    var answer = Answer(samlKeys: keys, at: composition.environment.now())
                    answer.notes.append("the key \(id) is withdrawn; a running server follows within 2 seconds")
                    if let successor { answer.notes.append(successor.told(at: composition.environment.now())) }
                    return answer
                }
                let (withdrawal, keys) = try await composition.administration.perform(WithdrawKey(kid, pool: pool.id))
                var answer = composition.administration.answer(keys: keys)
                answer.notes.append("the key \(withdrawal.withdrawn) is withdrawn; a running server follows within 2 seconds")
                if let signing = withdrawal.signing {
                    answer.notes.append("the key \(signing) signs; services that keep the key set refuse new tokens until they look again")
                }
                if let left = withdrawal.left {
                    answer.notes.append(
                        "the HSM has it still, delete it there: label 'countersign \(pool.id) \(withdrawal.withdrawn)' (\(left.code))")
                }
                return answer
            }
        }
    }

    struct Reseal: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give everything that is sealed to another master key.",
            discussion: """
                countersign key reseal --new-master-key-file /etc/countersign/master-key.2

                Signing keys and client secrets are sealed anew in one transaction, then the
                old master key opens nothing of this database. The file is made where there is
                none. Start every server with --master-key-file and the new file right
                afterwards.
                """)
        @Option(help: ArgumentHelp("The master key from then on; made where the file is not there.", valueName: "FILE"))
        var newMasterKeyFile: String
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                let known = try MasterKeyFile.read(newMasterKeyFile)
                let key = try known ?? MasterKeyFile.make(newMasterKeyFile, random: composition.environment.random)
                let sealer = try Sealer(masterKey: key)
                guard sealer.masterKeyID != composition.sealer.masterKeyID else {
                    throw CommandFailure.sameMasterKey(newMasterKeyFile)
                }
                let path = InputFile.absolute(newMasterKeyFile)
                let sealed: (keys: Int, secrets: Int)
                do throws(AdministrationError) { sealed = try await composition.administration.perform(ResealSecrets(to: sealer)) } catch {
                    // Refused before anything was sealed with it. After any other error it may be the one that opens the database.
                    if known == nil, error.code == "master_key.in_use" { unlink(newMasterKeyFile) }
                    throw error
                }
                return Answer(
                    document: [
                        "master_key_id": .string(sealer.masterKeyID), "master_key_file": .string(newMasterKeyFile), "keys": .integer(sealed.keys),
                        "client_secrets": .integer(sealed.secrets), "made": .bool(known == nil),
                    ],
                    text: "Sealed \(sealed.keys) signing keys and \(sealed.secrets) client secrets with the new master key.\n",
                    notes: ["start every server with --master-key-file \(Shell.quoted(path)) now; the old master key opens nothing any more"]
                        + (known == nil ? ["made the new master key \(newMasterKeyFile): keep a copy where the database's backup is not"] : []))
            }
        }
    }
}
