import Foundation
import TestSupport
import Testing
import WireFormats
import XMLSecurity

@Suite("the corpus must be there in CI")
struct CorpusPresenceTests {
    @Test("the corpus is present wherever it may not be missing")
    func present() { #expect(Corpus.isPresent || !Corpus.isRequired) }
}

@Suite("corpus own-xmlsec-pitfalls: hostile documents that raw xmlsec accepts, reads or hangs on", .enabled(if: Corpus.isPresent, "\(Corpus.hint)"))
struct PitfallTests {
    private func certificate(_ name: String) throws -> TrustedKey {
        let lines = try Corpus.text("own-xmlsec-pitfalls/\(name)").split(separator: "\n").filter { !$0.hasPrefix("-----") }
        return try TrustedKey(certificateDER: Base64.decode(lines.joined()))
    }

    /// EXPECTED.tsv in machine words. A file over the size cap is refused for its size first; `DocumentTests` has the same bombs below it.
    static let verdicts: [(code: String?, files: [String])] = [
        (nil, ["s_ok", "a_cdata", "a_charref", "s_big_50"]),
        ("comment", ["a_comment", "a_dv_comment", "a_dv_comment_mid", "a_sv_comment", "s_withcomments"]),
        ("processing_instruction", ["a_pi"]),
        ("reference_uri", ["s_nouri", "s_emptyuri", "s_inj", "s_xpr", "s_file", "s_path", "a_ref_http"]),
        ("reference_count", ["s_two"]),
        ("transforms", ["s_noc14n", "s_xpath", "a_xslt", "a_xslt_loop", "a_xpath_dos"]),
        ("weak_algorithm", ["s_sha1", "a_hmac"]),
        ("signature_invalid", ["s_kv", "s_x509"]),
        (
            "signature_structure",
            [
                "a_manifest_http", "a_manifest_http_bad", "a_manifest_file", "a_retr", "a_in_keyinfo", "a_in_object", "a_dv_child", "a_sv_child",
                "a_two_dv",
                "a_two_si", "a_two_si2", "a_two_sv", "a_text_si",
            ]
        ),
        ("signature_invalid", ["a_sv_trail"]),
        ("duplicate_id", ["a_xmlid", "a_dup_before", "a_dup_after", "a_objid"]),
        (
            "doctype",
            [
                "a_dtd_id", "a_ent_id", "a_dtd_attlist", "a_ent_txt", "d_laugh_att", "d_laugh_txt", "d_quad_att", "d_quad_txt", "d_attdef", "d_ext",
                "d_pe",
            ]
        ),
        ("signature_position", ["a_sig_moved", "a_sig_deep"]),
        ("assertion_count", ["a_xsw3"]),
        ("unexpected_attribute", ["a_attr_on_sig"]),
        ("encoding", ["a_utf7", "d_utf7", "d_utf16", "d_ebcdic", "d_latin"]),
        ("malformed", ["d_nul", "d_nul_end", "d_trail", "d_overlong"]),
        ("too_complex", ["d_deep200", "d_deep300", "d_attrs_10000", "d_ns_10000"]),
        ("too_large", ["d_attrs_30000", "d_nsuse_10000"]),
        ("unexpected_root", ["e_cbc_15", "e_cbc_oaep", "e_cref", "e_crefile", "e_gcm_oaep", "e_retr"]),
    ]

    @Test("every file gets its verdict, in less than 50 ms", arguments: verdicts.flatMap { verdict in verdict.files.map { ($0, verdict.code) } })
    func verdict(_ file: String, _ expected: String?) throws {
        let message = try Corpus.bytes("own-xmlsec-pitfalls/\(file).xml")
        let keys = [try certificate("idp.crt")]
        try XMLSecurityLibrary.start()
        var found: String?
        let seconds = try processorSeconds { found = try refusal(of: message, keys: keys) }
        #expect(found == expected)
        #expect(seconds < (expected == nil ? 2 : cheap))
    }

