import WireFormats
import XMLSecurity

/// What the command line itself refuses, beside the errors of the rooms below: each in one place, from which docs/errors.md is made, too.
extension CommandFailure {
    static func noTerminal(_ consequence: String) -> CommandFailure {
        notConfirmed(consequence + " Nothing was changed: there is no terminal to ask at.", remedy: "If that is wanted, add --yes.")
    }

    static func otherName(than name: String) -> CommandFailure {
        notConfirmed("Nothing was changed.", remedy: "Type \(name) when asked, or give --yes.")
    }

    private static func notConfirmed(_ message: String, remedy: String) -> CommandFailure {
        CommandFailure(code: "admin.not_confirmed", message: message, remedy: remedy)
    }

    static func otherPublicURL(_ other: String, than own: String, seenSecondsAgo silence: Int, goneAfter: Int) -> CommandFailure {
        CommandFailure(
            code: "serve.other_public_url", message: "Another server runs on this database under another public URL; it was there \(silence) s ago.",
            expected: other, seen: own,
            remedy: "Start this one with --public-url \(other), or stop the other one first. One that was killed counts as gone after \(goneAfter) s."
        )
    }

    static func sameMasterKey(_ file: String) -> CommandFailure {
        CommandFailure(
            code: "master_key.same", message: "\(file.prefix(200)) holds the master key that is in use already.",
            remedy: "Name another file; it is made where there is none.")
    }

    static func noToken() -> CommandFailure {
        CommandFailure(
            code: "token.missing", message: "There is no token on standard input.",
            remedy: "Give it there, for example with '< token' at the end of this command.",
            status: usage)
    }

    static func tokenOfNoPool(issuers: [String], seen: String) -> CommandFailure {
        CommandFailure(
            code: "token.issuer", message: "The token is from none of this database's pools.",
            expected: issuers.isEmpty ? "a pool, and there is none" : issuers.prefix(3).joined(separator: " or "),
            seen: ProtocolText(seen).prefix(200).string,
            remedy: "Give --issuer with the issuer that you trust, or --public-url as the server has it.")
    }

    static func xmlLibrary(_ error: XMLSecurityError) -> CommandFailure {
        CommandFailure(
            code: "xml.library", message: "The XML library did not pass its self-test, so no signature would be verified: \(error.message)",
            remedy: "Install the system's libxml2 and libxmlsec1-openssl, of the version this program was built with.")
    }

    static func demoPortTaken(_ first: Int) -> CommandFailure {
        CommandFailure(
            code: "demo.port_taken", message: "The demonstration needs three ports from \(first) on, and another program listens at one of them.",
            remedy: "'ss -ltnp' shows which it is. Leave --port out, and free ones are looked for.")
    }

    static func demoFailed(_ reason: String) -> CommandFailure {
        CommandFailure(
            code: "demo.failed", message: "The demonstration did not come to its end: \(reason)",
            remedy: "Try it with a browser: 'countersign demo'. It says on standard error what is refused, and why.")
    }

    static func notReady(at address: String, seen: String) -> CommandFailure {
        CommandFailure(
            code: "serve.not_ready", message: "The server at \(address) is not ready.", expected: "200 of /readyz", seen: seen,
            remedy: "Its log says why. Where none runs, start it: 'countersign serve'.")
    }

    /// What a service manager passed is not what we can serve on.
    static func inheritedSockets(_ reason: String) -> CommandFailure {
        CommandFailure(
            code: "listen.inherited", message: "The service manager passed sockets that cannot be listened on: \(reason).",
            remedy: "In the .socket unit give ListenStream=ADDRESS:PORT and Accept=no, and nothing else that listens.")
    }

    static func privateKey(_ file: String, _ error: XMLSecurityError) -> CommandFailure {
        CommandFailure(
            code: "saml.private_key", message: "\(ProtocolText(file).prefix(200).string) holds no private key that decrypts: \(error.message)",
            remedy: "Give an RSA key in PEM or in DER (PKCS #8); 'openssl pkey -in KEY -out PLAIN' takes a passphrase away.")
    }

    static func otherPlan(_ digest: String, than given: String) -> CommandFailure {
        CommandFailure(
            code: "config.other_plan", message: "What would be done now is not what was planned; nothing was changed.",
            expected: ProtocolText(given).prefix(100).string, seen: digest,
            remedy:
                "Somebody changed the file, or what is there. Look at what would be done now, 'countersign config plan FILE', and give its digest.")
    }

    /// What was to be done is done; only the answer went nowhere.
    static func answerLost(_ reason: String) -> CommandFailure {
        CommandFailure(
            code: "output.lost", message: "The command has done its work, and its answer could not be written: \(reason).",
            remedy: "Ask for what there is now with 'list' or 'show'; a secret that was printed once has to be made anew.")
    }

    /// Of a type that is none of ours; its text is not shown, for it may hold anything.
    static func unforeseen(_ error: any Error) -> CommandFailure {
        CommandFailure(
            code: "internal", message: "An unexpected error of type \(type(of: error)) came up.",
            remedy: "Try again; if it stays, report it as a bug.")
    }

    /// - Parameters:
    ///   - command: as far as its words are commands.
    ///   - hint: the command that was meant.
    static func wrongUsage(_ message: String, of command: String, hint: String? = nil) -> CommandFailure {
        CommandFailure(
            code: "usage", message: message, remedy: [hint, "See '\(command) --help'."].compactMap(\.self).joined(separator: " "), status: usage)
    }
}
