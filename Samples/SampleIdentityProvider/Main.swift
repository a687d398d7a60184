import ArgumentParser
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Logging
import SAML
import SampleServer

/// A SAML identity provider for the demo: metadata, a sign-in form, three people. It keeps nothing, not even a session.
@main
struct SampleIdentityProvider: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A SAML identity provider for `make demo`. For development only: it lets everybody in who knows that alice's password is alice.")

    @Option(help: "Where to listen, HOST:PORT.") var listen = ListenAddress.loopback(8081)
    @Option(help: "Private key, PEM. (default: the one in certs/)") var key: String?
    @Option(help: "Its certificate, PEM. (default: the one in certs/)") var certificate: String?

    func validate() throws {
        guard (key == nil) == (certificate == nil) else { throw ValidationError("--key and --certificate belong together") }
    }

    func run() async throws {
        let provider = try IdentityProvider(address: listen.url, keyFile: key, certificateFile: certificate)
        let router = Router()
        router.get("/") { _, _ in Pages.welcome(provider) }
        router.get("metadata") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/samlmetadata+xml"],
                body: .init(byteBuffer: ByteBuffer(bytes: try provider.metadata())))
        }
        router.get("sso") { request, context in
            provider.answer { try Pages.signIn(provider.read(request.uri.decodeQuery(as: SignInForm.self, context: context))) }
        }
        router.post("sso") { request, context in
            let form = try await URLEncodedFormDecoder().decode(SignInForm.self, from: request, context: context)
            return provider.answer {
                let request = try provider.read(form)
                guard let person = Person.signedIn(form.username, form.password) else { return Pages.signIn(request, failedAs: form.username) }
                return Pages.answer(try provider.response(to: request, for: person, at: Date()), to: request)
            }
        }
        var app = Application(router: router, configuration: listen.configuration, logger: Logger(label: "sample-identity-provider"))
        app.logger.notice("For development only. Metadata: \(provider.metadataURL), people: alice, bob, carol, each with their name as password")
        app.logger.logLevel = .warning
        try await app.runService()
    }
}
