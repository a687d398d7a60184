import FoundationEssentials
internal import WireFormats
import XMLSecurity

/// The rules of the list that need more than one line.
extension ResponseValidator {
    /// Recipe stages A to E: form, structure, signature, and the signed bytes read again.
    func verify(_ response: [UInt8]) throws(SAMLError) -> SignedMessage {
        // Before anything else, so that everybody behind reads the same bytes.
        let response = expected.policy.allowsLatin1 ? LatinDocument.transcoded(response) ?? response : response
        let keys = expected.identityProvider.signingKeys
        let trusted = keys.count == 1 ? "the one certificate in the metadata" : "one of \(keys.count) certificates in the metadata"
        let verifier = SignatureVerifier(keys: keys, policy: expected.policy.signatures, judges: judges, decryption: decryption)
        do {
            let message = try verifier.verify(response, as: .samlResponse)
            checks.note(.signature, expected: trusted, seen: message.signingKey.description, .ok)
            return message
        } catch {
            // An answer that says no has no Assertion and often no signature: then its status is the reason that helps.
            // It is refused either way, so nothing is believed that was not signed.
            if let failure = failure(in: response) {
                checks.note(.status, expected: Status.success, seen: failure.code, .failed(.status(failure)))
                throw .status(failure)
            }
            // Which certificates are trusted helps where none of them fitted, and nowhere else.
            let isOfKeys = if case .signatureInvalid = error { true } else { false }
            checks.note(.signature, expected: error.expected ?? (isOfKeys ? trusted : nil), seen: error.seen, .failed(.xml(error)))
            throw .xml(error)
        }
    }

    private func failure(in response: [UInt8]) -> Status? {
        // Then nothing need be read a third time.
        guard !Self.opensAssertion(response) else { return nil }
        guard let root = try? UnprovenMessage.peek(response, at: Status.elements.union([.assertion("Assertion"), .assertion("EncryptedAssertion")])),
            root.name == .samlp("Response"), root.first(.assertion("Assertion")) == nil, root.first(.assertion("EncryptedAssertion")) == nil,
            let status = Status(ofResponse: root), !status.isSuccess
        else { return nil }
        return status
    }

    /// Whether a tag opens an assertion, encrypted or not, with whatever prefix.
    private static func opensAssertion(_ response: [UInt8]) -> Bool {
        let names = ["Assertion", "EncryptedAssertion"].map { Array($0.utf8) }
        let ends = Array(" \t\r\n<>/".utf8)
        return response.indices.contains { index in
            guard response[index] == UInt8(ascii: "<") else { return false }
            let name = response[(index + 1)...].prefix { !ends.contains($0) }
            let colon = name.firstIndex(of: UInt8(ascii: ":"))
            let local = colon.map { name[($0 + 1)...] } ?? name
            return names.contains { $0.elementsEqual(local) }
        }
    }

    /// Core §2.2.2: a NameID qualified for another service provider, or by another identity provider, is not a name for us.
    func requireQualifiers(of nameID: NameID) throws(SAMLError) {
        try require(
            nameID.spNameQualifier?.hasSameBytes(as: serviceProvider) ?? true, .nameID, expected: serviceProvider, seen: nameID.spNameQualifier,
            else: .subject("its SPNameQualifier is another service provider", seen: nameID.spNameQualifier))
        // §8.3.7 and §8.3.8 give NameQualifier this meaning for these two formats; elsewhere it is a domain of any kind.
        let isQualifiedByIssuer = [NameIDFormat.persistent, NameIDFormat.transient].contains { $0.hasSameBytes(as: nameID.format) }
        let identityProvider = expected.identityProvider.entityID
        try require(
            !isQualifiedByIssuer || nameID.nameQualifier?.hasSameBytes(as: identityProvider) ?? true, .nameID, expected: identityProvider,
            seen: nameID.nameQualifier, else: .subject("its NameQualifier is another identity provider", seen: nameID.nameQualifier))
    }

    /// The first bearer confirmation that fits in everything; else the first bearer one, whose fault the following lines then tell.
    func bearerConfirmation(of subject: Subject, in envelope: ResponseEnvelope) throws(SAMLError) -> SubjectConfirmation {
        let bearers = subject.bearerConfirmations
        guard let confirmation = bearers.first(where: fits) ?? bearers.first else {
            throw .subjectConfirmation("there is none with the method bearer")
        }
        guard confirmation.hasData else { throw .subjectConfirmation("SubjectConfirmationData is missing") }
        guard confirmation.notOnOrAfter != nil else { throw .subjectConfirmation("NotOnOrAfter is missing") }
        guard confirmation.notBefore == nil else { throw .subjectConfirmation("NotBefore must not be there") }
        return confirmation
    }

    private func fits(_ confirmation: SubjectConfirmation) -> Bool {
        guard let notOnOrAfter = confirmation.notOnOrAfter, confirmation.notBefore == nil else { return false }
        return confirmation.recipient?.hasSameBytes(as: expected.assertionConsumerService) == true && now < notOnOrAfter + expected.clockSkew
            && names(confirmation.inResponseTo)
    }

    private func names(_ request: String?) -> Bool {
        switch expected.request {
        case .answer(let id): id.hasSameBytes(as: request)
        case .unsolicited: request == nil
        }
    }

    /// Whoever kept an answer to another request, or took the name of it away, has one that was not meant for now.
    func requireNoOtherRequest(_ named: [String?]) throws(SAMLError) {
        let expectedName: String? = if case .answer(let id) = expected.request { id } else { nil }
        for case let name? in named where !names(name) { throw .inResponseTo(expected: expectedName, seen: name) }
    }

