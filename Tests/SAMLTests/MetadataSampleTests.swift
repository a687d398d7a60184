import Foundation
import SAML
import TestSupport
import Testing

/// The files in metadata/: each as its product writes it, with keys made for this project.
struct MetadataSample: Sendable, CustomTestStringConvertible {
    let file: String
    let entityID: String
    let singleSignOn: String
    let preferred: Binding
    let keys: Int
    let formats: Int
    let logoutServices: Int
    var wantsSigned = false
    var displayName: String?

    var testDescription: String { file }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("metadata")

    static func bytes(_ file: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: folder.appendingPathComponent(file))) }

    static let all = [
        MetadataSample(
            file: "entra.xml", entityID: "https://sts.windows.net/3f1d2c74-9b0e-4c55-a6d1-7e0b52c9d1aa/",
            singleSignOn: "https://login.microsoftonline.com/3f1d2c74-9b0e-4c55-a6d1-7e0b52c9d1aa/saml2", preferred: .httpRedirect, keys: 2,
            formats: 0,
            logoutServices: 1),
        MetadataSample(
            file: "adfs.xml", entityID: "http://adfs.corp.example/adfs/services/trust", singleSignOn: "https://adfs.corp.example/adfs/ls/",
            preferred: .httpRedirect, keys: 2, formats: 3, logoutServices: 2),
        MetadataSample(
            file: "okta.xml", entityID: "http://www.okta.com/exk7f3qz2mWcUe1Lb5d7",
            singleSignOn: "https://dev-48213377.okta.example/app/dev-48213377_countersign_1/exk7f3qz2mWcUe1Lb5d7/sso/saml", preferred: .httpRedirect,
            keys: 1,
            formats: 2, logoutServices: 0),
        MetadataSample(
            file: "google.xml", entityID: "https://accounts.google.com/o/saml2?idpid=C04w7hx2k",
            singleSignOn: "https://accounts.google.com/o/saml2/idp?idpid=C04w7hx2k", preferred: .httpRedirect, keys: 1, formats: 1,
            logoutServices: 0),
        MetadataSample(
            file: "keycloak.xml", entityID: "https://keycloak.example/realms/staff",
            singleSignOn: "https://keycloak.example/realms/staff/protocol/saml",
            preferred: .httpRedirect, keys: 1, formats: 4, logoutServices: 4, wantsSigned: true),
        MetadataSample(
            file: "shibboleth.xml", entityID: "https://idp.uni.example/idp/shibboleth",
            singleSignOn: "https://idp.uni.example/idp/profile/SAML2/Redirect/SSO",
            preferred: .httpRedirect, keys: 2, formats: 2, logoutServices: 2, displayName: "University of Example"),
        MetadataSample(
            file: "simplesamlphp.xml", entityID: "https://sso.research.example/simplesaml/saml2/idp/metadata.php",
            singleSignOn: "https://sso.research.example/simplesaml/module.php/saml/idp/singleSignOnService", preferred: .httpRedirect, keys: 1,
            formats: 1,
            logoutServices: 1),
    ]

    /// Every signing certificate of the samples: more than one identity provider may have.
    static func manyCertificates() throws -> [String] {
        var found: [String] = []
        for sample in all {
            let text = String(decoding: try bytes(sample.file), as: UTF8.self)
            for part in text.components(separatedBy: "X509Certificate>").enumerated() where part.offset % 2 == 1 {
                let certificate = String(part.element.prefix { $0 != "<" }).filter { !$0.isWhitespace }
                if !found.contains(certificate) { found.append(certificate) }
            }
        }
        return found
    }

    /// P-256, was valid on 1 and 2 January 2001 only.
    static let expiredCertificate = """
        MIIBHjCBxAIBATAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBFeHBpcmVkIGxvbmcgYWdvMB4XDTAxMDEwMTAwMDAwMFoXDTAxMDEwMjAwMDAwMF\
        owGzEZMBcGA1UEAwwQRXhwaXJlZCBsb25nIGFnbzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABA67LFtgCux3q5E7fhgoo5hkbFttra7hInjF\
        xqOamRNEwd7V9rSmJsNkbpDCDfqIBZuSsTJHQIax0XaLMqEaQwowCgYIKoZIzj0EAwIDSQAwRgIhAKBEsD8ZTPKmaj94RYwqP3diXqptoMV5OK\
        N4QTdbABPYAiEAwiS7ebepbYURbi3H/OTR3sjL9EA+IopIhe+oDDfEh8I=
        """
}

@Suite("The metadata samples")
struct MetadataSampleTests {
    @Test("Entity ID, single sign-on, keys and formats of each", arguments: MetadataSample.all)
    func sample(_ sample: MetadataSample) throws {
        let metadata = try IdentityProviderMetadata(parsing: try MetadataSample.bytes(sample.file), at: Fixture.now)
        #expect(metadata.entityID == sample.entityID)
        #expect(metadata.preferredSingleSignOnService == Endpoint(binding: sample.preferred, location: sample.singleSignOn))
        #expect(metadata.signingKeys.count == sample.keys)
        #expect(metadata.nameIDFormats.count == sample.formats)
        #expect(metadata.singleLogoutServices.count == sample.logoutServices)
        #expect(metadata.wantsAuthnRequestsSigned == sample.wantsSigned)
        #expect(metadata.displayName == sample.displayName)
    }

    @Test("All samples are listed here")
    func complete() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: MetadataSample.folder.path).filter { $0.hasSuffix(".xml") }
        #expect(Set(files).isSuperset(of: MetadataSample.all.map(\.file)))
    }

    @Test("Each can be described", arguments: MetadataSample.all)
    func described(_ sample: MetadataSample) throws {
        let description = try MessageDescription(describing: try MetadataSample.bytes(sample.file), at: Fixture.now)
        #expect(description.kind == .metadata)
        #expect(description.lines.contains { $0.label == "Entity ID" && $0.value == sample.entityID })
        #expect(description.lines.contains { $0.label == "SingleSignOnService" && $0.value.hasSuffix(sample.singleSignOn) })
    }
}
