import Foundation
import TestSupport
import Testing

@testable import XMLSecurity

/// Aggregates put together from text, signed by xmlsec, and read in both ways.
struct TestAggregate {
    static let namespace = "urn:oasis:names:tc:SAML:2.0:metadata"
    static let shape = AggregateShape(
        root: XMLName(namespace, "EntitiesDescriptor"), member: XMLName(namespace, "EntityDescriptor"), role: XMLName(namespace, "IDPSSODescriptor"),
        extensions: XMLName(namespace, "Extensions"))

    var head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- <made> by a \"test\" -->\n"
    var rootAttributes = " xmlns:a=\"urn:a\" xmlns:b='urn:b' validUntil=\"2030-01-01T00:00:00Z\""
    var children: [String] = [entity("https://one.example"), entity("https://sp.example", role: "SPSSODescriptor"), entity("https://two.example")]
    var key = TestKey.identityProvider

    static func entity(_ entityID: String, role: String = "IDPSSODescriptor", attributes: String = "", _ content: String = "") -> String {
        "\n  <md:EntityDescriptor entityID=\"\(entityID)\"\(attributes)><md:\(role)><a:x b:y=\"1\">\(entityID)</a:x>\(content)</md:\(role)>"
            + "</md:EntityDescriptor>"
    }

    var unsigned: String {
        "\(head)<md:EntitiesDescriptor xmlns:md=\"\(Self.namespace)\" ID=\"_root\"\(rootAttributes)>\(children.joined())\n</md:EntitiesDescriptor>\n"
    }

    func text() throws -> String {
        let signed = String(decoding: try key.signer.sign(Array(unsigned.utf8), elementID: "_root", afterChild: nil), as: UTF8.self)
        // The signer writes no declaration and nothing beside the root.
        return head + signed[(signed.range(of: "<md:EntitiesDescriptor")?.lowerBound ?? signed.startIndex)...]
    }
}

/// What the streaming reader made of a document.
struct Streamed {
    var members: [UnprovenMember] = []
    var unusable: [String] = []
    var others = 0
    /// nil: proven.
    var code: String?

    init(_ bytes: [UInt8], chunk: Int = 4_096, limit: Int = 1 << 24, keys: [TrustedKey]? = nil) throws {
        let keys = try keys ?? [TestKey.identityProvider.trusted]
        do throws(XMLSecurityError) {
            var reader = try SignedAggregateReader(TestAggregate.shape, keys: keys, limit: limit)
            var place = 0
            while place < bytes.count {
                let end = min(place + chunk, bytes.count)
                try reader.read(Array(bytes[place..<end])) { found throws(XMLSecurityError) in
                    switch found {
                    case .success(let member): members.append(member)
                    case .failure(let error): unusable.append(error.code)
                    }
                }
                place = end
            }
            others = reader.otherMembers
            _ = try reader.finish()
        } catch {
            code = error.code
        }
    }

    init(_ text: String, chunk: Int = 4_096, keys: [TrustedKey]? = nil) throws { try self.init(Array(text.utf8), chunk: chunk, keys: keys) }
}

/// The other judge: the whole document in a tree, by our direct verifier and by xmlsec, which must agree.
private func whole(_ bytes: [UInt8], keys: [TrustedKey]? = nil) throws -> (root: XMLElement?, code: String?) {
    let limits = XMLLimits(
        bytes: 4 * 1024 * 1024, tags: 60_000, attributes: 65_536, prefixedAttributesPerTag: 64, namespacesInScope: 256,
        canonicalDeclarations: 8 * 1024 * 1024, canonicalSteps: 100_000_000, allowsComments: true)
    let verifier = SignatureVerifier(keys: try keys ?? [TestKey.identityProvider.trusted], policy: .strict, judges: .bothAlways)
    do throws(XMLSecurityError) {
        return (try verifier.verifyRoot(bytes, named: TestAggregate.shape.root, issuer: nil, limits: limits).element, nil)
    } catch {
        return (nil, error.code)
    }
}

private func providers(_ root: XMLElement) -> [XMLElement] {
    root.elements(TestAggregate.shape.member).filter { $0.first(TestAggregate.shape.role) != nil }
}