    /// Profiles §4.1.4.2: how long the bearer may be believed.
    func requirePeriod(until confirmedUntil: Date) throws(SAMLError) {
        try require(
            now < confirmedUntil + expected.clockSkew, .confirmationPeriod, expected: "after \(SAMLInstant.format(now))",
            seen: SAMLInstant.format(confirmedUntil), else: .expired("SubjectConfirmationData/@NotOnOrAfter", at: confirmedUntil, now: now))
    }

    /// Core §2.5.1.4: there is a restriction, and we are in each.
    func requireAudience(of conditions: Conditions?) throws(SAMLError) {
        let audiences = conditions?.audienceRestrictions ?? []
        try require(
            !audiences.isEmpty && audiences.allSatisfy { $0.contains { $0.hasSameBytes(as: serviceProvider) } },
            .audience, expected: serviceProvider, seen: audiences.joined().joined(separator: " "),
            else: .audience(expected: serviceProvider, found: Array(audiences.joined())))
    }

    /// Profiles §4.1.4.3: the confirmation names the request, and the Response, where it names one, the same.
    func requireRequest(named response: String?, and confirmation: String?) throws(SAMLError) {
        let seen = [response, confirmation].compactMap { $0 }.first { !names($0) } ?? confirmation
        switch expected.request {
        case .answer(let id):
            try require(
                response != nil || confirmation != nil, .inResponseTo, expected: id, seen: nil, else: .unsolicited)
            try require(
                names(confirmation) && (response == nil || names(response)), .inResponseTo, expected: id, seen: seen,
                else: .inResponseTo(expected: id, seen: seen))
        case .unsolicited:
            try require(
                response == nil && confirmation == nil, .inResponseTo, expected: "no InResponseTo", seen: seen,
                else: .inResponseTo(expected: nil, seen: seen))
        }
    }

    /// Core §2.3.3 and our own limit: an assertion is used when it was made. One of the past or of the future would be remembered for ever, or
    /// be forgotten while it still counts.
    func requireAge(of assertion: Assertion) throws(SAMLError) {
        let issued = assertion.issueInstant
        let skew = expected.clockSkew
        try require(
            issued <= now + skew, .issueInstant, expected: "not after \(SAMLInstant.format(now))", seen: SAMLInstant.format(issued),
            else: .notYetValid("Assertion/@IssueInstant", from: issued, now: now))
        let end = issued + ValidatedAssertion.longestLife
        try require(
            now < end + skew, .issueInstant, expected: "after \(SAMLInstant.format(now - ValidatedAssertion.longestLife))",
            seen: SAMLInstant.format(issued), else: .expired("the week after Assertion/@IssueInstant", at: end, now: now))
    }

    /// Core §2.5.1.2. A period that ends before it begins was never valid, whatever the tolerance.
    func requirePeriod(of conditions: Conditions?) throws(SAMLError) {
        let skew = expected.clockSkew
        checks.note(.conditionsPeriod, expected: nil, seen: "no limits", .ok)
        let (notBefore, notOnOrAfter) = (conditions?.notBefore, conditions?.notOnOrAfter)
        if let notBefore, let notOnOrAfter {
            try require(
                notBefore < notOnOrAfter, .conditionsPeriod, seen: "\(SAMLInstant.format(notBefore)) to \(SAMLInstant.format(notOnOrAfter))",
                else: .expired("Conditions/@NotOnOrAfter", at: notOnOrAfter, now: now))
        }
        if let notBefore {
            try require(
                notBefore <= now + skew, .conditionsPeriod, expected: "not after \(SAMLInstant.format(now))", seen: SAMLInstant.format(notBefore),
                else: .notYetValid("Conditions/@NotBefore", from: notBefore, now: now))
        }
        if let notOnOrAfter {
            try require(
                now < notOnOrAfter + skew, .conditionsPeriod, expected: "after \(SAMLInstant.format(now))", seen: SAMLInstant.format(notOnOrAfter),
                else: .expired("Conditions/@NotOnOrAfter", at: notOnOrAfter, now: now))
        }
    }

    /// Core §2.7.2, and what was asked for by ForceAuthn or max_age.
    func requireAuthentication(_ statements: [AuthnStatement]) throws(SAMLError) {
        let skew = expected.clockSkew
        for rule in [Rule.authnInstant, .session] { checks.note(rule, expected: nil, seen: "no AuthnStatement", .ok) }
        for statement in statements {
            let instant = statement.authnInstant
            try require(
                instant <= now + skew, .authnInstant, expected: "not after \(SAMLInstant.format(now))", seen: SAMLInstant.format(instant),
                else: .authnStatement("AuthnInstant is in the future", seen: SAMLInstant.format(instant)))
            let end = statement.sessionNotOnOrAfter
            try require(
                end.map { now < $0 + skew } ?? true, .session, expected: "after \(SAMLInstant.format(now))", seen: end.map(SAMLInstant.format),
                else: .authnStatement("SessionNotOnOrAfter is past", seen: end.map(SAMLInstant.format)))
        }
        let ages = [expected.requestedForceAuthnAfter, expected.maximumAuthenticationAge.map { now - $0 }].compactMap { $0 }
        guard let earliest = ages.max() else { return }
        let instant = statements.map(\.authnInstant).min()
        try require(
            instant.map { $0 >= earliest - skew } ?? false, .authnInstant, expected: "since \(SAMLInstant.format(earliest))",
            seen: instant.map(SAMLInstant.format),
            else: .authnStatement("the person was not authenticated since it was asked for", seen: instant.map(SAMLInstant.format)))
    }
}
