import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import OpenIDConnect
import SAML
import UserPools

// A pool that signs by several algorithms.

extension PoolCommand.Algorithm {
    var signing: SigningAlgorithm {
        switch self {
        case .rs256: .RS256
        case .ps256: .PS256
        case .es256: .ES256
        case .edDSA: .EdDSA
        }
    }
}

extension PoolCommand {
    struct AddAlgorithm: AnsweringCommand {
        static let configuration = CommandConfiguration(
            commandName: "add-algorithm", abstract: "Sign by one more algorithm, for clients that ask for it.",
            discussion: """
                countersign pool add-algorithm POOL RS256
                countersign client update CLIENT_ID --pool POOL \\
                    --id-token-signed-response-alg RS256

                Its first key is published and signs for whoever asks; access tokens, and all
                for which no client asks, have the pool's own algorithm as before. With
                'key rotate --algorithm' its keys are rotated as others are.

                Of the pool's own algorithm: it goes on when another one takes its place.
                """)
        @Argument(help: "The pool's id.") var pool: String
        @Argument(help: ArgumentHelp("RS256, PS256, ES256 or EdDSA.", valueName: "algorithm")) var algorithm: Algorithm
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: pool) }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                let before = try await composition.administration.pool(pool)
                let after = try await composition.administration.perform(AddSigningAlgorithm(algorithm.signing, to: pool))
                var answer = after.answer(composition.configuration)
                if after.signingAlgorithms != before.signingAlgorithms {
                    let known = composition.environment.now().addingTimeInterval(SigningKey.publishedBefore)
                    answer.notes.append(
                        "a running server follows within 2 seconds; apps that sign people in already, and keep the key set, know the new key"
                            + " from \(SAMLInstant.format(known)) on")
                }
                return answer
            }
        }
    }

    struct RemoveAlgorithm: AnsweringCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove-algorithm", abstract: "End an algorithm for which no client asks.",
            discussion: """
                countersign pool remove-algorithm POOL RS256

                What was signed by it verifies until the last token has expired. The pool's own
                algorithm is changed by 'pool update --signing-algorithm'.
                """)
        @Argument(help: "The pool's id.") var pool: String
        @Argument(help: ArgumentHelp("One of those that were added.", valueName: "algorithm")) var algorithm: Algorithm
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var shared: SharedOptions
        var place: Place { Place(pool: pool) }

        func answer() async throws -> Answer {
            try await Composition.with(shared, publicURL: publicURL) { composition in
                try await composition.administration.perform(RemoveSigningAlgorithm(algorithm.signing, from: pool)).answer(composition.configuration)
            }
        }
    }
}
