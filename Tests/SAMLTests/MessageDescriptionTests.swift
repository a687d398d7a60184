import Foundation
import SAML
import TestSupport
import Testing
import WireFormats
import XMLSecurity

@Suite("`countersign saml inspect`: what a document says, with nothing verified")
struct MessageDescriptionTests {
    private let fixture = Fixture()
    private let now = Fixture.now

    private func describe(_ bytes: [UInt8]) throws -> MessageDescription { try MessageDescription(describing: bytes, at: now) }

    /// The code of the refusal; nil where something is described.
    private func code(_ bytes: [UInt8]) -> String? {
        do {
            _ = try describe(bytes)
            return nil
        } catch { return (error as? SAMLError)?.code }
    }

    @Test("A Response as XML, in base64, compressed, and as the posted form")
    func packings() throws {
        let response = fixture.response()
        let base64 = Base64.encode(response)
        let plain = try describe(response)
        #expect(plain.kind == .response && plain.packing == "XML")
        #expect(try describe(Array(base64.utf8)).lines == plain.lines)
        #expect(try describe(Array("\n\(base64)\n".utf8)).packing == "base64")
        #expect(try describe(Array(Base64.encode(Deflate.deflate(response)).utf8)).packing == "base64, compressed")
        let form = fixture.identityProvider.formBody(response, relayState: "abc")
        #expect(try describe(Array(form.utf8)).lines == plain.lines)
    }

    @Test("The Response's facts")
    func response() throws {
        let lines = try describe(fixture.response { $0.sessionNotOnOrAfter = now - 1 }).lines
        func values(_ label: String) -> [String] { lines.filter { $0.label == label }.map(\.value) }
        #expect(values("Issuer") == [fixture.identityProvider.entityID, fixture.identityProvider.entityID])
        #expect(values("InResponseTo") == [Fixture.requestID, Fixture.requestID])
        #expect(values("Recipient") == [Fixture.consumer])
        #expect(values("Audience") == [fixture.serviceProvider.entityID])
        #expect(values("NameID") == ["alice@example.com"])
        #expect(values("Value").contains("engineers"))
        #expect(values("Signature") == ["none", "present, not verified"])
        #expect(values("SHA-256").count == 1)
        #expect(values("SessionNotOnOrAfter").first?.hasSuffix("(past)") == true)
        #expect(values("Status") == ["Success"])
    }

    @Test("A request, from the address the browser was sent to")
    func request() throws {
        let metadata = fixture.identityProvider.identityProviderMetadata(at: now)
        let request = fixture.serviceProvider.makeAuthnRequest(id: "_1", to: metadata, assertionConsumerService: Fixture.consumer, at: now)
        let url = HTTPRedirectBinding.url(destination: fixture.identityProvider.singleSignOnLocation, samlRequest: request.encoded(), relayState: "r")
        let description = try describe(Array(url.utf8))
        #expect(description.kind == .authnRequest && description.packing == "URL or form")
        #expect(description.lines.contains { $0.label == "AssertionConsumerServiceURL" && $0.value == Fixture.consumer })
    }

    @Test("What a provider answers for an artifact, in its envelope, and the Response in it; and what it was asked")
    func artifact() throws {
        let response = """
            <samlp:ArtifactResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a" \
            Version="2.0" IssueInstant="2026-11-18T11:06:40Z" InResponseTo="_asked"><saml:Issuer>https://idp.example</saml:Issuer><samlp:Status>\
            <samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>\
            \(String(decoding: fixture.response(), as: UTF8.self))</samlp:ArtifactResponse>
            """
        let around = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>\(response)</e:Body></e:Envelope>"
        for document in [response, around] {
            let description = try describe(Array(document.utf8))
            func values(_ label: String) -> [String] { description.lines.filter { $0.label == label }.map(\.value) }
            #expect(description.kind == .artifactResponse)
            #expect(values("InResponseTo") == ["_asked", Fixture.requestID, Fixture.requestID] && values("NameID") == ["alice@example.com"])
        }
        let asked = """
            <samlp:ArtifactResolve xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_asked" Version="2.0" \
            IssueInstant="2026-11-18T11:06:40Z"><samlp:Artifact>AAQAA</samlp:Artifact></samlp:ArtifactResolve>
            """
        let description = try describe(Array(asked.utf8))
        #expect(description.kind == .artifactResolve && description.lines.contains { $0.label == "Artifact" && $0.value == "AAQAA" })
    }