    @Test("no file is left out")
    func complete() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Corpus.folder.appendingPathComponent("own-xmlsec-pitfalls").path)
        #expect(Set(names.filter { $0.hasSuffix(".xml") }) == Set(Self.verdicts.flatMap(\.files).map { $0 + ".xml" }))
    }

    @Test("value and bytes come from what was digested: CDATA and character references included", arguments: ["s_ok", "a_cdata", "a_charref"])
    func values(_ file: String) throws {
        let verifier = SignatureVerifier(keys: [try certificate("idp.crt")], policy: .strict, judges: .bothAlways)
        let message = try verifier.verify(Corpus.bytes("own-xmlsec-pitfalls/\(file).xml"), as: .samlResponse)
        let saml = "urn:oasis:names:tc:SAML:2.0:assertion"
        #expect(try message.inner.element.first(XMLName(saml, "Subject"))?.first(XMLName(saml, "NameID"))?.text() == "user@example.com")
        let start = "<saml:Assertion xmlns:saml=\"\(saml)\" ID=\"a1\" Version=\"2.0\"><saml:Issuer>https://idp</saml:Issuer><saml:Subject>"
        #expect(
            String(decoding: message.inner.bytes, as: UTF8.self) == start
                + "<saml:NameID>user@example.com</saml:NameID></saml:Subject></saml:Assertion>")
    }

    @Test("case 12: the attribute bombs are too complex even where their size would pass")
    func bombs() throws {
        let limits = XMLLimits(bytes: 1024 * 1024)
        for file in ["d_attrs_10000", "d_attrs_30000", "d_ns_10000", "d_nsuse_10000"] {
            let bytes = try Corpus.bytes("own-xmlsec-pitfalls/\(file).xml")
            let seconds = processorSeconds {
                #expect(code { () throws(XMLSecurityError) in try XMLDocument(parsing: bytes, limits: limits) } == "too_complex")
            }
            #expect(seconds < cheap)
        }
    }
}

@Suite("corpus of real products' responses", .enabled(if: Corpus.isPresent, "\(Corpus.hint)"))
struct ProductTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let file: String
        let encoding: String
        let expected: String
        let reasons: String
        let legacy: String
        let anchor: String
        var testDescription: String { file }
    }

    static let rows: [Row] = ((try? Corpus.rows("SAML_EXPECTED.tsv")) ?? []).compactMap { fields in
        guard fields.count >= 7 else { return nil }
        return Row(file: fields[0], encoding: fields[1], expected: fields[2], reasons: fields[3], legacy: fields[4], anchor: fields[6])
    }

    /// Reasons of that checker which concern the signature and the XML around it, whatever key is trusted.
    static let ofThisLayer: Set<Substring> = [
        "signature-invalid", "no-valid-signature", "unsigned", "nested-assertion", "transforms", "c14n-method", "assertion-count=2",
        "assertion-count=5",
        "signature-structure", "duplicate-id", "signature-alg", "digest-alg", "comment-in-value", "comment-in-signature", "not-well-formed",
        "two-signatures",
        "no-signedinfo", "encrypted(decrypt-first)", "reference-not-parent", "assertion-not-covered",
    ]

    private func message(_ row: Row) throws -> [UInt8] {
        let bytes = try Corpus.bytes(row.file)
        guard row.encoding != "xml" else { return bytes }
        let decoded = [UInt8](try #require(Data(base64Encoded: Data(bytes), options: .ignoreUnknownCharacters)))
        return row.encoding == "b64+deflate" ? try Deflate.inflate(decoded, limit: 128 * 1024) : decoded
    }

    /// What the document itself says it was signed with: for tests alone, and the most lenient choice there is.
    private func embeddedKeys(_ message: [UInt8]) -> [TrustedKey] {
        let text = String(decoding: message, as: UTF8.self)
        let found = text.matches(of: /X509Certificate[^>]*>([^<]*)</).compactMap {
            Data(base64Encoded: String($0.1), options: .ignoreUnknownCharacters)
        }
        return Array(Set(found.compactMap { try? TrustedKey(certificateDER: [UInt8]($0)) })).prefix(8).map { $0 }
    }

    private func anchorKey(_ row: Row) throws -> [TrustedKey] {
        guard !row.anchor.hasPrefix("embedded"), !row.anchor.isEmpty else { return [] }
        let text = try Corpus.text(row.anchor)
        let base64 = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        guard let der = Data(base64Encoded: base64, options: .ignoreUnknownCharacters), let key = try? TrustedKey(certificateDER: [UInt8](der)) else {
            return []
        }
        return [key]
    }

    @Test(
        "what a strict checker accepts has a signature that verifies, under the policy it needs and under no stricter one",
        arguments: rows.filter {
            $0.expected.hasPrefix("ACCEPT")
        })
    func accepted(_ row: Row) throws {
        let message = try message(row)
        let keys = try Array((embeddedKeys(message) + anchorKey(row)).prefix(8))
        var policy = SignaturePolicy.strict
        if row.legacy.contains("sha1") || row.legacy.contains("rsa1024") {
            #expect(try refusal(of: message, keys: keys, policy: .anySignatureOrder) == "weak_algorithm")
            policy.insert(.allowingSHA1)
        }
        // Where a response has no Issuer its Signature comes first, as the schema says; that checker wants an Issuer before it.
        if row.legacy.contains("signature-order"), !row.file.hasSuffix("signed_response_with_undefined_recipient.xml.base64") {
            #expect(try refusal(of: message, keys: keys, policy: policy) == "signature_position")
            policy.insert(.anySignatureOrder)
        }
        #expect(try refusal(of: message, keys: keys, policy: policy) == nil)
        #expect(try refusal(of: message, keys: [TestKey.identityProvider.trusted], policy: policy) == "signature_invalid")
    }

    @Test(
        "what it rejects for the signature or the XML is refused by the most lenient policy and any embedded key",
        arguments: rows.filter { row in
            row.expected == "REJECT" && row.reasons.split(separator: ",").contains { ofThisLayer.contains($0.split(separator: ":").first ?? "") }
        })
    func rejected(_ row: Row) throws {
        guard let message = try? message(row) else { return }
        let keys = embeddedKeys(message) + [try TestKey.identityProvider.trusted]
        #expect(try refusal(of: message, keys: Array(keys.suffix(8)), policy: [.allowingSHA1, .anySignatureOrder], judges: .bothAlways) != nil)
    }
}

