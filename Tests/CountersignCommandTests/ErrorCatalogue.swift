import Administration
import Foundation
import NIOCore
import OpenIDConnect
import Storage
import TokenVerifier
import UserPools
import XMLSecurity

@testable import CountersignCommand
@testable import Gateway
@testable import GatewayServer
@testable import SAML

/// One value at least of every error that has a code, as the command line shows it. From these docs/errors.md has its remedies.
enum ErrorCatalogue {
    /// By code; one code can have several remedies.
    static func remedies() async throws -> [String: [Shown]] {
        var shown: [String: [Shown]] = [:]
        for problem in try await problems() {
            let text = problem.remedy.replacing(SAMLInstant.format(moment), with: "TIME")
            var known = shown[problem.code] ?? []
            if let index = known.firstIndex(where: { $0.text == text }) {
                known[index].acts += problem.acts.filter { !known[index].acts.contains($0) }
            } else {
                known.append(Shown(text: text, acts: problem.acts))
            }
            shown[problem.code] = known
        }
        return shown
    }

    struct Shown {
        let text: String
        var acts: [Remedy]

        /// As a cell of a table.
        var cell: String {
            acts.isEmpty ? text : text + " Try: " + acts.map { "`\($0.command(at: Place()))`" }.joined(separator: " or ")
        }
    }

    /// Stands for a time in a remedy.
    private static let moment = Date(timeIntervalSince1970: 1_900_000_000)

    private static func problems() async throws -> [CommandFailure.Problem] {
        let values: [any Diagnosable] =
            saml + SAMLError.ofXML + openID + tokens + proofs + requests + OAuthError.Code.allCases.map { OAuthError($0, "") } + signIn + admin
        return values.map { CommandFailure($0) }.flatMap(\.problems) + protocols + (try await command())
    }

    // MARK: the protocols' rooms

    private static let saml: [SAMLError] =
        [
            .badRequest(""), .malformed(""), .tooLarge(limit: 0), .version(seen: nil), .issuer(expected: "", seen: nil),
            .destination(expected: "", seen: nil), .subject(""), .subjectConfirmation(""), .recipient(expected: "", seen: nil),
            .inResponseTo(expected: nil, seen: nil), .unsolicited, .expired("", at: moment, now: moment), .notYetValid("", from: moment, now: moment),
            .malformedTime("", seen: nil), .conditions(""), .audience(expected: "", found: []), .authnStatement(""), .noAuthnStatement,
            .attribute(name: "", ""), .ambiguousFriendlyName(""), .subjectAttribute(name: "", ""),
            .logoutMessage(""), .logoutDestination(expected: "", seen: nil), .artifact(""), .artifactResolution(""), .artifactUnknown,
            .metadataRoot(seen: ""), .metadataEntityID(seen: nil), .metadataEntity(expected: "", found: []), .metadataChoice(found: []),
            .metadataNoIdentityProvider(found: []), .metadataExpired(validUntil: moment, now: moment), .metadataTime(seen: ""), .metadataWithoutEnd,
            .metadataRolledBack(validUntil: moment, held: moment),
            .metadataWithoutMembers(read: 0),
            .metadataNoSigningKey, .metadataOnlyEncryptionKeys, .metadataCertificate(""), .metadataTooManyKeys(count: 0, limit: 0),
            .metadataNoSingleSignOn(bindings: []), .metadataEndpoint(seen: ""), .status(nil),
        ] + ["AuthnFailed", "RequestDenied", "Requester", "Responder"].map { .status(Status(code: $0)) }

    private static let openID: [RelyingPartyError] =
        [
            .callback(""), .state, .mixUp(expected: "", seen: nil), .mixUp(expected: "", seen: ""), .declined, .unreachable(.token, .timeout),
            .answer(.token, problem: ""), .answer(.token, problem: "", isOutage: true), .noIDToken, .authenticationTime(seen: nil),
            .otherSubject(.userInfo), .tenant(seen: nil), .clientKey,
        ] + ["invalid_scope", "login_required", "invalid_client", "server_error", ""].map { .refused($0) }
        + ["invalid_client", "invalid_grant", ""].map { .tokenRefused($0) } + tokens.map { .idToken($0) }

