import Foundation
import SAML
import TestSupport
import Testing

/// What a good response is that attacks are made of: what its provider signed, and whether it encrypted the assertion.
struct AttackedResponse: Sendable, CustomTestStringConvertible {
    let signed: FakeResponse.Signed
    let isEncrypted: Bool

    static let all = [FakeResponse.Signed.assertion, .response, .both].flatMap { signed in
        [false, true].map { AttackedResponse(signed: signed, isEncrypted: $0) }
    }

    var testDescription: String { "\(signed) signed, \(isEncrypted ? "encrypted" : "in the open")" }

    static func fixture() throws -> Fixture {
        var fixture = Fixture()
        fixture.decryptionKeys = [try TestKey.serviceProvider.decryption]
        return fixture
    }

    func text(_ fixture: Fixture) -> String {
        let bytes = fixture.response {
            $0.signed = signed
            if isEncrypted { $0.encryption = Encryption() }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

@Suite("THREATS S1, S3 to S5, S23: wrapping attacks, generated (XSW1 to XSW8 and their kin)")
struct GeneratedAttackTests {
    /// Who the attacker wants to be.
    private static let admin = "admin@example.com"

    @Test("no place of the original, of its signature and of a forgery makes somebody else of the person", arguments: AttackedResponse.all)
    func wrapped(_ attacked: AttackedResponse) throws {
        let fixture = try AttackedResponse.fixture()
        let text = attacked.text(fixture)
        #expect(try fixture.accept(Array(text.utf8)).subject.value == "alice@example.com")
        var forgeries = Forgeries(of: text, isEncrypted: attacked.isEncrypted)
        forgeries.make()
        #expect(forgeries.texts.count > 100)
        for forgery in forgeries.texts {
            guard let accepted = try? fixture.accept(Array(forgery.utf8)) else { continue }
            // What was left out changed nothing.
            try #require(accepted.subject.value == "alice@example.com", "\(forgery)")
        }
    }

    /// The parts of a good response, put together wrongly.
    private struct Forgeries {
        private(set) var texts: Set<String> = []
        private let whole: String
        private let original: String
        /// The response with `{A}` in place of the assertion.
        private let envelope: String
        private let envelopeSignature: String
        private let originalSignature: String

        init(of text: String, isEncrypted: Bool) {
            whole = text
            original = Self.element(isEncrypted ? "saml:EncryptedAssertion" : "saml:Assertion", in: text)
            envelope = text.replacingOccurrences(of: original, with: "{A}")
            envelopeSignature = Self.element("ds:Signature", in: envelope)
            originalSignature = isEncrypted ? "" : Self.element("ds:Signature", in: original)
        }

        mutating func make() {
            for evil in evilAssertions() {
                for content in contents(of: evil) { inEnvelopes(content) }
                for place in ["<samlp:Extensions>\(original)</samlp:Extensions>", "<samlp:Extensions>\(evil)</samlp:Extensions>"] {
                    for other in [evil, original] {
                        texts.insert(
                            envelope.replacingOccurrences(of: "<samlp:Status>", with: place + "<samlp:Status>").replacingOccurrences(
                                of: "{A}", with: other))
                    }
                }
                for (detail, other) in [(original, evil), (evil, original)] {
                    let status = envelope.replacingOccurrences(
                        of: "</samlp:Status>", with: "<samlp:StatusDetail>\(detail)</samlp:StatusDetail></samlp:Status>")
                    texts.insert(status.replacingOccurrences(of: "{A}", with: other))
                }
                wholeWrapped(evil)
            }
            texts.remove(whole)
        }

        /// Another person, with or without the ID and the signature of the original, in the open and encrypted for us, which anybody can do.
        private func evilAssertions() -> [String] {
            let fixture = Fixture()
            let plain = String(decoding: fixture.response { ($0.signed, $0.nameID) = (.none, GeneratedAttackTests.admin) }, as: UTF8.self)
            let forged = Self.element("saml:Assertion", in: plain).replacingOccurrences(
                of: "<saml:Assertion", with: "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"")
            let stolen = Self.attribute("ID", of: original).map { forged.replacingOccurrences(of: Self.attribute("ID", of: forged) ?? "", with: $0) }
            var found: [String] = []
            for base in [forged, stolen].compactMap({ $0 }) {
                for signature in Set(["", originalSignature, envelopeSignature]) {
                    let signed = base.replacingOccurrences(of: "</saml:Issuer>", with: "</saml:Issuer>" + signature)
                    found.append(signed)
                    let distinct = Encryption().wrap(signed).replacingOccurrences(of: "_data", with: "_evil").replacingOccurrences(
                        of: "_key", with: "_evilkey")
                    found.append(distinct)
                }
            }
            return found
        }

        /// What may stand where the assertion stood.
        private func contents(of evil: String) -> [String] {
            let bare = originalSignature.isEmpty ? original : original.replacingOccurrences(of: originalSignature, with: "")
            var found = [evil]
            for good in Set([original, bare]) {
                found += [evil + good, good + evil]
                for (outer, inner) in [(evil, good), (good, evil)] {
                    for end in ["</saml:Assertion>", "</saml:EncryptedAssertion>", "</saml:AttributeValue>", "</saml:Subject>", "</saml:Conditions>"]
                    {
                        found.append(Self.inserting(inner, before: end, in: outer))
                        found.append(Self.inserting("<saml:Advice>\(inner)</saml:Advice>", before: end, in: outer))
                    }
                    for end in ["</ds:Signature>", "</ds:SignedInfo>", "</ds:KeyInfo>", "</xenc:EncryptedData>", "</xenc:CipherData>"] {
                        found.append(Self.inserting(inner, before: end, in: outer))
                        found.append(Self.inserting("<ds:Object>\(inner)</ds:Object>", before: end, in: outer))
                    }
                }
            }
            return found
        }

        /// As it was, with another ID, without its signature, with that of the assertion.
        private mutating func inEnvelopes(_ content: String) {
            let id = Self.attribute("ID", of: envelope) ?? ""
            let unsigned = envelopeSignature.isEmpty ? envelope : envelope.replacingOccurrences(of: envelopeSignature, with: "")
            for envelope in Set([
                envelope, unsigned, unsigned.replacingOccurrences(of: id, with: "_evilresponse"),
                unsigned.replacingOccurrences(of: "</saml:Issuer><samlp:Status>", with: "</saml:Issuer>\(originalSignature)<samlp:Status>"),
            ]) { texts.insert(envelope.replacingOccurrences(of: "{A}", with: content)) }
        }

        /// XSW1 and XSW2: the whole signed response inside or beside a forged one.
        private mutating func wholeWrapped(_ evil: String) {
            let id = Self.attribute("ID", of: envelope) ?? ""
            let bare = envelopeSignature.isEmpty ? whole : whole.replacingOccurrences(of: envelopeSignature, with: "")
            for forgedID in [id, "_evilresponse"] {
                let forged = envelope.replacingOccurrences(of: id, with: forgedID).replacingOccurrences(of: "{A}", with: evil)
                for good in Set([whole, bare]) {
                    for end in ["</samlp:Response>", "</ds:Signature>", "</samlp:Status>", "<samlp:Status>"] {
                        texts.insert(Self.inserting(good, before: end, in: forged))
                        texts.insert(
                            Self.inserting("<ds:Object xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\(good)</ds:Object>", before: end, in: forged))
                        texts.insert(Self.inserting("<samlp:Extensions>\(good)</samlp:Extensions>", before: end, in: forged))
                    }
                }
            }
        }

        private static func inserting(_ inner: String, before end: String, in outer: String) -> String {
            guard let place = outer.range(of: end, options: .backwards) else { return outer }
            return outer.replacingCharacters(in: place.lowerBound..<place.lowerBound, with: inner)
        }

        private static func element(_ name: String, in text: String) -> String {
            guard let start = text.range(of: "<\(name)[ >]", options: .regularExpression),
                let end = text.range(of: "</\(name)>", range: start.lowerBound..<text.endIndex)
            else { return "" }
            return String(text[start.lowerBound..<end.upperBound])
        }

        private static func attribute(_ name: String, of element: String) -> String? {
            guard let start = element.range(of: " \(name)=\"") else { return nil }
            return String(element[start.upperBound...].prefix { $0 != "\"" })
        }
    }
}

@Suite("Property: nobody between changes what a signed response says")
struct MutationTests {
    private static let seeds: [UInt64] = [1, 2, 3]

    @Test(
        "250 changes of a byte, an attribute, an element or a text: refused, or the same in everything that is read", arguments: AttackedResponse.all,
        seeds)
    func mutated(_ attacked: AttackedResponse, seed: UInt64) throws {
        let fixture = try AttackedResponse.fixture()
        let good = attacked.text(fixture)
        let meaning = Self.meaning(try fixture.accept(Array(good.utf8)))
        var mutator = Mutator(seed: seed)
        var accepted = 0
        for _ in 0..<250 {
            let bytes = mutator.mutate(Array(good.utf8))
            guard let assertion = try? fixture.accept(bytes) else { continue }
            accepted += 1
            try #require(Self.meaning(assertion) == meaning, "\(String(decoding: bytes, as: UTF8.self))")
        }
        // Some changes mean nothing; if all did, nothing would be tested.
        #expect(accepted < 200)
    }

    /// Everything that a sign-in reads.
    private static func meaning(_ assertion: ValidatedAssertion) -> String {
        let attributes = assertion.attributes.readable.map { "\($0.name)=\($0.values)" }
        return [
            assertion.id, assertion.issuer, "\(assertion.subject)", "\(attributes)", "\(assertion.attributes.arrived)",
            "\(String(describing: assertion.authnInstant))",
            assertion.sessionIndex ?? "-", "\(String(describing: assertion.sessionNotOnOrAfter))", assertion.authnContextClassRef ?? "-",
            "\(assertion.replayUntil)", assertion.signedBy,
        ].joined(separator: "|")
    }
}

/// Changes a document as somebody between would, blindly and knowing XML.
private struct Mutator {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<(Int.random(in: 0..<4, using: &random) == 0 ? 2 : 1) { bytes = once(bytes) }
        return bytes
    }

    private mutating func once(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        switch Int.random(in: 0..<9, using: &random) {
        case 0: bytes[place(in: bytes)] = character()
        case 1: bytes.insert(character(), at: place(in: bytes))
        case 2:
            let start = place(in: bytes)
            bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...8, using: &random)))
        case 3: bytes.insert(contentsOf: Array(insertion().utf8), at: place(in: bytes))
        case 4, 5: bytes = changeElement(bytes)
        case 6: bytes = changeAttribute(bytes)
        default: bytes = changeText(bytes)
        }
        return bytes
    }

