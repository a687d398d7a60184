import ArgumentParser
import Crypto
import FoundationEssentials
import Glibc
import WireFormats
import XMLSecurity

/// `Benchmarks aggregate`: writes a federation's signed metadata of the size of eduGAIN's, the same at each run but for its end; the script has it imported.
///
/// It is written in its canonical form, so that the digest is known when the last entity is, and no tree of it is made.
struct Aggregate: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Writes a signed aggregate.")

    @Option(help: "The folder with the development keys.") var certs = "certs"
    @Option(help: "Entities; every second one is an identity provider.") var entities = 10_000
    @Option(help: "Bytes of an entity, about.") var size = 10_400
    @Argument(help: "The file that is written.") var file: String

    private static let opening =
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_all\" validUntil=\"2099-01-01T00:00:00Z\">"
    private static let closing = "</md:EntitiesDescriptor>"

    func run() throws {
        let signer = try XMLSigner(privateKeyPEM: String(contentsOfFile: "\(certs)/sample-idp-rsa.key", encoding: .utf8), certificateDER: nil)
        let lines = try String(contentsOfFile: "\(certs)/sample-idp-rsa.crt", encoding: .utf8).split(separator: "\n").filter {
            !$0.hasPrefix("-----")
        }
        let certificate = lines.joined()
        var hash = SHA256()
        hash.update(data: Array(Self.opening.utf8))
        for number in 0..<entities { hash.update(data: Array(Self.entity(number, certificate, size: size).utf8)) }
        hash.update(data: Array(Self.closing.utf8))
        let signature = try signature(over: Base64.encode(Array(hash.finalize())), by: signer)

        guard let output = fopen(file, "w") else { throw Failure("\(file) cannot be written") }
        defer { fclose(output) }
        func write(_ text: String) throws {
            guard text.withCString({ fputs($0, output) }) >= 0 else { throw Failure("\(file) cannot be written") }
        }
        try write(Self.opening + signature)
        for number in 0..<entities { try write(Self.entity(number, certificate, size: size)) }
        try write(Self.closing + "\n")
    }

    /// XML Signature §4, SignedInfo in its canonical form.
    private func signature(over digest: String, by signer: XMLSigner) throws -> String {
        let transforms = ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#"]
            .map { "<ds:Transform Algorithm=\"\($0)\"></ds:Transform>" }.joined()
        let content =
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod>"
            + "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"></ds:SignatureMethod>"
            + "<ds:Reference URI=\"#_all\"><ds:Transforms>\(transforms)</ds:Transforms>"
            + "<ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod>"
            + "<ds:DigestValue>\(digest)</ds:DigestValue></ds:Reference></ds:SignedInfo>"
        let names = " xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\""
        let value = try signer.signature(over: Array("<ds:SignedInfo\(names)>\(content)".utf8))
        return "<ds:Signature\(names)><ds:SignedInfo>\(content)<ds:SignatureValue>\(Base64.encode(value))</ds:SignatureValue></ds:Signature>"
    }

    /// - Parameter attributes: of the element, where it does not stand in an aggregate.
    static func entity(_ number: Int, _ certificate: String, size: Int, attributes: String = "") -> String {
        let host = "idp\(number).bench.example"
        let isProvider = number.isMultiple(of: 2)
        let role = isProvider ? "IDPSSODescriptor" : "SPSSODescriptor"
        let service = isProvider ? "SingleSignOnService" : "ArtifactResolutionService"
        let key =
            "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>"
            + "\(certificate)</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        let names = ["de", "en", "fr"].map { "<mdui:DisplayName xml:lang=\"\($0)\">University \(number) of Bench (\($0))</mdui:DisplayName>" }
            .joined()
        let head =
            "\n<md:EntityDescriptor\(attributes) entityID=\"https://\(host)/idp\"><md:Extensions><mdrpi:RegistrationInfo"
            + " xmlns:mdrpi=\"urn:oasis:names:tc:SAML:metadata:rpi\" registrationAuthority=\"https://registrar.bench.example\">"
            + "</mdrpi:RegistrationInfo></md:Extensions><md:\(role) protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">"
            + "<md:Extensions><mdui:UIInfo xmlns:mdui=\"urn:oasis:names:tc:SAML:metadata:ui\">\(names)"
            + "<mdui:Logo height=\"40\" width=\"80\">https://\(host)/logo.png</mdui:Logo></mdui:UIInfo>"
            + "<shibmd:Scope xmlns:shibmd=\"urn:mace:shibboleth:metadata:1.0\" regexp=\"false\">\(host)</shibmd:Scope></md:Extensions>"
        var text = head + key + key
        let tail = "</md:\(role)></md:EntityDescriptor>"
        var place = 0
        // Endpoints, as many as a large entity has.
        while text.utf8.count + tail.utf8.count < size {
            text +=
                "\n<md:\(service) Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-\(place.isMultiple(of: 2) ? "Redirect" : "POST")\""
                + " Location=\"https://\(host)/sso/\(place)\"></md:\(service)>"
            place += 1
        }
        return text + tail
    }
}
