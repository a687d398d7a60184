import Administration
import Foundation
import Gateway
import SAML
import TestSupport
import Testing
import TokenVerifier
import UserPools
import WireFormats
import XMLSecurity

@Suite("SAML: answers by artifact (Bindings §3.6, Profiles §5)")
struct ArtifactTests {
    /// A provider whose answers are awaited by artifact, and its resolution service.
    private func run(_ body: (Flow, FakeArtifacts) async throws -> Void) async throws {
        var provider = FakeIdentityProvider()
        provider.resolutionLocation = FakeArtifacts.location
        let artifacts = FakeArtifacts(of: provider, at: FixedEnvironment().now)
        try await GatewayFixture.run {
            ($0.identityProvider, $0.transport) = (provider, artifacts)
            $0.providerSettings = { $0.requests.responseBinding = .artifact }
        } _: {
            try await body(Flow($0), artifacts)
        }
    }

    private func present(_ artifact: String, _ flow: Flow, state: String, _ binding: SecretBytes?) async throws -> CompletedSignIn {
        let answer = try await flow.signIn.answerSAML(
            [("SAMLart", artifact), ("RelayState", state)], posted: false, pool: flow.fixture.pool, address: flow.address,
            cookies: BrowserCookies(binding: binding, session: nil))
        guard case .completed(let completed) = answer else { throw NotThat() }
        return completed
    }

    /// The error of one sign-in whose artifact stands for that message.
    private func refusal(
        _ flow: Flow, _ artifacts: FakeArtifacts, sourceLocation: SourceLocation = #_sourceLocation,
        configure: (inout FakeResponse) -> Void = { _ in }
    ) async throws -> SignInError? {
        let (request, binding) = try await flow.begin()
        let response = flow.fixture.identityProvider.respond(to: request, at: flow.fixture.clock.now, configure: configure)
        let artifact = artifacts.store(response)
        return try await flow.fixture.refusal(sourceLocation: sourceLocation) {
            try await present(artifact, flow, state: request.id, binding)
        }
    }

    @Test(
        "the request asks for it, the answer is fetched by a signed request, and the person signs in; whether or not the answer's envelope is signed")
    func signsIn() async throws {
        try await run { flow, artifacts in
            for key in [FakeIdentityProvider.Key.first, nil] {
                var behaviour = FakeArtifacts.Behaviour(issuer: flow.fixture.identityProvider.entityID, issueInstant: flow.fixture.clock.now)
                behaviour.key = key
                artifacts.answer(by: behaviour)
                let (request, binding) = try await flow.begin()
                #expect(request.protocolBinding == .httpArtifact)
                let response = flow.fixture.identityProvider.respond(to: request, at: flow.fixture.clock.now)
                let done = try await present(artifacts.store(response), flow, state: request.id, binding)
                #expect(done.user.identities.first?.subject == "alice@example.com")
            }
            let asked = try #require(artifacts.requests.first)
            #expect(asked.url == FakeArtifacts.location && asked.method == "POST")
            let text = String(decoding: asked.body, as: UTF8.self)
            #expect(text.contains("<ds:Signature") && text.contains("<saml:Issuer>\(flow.fixture.entityID)</saml:Issuer>"))
            #expect(asked.headers.contains { $0.name == "content-type" && $0.value == "text/xml; charset=utf-8" })
        }
    }

    @Test("the answer goes through every gate as if it had been posted", arguments: [FakeResponse.Signed.response, .both])
    func wholeResponseSigned(signed: FakeResponse.Signed) async throws {
        try await run { flow, artifacts in
            let (request, binding) = try await flow.begin()
            let response = flow.fixture.identityProvider.respond(to: request, at: flow.fixture.clock.now) { $0.signed = signed }
            _ = try await present(artifacts.store(response), flow, state: request.id, binding)
            // Also where the envelope's signature covers it: it has to be signed itself.
            #expect(try await refusal(flow, artifacts) { $0.signed = .none } == .saml(.xml(.unsigned)))
            let audience = try await refusal(flow, artifacts) { $0.audiences = [["https://other.example"]] }
            #expect(audience == .saml(.audience(expected: flow.fixture.entityID, found: ["https://other.example"])))
        }
    }

