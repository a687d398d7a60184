import Administration
import ArgumentParser
import FoundationEssentials
import Gateway
import Glibc
import OutgoingHTTP
import SAML
import Storage
import TokenVerifier
import UserPools
import WireFormats

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Verify tokens, by the library that services use.",
        discussion: "countersign token verify --audience https://orders.example.com < token",
        subcommands: [Verify.self])

    struct Verify: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Verify an access or an ID token, and print its claims.",
            discussion: """
                countersign token verify --audience https://orders.example.com < token
                countersign token verify --issuer https://id.example.com/POOL < token
                countersign token verify --issuer http://localhost:8080/POOL \\
                    --development < token

                Without --issuer the issuers are the pools of the database.
                For an access token the audience is the service's identifier (default: the
                issuer), for an ID token the client id.
                A token as an argument stands in the shell's history: better give it on
                standard input.
                """)
        @Option(help: ArgumentHelp("The issuer, exactly; default: the pools of the database under the public URL.", valueName: "URL")) var issuer:
            String?
        @Option(help: ArgumentHelp("Whom the token must be for.", valueName: "AUD")) var audience: String?
        @Argument(help: "The token; '-' or nothing reads standard input.") var token: String?
        @OptionGroup var publicURL: PublicURLOption
        @OptionGroup var development: DevelopmentOption
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            let token = try readToken()
            guard let issuer else {
                return try await Composition.with(shared, publicURL: publicURL, development: development) { composition in
                    try await verify(token, with: try await ownVerifier(for: token, composition))
                }
            }
            let flags = shared.flags([.publicURL: publicURL.value, .development: development.flag])
            let client = OutgoingClient(development: try GatewayConfiguration(flags: flags, file: shared.config).development)
            // The library would say only that keys are not available; whether the address may be asked is ours to explain.
            do throws(OutgoingError) { _ = try await client.destinations(ProviderMetadata.url(ofIssuer: issuer)) } catch {
                throw CommandFailure(AdministrationError.fetch(FetchError(error), url: issuer))
            }
            return try await verify(token, with: TokenVerifier(issuer: issuer, audience: audience, transport: client))
        }

        /// The longest token that is verified has 16 KiB, so a little more is enough to be told so.
        private func readToken() throws -> String {
            if let token, token != "-" { return token }
            if isatty(STDIN_FILENO) == 1 { Output.write("Paste the token, then press Enter and Ctrl-D:\n", to: STDERR_FILENO) }
            let bytes = try InputFile.read("-", limit: 64 << 10)
            let text = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard !text.isEmpty else { throw CommandFailure.noToken() }
            return text
        }

        /// A verifier for the pool that the token names, with the keys of the database. What the token names is only a choice among our own.
        private func ownVerifier(for token: String, _ composition: Composition) async throws -> TokenVerifier {
            let pools = try await composition.administration.listPools()
            let issuers = pools.map { PoolAddress(publicURL: composition.configuration.publicURL, pool: $0).issuer }
            let named = UnverifiedToken(token)?.claims["iss"]?.string
            guard let index = issuers.firstIndex(where: { $0 == named }) else {
                guard let named else { throw TokenError.malformed("it is no JSON Web Token with an iss") }
                throw CommandFailure.tokenOfNoPool(issuers: issuers, seen: named)
            }
            let keyRing = KeyRing(store: composition.storage.stores.keys, sealer: composition.sealer, environment: composition.environment)
            return try await keyRing.keys(of: pools[index]).verifier(issuer: issuers[index], audience: audience, clock: composition.environment.now)
        }

        /// Which of the two calls it is for, the token's type says; both verify that type again.
        private func verify(_ token: String, with verifier: TokenVerifier) async throws -> Answer {
            let claims: TokenClaims, kind: String
            if UnverifiedToken(token)?.isIDToken == true {
                (claims, kind) = (try await verifier.verify(idToken: token).claims, "ID token")
            } else {
                (claims, kind) = (try await verifier.verify(accessToken: token).claims, "access token")
            }
            var fields = FieldList()
            for member in claims.members.members {
                let line = JSONWriter.line([member.name: member.value]).dropFirst(member.name.utf8.count + 4).dropLast()
                switch member.value {
                case .string(let text): fields.append(member.name, text)
                case .integer(let seconds) where ["exp", "iat", "nbf", "auth_time"].contains(member.name):
                    fields.append(member.name, "\(seconds)  \(SAMLInstant.format(Date(timeIntervalSince1970: Double(seconds))))")
                case .array(let values) where values.allSatisfy({ $0.string != nil }): fields.append(member.name, values.compactMap(\.string))
                default: fields.append(member.name, String(line))
                }
            }
            return Answer(document: .object(claims.members), text: "The \(kind) is good.\n\n" + fields.text())
        }
    }
}

/// What a token says before anything of it was verified: good for choosing whom to ask, and for nothing else.
struct UnverifiedToken {
    let header: JSONObject
    let claims: JSONObject

    init?(_ token: String) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= 16 << 10, parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]) else {
            return nil
        }
        (self.header, self.claims) = (header, claims)
    }

    /// An ID token's type is JWT or absent (OpenID Connect Core §2), an access token's is at+jwt (RFC 9068 §2.1).
    var isIDToken: Bool {
        let type = header["typ"]?.string?.lowercased()
        return type == nil || type == "jwt" || type == "application/jwt"
    }

    private static func object(_ part: Substring) -> JSONObject? {
        Base64URL.decode(Array(part.utf8)).flatMap { try? JSONParser.parseObject($0) }
    }
}
