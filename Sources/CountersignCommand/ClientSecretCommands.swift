import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import UserPools
import WireFormats

extension ProviderCommand {
    struct Secret: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "secret", abstract: "Replace the client secret or key at an OpenID provider, a stage at a time.",
            discussion: """
                countersign idp secret set google --pool POOL --client-secret-file new.txt
                countersign idp secret test google --pool POOL
                countersign idp secret finish google --pool POOL
                countersign idp secret show google --pool POOL

                Make another secret at the provider, and leave the one that is used. 'set'
                keeps the new one pending, 'test' asks the provider whether it takes it,
                'finish' uses it from then on; end the old one at the provider then. 'back'
                undoes 'finish'. A sign-in sends the current one and no other.
                """,
            subcommands: [Set.self, Test.self, Finish.self, Back.self, Forget.self, Show.self])

        struct Set: ProviderCommanding {
            static let configuration = CommandConfiguration(
                abstract: "Keep another secret or key, pending: no sign-in uses it.",
                discussion: """
                    countersign idp secret set google --pool POOL --client-secret-file new.txt
                    countersign idp secret set corp --pool POOL --client-key-file new.pem \\
                        --key-id 2027

                    One that was pending goes. What is given must be of the kind that the provider
                    is sent already: from a secret to a key, or back, is 'idp update', at once.
                    """)
            @Argument(help: "The provider's name.") var name: String
            @Option(help: ArgumentHelp("The client secret as a file of one line; '-' is standard input.", valueName: "FILE"))
            var clientSecretFile: String?
            @Option(help: ArgumentHelp("The private key in PEM (PKCS #8; RSA or P-256).", valueName: "FILE")) var clientKeyFile: String?
            @Option(
                name: .customLong("key-id"), help: ArgumentHelp("What the provider calls that key; else its RFC 7638 thumbprint.", valueName: "KID"))
            var keyID: String?
            @OptionGroup var pool: PoolOption
            @OptionGroup var shared: SharedOptions

            func validate() throws {
                guard (clientSecretFile == nil) != (clientKeyFile == nil) else {
                    throw ValidationError("Give --client-secret-file or --client-key-file.")
                }
                guard keyID == nil || clientKeyFile != nil else { throw ValidationError("--key-id goes with --client-key-file.") }
            }

            func answer() async throws -> Answer {
                try await Composition.with(shared) { composition in
                    let replaced = try await composition.administration.openIDProvider(name, pool: pool.id).oidc?.pendingSecret != nil
                    let act = SetClientSecret(try given(), of: name, pool: pool.id)
                    var answer = try await composition.administration.perform(act).secretsAnswer(composition)
                    if replaced { answer.notes.append("the one that was pending is gone") }
                    let next = Remedy.testClientSecret.command(at: place, of: composition.installation)
                    answer.notes.append("no sign-in sends it yet; try it: " + next)
                    return answer
                }
            }

            private func given() throws(InputError) -> SetClientSecret.Given {
                if let clientKeyFile { return .key(try OIDCProviderOptions.key(in: clientKeyFile), id: keyID) }
                return .secret(try OIDCProviderOptions.secret(in: clientSecretFile ?? ""))
            }
        }

        struct Test: ProviderCommanding {
            static let configuration = CommandConfiguration(
                abstract: "Ask the provider whether it takes the pending one.",
                discussion: """
                    countersign idp secret test google --pool POOL

                    The provider's token endpoint is asked for tokens with a code that nobody gave.
                    Where it refuses the code (invalid_grant) it has taken us for who we are,
                    unless it says the same to anybody: so it is asked once more with a secret that
                    nobody has, which it must refuse. Nobody signs in by it.

                    Exit status: 0 proven, 1 refused, or unclear, which the message says.
                    """)
            @Argument(help: "The provider's name.") var name: String
            @OptionGroup var pool: PoolOption
            @OptionGroup var publicURL: PublicURLOption
            @OptionGroup var development: DevelopmentOption
            @OptionGroup var shared: SharedOptions

            func answer() async throws -> Answer {
                try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                    let provider = try await composition.administration.openIDProvider(name, pool: pool.id)
                    let userPool = try await composition.administration.pool(pool.id)
                    let redirectURI = provider.redirectURIs(in: userPool, composition.configuration).first ?? ""
                    let act = TestClientSecret(of: name, pool: pool.id, redirectURI: redirectURI)
                    var answer = try await composition.administration.perform(act).secretsAnswer(composition)
                    answer.notes.append(
                        "the provider takes it; this uses it: "
                            + composition.installation.command("idp", "secret", "finish", name, "--pool", pool.id))
                    return answer
                }
            }
        }

        struct Finish: ProviderCommanding {
            static let configuration = CommandConfiguration(
                abstract: "Use the pending one from now on; the one before is kept as the previous one.",
                discussion: """
                    countersign idp secret finish google --pool POOL
                    countersign idp secret finish google --pool POOL --untested --yes

                    Refused where the provider was not seen to take it, unless --untested says so:
                    if it is a wrong one, nobody signs in by this provider until 'back'.
                    """)
            @Argument(help: "The provider's name.") var name: String
            @Flag(help: "Also where 'test' has not proven it.") var untested = false
            @OptionGroup var confirmation: Confirmation
            @OptionGroup var pool: PoolOption
            @OptionGroup var shared: SharedOptions

            func answer() async throws -> Answer {
                try await Composition.with(shared) { composition in
                    let before = try await composition.administration.openIDProvider(name, pool: pool.id)
                    if untested, let pending = before.oidc?.pendingSecret, pending.testedAt == nil {
                        try confirmation.require(
                            before.settings.name.text,
                            "'\(name)' was not seen to take the pending client secret or key. If it does not, nobody signs in by it.",
                            to: "use it all the same")
                    }
                    let act = FinishClientSecret(of: name, pool: pool.id, mayBeUntested: untested)
                    var answer = try await composition.administration.perform(act).secretsAnswer(composition)
                    answer.notes.append("a running server uses it within 2 seconds; end the old one at the provider after that")
                    answer.notes.append(composition.wayBack(of: name, pool: pool.id))
                    return answer
                }
            }
        }

        struct Back: ProviderCommanding {
            static let configuration = CommandConfiguration(
                abstract: "Use the previous one again; the one that was used is pending then.",
                discussion: """
                    countersign idp secret back google --pool POOL

                    The provider must take the previous one still. What becomes pending has to be
                    tested before it is used again.
                    """)
            @Argument(help: "The provider's name.") var name: String
            @OptionGroup var pool: PoolOption
            @OptionGroup var shared: SharedOptions

            func answer() async throws -> Answer {
                try await Composition.with(shared) { composition in
                    let act = ReturnClientSecret(of: name, pool: pool.id)
                    var answer = try await composition.administration.perform(act).secretsAnswer(composition)
                    answer.notes.append("a running server uses the previous one within 2 seconds")
                    return answer
                }
            }
        }

        struct Forget: ProviderCommanding {
            static let configuration = CommandConfiguration(
                abstract: "Delete the pending or the previous one.",
                discussion: """
                    countersign idp secret forget google --pool POOL --previous
                    countersign idp secret forget google --pool POOL --pending --yes

                    On a terminal it asks for the provider's name; elsewhere --yes is needed.
                    """)
            @Argument(help: "The provider's name.") var name: String
            @Flag var spare: SpareSecret
            @OptionGroup var confirmation: Confirmation
            @OptionGroup var pool: PoolOption
            @OptionGroup var shared: SharedOptions

            func answer() async throws -> Answer {
                try await Composition.with(shared) { composition in
                    let provider = try await composition.administration.openIDProvider(name, pool: pool.id).settings
                    try confirmation.require(
                        provider.name.text, "The \(spare.rawValue) client secret or key of '\(name)' is gone then: it is nowhere else here.")
                    let act = ForgetClientSecret(spare.stage, of: name, pool: pool.id)
                    return try await composition.administration.perform(act).secretsAnswer(composition)
                }
            }
        }

        struct Show: ProviderCommanding {
            static let configuration = CommandConfiguration(
                abstract: "Which secrets or keys there are, since when, and when they were proven; never one of them.",
                discussion: """
                    countersign idp secret show google --pool POOL

                    Of a key (private_key_jwt) the public half is shown as a JWK.
                    """)
            @Argument(help: "The provider's name.") var name: String
            @OptionGroup var pool: PoolOption
            @OptionGroup var shared: SharedOptions

            func answer() async throws -> Answer {
                try await Composition.with(shared) { composition in
                    try await composition.administration.openIDProvider(name, pool: pool.id).secretsAnswer(composition)
                }
            }
        }
    }
}

/// `--pending`, `--previous`.
enum SpareSecret: String, EnumerableFlag {
    case pending, previous

    static func help(for value: SpareSecret) -> ArgumentHelp? {
        switch value {
        case .pending: "The one that is not used yet."
        case .previous: "The one that was used before."
        }
    }

    var stage: ForgetClientSecret.Stage {
        switch self {
        case .pending: .pending
        case .previous: .previous
        }
    }
}
