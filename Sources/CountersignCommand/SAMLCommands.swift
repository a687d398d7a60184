import ArgumentParser
import FoundationEssentials
import Gateway
import GatewayServer
import SAML
import TokenVerifier
import WireFormats

struct SAMLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saml", abstract: "Explain and validate SAML messages; nothing is stored, no database is opened.",
        discussion: """
            countersign saml inspect response.xml
            countersign saml validate response.xml --metadata idp.xml \\
                --sp-entity-id https://id.example.com/POOL/saml2/metadata \\
                --acs-url https://id.example.com/POOL/saml2/idpresponse
            """,
        subcommands: [Inspect.self, Validate.self])

    struct Inspect: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decode and explain metadata, a Response or a request; nothing is verified.",
            discussion: """
                countersign saml inspect metadata.xml
                countersign saml inspect response.txt

                FILE is XML, base64, or the whole form body SAMLResponse=… What would be
                refused for a comment, a document type or its encoding is shown without that,
                and said.
                """)
        @Argument(help: "The message; '-' reads standard input.") var file: String
        @OptionGroup var decryption: DecryptionOptions
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            let description = try MessageDescription(
                describing: try InputFile.read(file, limit: largestInput), decrypting: try decryption.keys(), at: Date())
            let refused = description.refusals.map { "It would be refused, \($0.code): \($0.message)\n" }.joined()
            let text = "\(description.kind.rawValue), \(description.packing)\n\(MessageDescription.notice)\n\(refused)\n" + description.text
            let lines = description.lines.map { line -> JSONValue in
                ["label": .string(line.label), "value": .string(line.value), "depth": .integer(line.depth)]
            }
            return Answer(
                document: [
                    "kind": .string(description.kind.rawValue), "packing": .string(description.packing), "verified": false,
                    "notice": .string(MessageDescription.notice), "lines": .array(lines),
                    "refused": .array(
                        description.refusals.map {
                            ["error": .string($0.code), "message": .string($0.message), "remedy": .string($0.remedy)]
                        }),
                ],
                text: text)
        }
    }

    struct Validate: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "The verdict that the consumer service would give on a Response, check by check.",
            discussion: """
                countersign saml validate response.xml --metadata idp.xml \\
                    --sp-entity-id https://id.example.com/POOL/saml2/metadata \\
                    --acs-url https://id.example.com/POOL/saml2/idpresponse \\
                    --at 2026-01-31T12:00:00Z

                FILE is XML, base64, or the whole form body SAMLResponse=…; '-' reads standard
                input. That it was not presented before is not looked at.

                Exit status: 0 it is accepted, 1 it is not.
                """)
        @Argument(help: "The Response.") var file: String
        @Option(help: ArgumentHelp("The identity provider's metadata.", valueName: "FILE")) var metadata: String
        @Option(name: .customLong("entity-id"), help: ArgumentHelp("Which entity, where the metadata has several.", valueName: "URI")) var entityID:
            String?
        @Option(name: .customLong("sp-entity-id"), help: ArgumentHelp("Our entity ID, as 'idp show' tells it.", valueName: "URI"))
        var serviceProvider: String
        @Option(name: .customLong("acs-url"), help: ArgumentHelp("Our consumer service, as 'idp show' tells it.", valueName: "URL"))
        var consumerService: String
        @Option(help: ArgumentHelp("The ID of the request it must answer; default: the one that it says.", valueName: "ID")) var inResponseTo: String?
        @Option(help: ArgumentHelp("When it arrived; default: now.", valueName: "TIME")) var at: Moment?
        @Flag(name: .customLong("allow-sha1"), help: "Accept SHA-1 signatures and short RSA keys.") var allowSHA1 = false
        @Flag(help: "Accept an assertion that does not say when the person signed in.") var allowMissingAuthnStatement = false
        @Flag(help: "Accept a signature at another place than the standard's.") var allowAnySignatureOrder = false
        @Flag(help: "Accept a clock that is wrong by three minutes instead of one.") var allowClockSkew = false
        @Flag(name: .customLong("allow-cbc"), help: "Decrypt AES-CBC in a Response that is signed as a whole.") var allowCBC = false
        @Flag(name: .customLong("allow-latin1"), help: "Accept a document that says that it is in ISO-8859-1.") var allowLatin1 = false
        @Flag(name: .customLong("allow-inclusive-c14n"), help: "Accept signatures over inclusive canonical form.") var allowInclusiveC14N = false
        @OptionGroup var decryption: DecryptionOptions
        @OptionGroup var shared: SharedOptions

        func validate() throws {
            guard file != "-" || metadata != "-" else { throw ValidationError("Only one of FILE and --metadata can be standard input.") }
        }

        func answer() async throws -> Answer {
            let now = at?.date ?? Date()
            let captured = try InputFile.read(file, limit: largestInput)
            let provider = try IdentityProviderMetadata(parsing: try InputFile.read(metadata, limit: largestInput), entityID: entityID, at: now)
            let response: [UInt8]
            do { response = try CapturedResponse.decode(captured) } catch { return Verdict.refusal(error, checks: [], at: now, assumption: nil) }
            // Where it does not even parse, the examination says so better.
            let said = inResponseTo == nil ? (try? UnverifiedResponse(peeking: response))?.inResponseTo : nil
            let expectation = Expectation(
                identityProvider: provider, assertionConsumerService: consumerService,
                request: (inResponseTo ?? said).map { .answer(to: $0) } ?? .unsolicited,
                policy: AcceptancePolicy(
                    allowsSHA1: allowSHA1, allowsMissingAuthnStatement: allowMissingAuthnStatement, allowsAnySignatureOrder: allowAnySignatureOrder,
                    allowsClockSkew: allowClockSkew, allowsCBC: allowCBC, allowsLatin1: allowLatin1,
                    allowsInclusiveC14N: allowInclusiveC14N))
            var role = ServiceProvider(entityID: serviceProvider, assertionConsumerServices: [consumerService], verifiesTwice: true)
            role.decryptionKeys = try decryption.keys()
            let examination = role.examine(response, expecting: expectation, at: now)
            return examination.answer(at: now, assumption: inResponseTo == nil ? Self.assumption(said) : nil)
        }

        private static func assumption(_ said: String?) -> String {
            said.map { "without --in-response-to the request '\($0)', which the response itself names, counts as the one that was sent" }
                ?? "the response names no request, so it is looked at as one that the identity provider began"
        }
    }
}