@Suite("SAML Metadata §2.3.1: an aggregate, read while it arrives")
struct AggregateTests {
    @Test("whatever the pieces are in which it arrives, the same members, and those of the whole document", arguments: [1, 2, 3, 7, 64, 100_000])
    func chunks(_ size: Int) throws {
        let text = try TestAggregate().text()
        let streamed = try Streamed(text, chunk: size)
        #expect(streamed.code == nil)
        #expect(streamed.members.map { $0.element.attribute("entityID") } == ["https://one.example", "https://two.example"])
        #expect(streamed.others == 1)
        let root = try #require(try whole(Array(text.utf8)).root)
        #expect(streamed.members.map(\.element) == providers(root))
        // Each stands by itself, with the namespaces it uses.
        for member in streamed.members { #expect(try XMLDocument(parsing: member.bytes, limits: .metadata).root == member.element) }
    }

    @Test("400 generated aggregates, signed by xmlsec: both judges accept them, with the same members", arguments: 0..<10)
    func generated(_ part: Int) throws {
        var random = RandomXML(seed: 7_000 + UInt64(part))
        random.comments = true
        let scope = ["": "urn:outer", "a": "urn:a", "b": "urn:b", "md": TestAggregate.namespace]
        for _ in 0..<40 {
            var aggregate = TestAggregate()
            aggregate.rootAttributes = " xmlns=\"urn:outer\" xmlns:a=\"urn:a\" xmlns:b=\"urn:b\" xmlns:unused=\"urn:u\" a:z='>' b=\"&lt;&#9;'\""
            aggregate.children = (0..<random.number(below: 5)).map { index in
                random.one(of: ["", "\n", "<!-- </md:EntityDescriptor> -->\r\n"])
                    + TestAggregate.entity("https://\(index).example", random.element(depth: random.one(of: [1, 2, 4]), in: scope))
            }
            let text = try aggregate.text()
            let streamed = try Streamed(text, chunk: random.one(of: [13, 500, 100_000]))
            let (root, code) = try whole(Array(text.utf8))
            #expect(streamed.code == code, "\(text)")
            #expect(streamed.members.map(\.element) == root.map(providers), "\(text)")
        }
    }

    @Test("1,000 times one byte is another: what is accepted has the same meaning, and the judges agree about it", arguments: 0..<8)
    func damaged(_ part: Int) throws {
        var random = RandomXML(seed: 8_000 + UInt64(part))
        let good = Array(try TestAggregate().text().utf8)
        let members = try Streamed(good).members.map(\.element)
        for _ in 0..<125 {
            var bytes = good
            bytes[random.number(below: bytes.count)] = random.one(of: Array(" <>&\"'=:/#aZ0-!\r\n".utf8))
            let streamed = try Streamed(bytes, chunk: 512)
            let text = "\(String(decoding: bytes, as: UTF8.self))"
            if streamed.code == nil { #expect(streamed.members.map(\.element) == members, "\(text)") }
            #expect((streamed.code == nil) == (try whole(bytes).code == nil), "\(streamed.code ?? "accepted"): \(text)")
        }
    }

    @Test("an element, an attribute or a text more, less, or at another place is noticed at the end, and not before it is right")
    func altered() throws {
        let text = try TestAggregate().text()
        let one = text.element("md:EntityDescriptor")
        for (part, other) in [
            ("https://one.example<", "https://evil.example<"), ("entityID=\"https://one", "x=\"1\" entityID=\"https://one"),
            ("validUntil=\"2030", "validUntil=\"2031"),
            ("<a:x b:y=\"1\">", "<a:x>"), ("</md:IDPSSODescriptor>", "<a:z/></md:IDPSSODescriptor>"),
            ("\n  <md:EntityDescriptor", "\n <md:EntityDescriptor"),
            ("\n</md:EntitiesDescriptor>", "</md:EntitiesDescriptor>"), ("xmlns:a=\"urn:a\"", "xmlns:a=\"urn:other\""),
            ("\n</md:EntitiesDescriptor>", "\(TestAggregate.entity("https://more.example"))\n</md:EntitiesDescriptor>"), (one, ""),
        ] {
            let streamed = try Streamed(text.with(part, other))
            #expect(streamed.code == "signature_invalid", "\(part)")
        }
    }

    @Test("wrapping: another root, a nested one, a signature elsewhere, two, none, and IDs that are there twice")
    func wrapping() throws {
        let aggregate = TestAggregate()
        let text = try aggregate.text()
        let signature = text.element("ds:Signature")
        let bare = text.without(signature)
        func code(_ text: String) throws -> String? { try Streamed(text).code }

        #expect(try code(aggregate.unsigned) == "unsigned")
        #expect(try code(bare.with("</md:EntitiesDescriptor>", "\(signature)</md:EntitiesDescriptor>")) == "unsigned")
        #expect(try code(bare.with("<md:IDPSSODescriptor>", "\(signature)<md:IDPSSODescriptor>")) == "unsigned")
        #expect(try code(text.with(signature, signature + signature)) == "signature_position")
        #expect(try code(text.with("\n</md:EntitiesDescriptor>", "\(signature)</md:EntitiesDescriptor>")) == "signature_position")
        // The signed aggregate somewhere inside of another one.
        let inner = text.without(aggregate.head)
        let open = "<md:EntitiesDescriptor xmlns:md=\"\(TestAggregate.namespace)\" ID=\"_other\">"
        #expect(try code("\(open)\(inner)</md:EntitiesDescriptor>") == "unsigned")
        #expect(try code("\(open)\(signature)\(inner)</md:EntitiesDescriptor>") == "reference_mismatch")
        #expect(try code("\(open.with("_other", "_root"))\(signature)\(inner)</md:EntitiesDescriptor>") == "unexpected_content")
        let group = "<md:EntitiesDescriptor>\(TestAggregate.entity("https://evil.example"))</md:EntitiesDescriptor>"
        #expect(try code(text.with("\n</md:EntitiesDescriptor>", "\(group)</md:EntitiesDescriptor>")) == "unexpected_content")
        #expect(try code(text + group) == "malformed")
        #expect(try code(text.with("</md:EntitiesDescriptor>", "</md:EntitiesDescriptor><!-- c --><x/>")) == "malformed")
        // The root's ID on an entity, and one ID on two entities.
        var twice = aggregate
        twice.children[0] = TestAggregate.entity("https://evil.example", attributes: " ID=\"_root\"")
        #expect(try code(text.with(aggregate.children[0], twice.children[0])) == "duplicate_id")
        let marked = ["https://one.example", "https://two.example"].map { TestAggregate.entity($0, attributes: " Id=\"_1\"") }
        #expect(try code(text.with(aggregate.children[0], marked[0]).with(aggregate.children[2], marked[1])) == "duplicate_id")
        #expect(try code(text.with("ID=\"_root\"", "ID=\"_moved\"")) == "reference_mismatch")
        #expect(try code(text.with("URI=\"#_root\"", "URI=\"\"")) == "reference_uri")
        #expect(try code(text.with("md:EntitiesDescriptor", "md:Entities")) == "unexpected_root")
        #expect(try code(text.with("\n</md:EntitiesDescriptor>", "text</md:EntitiesDescriptor>")) == "unexpected_content")
    }

    @Test("an entity may have a signature of its own, which says nothing here: the root's covers it")
    func ownSignature() throws {
        let other = TestAggregate.entity(
            "https://one.example", attributes: " ID=\"_one\" xmlns:md=\"\(TestAggregate.namespace)\" xmlns:a=\"urn:a\" xmlns:b=\"urn:b\"")
        let signed = try TestKey.somebodyElse.signer.sign(Array(other.utf8.drop { $0 != UInt8(ascii: "<") }), elementID: "_one", afterChild: nil)
        var aggregate = TestAggregate()
        aggregate.children[0] = String(decoding: signed, as: UTF8.self)
        let text = try aggregate.text()
        let streamed = try Streamed(text)
        #expect(streamed.code == nil && streamed.members.count == 2)
        #expect(try whole(Array(text.utf8)).code == nil)
    }

    @Test("case 74: only pinned keys count, never KeyInfo's; a stranger's signature is refused before any entity is read")
    func keys() throws {
        var aggregate = TestAggregate()
        aggregate.key = .somebodyElse
        let stranger = try Streamed(aggregate.text())
        #expect(stranger.code == "signature_invalid" && stranger.members.isEmpty)
        aggregate.key = .ellipticCurve
        #expect(try Streamed(aggregate.text(), keys: [TestKey.identityProvider.trusted, TestKey.ellipticCurve.trusted]).code == nil)
        #expect(try Streamed(aggregate.text(), keys: []).code == "no_keys")
    }

    @Test("a document that ends early proves nothing", arguments: [1, 20, 300, 700])
    func cut(_ missing: Int) throws {
        let text = try TestAggregate().text()
        #expect(try Streamed(String(text.dropLast(missing))).code == "malformed")
    }

    @Test("what no document may have: other encodings, a DOCTYPE, instructions, controls, broken UTF-8")
    func hostile() throws {
        let aggregate = TestAggregate()
        let text = try aggregate.text()
        func code(_ bytes: [UInt8]) throws -> String? { try Streamed(bytes, chunk: 100).code }
        func code(_ text: String) throws -> String? { try code(Array(text.utf8)) }
        #expect(try code([0xEF, 0xBB, 0xBF] + Array(text.utf8)) == nil)
        #expect(try code([]) == "malformed")
        #expect(try code("no markup at all") == "malformed")
        #expect(try code(text.with("UTF-8", "ISO-8859-1")) == "encoding")
        #expect(try code(text.with(aggregate.head, "<!DOCTYPE md:EntitiesDescriptor>")) == "doctype")
        #expect(try code(text.with("\n</md:EntitiesDescriptor>", "<!ENTITY x 'y'>\n</md:EntitiesDescriptor>")) == "doctype")
        #expect(try code(text.with("\n</md:EntitiesDescriptor>", "<?php x?>\n</md:EntitiesDescriptor>")) == "processing_instruction")
        #expect(try code(text.with(aggregate.head, "<?xml-stylesheet href=\"x\"?>")) == "processing_instruction")
        #expect(try code(text.with("https://one.example<", "\u{1}<")) == "malformed")
        #expect(try code(text.with("https://one.example<", "&unknown;<")) == "malformed")
        #expect(try code(Array(text.utf8).map { $0 == UInt8(ascii: "1") ? 0xFF : $0 }) == "malformed")
        #expect(try code(text.data(using: .utf16BigEndian).map { [UInt8]($0) } ?? []) == "encoding")
        #expect(try code("<md:EntitiesDescriptor xmlns:md=\"\(TestAggregate.namespace)\"/>") == "unsigned")
        #expect(try code(text.with("https://one.example<", "e\(String(repeating: "\u{301}", count: 40))<")) == "too_complex")
    }

    @Test("limits: of the whole, of one part, of depth and of names; a part that is too large for metadata alone is left out")
    func limits() throws {
        let text = Array(try TestAggregate().text().utf8)
        #expect(try Streamed(text, limit: text.count - 1).code == "too_large")
        #expect(try Streamed(text, limit: text.count).code == nil)
        var aggregate = TestAggregate()
        aggregate.children[0] = TestAggregate.entity("https://one.example", String(repeating: ">", count: 300_000))
        var streamed = try Streamed(aggregate.text(), chunk: 100_000)
        #expect(streamed.code == nil && streamed.unusable == ["too_large"] && streamed.members.count == 1)
        let signed = try TestAggregate().text()
        let huge = signed.with("https://one.example<", "\(String(repeating: "x", count: 4 * 1024 * 1024))<")
        streamed = try Streamed(huge, chunk: 1_000_000)
        #expect(streamed.code == "too_large")
        let deep = signed.with("https://one.example<", "\(String(repeating: "<a>", count: 70))\(String(repeating: "</a>", count: 70))<")
        #expect(try Streamed(deep).code == "too_complex")
        #expect(try Streamed(signed.with("ID=\"_root\"", "ID=\"_root\" x=\"\(String(repeating: "y", count: 20_000))\"")).code == "too_complex")
    }

    @Test("a federation's own aggregate: what others signed is read as the whole document is", .enabled(if: Corpus.isPresent, "\(Corpus.hint)"))
    func corpus() throws {
        let bytes = try Corpus.bytes("pyff/src/pyff/test/data/metadata/wayf-edugain-metadata.xml")
        let text = String(decoding: bytes, as: UTF8.self)
        let certificate = text.element("ds:X509Certificate").split(separator: ">")[1].split(separator: "<")[0].filter { !$0.isWhitespace }
        let keys = [try TrustedKey(certificateDER: [UInt8](try #require(Data(base64Encoded: certificate))))]
        let streamed = try Streamed(bytes, chunk: 65_536, keys: keys)
        #expect(streamed.code == nil && streamed.unusable.isEmpty)
        let (root, code) = try whole(bytes, keys: keys)
        #expect(code == nil)
        #expect(streamed.members.count > 50)
        #expect(streamed.members.map(\.element) == root.map(providers))
        #expect(try Streamed(text.with("Technical University", "Technical Universitz"), chunk: 65_536, keys: keys).code == "signature_invalid")
    }

    @Test("whatever stands in an entity: all documents of the corpora, signed by xmlsec", .enabled(if: Corpus.isPresent, "\(Corpus.hint)"))
    func corpora() throws {
        var count = 0
        let names = try #require(FileManager.default.enumerator(atPath: Corpus.folder.path)).compactMap { $0 as? String }
        for name in names.sorted() {
            guard let bytes = try? Corpus.bytes(name), bytes.count < 200_000, bytes.first == UInt8(ascii: "<"),
                let text = String(validating: bytes, as: UTF8.self)
            else { continue }
            var aggregate = TestAggregate()
            let body = text.hasPrefix("<?xml") ? String(text[(text.firstRange(of: "?>")?.upperBound ?? text.startIndex)...]) : text
            aggregate.children.append(TestAggregate.entity("https://three.example", body))
            guard let signed = try? aggregate.text() else { continue }
            let streamed = try Streamed(signed, chunk: 1_000)
            let (root, code) = try whole(Array(signed.utf8))
            guard streamed.unusable.isEmpty else { continue }
            #expect(streamed.code == code, "\(name)")
            if let root { #expect(streamed.members.map(\.element) == providers(root), "\(name)") }
            count += code == nil ? 1 : 0
        }
        #expect(count > 300)
    }
}