    private static let tokens: [TokenError] = [
        .malformed(""), .algorithm(expected: [], seen: ""), .header(""), .unknownKey(keyID: nil), .signature, .type(expected: "", seen: nil),
        .tokenUse(expected: "", seen: ""), .issuer(expected: "", seen: nil), .audience(expected: "", seen: []),
        .authorizedParty(expected: "", seen: nil),
        .expired(at: moment, now: moment), .notYetValid(from: moment, now: moment), .claim("", problem: ""), .nonce, .accessTokenHash,
        .authenticationTooOld(seen: nil), .insufficientScope(expected: [], seen: []), .group(expected: [], seen: []), .keysNotAtHand,
        .keysUnavailable(""), .keySet(""), .providerMetadata(""),
    ]

    private static let requests: [RequestError] = [.noToken, .malformed, .certificate, .unavailable]

    private static let proofs: [DPoPError] = [
        .missing, .several, .malformed(""), .type(seen: nil), .algorithm(expected: [], seen: ""), .key(""), .signature, .claim("", problem: ""),
        .method(expected: "", seen: ""), .url(expected: "", seen: ""), .issuedAt(moment, now: moment), .expired(at: moment, now: moment),
        .notYetValid(from: moment, now: moment), .nonce, .accessTokenHash, .replayed, .otherKey(expected: "", seen: ""), .bearer, .unboundToken,
    ]

    /// What stands in the message of another error, and has a code and a remedy nevertheless.
    private static let protocols: [CommandFailure.Problem] =
        RedirectURIError.allCases.map { .init(code: $0.code, message: "", remedy: $0.remedy) }
        + SigningKeyError.ofSoftware.map { .init(code: $0.code, message: "", remedy: $0.remedy) }
        + ([
            .notConfigured, .library(path: "", reason: ""), .token(label: "", found: []), .pinFile(path: "", reason: ""), .pin(answer: ""),
            .unavailable(call: "", answer: ""), .busy, .noKey(keyID: "", found: 0), .otherKey(keyID: ""), .notConfined(keyID: ""), .algorithm(""),
            .refused(call: "", answer: ""),
        ] as [SecurityModuleError]).map { .init(code: $0.code, message: "", remedy: $0.remedy) }
        + [HTTPTransportError.notAllowed, .tooLarge, .timeout, .unreachable, .untrustedCertificate].map {
            .init(code: $0.code, message: "", remedy: $0.remedy)
        }
        + ([
            .damaged(""), .encoding(""), .constraint("", table: ""), .index(""), .tableUnreadable("", reason: ""),
            .notText(table: "", key: "", column: ""), .notJSON(table: "", key: "", column: ""), .noOwner(table: "", key: ""),
            .unreadable("", pool: ""),
        ] as [DatabaseFinding]).map { .init(code: $0.code, message: "", remedy: $0.remedy) }

    // MARK: the flows

    private static let signIn: [any Diagnosable] = signInErrors + attributeErrors + signOut + signOutErrors + forwardAuth + console + malformed

    private static let signInErrors: [SignInError] = [
        .unknownPool, .unknownClient(seen: nil), .redirectURI(seen: nil), .unknownProvider(""), .noProvider, .unknownRequest,
        .otherBrowser(cookieSeen: false), .unknownState, .otherBrowserState(cookieSeen: false), .unsolicited(issuer: nil), .artifactNotAwaited(""),
        .noInitiateLoginURI,
        .replayed,
        .transientSubject, .unmetContext(asked: [], seen: nil), .groupOverage(canFetch: true), .groupOverage(canFetch: false), .providerDisabled(""),
        .clientDisabled, .userDisabled,
        .notAdmitted(groups: []),
        .formToken(cookieSeen: false), .trialTicket, .tooManyStarted,
        .tooManyCodes, .tooManyForUser(.init(limit: 60)),
        .tooManyAnswers, .busy, .unexpected(""), .unknownMember(of: "", entityID: ""), .memberExpired(of: "", entityID: ""),
        .memberUnavailable(of: "", entityID: ""),
        .memberScope(of: "", entityID: "", attribute: ""),
        .unproven(.unsolicited(issuer: nil)), .unproven(.artifactNotAwaited("")), .unproven(.saml(.xml(.sha1NotAllowed("")))),
        .unproven(.saml(.xml(.signatureOrder))), .unproven(.saml(.xml(.inclusiveNotAllowed("")))), .unproven(.saml(.xml(.cbcNotAllowed("")))),
        .unproven(.saml(.xml(.encoding("ISO-8859-1")))),
    ]

