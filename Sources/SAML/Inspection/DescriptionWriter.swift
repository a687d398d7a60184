import FoundationEssentials
import XMLSecurity

/// Collects the lines of a description. Reads leniently: what is missing gets no line, and nothing throws.
struct DescriptionWriter {
    let now: Date
    private(set) var lines: [MessageDescription.Line] = []
    private var depth = 0
    private let keys: [DecryptionKey]

    /// Whether what is personal, and what could be used, is measured and not shown.
    private let redacts: Bool

    init(now: Date, keys: [DecryptionKey] = [], redacts: Bool = false) { (self.now, self.keys, self.redacts) = (now, keys, redacts) }

    /// Of the person, or of use to somebody who has it.
    func personal(_ value: String?) -> String? { redacts ? value.map { "(\($0.utf8.count) bytes)" } : value }

    mutating func line(_ label: String, _ value: String?) {
        guard let value, lines.count < 1000 else { return }
        lines.append(MessageDescription.Line(label: label, value: value.shortened, depth: depth))
    }

    mutating func group(_ label: String, _ value: String, _ body: (inout DescriptionWriter) -> Void) {
        line(label, value)
        depth += 1
        body(&self)
        depth -= 1
    }

    mutating func attributes(_ element: XMLElement, _ names: [String]) {
        for name in names { line(name, element.attribute(name)) }
    }

    /// A time, and where it lies from here.
    mutating func instant(_ element: XMLElement, _ name: String) {
        guard let text = element.attribute(name) else { return }
        guard let instant = SAMLInstant.parse(text) else { return line(name, "\(text) (not a UTC time)") }
        line(name, "\(text) (\(instant <= now ? "past" : "in the future"))")
    }

    /// What is encrypted, and by what; what is inside where a key was given. Nothing is believed here, so that whose signature covers it does not matter.
    mutating func encrypted(_ wrapper: XMLElement, holding name: XMLName, _ describe: (inout DescriptionWriter, XMLElement) -> Void) {
        let method = wrapper.first(.encryption("EncryptedData"))?.first(.encryption("EncryptionMethod"))?.attribute("Algorithm")
        group(wrapper.name.localName, method ?? "without EncryptionMethod") { writer in
            let keys = writer.keys
            guard !keys.isEmpty else { return }
            do throws(XMLSecurityError) {
                describe(&writer, try Decryption(keys: keys, recipient: "", allowsCBC: true).open(wrapper, expecting: name))
            } catch {
                writer.line("Decryption", error.message)
            }
        }
    }

    static func text(_ element: XMLElement?) -> String? { element.flatMap { try? $0.text() } }

    mutating func signature(of element: XMLElement) {
        guard let signature = element.first(.signature("Signature")) else { return line("Signature", "none") }
        let signedInfo = signature.first(.signature("SignedInfo"))
        group("Signature", "present, not verified") { writer in
            writer.line("SignatureMethod", signedInfo?.first(.signature("SignatureMethod"))?.attribute("Algorithm"))
            let reference = signedInfo?.first(.signature("Reference"))
            writer.line("DigestMethod", reference?.first(.signature("DigestMethod"))?.attribute("Algorithm"))
            writer.line("Reference", reference?.attribute("URI"))
            for data in signature.first(.signature("KeyInfo"))?.elements(.signature("X509Data")) ?? [] {
                for certificate in data.elements(.signature("X509Certificate")) { writer.certificate(certificate, label: "Embedded certificate") }
            }
        }
    }

    mutating func certificate(_ element: XMLElement, label: String) {
        guard let der = DescriptionWriter.text(element).flatMap(MetadataReading.certificateBytes) else { return line(label, "not base64") }
        let key: TrustedKey
        do { key = try TrustedKey(certificateDER: der) } catch { return line(label, error.message) }
        group(label, key.description) { writer in
            writer.line("SHA-256", key.sha256)
            guard let notAfter = key.notAfter else { return }
            writer.line("Expires", SAMLInstant.format(notAfter) + (notAfter <= writer.now ? " (past; only the key counts)" : ""))
        }
    }

    mutating func unknown(_ root: XMLElement) {
        line("Root element", "\(root.name.localName) in \(root.name.namespace.isEmpty ? "no namespace" : root.name.namespace)")
    }
}