@Suite("corpus of metadata", .enabled(if: Corpus.isPresent, "\(Corpus.hint)"))
struct MetadataTests {
    static let rows: [[String]] = ((try? Corpus.rows("METADATA_EXPECTED.tsv")) ?? []).filter { fields in
        fields.count > 2 && fields[1].hasPrefix("Entit") && (Int(fields[2]) ?? 0) <= XMLLimits.metadata.bytes
    }

    @Test("the metadata that products and federations publish is within the limits", arguments: rows.map { $0[0] })
    func parsed(_ file: String) throws {
        let bytes = try Corpus.bytes(file)
        #expect(code { () throws(XMLSecurityError) in try XMLDocument(parsing: bytes, limits: .metadata) } == nil)
    }

    /// The others of the corpus are altered, or signed with inclusive canonicalization.
    static let verifying = ["openid-metadata.xml", "signed_metadata_settings1.xml", "wsfederation_metadata.xml"]

    @Test(
        "signed metadata verifies with its own key and with no other; altered it does not",
        arguments: rows.map { $0[0] }.filter { file in verifying.contains { file.hasSuffix("/" + $0) } })
    func signed(_ file: String) throws {
        let bytes = try Corpus.bytes(file)
        let text = String(decoding: bytes, as: UTF8.self)
        let certificate = try #require(text.firstMatch(of: /X509Certificate>([^<]*)</)?.1)
        let key = try TrustedKey(certificateDER: [UInt8](try #require(Data(base64Encoded: String(certificate), options: .ignoreUnknownCharacters))))
        let root = try XMLDocument(parsing: bytes, limits: .metadata).root.name
        func refusal(_ bytes: [UInt8], _ key: TrustedKey) -> String? {
            let verifier = SignatureVerifier(keys: [key], policy: [.allowingSHA1, .anySignatureOrder], judges: .bothAlways)
            return code { () throws(XMLSecurityError) in try verifier.verifyRoot(bytes, named: root, issuer: nil, limits: .metadata) }
        }
        #expect(refusal(bytes, key) == nil)
        #expect(refusal(bytes, try TestKey.identityProvider.trusted) == "signature_invalid")
        #expect(refusal(Array(text.with("entityID=\"", "entityID=\"x").utf8), key) == "signature_invalid")
    }
}