    private static let attributeErrors: [AttributeError] = [
        .unknownAttribute("ATTRIBUTE"), .missingSource(attribute: "ATTRIBUTE", source: "SOURCE"),
        .severalValues(attribute: "ATTRIBUTE", source: "SOURCE", count: 2), .wrongType(attribute: "", expected: ""), .malformedEmail,
        .tooLong(attribute: ""), .controlCharacter(attribute: ""),
    ]

    private static let signOut = [AppClient.ID("8k2m5q7t9w3x6z4b7d2f5h8j3n")!, nil].map { SignOutNotice(asked: "", client: $0) }
    private static let forwardAuth: [ForwardAuthError] = [.untrusted, .client(seen: nil), .host(seen: nil), .state, .denied, .signIn("")]

    private static let console: [ConsoleError] = [
        .unknownPool(""), .signedOut, .stale(maximum: 3600), .signInRefused, .unmetACR(asked: "", seen: []), .notMember(group: ""),
        .formToken(cookieSeen: false),
        .tooMany(.init(limit: 240)), .ownAccount, .ownProvider("corp"), .confirmation,
    ]

    private static let signOutErrors: [SignOutError] =
        [
            .unknownProvider(issuer: nil), .unknownRequest, .missingState, .unknownState, .switchedOff(""), .memberExpired(of: "", entityID: ""),
            .other(.replayed),
            .other(.tooManyAnswers), .other(.busy), .other(.providerDisabled("")), .other(.saml(.inResponseTo(expected: nil, seen: nil))),
        ] + tokens.map { .other(.oidc(.idToken($0))) }
    private static let malformed: [MalformedRequest] = [.form, .tooLarge, .tooSlow, .tooMany, .tooOften(.init(limit: 60))]

    // MARK: administration

    private static let admin: [any Diagnosable] = {
        let pool = UserPool.ID("local_123456789")!, key = SigningKey.ID("the-key-of-an-example")!
        let samlKey = SAMLKey.ID(String(repeating: "a", count: 64))!
        let problem = Problem(.redirectURI, "", "is needed at least once", example: .give(.redirectURI, "https://app.example.com/callback"))
        return [
            AdministrationError.problems([problem]), AdministrationError.protected(pool: pool), .changedMeanwhile(""),
            .twoSecrets(client: "", until: moment),
        ]
            + Missing.allCases.map { AdministrationError.notFound($0, name: "", pool: nil) }
            + ([.conflict(what: ""), .unavailable(reason: ""), .corrupt(what: ""), .rightLost] as [StoreError])
            + ([.wrongKeyLength(0), .notSealed, .notOpened, .inUse(publicURL: "")] as [SealError])
            + ([
                .tooYoung(key, algorithm: "EdDSA", publishedAt: moment, maySignFrom: moment, pool: pool), .rotatedMeanwhile(key, pool: pool),
                .tooSoon(rotatedAt: moment, from: moment, pool: pool), .tooMany(16, from: moment, pool: pool), .unknownKey(key, pool: pool),
                .noKey(algorithm: "RS256"),
            ] as [KeyRotationError])
            + ([
                .announced(samlKey, from: moment, pool: pool), .changedMeanwhile(samlKey, pool: pool), .tooMany(4, from: moment, pool: pool),
                .unknown(samlKey, pool: pool),
            ] as [SAMLKeyError])
            + ([
                .notPending(isKey: false), .notPending(isKey: true), .noPrevious, .untested, .stillPending, .refused(seen: "", isKey: false),
                .refused(seen: "", isKey: true), .unclear(seen: ""), .changedMeanwhile,
            ] as [ClientSecretError])
            + ([
                .refusedURL(reason: ""), .unreachable(reason: ""), .untrustedCertificate(store: ""), .status(404), .tooLarge(limit: 0),
            ] as [FetchError])
            + ([
                .malformedURL(""), .passwordInURL, .cannotConnect(location: "", reason: ""), .unverifiedServer(location: "", reason: ""),
                .cannotOpen(path: "", reason: ""), .locked(path: ""),
                .notDurable(setting: "", expected: "", seen: ""), .newerSchema(found: 2, known: 1), .olderSchema(found: 1, known: 2),
                .unfinishedCopy(location: ""), .migrationFailed(version: 1, reason: ""),
            ] as [StorageError])
            + ([
                .inUse(location: "", publicURL: ""), .notEmpty(location: "", table: ""), .otherCopy(location: ""),
                .differs(table: "", expected: "", seen: ""),
            ] as [CopyRefusal])
            + ([.notText(column: ""), .noOwner, .taken, .tooLong, .refused] as [CopyRefusal.RowProblem])
            .map { CopyRefusal.row(table: "", key: "", $0) }
            + ([
                .notABackup(path: ""), .version(path: "", seen: 0), .otherKey(path: "", expected: "", seen: ""), .damaged(path: "", chunk: nil),
                .truncated(path: "", expected: nil, seen: 0), .differs(path: "", ""), .exists(path: ""), .cannotRead(path: "", reason: ""),
                .cannotWrite(path: "", reason: ""), .othersFolder(folder: "", owner: "USER", asOwner: "runuser -u USER --"),
                .noFolder(
                    folder: "", owner: "USER", making: "install -d -o USER -g GROUP -m 700 FOLDER", asOwner: "runuser -u USER --"),
            ] as [BackupRefusal]) + lint
    }()

