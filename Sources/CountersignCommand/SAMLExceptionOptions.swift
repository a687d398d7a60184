import Administration
import ArgumentParser
import FoundationEssentials
import UserPools

/// What is tolerated of one SAML provider: each until a day, past which it ends by itself.
struct SAMLExceptionOptions: ParsableArguments {
    @Option(
        name: .customLong("allow-sha1-until"),
        help: ArgumentHelp("Accept SHA-1 signatures and short RSA keys until then; a past date ends it.", valueName: "DATE"))
    var sha1: Moment?
    @Option(
        name: .customLong("allow-missing-authn-statement-until"),
        help: ArgumentHelp("Accept assertions that do not say when the person signed in until then.", valueName: "DATE"))
    var missingAuthnStatement: Moment?
    @Option(
        name: .customLong("allow-any-signature-order-until"),
        help: ArgumentHelp("Accept a signature at another place than the standard's until then.", valueName: "DATE"))
    var anySignatureOrder: Moment?
    @Option(
        name: .customLong("allow-clock-skew-until"),
        help: ArgumentHelp("Accept a clock that is wrong by three minutes instead of one until then.", valueName: "DATE"))
    var clockSkew: Moment?
    @Option(
        name: .customLong("allow-cbc-until"),
        help: ArgumentHelp("Decrypt AES-CBC in responses that are signed as a whole until then; a past date ends it.", valueName: "DATE"))
    var cbc: Moment?
    @Option(
        name: .customLong("allow-latin1-until"),
        help: ArgumentHelp("Accept documents that say that they are in ISO-8859-1 until then.", valueName: "DATE"))
    var latin1: Moment?
    @Option(
        name: .customLong("allow-inclusive-c14n-until"),
        help: ArgumentHelp("Accept signatures over inclusive canonical form until then.", valueName: "DATE"))
    var inclusiveC14N: Moment?
    @Option(help: ArgumentHelp("Why the exceptions are made; 'idp show' repeats it.", valueName: "REASON")) var because: String?
    @Flag(inversion: .prefixedNo, help: "The same for a year from now; --no-… ends it.") var allowMissingAuthnStatement: Bool?
    @Flag(inversion: .prefixedNo, help: "The same for a year from now; --no-… ends it.") var allowAnySignatureOrder: Bool?
    @Flag(name: .customLong("no-allow-clock-skew"), help: "End it.") var endsClockSkew = false

    private var dated: [SAMLExceptions.Quirk: Date] {
        [
            .sha1: sha1, .missingAuthnStatement: missingAuthnStatement, .anySignatureOrder: anySignatureOrder, .clockSkew: clockSkew, .cbc: cbc,
            .latin1: latin1, .inclusiveC14N: inclusiveC14N,
        ]
        .compactMapValues { $0?.date }
    }

    private var flags: [SAMLExceptions.Quirk: Bool] {
        [.missingAuthnStatement: allowMissingAuthnStatement, .anySignatureOrder: allowAnySignatureOrder, .clockSkew: endsClockSkew ? false : nil]
            .compactMapValues(\.self)
    }

    var isEmpty: Bool { dated.isEmpty && flags.isEmpty && because == nil }

    func validate() throws {
        guard because == nil || !dated.isEmpty || flags.values.contains(true) else {
            throw ValidationError("--because gives the reason of an exception: give the exception with it, as --allow-sha1-until DATE.")
        }
        guard because.map({ (1...500).contains($0.utf8.count) }) ?? true else { throw ValidationError("--because takes 1 to 500 bytes.") }
    }

    func apply(to settings: inout SAMLProviderSettings) {
        settings.exceptions = dated
        let end = Date().addingTimeInterval(SAMLProviderSettings.usualException)
        for (quirk, isAllowed) in flags where settings.exceptions[quirk] == nil {
            if isAllowed { settings.exceptions[quirk] = end } else { settings.endedExceptions.insert(quirk) }
        }
        settings.exceptionReason = because
    }
}