    @Test("case 164: an artifact is presented once: the second time its provider is not even asked")
    func once() async throws {
        try await run { flow, artifacts in
            let (request, binding) = try await flow.begin()
            let artifact = artifacts.store(flow.fixture.identityProvider.respond(to: request, at: flow.fixture.clock.now))
            let outcomes = await withTaskGroup(of: SignInError?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        do {
                            _ = try await present(artifact, flow, state: request.id, binding)
                            return nil
                        } catch { return (error as? SignInFailure)?.error }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == nil } == 1 && outcomes.count { $0 == .unknownRequest } == 7)
            #expect(artifacts.requests.count == 1)
        }
    }

    @Test("cases 163 and 227: of another provider, of another browser, for no sign-in, or where nobody awaits one: no provider is asked")
    func notFetched() async throws {
        try await run { flow, artifacts in
            let (request, binding) = try await flow.begin()
            let response = flow.fixture.identityProvider.respond(to: request, at: flow.fixture.clock.now)
            let fixture = flow.fixture
            func refused(_ artifact: String, state: String? = nil, _ cookie: SecretBytes?) async throws -> SignInError? {
                try await fixture.refusal { try await present(artifact, flow, state: state ?? request.id, cookie) }
            }
            let foreign = artifacts.store(response, entityID: "https://partner.example/saml")
            #expect(try await refused(foreign, binding) == .saml(.artifact("another provider made it than the one that was asked")))
            let elsewhere = artifacts.store(response, index: 1)
            #expect(
                try await refused(elsewhere, binding)
                    == .saml(.artifact("the provider's metadata has no resolution service of index 1")))
            let artifact = artifacts.store(response)
            #expect(try await refused(artifact, nil) == .otherBrowser(cookieSeen: false))
            #expect(try await refused(artifact, state: "_" + String(repeating: "0", count: 40), binding) == .unknownRequest)
            #expect(
                try await refused(artifact, state: "https://evil.example/", binding)
                    == .saml(.artifact("RelayState does not name the sign-in that it is for")))
            #expect(try await refused("AAQAAA==", binding) == .saml(.artifact("it has 4 bytes in place of 44")))
            try await fixture.updateProvider { $0.requests.responseBinding = .post }
            #expect(try await refused(artifact, binding) == .unproven(.artifactNotAwaited("corp")))
            #expect(artifacts.requests.isEmpty)
        }
    }

    @Test("case 165: what the provider answers must be its answer to this request")
    func answers() async throws {
        try await run { flow, artifacts in
            let now = flow.fixture.clock.now
            func refused(_ change: (inout FakeArtifacts.Behaviour) -> Void) async throws -> SignInError? {
                var behaviour = FakeArtifacts.Behaviour(issuer: flow.fixture.identityProvider.entityID, issueInstant: now)
                change(&behaviour)
                artifacts.answer(by: behaviour)
                return try await refusal(flow, artifacts)
            }
            // Apart from #expect: in Swift 6.3 a closure in its arguments and the next one behind it become one.
            let stranger = try await refused { $0.key = .second }
            #expect(stranger == .saml(.xml(.signatureInvalid(.key))))
            let other = try await refused { $0.inResponseTo = "_other" }
            #expect(other?.code == "saml.in_response_to" && other?.seen == "_other")
            let issuer = try await refused { $0.issuer = "https://evil.example" }
            #expect(issuer == .saml(.issuer(expected: flow.fixture.identityProvider.entityID, seen: "https://evil.example")))
            let failed = "urn:oasis:names:tc:SAML:2.0:status:Responder"
            let status = try await refused { $0.status = failed }
            #expect(status == .saml(.artifactResolution("its status is Responder.")))
            let (old, early) = (try await refused { $0.issueInstant = now - 3600 }, try await refused { $0.issueInstant = now + 3600 })
            #expect(old?.code == "saml.expired" && early?.code == "saml.not_yet_valid")
            let forbidden = try await refused { $0.httpStatus = 403 }
            #expect(forbidden == .saml(.artifactResolution("its status is 403")) && forbidden?.status == 400)
            let outage = try await refused { $0.failure = .unreachable }
            #expect(outage == .saml(.artifactResolution("The server could not be reached (transport.unreachable)", isOutage: true)))
            #expect(outage?.status == 503)
            let forbiddenAddress = try await refused { $0.failure = .notAllowed }
            #expect(forbiddenAddress?.code == "saml.artifact_resolution" && forbiddenAddress?.status == 400)
            let fault = """
                <e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>e:Server</faultcode>\
                <faultstring>unknown service provider</faultstring></e:Fault></e:Body></e:Envelope>
                """
            let faulty = try await refused { ($0.httpStatus, $0.afterSigning) = (500, { _ in fault }) }
            #expect(faulty == .saml(.artifactResolution("the provider refused it: unknown service provider")))
            let demanding = try await refused {
                $0.afterSigning = {
                    $0.replacing("<e:Body>", with: #"<e:Header><x xmlns="urn:x" e:mustUnderstand="1"/></e:Header><e:Body>"#)
                }
            }
            #expect(demanding == .saml(.artifactResolution("its envelope has a header that must be understood: x")))
            let two = try await refused { $0.afterSigning = { $0.replacing("</e:Body>", with: "<x/></e:Body>") } }
            #expect(two == .saml(.artifactResolution("its body has 2 messages")))
            let altered = try await refused {
                $0.afterSigning = { $0.replacing("_artifact-response\" Version", with: "_artifact-response\" Consent=\"x\" Version") }
            }
            #expect(altered == .saml(.xml(.signatureInvalid(.content))))
        }
    }

    @Test("a message that is not there any more, and one for another request of the same browser")
    func goneOrOther() async throws {
        try await run { flow, artifacts in
            let (request, binding) = try await flow.begin()
            let (other, _) = try await flow.begin()
            let now = flow.fixture.clock.now
            let taken = artifacts.store([])
            #expect(try await flow.fixture.refusal { try await present(taken, flow, state: request.id, binding) } == .saml(.artifactUnknown))
            let (third, thirdBinding) = try await flow.begin()
            let swapped = artifacts.store(flow.fixture.identityProvider.respond(to: other, at: now))
            #expect(
                try await flow.fixture.refusal { try await present(swapped, flow, state: third.id, thirdBinding) }
                    == .saml(.inResponseTo(expected: third.id, seen: other.id)))
        }
    }

    @Test("a provider without a resolution service cannot be set to it")
    func noService() async throws {
        try await GatewayFixture.run { fixture in
            await #expect {
                try await fixture.updateProvider { $0.requests.responseBinding = .artifact }
            } throws: {
                ($0 as? AdministrationError)?.message.contains("ArtifactResolutionService") == true
            }
        }
    }
}

private struct NotThat: Error {}
