import Administration
import Foundation
import Gateway
import TestSupport
import Testing
import UserPools

@testable import CountersignCommand

@Suite("Configuration as a file: where what is refused stands")
struct ConfigPlaceTests {
    /// The lines that are refused are those that end with `#!`.
    private func expectMarked(_ fixture: GatewayFixture, deletes: Bool = false, secret: String = "s3cret", _ text: String) async {
        let text = "version: 1\npools:\n" + text
        let marked = text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().filter { $1.hasSuffix("#!") }.map { $0.offset + 1 }
        do throws(ConfigError) {
            let document = try ConfigDocument(try ConfigYAML.read(Array(text.utf8)), ConfigReferences { _ in Array(secret.utf8) })
            _ = try await fixture.administration.plan(document, deletes: deletes)
            Issue.record("nothing is refused in:\n\(text)")
        } catch {
            let lines = error.problems.compactMap { $0.place?.line }
            #expect(
                Set(lines) == Set(marked) && lines.count == error.problems.count,
                "\(lines) in:\n\(text)\(error.problems.map { $0.shown(in: "f").message })")
        }
    }

    @Test("what is made: each thing that is wrong with it at its own field")
    func made() async throws {
        try await GatewayFixture.run { fixture in
            await expectMarked(
                fixture,
                """
                  - name: staff
                    domain: nowhere #!
                    accent: blue #!
                    region: "a b" #!
                """)
            await expectMarked(
                fixture,
                """
                  - name: Example staff
                    identity_providers:
                      - name: a b #!
                        type: oidc
                        preset: google
                        client_id: gate
                        client_secret: env:S
                      - name: g
                        type: oidc
                        preset: google
                        client_id: gate
                        client_secret: env:S
                        prompt: sometimes #!
                        scope: email #!
                      - name: m
                        type: oidc
                        preset: google
                        client_id: gate
                        client_secret: env:S
                        attribute_mapping: { "custom:none": x } #!
                      - name: t
                        type: saml
                        metadata: nothing #!
                      - name: f
                        type: federation
                        metadata_url: https://federation.example/all.xml
                        metadata_signers: [] #!
                    clients:
                      - client_name: shop
                        redirect_uris: [nowhere] #!
                        access_token_lifetime: 1 #!
                      - client_name: other
                        redirect_uris: [https://desk.example/cb]
                        identity_providers: [none] #!
                      - client_name: desk
                        redirect_uris: [https://desk.example/cb]
                        client_secret: env:S #!
                """)
            await expectMarked(
                fixture,
                """
                  - name: Example staff
                    clients:
                      - client_name: shop
                        redirect_uris: [nowhere] #!
                      - client_name: none #!
                      - client_name: secret
                        confidential: true
                        redirect_uris: [https://desk.example/cb]
                        client_secret: env:S #!
                    resources:
                      - uri: nowhere #!
                      - uri: urn:orders
                        scopes: ["a b"] #!
                    custom_attributes:
                      - name: "?" #!
                    workloads:
                      - name: ci
                        issuer: http://ci.example #!
                        subject: "*" #!
                        client: Orders #!
                      - name: cd
                        issuer: https://ci.example
                        subject: repo:acme/shop
                        client: nobody #!
                """)
        }
    }

    @Test("what another one has, what is fixed, and what is said twice, at the field that says it")
    func taken() async throws {
        try await GatewayFixture.run { fixture in
            try await fixture.updateProvider { $0.domains = ["a.example"] }
            _ = try await fixture.administration.perform(UpdatePool(fixture.pool.id.text, domain: "id.example.com"))
            await expectMarked(
                fixture,
                """
                  - name: other
                    domain: id.example.com #!
                  - name: Example staff
                    identity_providers:
                      - name: g
                        type: oidc
                        preset: google
                        client_id: gate
                        client_secret: env:S
                        domains: [a.example] #!
                      - name: corp
                        type: oidc #!
                        preset: google
                      - name: h
                        type: oidc
                        preset: google
                        client_secret: env:S
                        client_key: env:K #!
                      - name: s
                        type: saml
                        metadata: x
                        metadata_url: https://idp.example/m #!
                      - name: f
                        type: federation
                        metadata_url: https://federation.example/all.xml
                        mdq_url: https://mdq.example #!
                    clients:
                      - client_name: Orders
                        confidential: false #!
                      - client_id: nowhere #!
                      - client_name: two
                        redirect_uris: [https://desk.example/cb]
                        jwks_uri: https://desk.example/keys
                        tls_client_auth_san_dns: desk.example #!
                """)
            await expectMarked(fixture, "  - id: local_nowhere12 #!\n")
            await expectMarked(
                fixture, deletes: true,
                "  - name: Example staff\n    identity_providers: []\n    clients:\n      - client_name: Orders\n        identity_providers: [corp] #!\n"
            )
        }
    }
}
