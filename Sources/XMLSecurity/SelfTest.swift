import CXMLSec
internal import WireFormats

/// What both judges must answer before anything is verified in this process. If structures of libxml2 or xmlsec had another layout than this build
/// believes (THREATS finding 1), restrictions would be written to the wrong place and the verdict read from a wrong one: that shows here.
///
/// The documents were signed once with a P-256 key that was thrown away. They are handed to xmlsec without the structural gate,
/// because it is xmlsec's own restrictions that are tested; all five would verify with its default settings. The direct judge has none of its own,
/// and is asked behind the gate.
enum SelfTest {
    private static let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"
    private static let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1"
    private static let digest = "Bv4cw5h3+YlPumvRhWga4JJB8YrkjxRz15lucfz5F3Y="

    private static let good = document(.ecdsaSHA256, reference("#t1", sha256, digest), goodValue)
    private static let goodValue = "VC40wtqlKhsqPNA7BPQ/pR0zmYVKcorGsWc2Ze+Hn3zxW5nW97rE+GQ7CQ6TygTTomUImZ0GetRObOhlCjBovg=="
    private static let altered = good.replacing("known good", with: "known evil")
    private static let signedBytes = "<t:Test xmlns:t=\"urn:countersign:self-test\" ID=\"t1\">known good</t:Test>"

    static func run() throws(XMLSecurityError) {
        let key = try publicKey()
        try testXMLSec(with: key)
        try testDirectJudge(with: key)
    }

    private static func testXMLSec(with key: KeyHandle) throws(XMLSecurityError) {
        let verified = try verify(good, with: key)
        guard verified.verdict == Int(CXS_VERIFIED), verified.bytes == signedBytes else {
            throw .libraryUnavailable("a good signature was refused")
        }
        guard try verify(altered, with: key).verdict == Int(CXS_DIGEST_DIFFERS) else {
            throw .libraryUnavailable("altered content was not noticed")
        }
        for (what, _, document) in forbidden {
            guard try verify(document, with: key).verdict == Int(CXS_REFUSED) else { throw .libraryUnavailable("\(what) was not refused") }
        }
    }

    private static func testDirectJudge(with handle: KeyHandle) throws(XMLSecurityError) {
        let key = TrustedKey(handle, of: [])
        guard case .success(signedBytes) = judge(good, with: key) else { throw .libraryUnavailable("the direct judge refused a good signature") }
        guard case .failure(.signatureInvalid(.content)) = judge(altered, with: key) else {
            throw .libraryUnavailable("the direct judge did not notice altered content")
        }
        // The value of a signature over something else.
        let foreign = good.replacing("#t1\"><ds:Transforms>", with: "#t1\" Id=\"r\"><ds:Transforms>")
        guard case .failure(.signatureInvalid(.key)) = judge(foreign, with: key) else {
            throw .libraryUnavailable("the direct judge did not notice an altered SignedInfo")
        }
        for (what, code, document) in forbidden {
            guard case .failure(let error) = judge(document, with: key), error.code == code else {
                throw .libraryUnavailable("\(what) was not refused before the direct judge")
            }
        }
    }