extension MessageDescription {
    /// One line a fact; what is long goes on below, and addresses stay whole.
    fileprivate var text: String {
        let indent = min(28, lines.map { $0.depth * 2 + Printable.width($0.label) }.max() ?? 0) + 2
        var text = ""
        for line in lines {
            var label = String(repeating: "  ", count: line.depth) + Printable.line(line.label)
            for part in Wrapping.lines(Printable.line(line.value), width: Terminal.width.map { $0 - indent }, breakingWords: false) {
                text += (label + String(repeating: " ", count: max(2, indent - Printable.width(label))) + part).trimmingTrailingSpaces() + "\n"
                label = ""
            }
        }
        return text
    }
}

/// Larger than anything that is accepted, so that it is the rules that refuse it and say why.
private let largestInput = 4 << 20

/// A Response as somebody captured it: XML, base64, or the form body of the POST.
enum CapturedResponse {
    static func decode(_ bytes: [UInt8]) throws(SAMLError) -> [UInt8] {
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        let blanks: Set<UInt8> = [0x20, 0x0A, 0x0D, 0x09]
        let trimmed = content.drop { blanks.contains($0) }
        if trimmed.first == UInt8(ascii: "<") { return bytes }
        let text = String(decoding: trimmed.reversed().drop { blanks.contains($0) }.reversed(), as: UTF8.self)
        guard text.contains("SAMLResponse=") else { return try HTTPPostBinding.decode(parameters: [(name: "SAMLResponse", value: text)]).response }
        guard let parameters = FormCoding.decode(text) else { throw .badRequest("it does not decode as a form") }
        return try HTTPPostBinding.decode(parameters: parameters).response
    }
}

/// The verdict as it is shown.
private enum Verdict {
    static func refusal(_ error: SAMLError, checks: [Check], at now: Date, assumption: String?) -> Answer {
        let document: JSONObject = [
            "accepted": false, "at": .string(SAMLInstant.format(now)), "subject": .null, "attributes": [:], "error": .string(error.code),
            "message": .string(error.message), "remedy": .string(error.remedy),
        ]
        var text = "REFUSED  \(error.code)\n\n"
        text += Wrapping.lines(Printable.line(error.message), width: Terminal.width, breakingWords: false).joined(separator: "\n") + "\n\n"
        if checks.isEmpty { text += "remedy: \(Printable.line(error.remedy))\n" }
        return answer(document, text, checks, assumption, status: CommandFailure.refused)
    }

