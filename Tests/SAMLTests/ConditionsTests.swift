import Foundation
import SAML
import TestSupport
import Testing

@Suite("SAML Core §2.5.1: when and for whom")
struct ConditionsTests {
    private let fixture = Fixture()
    private let now = Fixture.now

    @Test("case 61: the confirmation ends at NotOnOrAfter and a minute")
    func confirmationExpired() {
        let response = fixture.response { $0.notOnOrAfter = now + 3600 }
        #expect(fixture.refusal(of: response, at: now + 359) == nil)
        #expect(fixture.refusal(of: response, at: now + 360) == "saml.expired")
        #expect(fixture.refusal(of: response, at: now + 361) == "saml.expired")
    }

    @Test("case 61: the conditions end at NotOnOrAfter and a minute, and begin a minute before NotBefore")
    func conditionsPeriod() {
        let response = fixture.response {
            $0.notBefore = now + 100
            $0.notOnOrAfter = now + 300
            $0.confirmationNotOnOrAfter = now + 3600
        }
        #expect(fixture.refusal(of: response, at: now + 39) == "saml.not_yet_valid")
        #expect(fixture.refusal(of: response, at: now + 40) == nil)
        #expect(fixture.refusal(of: response, at: now + 359) == nil)
        #expect(fixture.refusal(of: response, at: now + 360) == "saml.expired")
    }

    @Test("case 61: a period that ends before it begins, or at once")
    func invertedPeriod() {
        #expect(fixture.refusal { ($0.notBefore, $0.notOnOrAfter) = (now + 30, now) } == "saml.expired")
        #expect(fixture.refusal { ($0.notBefore, $0.notOnOrAfter) = (now, now) } == "saml.expired")
    }

    @Test("case 134: whatever an assertion says of its end, it counts for a week from its IssueInstant, and is remembered no longer")
    func age() throws {
        let century = now + 100 * 365 * 86_400
        func response(issued: Date) -> [UInt8] {
            fixture.response { response in
                (response.issueInstant, response.notBefore, response.authnInstant) = (issued, min(issued, now - 30), min(issued, now - 5))
                (response.notOnOrAfter, response.confirmationNotOnOrAfter) = (century, century)
            }
        }
        #expect(try fixture.accept(response(issued: now)).replayUntil == now + 7 * 86_400 + 60)
        #expect(fixture.refusal(of: response(issued: now), at: now + 7 * 86_400 + 59) == nil)
        #expect(fixture.refusal(of: response(issued: now), at: now + 7 * 86_400 + 60) == "saml.expired")
        #expect(fixture.refusal(of: response(issued: Date(timeIntervalSince1970: 1_000_000_000))) == "saml.expired")
        #expect(fixture.refusal(of: response(issued: now + 60)) == nil)
        #expect(fixture.refusal(of: response(issued: now + 61)) == "saml.not_yet_valid")
        #expect(fixture.refusal(of: response(issued: century)) == "saml.not_yet_valid")
    }

    @Test("Conditions without times leave the period to the confirmation")
    func noPeriod() {
        #expect(fixture.refusal { ($0.notBefore, $0.notOnOrAfter) = (nil, nil) } == nil)
    }

    @Test("A larger tolerance than a minute cannot be asked for; three minutes are an exception of the admin's")
    func skew() {
        func skew(_ policy: AcceptancePolicy, _ asked: TimeInterval?) -> TimeInterval {
            SAML.Expectation(
                identityProvider: fixture.identityProvider.identityProviderMetadata(at: now), assertionConsumerService: "", request: .unsolicited,
                policy: policy, clockSkew: asked
            ).clockSkew
        }
        #expect(skew(.strict, 3600) == 60 && skew(.strict, nil) == 60 && skew(.strict, 1) == 1)
        let tolerant = AcceptancePolicy(allowsClockSkew: true)
        #expect(skew(tolerant, 3600) == 180 && skew(tolerant, nil) == 180)
    }

    @Test(
        "case 62: a malformed time anywhere",
        arguments: ["2027-01-15T08:00:00", "2027-01-15T08:00:00+14:00", "99999-01-15T08:00:00Z", "2027-01-15T08:00:60Z", ""],
        ["IssueInstant", "NotBefore", "NotOnOrAfter", "AuthnInstant", "SessionNotOnOrAfter"])
    func malformedTime(_ text: String, _ attribute: String) {
        let code = fixture.refusal {
            $0.sessionNotOnOrAfter = now + 3600
            $0.beforeSigning = {
                $0.replacingOccurrences(of: " \(attribute)=\"[^\"]*\"", with: " \(attribute)=\"\(text)\"", options: .regularExpression)
            }
        }
        #expect(code == "saml.malformed_time")
    }

    @Test("case 63: no Conditions, no AudienceRestriction, and audiences that are not ours")
    func audience() {
        let own = fixture.serviceProvider.entityID
        #expect(fixture.refusal { $0.audiences = nil } == "saml.audience")
        #expect(fixture.refusal { $0.audiences = [] } == "saml.audience")
        #expect(fixture.refusal { $0.audiences = [[]] } == "saml.audience")
        for audience in ["", "https://other.example", own + "/", own + " ", "x" + own, String(own.dropLast()), own.uppercased()] {
            #expect(throws: SAMLError.audience(expected: own, found: [audience])) {
                try fixture.accept(fixture.response { $0.audiences = [[audience]] })
            }
        }
    }

    @Test("case 63: every AudienceRestriction must name us; one may name others beside us")
    func severalRestrictions() {
        let own = fixture.serviceProvider.entityID
        #expect(fixture.refusal { $0.audiences = [[own], ["https://other.example"]] } == "saml.audience")
        #expect(fixture.refusal { $0.audiences = [[own], [own, "https://other.example"]] } == nil)
        #expect(fixture.refusal { $0.audiences = [["https://other.example", own]] } == nil)
    }

    @Test("case 64: a condition that is not understood")
    func unknownCondition() {
        let condition = "<saml:Condition xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"x:Weather\" xmlns:x=\"urn:x\"/>"
        #expect(fixture.refusal { $0.replace("</saml:Conditions>", with: "\(condition)</saml:Conditions>") } == "saml.conditions")
        let foreign = "<x:Weather xmlns:x=\"urn:x\"/>"
        #expect(fixture.refusal { $0.replace("</saml:Conditions>", with: "\(foreign)</saml:Conditions>") } == "saml.conditions")
        #expect(fixture.refusal { $0.replace("<saml:AudienceRestriction>", with: "<saml:AudienceRestriction>\(foreign)") } == "saml.conditions")
        let known = "<saml:OneTimeUse/><saml:ProxyRestriction Count=\"0\"/>"
        #expect(fixture.refusal { $0.replace("</saml:Conditions>", with: "\(known)</saml:Conditions>") } == nil)
    }

    @Test("The assertion must be remembered as long as any bearer confirmation of it could be used")
    func replayUntil() throws {
        #expect(try fixture.accept(fixture.response()).replayUntil == now + 360)
        let response = fixture.response {
            $0.replace(
                "</saml:Subject>",
                with: "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"><saml:SubjectConfirmationData "
                    + "NotOnOrAfter=\"\(SAMLInstant.format(now + 7200))\"/></saml:SubjectConfirmation></saml:Subject>")
        }
        #expect(try fixture.accept(response).replayUntil == now + 7260)
    }
}