    @Test("Other XML is named; what is no SAML at all is refused with a code")
    func others() throws {
        #expect(try describe(Array("<list xmlns=\"urn:example\"/>".utf8)).kind == .other)
        #expect(code(Array("<html xmlns=\"http://www.w3.org/1999/xhtml\"/>".utf8)) == "saml.metadata_root")
        #expect(
            try describe(Array("<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_1\"/>".utf8)).kind == .logoutRequest)
        for junk in ["", "hello world", "%%%", "<", "<a", "\u{0}", "SAMLResponse="] { #expect(code(Array(junk.utf8)) == "saml.malformed", "\(junk)") }
        for bytes in [[0xFF, 0xFE, 0x00], [UInt8](repeating: UInt8(ascii: "A"), count: 2_000_000)] { #expect(code(bytes) == "saml.malformed") }
        #expect(code(Array("SAMLResponse=%zz".utf8)) == "saml.bad_request")
        // Where the rest does not read either, the first reason is told.
        #expect(code(Array("<!DOCTYPE a><a>".utf8)) == "saml.doctype")
    }

    /// What refuses a message, and what is shown of it.
    private func shown(_ bytes: [UInt8]) throws -> (refusals: [String], nameID: String?) {
        let description = try describe(bytes)
        return (description.refusals.map(\.code), description.lines.first { $0.label == "NameID" }?.value)
    }

    @Test("What would be refused is shown without it, and said: comments, instructions, document types, entities, other encodings, a NUL")
    func refused() throws {
        func message(_ head: String, _ name: String) -> String {
            head + "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"><saml:Subject><saml:NameID>\(name)"
                + "</saml:NameID></saml:Subject></saml:Assertion>"
        }
        func shown(_ name: String, behind head: String = "") throws -> (refusals: [String], nameID: String?) {
            try self.shown(Array(message(head, name).utf8))
        }
        #expect(try shown("ann") == ([], "ann"))
        #expect(try shown("admin@x<!---->.evil") == (["saml.comment"], "admin@x.evil"))
        #expect(try shown("<?p not-?>admin") == (["saml.processing_instruction"], "admin"))
        #expect(try shown("a&e;b &lt; &#65;", behind: "<!DOCTYPE a [ <!ENTITY e \"]>x\"> ]>") == (["saml.doctype"], "a&e;b < A"))
        #expect(
            try shown("ann", behind: "<!DOCTYPE a SYSTEM 'http://x/'><!-- c --><?p q?>")
                == (["saml.doctype", "saml.comment", "saml.processing_instruction"], "ann"))
        // A section of characters is text, whatever stands in it.
        #expect(try shown("<![CDATA[<!-- a -->]]>") == ([], "<!-- a -->"))

        let umlaut = message("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", "J\u{F6}rg")
        #expect(try self.shown(umlaut.unicodeScalars.map { UInt8($0.value) }) == (["saml.encoding"], "J\u{F6}rg"))
        #expect(try self.shown(Array(umlaut.utf8)) == (["saml.encoding"], "J\u{F6}rg"))
        for isBigEndian in [true, false] {
            for mark in ["\u{FEFF}", ""] {
                let bytes = (mark + message("<!-- c -->", "J\u{F6}rg")).utf16.flatMap { unit in
                    isBigEndian ? [UInt8(unit >> 8), UInt8(unit & 0xFF)] : [UInt8(unit & 0xFF), UInt8(unit >> 8)]
                }
                #expect(try self.shown(bytes) == (["saml.encoding", "saml.comment"], "J\u{F6}rg"))
            }
        }
        #expect(try self.shown(Array(message("", "ann").utf8) + [0] + Array("<evil/>".utf8)) == (["saml.malformed"], "ann"))
    }

    @Test("An unlimited number of lines is not written")
    func limit() throws {
        let values = String(repeating: "<saml:AttributeValue>v</saml:AttributeValue>", count: 3000)
        let response = fixture.response { $0.replace("<saml:AttributeValue>staff", with: "\(values)<saml:AttributeValue>staff") }
        #expect(try describe(response).lines.count <= 1000)
    }
}