    private static let lint: [ProviderFinding] =
        [
            .metadataEnded(at: moment), .metadataEnds(at: moment), .unsignedAggregate, .weakKey("", sha256: ""),
            .certificateEnded(sha256: "", at: moment), .certificateEnds(sha256: "", at: moment), .plainHTTP(""), .noSingleLogout, .metadataByHand,
            .nothingMapped, .membersLeftOut(1, of: 2, first: nil), .neverSeen(attribute: "ATTRIBUTE", sources: [], people: 1),
        ] + [.exceptionEnded(.sha1, at: moment), .exceptionEnds(.sha1, at: moment), .exceptionWithoutDate(.missingAuthnStatement)]

    // MARK: the command line and its server

    private static func command() async throws -> [CommandFailure.Problem] {
        let files: [any Diagnosable] =
            ([.cannotRead(name: "", reason: ""), .tooLarge(name: "", limit: 0)] as [InputError])
            + ([.certificate(path: ""), .key(path: ""), .mismatch] as [TLSFileError])
            + ([
                .cannotRead(path: "", reason: ""), .readableByOthers(path: "FILE", mode: 0o644), .wrongLength(path: "", count: 0), .missing(path: ""),
                .cannotMake(path: "", reason: ""),
                .other(path: "FILE", expected: "", seen: ""), .inTheWay(path: "FILE", expected: "", seen: ""),
            ] as [MasterKeyError])
            + ([
                .cannotRead(path: "", reason: ""), .readableByOthers(path: "FILE", mode: 0o644), .malformed(path: ""), .exists(path: ""),
                .cannotMake(path: "", reason: ""),
            ] as [BackupKeyError])
            + ([
                .noPool, .diskSpace(path: "", free: 0), .providerEnds("", .certificate, at: moment), .noPublicURL, .nameWithoutAddress(host: ""),
                .unreachable(url: "", seen: ""), .otherIssuer(url: "", expected: "", seen: ""), .certificateEnded(host: "", at: moment),
                .certificateEnds(host: "", at: moment), .noSigningKey(pool: "", algorithm: ""), .clockNotKept, .clocksDiffer(seconds: 0),
                .proxyNotNamed, .proxyTellsNobody(proxy: ""), .addressIsForged, .noArrival(url: "", status: 0),
                .noBackup, .oldBackup(of: moment),
            ] as [DoctorFinding])
            + listening() + ([.notSet("NAME"), .empty, .ownSetting(""), .outside(""), .notASecret(""), .misplaced("")] as [ConfigReferenceError])
        let document: [ConfigProblem.Cause] = [
            .syntax(""), .unknownField("nmae", known: ["name"]), .expected(field: "FIELD", "", seen: ""), .missing(field: "FIELD"), .twice(""),
            .same(as: nil),
            .several(["FIELD", "OTHER"]),
            .ambiguous("id"), .fixed(field: "FIELD", before: ""),
        ]
        let own: [CommandFailure] = [
            .noTerminal(""), .otherName(than: "NAME"),
            .otherPublicURL("URL", than: "", seenSecondsAgo: 0, goneAfter: Int(RunningServer.presumedGoneAfter)),
            .sameMasterKey(""), .noToken(), .tokenOfNoPool(issuers: [], seen: ""), .xmlLibrary(.noKeys), .privateKey("", .noKeys),
            .inheritedSockets(""), .notReady(at: "", seen: ""), .demoPortTaken(8080), .demoFailed(""),
            .unforeseen(CancellationError()),
            .wrongUsage("", of: "countersign COMMAND"), .answerLost(""), .otherPlan("", than: ""),
            DatabaseLocation(url: "sqlite:/none").missing(in: "/"),
        ]
        return files.flatMap { CommandFailure($0).problems } + own.flatMap(\.problems) + document.map { ConfigProblem(at: nil, $0).shown(in: "FILE") }
            + (try await settings())
    }