    private mutating func place(in bytes: [UInt8]) -> Int { Int.random(in: 0..<max(1, bytes.count), using: &random) }
    private mutating func character() -> UInt8 { Array("<>&\"'=:/#; \r\naZ09_-]".utf8).randomElement(using: &random) ?? 0 }

    private mutating func insertion() -> String {
        [
            "<!---->", "<!-- x -->", "<?x y?>", "<![CDATA[x]]>", "<![CDATA[]]>", "&amp;", "&#97;", "&#0;", "<x/>", "<saml:NameID>admin</saml:NameID>",
            " x:ID=\"y\"",
            " ID=\"_z\"", " xmlns=\"urn:x\"", " xmlns:saml=\"urn:x\"", " xml:space=\"preserve\"", "\u{301}", "\u{200D}",
        ].randomElement(using: &random) ?? ""
    }

    /// Removes, doubles, moves, empties or renames an element with all that is in it.
    private mutating func changeElement(_ bytes: [UInt8]) -> [UInt8] {
        let elements = Self.elements(of: bytes)
        guard let one = elements.randomElement(using: &random), let other = elements.randomElement(using: &random) else { return bytes }
        let element = Array(bytes[one])
        var changed = bytes
        switch Int.random(in: 0..<5, using: &random) {
        case 0: changed.removeSubrange(one)
        case 1: changed.insert(contentsOf: element, at: other.lowerBound)
        case 2: changed.insert(contentsOf: element, at: other.upperBound)
        case 3 where !one.overlaps(other): changed.replaceSubrange(one, with: bytes[other])
        default:
            let name = element.dropFirst().prefix { !Array(" />".utf8).contains($0) }
            let names = ["saml:NameID", "saml:Attribute", "saml:Assertion", "x", "saml:Audience", "saml:Advice", "samlp:Extensions", "ds:Object"]
            let new = Array((names.randomElement(using: &random) ?? "x").utf8)
            var renamed = [UInt8(ascii: "<")] + new + element.dropFirst(1 + name.count)
            let end = Array("</".utf8) + name + [UInt8(ascii: ">")]
            if renamed.count > end.count, Array(renamed.suffix(end.count)) == end {
                renamed.removeLast(end.count)
                renamed += Array("</".utf8) + new + [UInt8(ascii: ">")]
            }
            changed.replaceSubrange(one, with: renamed)
        }
        return changed
    }

