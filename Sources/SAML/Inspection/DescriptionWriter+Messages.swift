import XMLSecurity

extension DescriptionWriter {
    /// A Response or LogoutResponse.
    mutating func response(_ root: XMLElement) {
        message(root)
        line("InResponseTo", root.attribute("InResponseTo") ?? "none: begun by the identity provider")
        if let status = Status(ofResponse: root) {
            let words = personal(status.message).map { " It says: \($0)" } ?? ""
            line("Status", status.isSuccess ? "Success" : status.shortCode + "." + words)
        } else {
            line("Status", "none")
        }
        signature(of: root)
        for assertion in root.elements(.assertion("Assertion")) {
            group("Assertion", assertion.attribute("ID") ?? "without ID") { $0.assertion(assertion) }
        }
        for encrypted in root.elements(.assertion("EncryptedAssertion")) {
            self.encrypted(encrypted, holding: .assertion("Assertion")) { writer, assertion in
                writer.group("Assertion", assertion.attribute("ID") ?? "without ID") { $0.assertion(assertion) }
            }
        }
    }

    /// What a provider answers for an artifact, and the message in it.
    mutating func artifactResponse(_ root: XMLElement) {
        response(root)
        for message in root.elements(ArtifactResponse.message) {
            group("Response", message.attribute("ID") ?? "without ID") { $0.response(message) }
        }
    }

    /// An AuthnRequest, LogoutRequest or ArtifactResolve.
    mutating func request(_ root: XMLElement) {
        message(root)
        attributes(root, ["AssertionConsumerServiceURL", "AssertionConsumerServiceIndex", "ProtocolBinding", "ForceAuthn", "IsPassive"])
        instant(root, "NotOnOrAfter")
        if let policy = root.first(.samlp("NameIDPolicy")) { line("NameIDPolicy", policy.attribute("Format") ?? "any format") }
        for reference in root.first(.samlp("RequestedAuthnContext"))?.elements(.assertion("AuthnContextClassRef")) ?? [] {
            line("AuthnContextClassRef", DescriptionWriter.text(reference))
        }
        line("Artifact", personal(root.first(.samlp("Artifact")).flatMap { DescriptionWriter.text($0) }))
        name(in: root)
        for index in root.elements(.samlp("SessionIndex")) { line("SessionIndex", personal(DescriptionWriter.text(index))) }
        signature(of: root)
    }

    mutating func assertion(_ assertion: XMLElement) {
        line("Issuer", DescriptionWriter.text(assertion.first(.assertion("Issuer"))))
        instant(assertion, "IssueInstant")
        signature(of: assertion)
        if let subject = assertion.first(.assertion("Subject")) { self.subject(subject) }
        if let conditions = assertion.first(.assertion("Conditions")) { self.conditions(conditions) }
        for statement in assertion.elements(.assertion("AuthnStatement")) {
            group("AuthnStatement", "") { writer in
                writer.instant(statement, "AuthnInstant")
                writer.instant(statement, "SessionNotOnOrAfter")
                writer.line("SessionIndex", writer.personal(statement.attribute("SessionIndex")))
                let reference = statement.first(.assertion("AuthnContext"))?.first(.assertion("AuthnContextClassRef"))
                writer.line("AuthnContextClassRef", DescriptionWriter.text(reference))
            }
        }
        for statement in assertion.elements(.assertion("AttributeStatement")) {
            for attribute in statement.elements(.assertion("Attribute")) { self.attribute(attribute) }
            for attribute in statement.elements(.assertion("EncryptedAttribute")) {
                encrypted(attribute, holding: .assertion("Attribute")) { $0.attribute($1) }
            }
        }
    }

    private mutating func message(_ root: XMLElement) {
        line("ID", root.attribute("ID"))
        line("Issuer", DescriptionWriter.text(root.first(.assertion("Issuer"))))
        instant(root, "IssueInstant")
        line("Destination", root.attribute("Destination"))
    }

    private mutating func subject(_ subject: XMLElement) {
        name(in: subject)
        for confirmation in subject.elements(.assertion("SubjectConfirmation")) {
            group("SubjectConfirmation", confirmation.attribute("Method") ?? "without Method") { writer in
                guard let data = confirmation.first(.assertion("SubjectConfirmationData")) else { return }
                writer.attributes(data, ["Recipient", "InResponseTo"])
                writer.line("Address", writer.personal(data.attribute("Address")))
                writer.instant(data, "NotBefore")
                writer.instant(data, "NotOnOrAfter")
            }
        }
    }

    private mutating func name(in element: XMLElement) {
        if let nameID = element.first(.assertion("NameID")) { self.nameID(nameID) }
        if let encrypted = element.first(.assertion("EncryptedID")) {
            self.encrypted(encrypted, holding: .assertion("NameID")) { $0.nameID($1) }
        }
    }

    private mutating func nameID(_ nameID: XMLElement) {
        group("NameID", personal(DescriptionWriter.text(nameID)) ?? "not text") {
            $0.attributes(nameID, ["Format", "NameQualifier", "SPNameQualifier"])
        }
    }

    private mutating func conditions(_ conditions: XMLElement) {
        group("Conditions", "") { writer in
            writer.instant(conditions, "NotBefore")
            writer.instant(conditions, "NotOnOrAfter")
            for restriction in conditions.elements(.assertion("AudienceRestriction")) {
                writer.line("Audience", restriction.elements(.assertion("Audience")).compactMap(DescriptionWriter.text).joined(separator: " or "))
            }
            for condition in conditions.elements where condition.name != .assertion("AudienceRestriction") {
                writer.line("Condition", condition.name.localName)
            }
        }
    }

    private mutating func attribute(_ attribute: XMLElement) {
        group("Attribute", attribute.attribute("Name") ?? "without Name") { writer in
            writer.attributes(attribute, ["FriendlyName", "NameFormat"])
            for value in attribute.elements(.assertion("AttributeValue")) {
                let inner = value.elements.first
                writer.line("Value", writer.personal(DescriptionWriter.text(value) ?? DescriptionWriter.text(inner)) ?? "not text")
            }
        }
    }
}
