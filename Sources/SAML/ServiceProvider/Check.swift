/// One rule, as `countersign saml validate` shows it.
package struct Check: Hashable, Sendable {
    package enum Outcome: Sendable, Equatable {
        case ok
        case failed(SAMLError)
        case notReached
    }

    /// Stable: `signature`, `audience`, …
    package let name: String
    package let section: String?
    package let expected: String?
    package let seen: String?
    package let outcome: Outcome

    package static func == (left: Check, right: Check) -> Bool {
        left.name == right.name && left.expected == right.expected && left.seen == right.seen && left.outcome == right.outcome
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The rules in the order in which they are applied.
enum Rule: String, CaseIterable, Sendable {
    case signature
    case response
    case assertion
    case version
    case status
    case responseIssuer = "response_issuer"
    case assertionIssuer = "assertion_issuer"
    case destination
    case subjectConfirmation = "subject_confirmation"
    case recipient
    case confirmationPeriod = "confirmation_period"
    case inResponseTo = "in_response_to"
    case issueInstant = "issue_instant"
    case conditionsPeriod = "conditions_period"
    case audience
    case nameID = "name_id"
    case authnStatement = "authn_statement"
    case authnInstant = "authn_instant"
    case session

    var section: String {
        switch self {
        case .signature: "SAML Core §5.4"
        case .response: "SAML Core §3.2.2"
        case .assertion: "SAML Core §2.3.3"
        case .version: "SAML Core §4.1.2"
        case .status: "SAML Core §3.2.2.2"
        case .responseIssuer, .assertionIssuer: "SAML Profiles §4.1.4.2"
        case .destination: "SAML Bindings §3.5.5.2"
        case .nameID: "SAML Core §2.2.2"
        case .subjectConfirmation, .recipient, .confirmationPeriod, .inResponseTo: "SAML Profiles §4.1.4.2"
        case .issueInstant: "SAML Core §2.3.3"
        case .conditionsPeriod: "SAML Core §2.5.1.2"
        case .audience: "SAML Core §2.5.1.4"
        case .authnStatement, .authnInstant, .session: "SAML Core §2.7.2"
        }
    }
}

/// Every check of one Response, in order, and how it ended.
package struct Examination: Sendable {
    package let checks: [Check]
    package let verdict: Result<ValidatedAssertion, SAMLError>

    package var error: SAMLError? {
        if case .failure(let error) = verdict { error } else { nil }
    }
}