    static func acceptance(_ assertion: ValidatedAssertion, checks: [Check], at now: Date, assumption: String?) -> Answer {
        let document: JSONObject = [
            "accepted": true, "at": .string(SAMLInstant.format(now)), "subject": assertion.subject.document,
            "attributes": assertion.attributesDocument, "assertion_id": .string(assertion.id), "issuer": .string(assertion.issuer),
            "authn_instant": assertion.authnInstant.map { .string(SAMLInstant.format($0)) } ?? .null,
            "session_index": assertion.sessionIndex.map(JSONValue.string) ?? .null,
            "authn_context": assertion.authnContextClassRef.map(JSONValue.string) ?? .null, "signed_by": .string(assertion.signedBy),
        ]
        return answer(document, "ACCEPTED\n\n" + assertion.fields.text() + "\n", checks, assumption, status: 0)
    }

    private static func answer(_ document: JSONObject, _ text: String, _ checks: [Check], _ assumption: String?, status: Int32) -> Answer {
        var document = document
        document.append("assumption", ifPresent: assumption)
        document.append("checks", .array(checks.map { .object($0.document) }))
        return Answer(document: .object(document), text: text + checks.map(\.text).joined(), notes: assumption.map { [$0] } ?? [], status: status)
    }
}

extension Examination {
    fileprivate func answer(at now: Date, assumption: String?) -> Answer {
        switch verdict {
        case .success(let assertion): Verdict.acceptance(assertion, checks: checks, at: now, assumption: assumption)
        case .failure(let error): Verdict.refusal(error, checks: checks, at: now, assumption: assumption)
        }
    }
}

extension Check {
    fileprivate var error: SAMLError? { if case .failed(let error) = outcome { error } else { nil } }

    private var word: String {
        switch outcome {
        case .ok: "ok"
        case .failed: "failed"
        case .notReached: "not_reached"
        }
    }

    fileprivate var document: JSONObject {
        [
            "name": .string(name), "section": section.map(JSONValue.string) ?? .null, "outcome": .string(word),
            "code": error.map { .string($0.code) } ?? .null, "expected": expected.map(JSONValue.string) ?? .null,
            "seen": seen.map(JSONValue.string) ?? .null, "remedy": error.map { .string($0.remedy) } ?? .null,
        ]
    }

    /// One line where it is good; where it is not, everything that helps.
    fileprivate var text: String {
        let mark =
            switch outcome {
            case .ok: "ok    "
            case .failed: "FAILED"
            case .notReached: "-     "
            }
        var text =
            (mark + "  " + name + String(repeating: " ", count: max(0, 22 - name.count)) + "  " + (section ?? "")).trimmingTrailingSpaces() + "\n"
        guard let error else { return text }
        let rows = [("code", error.code), ("message", error.message), ("expected", expected), ("seen", seen), ("remedy", error.remedy)]
        var fields = FieldList()
        for (label, value) in rows { fields.append("        " + label, value) }
        text += fields.text()
        return text
    }
}

extension ValidatedAssertion {
    fileprivate var attributesDocument: JSONValue {
        .object(JSONObject(attributes.readable.sorted { $0.name < $1.name }.map { ($0.name, .array($0.values.map(JSONValue.string))) }))
    }

    fileprivate var fields: FieldList {
        var fields = FieldList()
        fields.append("subject", subject.value)
        fields.append("format", subject.format)
        fields.append("issuer", issuer)
        fields.append("signed in at", authnInstant.map(SAMLInstant.format))
        fields.append("session index", sessionIndex)
        fields.append("signed by", "SHA-256 \(signedBy)")
        for (name, values) in attributes.readable.sorted(by: { $0.name < $1.name }) { fields.append(name, values, orIfEmpty: "(no value)") }
        return fields
    }
}

extension NameID {
    fileprivate var document: JSONValue {
        [
            "name_id": .string(value), "format": format.map(JSONValue.string) ?? .null,
            "name_qualifier": nameQualifier.map(JSONValue.string) ?? .null,
            "sp_name_qualifier": spNameQualifier.map(JSONValue.string) ?? .null,
        ]
    }
}
