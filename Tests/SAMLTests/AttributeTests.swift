import Foundation
import SAML
import TestSupport
import Testing

@Suite("SAML Core §2.7.3: attributes")
struct AttributeTests {
    private let fixture = Fixture()

    private func attributes(_ xml: String) throws -> ValidatedAssertion {
        try fixture.accept(
            fixture.response {
                $0.beforeSigning = {
                    $0.replacingOccurrences(of: "<saml:AttributeStatement>", with: "<saml:AttributeStatement>\(xml)")
                }
            })
    }

    private func refusal(_ xml: String) -> String? {
        do {
            _ = try attributes(xml)
            return nil
        } catch {
            return (error as? SAMLError)?.code
        }
    }

    @Test("By Name, and by FriendlyName")
    func names() throws {
        let assertion = try fixture.accept(fixture.response())
        #expect(assertion.attributes["groups"] == ["staff", "engineers"])
        #expect(assertion.attributes["urn:oid:0.9.2342.19200300.100.1.3"] == ["alice@example.com"])
        #expect(assertion.attributesByFriendlyName["mail"] == ["alice@example.com"])
        #expect(assertion.attributesByFriendlyName["groups"] == nil)
    }

    @Test("Repeated Attribute elements of one Name are merged in order, across statements too")
    func merged() throws {
        let response = fixture.response {
            $0.attributes = [.init("Role", "a", "b"), .init("mail", "x"), .init("Role", "c"), .init("Role", "a")]
            $0.replace("<saml:AttributeValue>c<", with: "<saml:AttributeValue>c</saml:AttributeValue><saml:AttributeValue>d<")
        }
        #expect(try fixture.accept(response).attributes["Role"] == ["a", "b", "c", "d", "a"])
    }

    @Test("A FriendlyName on attributes of two Names says nothing")
    func ambiguousFriendlyName() throws {
        let response = fixture.response {
            $0.attributes = [
                .init("one", friendlyName: "mail", "a"), .init("two", friendlyName: "mail", "b"), .init("one", friendlyName: "mail", "c"),
            ]
        }
        let assertion = try fixture.accept(response)
        #expect(assertion.attributesByFriendlyName["mail"] == nil)
        #expect(assertion.attributes["one"] == ["a", "c"])
    }

    @Test("Values without text: nil is skipped, empty is empty")
    func empty() throws {
        let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
        let assertion = try attributes(
            "<saml:Attribute Name=\"n\"><saml:AttributeValue \(xsi) xsi:nil=\"true\"/><saml:AttributeValue/>"
                + "<saml:AttributeValue> a </saml:AttributeValue>"
                + "</saml:Attribute><saml:Attribute Name=\"none\"/>")
        #expect(assertion.attributes["n"] == ["", " a "])
        #expect(assertion.attributes["none"] == [])
    }

    @Test("A single NameID inside gives its text (eduPersonTargetedID); typed values are text")
    func nameIDInside() throws {
        let assertion = try attributes(
            "<saml:Attribute Name=\"id\"><saml:AttributeValue>\n  <saml:NameID Format=\"x\">opaque</saml:NameID>\n</saml:AttributeValue>"
                + "</saml:Attribute>"
                + "<saml:Attribute Name=\"t\"><saml:AttributeValue xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                + "xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"xs:string\">v</saml:AttributeValue></saml:Attribute>")
        #expect(assertion.attributes["id"] == ["opaque"])
        #expect(assertion.attributes["t"] == ["v"])
    }

    @Test(
        "What cannot be read for certain is refused",
        arguments: [
            "<saml:Attribute Name=\"n\"><saml:AttributeValue><b>x</b></saml:AttributeValue></saml:Attribute>",
            "<saml:Attribute Name=\"n\"><saml:AttributeValue>a<saml:NameID>x</saml:NameID></saml:AttributeValue></saml:Attribute>",
            "<saml:Attribute Name=\"n\"><saml:AttributeValue><saml:NameID/><saml:NameID>y</saml:NameID></saml:AttributeValue></saml:Attribute>",
            "<saml:Attribute Name=\"n\"><saml:AttributeValue><saml:NameID>x<b/></saml:NameID></saml:AttributeValue></saml:Attribute>",
            "<saml:Attribute Name=\"n\"><b/></saml:Attribute>", "<saml:Attribute><saml:AttributeValue>x</saml:AttributeValue></saml:Attribute>",
            "<saml:Attribute Name=\"\"><saml:AttributeValue>x</saml:AttributeValue></saml:Attribute>", "<saml:EncryptedAttribute/>",
        ])
    func refused(_ xml: String) {
        #expect(refusal(xml) == "saml.attribute")
    }

    @Test("Caps on the length of a value, the number of values, and the number of names")
    func caps() {
        func attribute(_ name: String, _ value: String) -> String {
            "<saml:Attribute Name=\"\(name)\"><saml:AttributeValue>\(value)</saml:AttributeValue></saml:Attribute>"
        }
        #expect(refusal(attribute("n", String(repeating: "a", count: 16_384))) == nil)
        #expect(refusal(attribute("n", String(repeating: "a", count: 16_385))) == "saml.attribute")
        #expect(refusal((0..<253).map { attribute("n\($0)", "v") }.joined()) == nil)
        #expect(refusal((0..<254).map { attribute("n\($0)", "v") }.joined()) == "saml.attribute")
        let values = String(repeating: "<saml:AttributeValue>v</saml:AttributeValue>", count: 4097)
        #expect(refusal("<saml:Attribute Name=\"n\">\(values)</saml:Attribute>") == "saml.attribute")
    }
}
