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

    /// The code where the attribute of that Name is asked for.
    private func refusal(_ xml: String, of name: String = "n") -> String? {
        do {
            _ = try attributes(xml).attributes.values(named: name)
            return nil
        } catch {
            return (error as? SAMLError)?.code
        }
    }

    @Test("By Name, and by FriendlyName where that is asked for: neither is taken for the other (§2.7.3.1)")
    func names() throws {
        let attributes = try fixture.accept(fixture.response()).attributes
        #expect(try attributes.values(named: "groups") == ["staff", "engineers"])
        #expect(try attributes.values(named: "urn:oid:0.9.2342.19200300.100.1.3") == ["alice@example.com"])
        #expect(try attributes.values(friendlyNamed: "mail") == ["alice@example.com"])
        #expect(try attributes.values(friendlyNamed: "groups") == nil && attributes.values(named: "mail") == nil)
        #expect(attributes.arrived == ["urn:oid:0.9.2342.19200300.100.1.3 (mail)", "displayName (Display name)", "groups"])
    }

    @Test("Names are compared by bytes: a letter and its canonical equivalent are two names")
    func bytes() throws {
        let attributes = try fixture.accept(fixture.response { $0.attributes = [.init("cafe\u{301}", "a"), .init("caf\u{E9}", "b")] }).attributes
        #expect(try attributes.values(named: "caf\u{E9}") == ["b"] && attributes.values(named: "cafe\u{301}") == ["a"])
        #expect(attributes.arrived.count == 2)
    }

    @Test("Repeated Attribute elements of one Name are merged in order, across statements too")
    func merged() throws {
        let response = fixture.response {
            $0.attributes = [.init("Role", "a", "b"), .init("mail", "x"), .init("Role", "c"), .init("Role", "a")]
            $0.replace("<saml:AttributeValue>c<", with: "<saml:AttributeValue>c</saml:AttributeValue><saml:AttributeValue>d<")
        }
        #expect(try fixture.accept(response).attributes.values(named: "Role") == ["a", "b", "c", "d", "a"])
    }

    @Test("A FriendlyName on attributes of two Names identifies none of them")
    func ambiguousFriendlyName() throws {
        let response = fixture.response {
            $0.attributes = [
                .init("one", friendlyName: "mail", "a"), .init("two", friendlyName: "mail", "b"), .init("one", friendlyName: "mail", "c"),
            ]
        }
        let attributes = try fixture.accept(response).attributes
        let error = #expect(throws: SAMLError.self) { try attributes.values(friendlyNamed: "mail") }
        guard case .ambiguousFriendlyName("mail", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.code == "saml.attribute")
        #expect(try attributes.values(named: "one") == ["a", "c"])
    }

    @Test("Values without text: nil is skipped, empty is empty")
    func empty() throws {
        let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
        let assertion = try attributes(
            "<saml:Attribute Name=\"n\"><saml:AttributeValue \(xsi) xsi:nil=\"true\"/><saml:AttributeValue/>"
                + "<saml:AttributeValue> a </saml:AttributeValue>"
                + "</saml:Attribute><saml:Attribute Name=\"none\"/>")
        #expect(try assertion.attributes.values(named: "n") == ["", " a "])
        #expect(try assertion.attributes.values(named: "none") == [])
    }

    @Test("A single NameID inside gives its text (eduPersonTargetedID); typed values are text")
    func nameIDInside() throws {
        let assertion = try attributes(
            "<saml:Attribute Name=\"id\"><saml:AttributeValue>\n  <saml:NameID Format=\"x\">opaque</saml:NameID>\n</saml:AttributeValue>"
                + "</saml:Attribute>"
                + "<saml:Attribute Name=\"t\"><saml:AttributeValue xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                + "xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"xs:string\">v</saml:AttributeValue></saml:Attribute>")
        #expect(try assertion.attributes.values(named: "id") == ["opaque"])
        #expect(try assertion.attributes.values(named: "t") == ["v"])
    }

    @Test(
        "case 131: what cannot be read for certain is refused where it is asked for, by its name, and nowhere else",
        arguments: [
            "<saml:Attribute Name=\"n\"><saml:AttributeValue><b>x</b></saml:AttributeValue></saml:Attribute>",
            "<saml:Attribute Name=\"n\"><saml:AttributeValue>a<saml:NameID>x</saml:NameID></saml:AttributeValue></saml:Attribute>",
            "<saml:Attribute Name=\"n\"><saml:AttributeValue><saml:NameID/><saml:NameID>y</saml:NameID></saml:AttributeValue></saml:Attribute>",
            "<saml:Attribute Name=\"n\"><saml:AttributeValue><saml:NameID>x<b/></saml:NameID></saml:AttributeValue></saml:Attribute>",
            "<saml:Attribute Name=\"n\"><b/></saml:Attribute>",
        ])
    func refused(_ xml: String) throws {
        #expect(refusal(xml) == "saml.attribute")
        #expect(refusal(xml, of: "groups") == nil)
        #expect(try attributes(xml).attributes.readable.map(\.name).contains("n") == false)
    }

    @Test("case 131: attributes without a Name, and encrypted ones, are passed over and counted among what arrived")
    func unnamed() throws {
        let xml =
            "<saml:Attribute><saml:AttributeValue>x</saml:AttributeValue></saml:Attribute><saml:EncryptedAttribute/><saml:EncryptedAttribute/>"
        #expect(refusal(xml, of: "groups") == nil)
        #expect(try attributes(xml).attributes.arrived.last == "2 encrypted")
        #expect(refusal("<saml:Advice/>") == "saml.attribute")
    }

    @Test("Caps on the length of a value and the number of values of an attribute that is asked for")
    func caps() throws {
        func attribute(_ name: String, _ value: String) -> String {
            "<saml:Attribute Name=\"\(name)\"><saml:AttributeValue>\(value)</saml:AttributeValue></saml:Attribute>"
        }
        #expect(refusal(attribute("n", String(repeating: "a", count: 16_384))) == nil)
        #expect(refusal(attribute("n", String(repeating: "a", count: 16_385))) == "saml.attribute")
        #expect(refusal(attribute("n", String(repeating: "a", count: 16_385)), of: "groups") == nil)
        let values = String(repeating: "<saml:AttributeValue>v</saml:AttributeValue>", count: 4097)
        #expect(refusal("<saml:Attribute Name=\"n\">\(values)</saml:Attribute>") == "saml.attribute")
    }

    @Test(
        "case 132: 2,500 groups with types in a response of some 207 kB, whose canonical form is larger, whichever element is signed",
        arguments: [false, true], [FakeResponse.Signed.assertion, .response])
    func manyGroups(_ isTyped: Bool, signed: FakeResponse.Signed) throws {
        let types = isTyped ? " xsi:type=\"xs:string\"" : ""
        let response = fixture.response {
            ($0.attributes, $0.signed) = ([.init("groups", "one")], signed)
            $0.beforeSigning = { text in
                let values = (0..<2_500).map {
                    "<saml:AttributeValue\(types)>cn=group-\($0),dc=example\(String(repeating: "x", count: isTyped ? 0 : 20))</saml:AttributeValue>"
                }
                return
                    text
                    .replacingOccurrences(of: "<saml:AttributeValue>one</saml:AttributeValue>", with: values.joined())
                    .replacingOccurrences(
                        of: "<samlp:Response ",
                        with: "<samlp:Response xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
                    )
            }
        }
        #expect(response.count > 200_000 && response.count < 262_144)
        #expect(try fixture.accept(response).attributes.values(named: "groups")?.count == 2_500)
    }
}