    private static func listening() -> [ListenError] {
        let address = GatewayConfiguration.ListenAddress.loopback(8080)
        let errors: [any Error] =
            [EADDRINUSE, EACCES, EADDRNOTAVAIL, EINVAL].map { IOError(errnoCode: $0, reason: "") } + [SocketAddressError.unsupported]
        return errors.compactMap { ListenError($0, address: address) }
    }

    /// What a configuration is refused with, from one in which nothing is right.
    private static func settings() async throws -> [CommandFailure.Problem] {
        func refused(
            _ flags: [Setting: String], serving: Bool = false, inherited: [GatewayConfiguration.ListenAddress] = []
        ) -> [CommandFailure.Problem] {
            do throws(CommandFailure) {
                _ = try GatewayConfiguration(flags: flags, file: nil, environment: ["HOME": "/none"], serving: serving, inherited: inherited)
                return []
            } catch { return error.problems }
        }
        let wrong = Dictionary(
            uniqueKeysWithValues: Setting.allCases.map {
                (
                    $0,
                    [
                        .masterKeyFile, .tlsCertificate, .tlsKey, .pkcs11Module, .pkcs11Token, .pkcs11PINFile, .otlpHeadersFile, .consoleGroup,
                        .consoleACR,
                    ].contains($0) ? "" : "?"
                )
            })
        let problems =
            refused(wrong) + refused([.listen: "0.0.0.0:0"], serving: true)
            + refused([:], serving: true, inherited: [.loopback(8080), .loopback(8081)])
            + refused([.listen: "127.0.0.1:8080"], serving: true, inherited: [.loopback(8081)]) + refused([.tlsKey: "key"])
            + refused([.tlsCertificate: "certificate"])
            + refused([.clientCertificateHeader: "Client-Cert"]) + refused([.mtlsListen: "0.0.0.0:8443"])
            + refused([.mtlsURL: "https://mtls.id.example.com"])
            + refused([.consolePool: "local_123456789"]) + refused([.consoleGroup: "admins"]) + refused([.consoleACR: "mfa"])
            + refused([.mtlsListen: "0.0.0.0:0", .tlsCertificate: "c", .tlsKey: "k", .publicURL: "https://id.example.com"], serving: true)
            + refused([.otlpHeadersFile: "headers"], serving: true) + refused([.traceSample: "0.1"], serving: true)
            + refused([.traceFromProxy: "true", .trustedProxy: "127.0.0.1"], serving: true)
            + refused([.traceFromProxy: "true", .otlpEndpoint: "http://127.0.0.1:4318"], serving: true)
            + refused([.otlpHeadersFile: "headers", .otlpEndpoint: "http://otlp.example.com:4318"])
            + refused([.pkcs11Module: "module.so"]) + refused([.pkcs11Token: "token"])
            + refused([.database: "postgresql://countersign@db.example.com/countersign"])
        return try await TestFolder.with { folder in
            let files = try ["{", #"{"listn": "x"}"#].map { ConfigurationFile.read(try folder.write($0, to: "configuration.json")).problems }
            try folder.write("", to: "countersign.db")
            var left: [CommandFailure.Problem] = []
            try folder.write("no header".utf8, to: "headers")
            try folder.write("X-A: b".utf8, to: "open-headers", mode: 0o644)
            try folder.write([UInt8](repeating: 0x23, count: 5_000), to: "large-headers")
            for name in ["headers", "open-headers", "large-headers", "no-headers", "."] {
                do throws(CommandFailure) { _ = try TracingSettings.headers(folder.file(name)) } catch { left += error.problems }
            }
            do throws(CommandFailure) {
                try DatabaseLocation.standard(environment: ["HOME": folder.file("home")], user: 1)?.requireNothingLeftBehind(in: folder.path)
            } catch { left += error.problems }
            return (problems + files.joined() + left).map { problem in
                .init(code: problem.code, message: "", remedy: problem.remedy.replacing(folder.path, with: "/FOLDER"), acts: problem.acts)
            }
        }
    }
}