    /// What it is, what the gate says to it, and the document.
    private static var forbidden: [(String, code: String, String)] {
        [
            (
                "a SHA-1 digest", "weak_algorithm",
                document(
                    .ecdsaSHA256, reference("#t1", sha1, "ayCVA+/mZhsKePvjCo+pQFAEA1A="),
                    "2vzjEjD+8ac6ojl9OimP7EYCJDlXPebtOH19kIEuw1vhBNSSghO/Aczv6UnO2LdnZMcRTDXDzN1IIiryRzryeA==")
            ),
            (
                "a SHA-1 signature", "weak_algorithm",
                document(
                    .ecdsaSHA1, reference("#t1", sha256, digest),
                    "ZTGEzWnyUL9GtgSbKXCoXyK3kXqnlEjx0vvBXkzGQH80mkTqNQ77fw+0i3eVh8XIjOmlGXo3sGrD5wx4hfDKvA==")
            ),
            (
                "a signature with two references", "reference_count",
                document(
                    .ecdsaSHA256, reference("#t1", sha256, digest) + reference("#t1", sha256, digest),
                    "1dnWn+aPwxnp46MC1mdu5BQ/hPx6rMVZEpdL0lxbDsu76xzPbLiMTVxC/je6kLIcwbOShonHAnFoUVukeAgYzA==")
            ),
            (
                "a reference to the whole document", "reference_uri",
                document(
                    .ecdsaSHA256, reference("", sha256, digest),
                    "rmOOGoI/chPVLk8fWt/wJKfPSNF05IWDjR2XJa0N8ahrMj/ITWv8l+eq0UJS83gG8PToHdZaSTF+eO7X8A6Blw==")
            ),
            (
                "a reference to a file", "reference_uri",
                document(
                    .ecdsaSHA256, reference("file:///dev/null", sha256, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", transforms: ""),
                    "F8AqHHfwKNSnLaQNAyCUL/d3e6RJ1VIbzZ4IkGZkTOlgPRYp0UrpDsE3Nkd49FyHFzCgkvG10Zjt9CoPnFk7Cg==")
            ),
        ]
    }

    private static func publicKey() throws(XMLSecurityError) -> KeyHandle {
        let publicKey = try? Base64.decode(
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEtFsOOvjpISAbK/Y3n2lFuxGPE9juZqYs+Uidy2cH76p6EBpmcHAqBx+7aSAZkkGMLhm/ZzM7kw5vtULRB3Ue6g==")
        guard let publicKey, let key = KeyHandle(publicKey.withUnsafeBufferPointer { cxs_key_from_public_key($0.baseAddress, $0.count) }) else {
            throw .libraryUnavailable("a public key could not be read")
        }
        return key
    }

    /// The gate and the direct judge: the bytes that it digested.
    private static func judge(_ text: String, with key: TrustedKey) -> Result<String, XMLSecurityError> {
        Result { () throws(XMLSecurityError) in
            try ParsedDocument(Array(text.utf8), limits: .message).read { root throws(XMLSecurityError) in
                let structure = try StructuralGate.inspectRoot(
                    root, named: root.name, issuer: nil, enclosesSigned: true, limits: .message, policy: .strict)
                let digested = try DirectJudge(keys: [key], policy: .strict).judge([structure])
                return digested.map { String(decoding: $0.content.bytes, as: UTF8.self) }.joined()
            }
        }
    }

    private static func verify(_ text: String, with key: KeyHandle) throws(XMLSecurityError) -> (verdict: Int, bytes: String) {
        try ParsedDocument(Array(text.utf8), limits: .message).read { root throws(XMLSecurityError) in
            guard let signature = root.elements.first, let identifier = root.attribute("ID") else {
                throw .libraryUnavailable("a document was misread")
            }
            var buffer = cxs_buffer()
            let verdict = cxs_verify(signature.pointer, identifier.pointer, key.pointer, false, false, &buffer)
            return (Int(verdict), String(decoding: [UInt8](taking: buffer), as: UTF8.self))
        }
    }

    private static let bothTransforms =
        "<ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>"
        + "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/></ds:Transforms>"

    private static func reference(_ uri: String, _ algorithm: String, _ value: String, transforms: String = bothTransforms) -> String {
        "<ds:Reference URI=\"\(uri)\">\(transforms)<ds:DigestMethod Algorithm=\"\(algorithm)\"/><ds:DigestValue>\(value)</ds:DigestValue></ds:Reference>"
    }

    private static func document(_ method: SignatureAlgorithm, _ references: String, _ value: String) -> String {
        "<t:Test xmlns:t=\"urn:countersign:self-test\" ID=\"t1\"><ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>"
            + "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/><ds:SignatureMethod Algorithm=\"\(method.rawValue)\"/>"
            + "\(references)</ds:SignedInfo><ds:SignatureValue>\(value)</ds:SignatureValue></ds:Signature>known good</t:Test>"
    }
}