    private mutating func changeAttribute(_ bytes: [UInt8]) -> [UInt8] {
        let equals = bytes.indices.filter { bytes[$0] == UInt8(ascii: "=") && $0 + 1 < bytes.count && bytes[$0 + 1] == UInt8(ascii: "\"") }
        guard let equal = equals.randomElement(using: &random), let end = bytes[(equal + 2)...].firstIndex(of: UInt8(ascii: "\"")),
            let start = bytes[..<equal].lastIndex(of: UInt8(ascii: " "))
        else { return bytes }
        var changed = bytes
        switch Int.random(in: 0..<4, using: &random) {
        case 0: changed.removeSubrange(start...end)
        case 1: changed.insert(contentsOf: bytes[start...end], at: start)
        case 2: changed.replaceSubrange((equal + 2)..<end, with: Array("2031-01-01T00:00:00Z".utf8))
        default: changed.insert(character(), at: Int.random(in: (equal + 2)...end, using: &random))
        }
        return changed
    }

    private mutating func changeText(_ bytes: [UInt8]) -> [UInt8] {
        let texts = ["alice@example.com", "staff", "engineers", "Alice Example", "_session1", "2027", "https://", "true", "groups", "mail"]
        let old = Array((texts.randomElement(using: &random) ?? "").utf8)
        let places = bytes.indices.dropLast(old.count).filter { bytes[$0] == old[0] && bytes[$0..<($0 + old.count)].elementsEqual(old) }
        guard let place = places.randomElement(using: &random) else { return bytes }
        var changed = bytes
        switch Int.random(in: 0..<4, using: &random) {
        case 0: changed.replaceSubrange(place..<(place + old.count), with: Array("admin".utf8))
        case 1: changed.insert(contentsOf: Array(insertion().utf8), at: place + Int.random(in: 0...old.count, using: &random))
        case 2: changed.insert(contentsOf: Array("admin".utf8), at: place)
        default: changed.replaceSubrange(place..<(place + old.count), with: [])
        }
        return changed
    }

    /// Where each element begins and ends. The documents that are changed here have no comments and no sections.
    private static func elements(of bytes: [UInt8]) -> [Range<Int>] {
        var open: [Int] = []
        var found: [Range<Int>] = []
        var index = 0
        while let start = bytes[index...].firstIndex(of: UInt8(ascii: "<")), let end = bytes[start...].firstIndex(of: UInt8(ascii: ">")) {
            if bytes[start + 1] == UInt8(ascii: "/") {
                if let begin = open.popLast() { found.append(begin..<(end + 1)) }
            } else if bytes[end - 1] == UInt8(ascii: "/") {
                found.append(start..<(end + 1))
            } else {
                open.append(start)
            }
            index = end + 1
            if index >= bytes.count { break }
        }
        return found
    }
}
