import Administration
import Foundation
import GatewayServer
import SAML
import TestSupport
import Testing
import UserPools
import WireFormats

@testable import Gateway

@Suite("What happened to a sign-in is stored under the reference that the person and the log have, without anything secret")
struct SignInRecordTests {
    static func records(_ server: TestServer, _ outcome: SignInRecord.Outcome? = nil) async throws -> [SignInRecord] {
        await server.gateway.signIn.records.finish()
        var wanted = SignInRecordFilter(limit: 1_000)
        wanted.outcome = outcome
        return try await server.fixture.stores.signInRecords.list(wanted, in: server.fixture.pool.id, at: server.fixture.clock.now)
    }

    /// What must be in no record: whatever of a record is stored, as it is stored.
    static func expectNothing(of secrets: [String], in server: TestServer, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let text = try await records(server).map { String(decoding: try JSONEncoder().encode($0.report), as: UTF8.self) + "\($0)" }.joined()
        for secret in secrets {
            #expect(secret.utf8.count >= 6 && !text.contains(secret), "\(secret.prefix(40))", sourceLocation: sourceLocation)
        }
    }

    private static let attributes = [
        FakeResponse.Attribute("urn:oid:0.9.2342.19200300.100.1.3", "alice.wonder-1234@example.com"),
        FakeResponse.Attribute("displayName", "Alice Wonderland-Smythe"), FakeResponse.Attribute("groups", "secret-society-of-mice"),
    ]

    @Test("a refused SAML answer: each check as far as it went, the remedy and its acts; the log's reference is the record's")
    func saml() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            let response = server.fixture.identityProvider.respond(to: request, attributes: Self.attributes, at: server.fixture.clock.now) {
                $0.audiences = [["https://other.example"]]
            }
            let answer = try await browser.post(response)
            let record = try #require(try await Self.records(server).first)
            #expect(server.log.lines.contains { $0.metadata["reference"] == record.reference.text })
            #expect(answer.parameter("error_description")?.contains(record.reference.text) == true)
            #expect(record.outcome == .refused && record.code == "saml.audience" && record.provider == server.fixture.provider)
            #expect(record.client == server.fixture.client.id && record.username == nil && record.report.milliseconds != nil)
            #expect(record.isProven)
            #expect(record.expiresAt == record.at.addingTimeInterval(30 * 86_400))
            let checks = record.report.checks
            #expect(checks.prefix(5).map(\.name) == ["request", "browser", "client", "provider", "signature"])
            let failed = try #require(checks.first { $0.outcome == .failed })
            #expect(failed.name == "audience" && failed.expected == server.fixture.entityID && failed.seen == "https://other.example")
            #expect(checks.filter { $0.outcome == .failed }.count == 1 && checks.last?.outcome == .notReached)
            #expect(record.report.acts.compactMap { Remedy(stored: $0) } == [.showProvider] && record.report.remedy?.isEmpty == false)
            let message = Data(response).base64EncodedString()
            try await Self.expectNothing(
                of: [String(message.prefix(60)), String(message.suffix(60)), browser.bindingCookie ?? "", server.app.state]
                    + Self.attributes.flatMap(\.values), in: server)
        }
    }

    @Test("the words of a provider that says no may name the person: they are in no record, no message that is kept, and no line of the log")
    func words() async throws {
        try await TestServer.run { server in
            let administration = server.fixture.administration
            _ = try await administration.perform(DebugProvider("corp", pool: server.fixture.pool.id.text, seconds: 600))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            let (browser, words) = (Browser(server), "alice.wonder-1234@example.com is not assigned")
            let request = try await browser.begin(server.app)
            let (status, substatus) = ("urn:oasis:names:tc:SAML:2.0:status:Responder", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")
            let response = server.fixture.identityProvider.respond(to: request, at: server.fixture.clock.now) {
                ($0.status, $0.substatus, $0.statusMessage) = (status, substatus, words)
            }
            _ = try await browser.post(response)
            let line = try #require(server.log.lines.last { $0.metadata["code"] == "saml.status" })
            #expect(line.metadata["seen"] == status + " " + substatus && !server.log.lines.contains { "\($0)".contains("alice.wonder") })
            let record = try #require(try await Self.records(server).first)
            #expect(record.code == "saml.status" && record.report.seen == status + " " + substatus)
            #expect(record.report.checks.first { $0.outcome == .failed }?.seen == status + " " + substatus)
            try await Self.expectNothing(of: [words, "alice.wonder"], in: server)
            let message = try #require(try await administration.message(of: record))
            let shown = message.lines.first { $0.label == "Status" }?.value
            #expect(shown == "AuthnFailed. It says: (\(words.utf8.count) bytes)")
        }
    }

    @Test("what the mapping lacks is told by names and counts; who it was, by the user name alone")
    func mapping() async throws {
        try await TestServer.run({
            $0.providerSettings = { ($0.map, $0.require) = (.init(["email=mail", "groups=groups"]), .init(added: ["email"])) }
        }) { server in
            let browser = Browser(server)
            _ = try await browser.answer(try await browser.begin(server.app), attributes: Self.attributes + [.init("groups", "a", "b")])
            let record = try #require(try await Self.records(server).first)
            #expect(record.code == "attribute.missing" && record.username == "corp_alice@example.com" && record.userID == nil)
            #expect(
                record.report.mapping == [
                    .init(attribute: "email", source: "mail", values: 0, required: true),
                    .init(attribute: "groups", source: "groups", values: 3, required: false),
                ])
            #expect(record.report.checks.last.map { [$0.name, $0.outcome.rawValue] } == ["mapping", "failed"])
            #expect(record.report.checks.map(\.name).contains("saml_response"))
            #expect(record.report.checks.filter { $0.outcome == .notReached } == [])
            try await Self.expectNothing(of: Self.attributes.flatMap(\.values), in: server)
        }
    }

    @Test("a refused OpenID answer: its checks, and neither token nor code nor client secret")
    func openID() async throws {
        try await OpenIDServerTests.Setting.run { setting in
            let server = setting.server
            setting.provider.change { $0.claims = { $0.with(["nonce": "another-nonce"]) } }
            let browser = Browser(server)
            let (answer, redirectURI) = try await setting.begin(browser)
            _ = try await browser.get(FormCoding.append(answer, to: redirectURI))
            let record = try #require(try await Self.records(server).first)
            #expect(record.code == "token.nonce" && record.provider?.text == "op" && record.outcome == .refused)
            #expect(record.isProven && record.username == nil)
            let names = record.report.checks.map(\.name)
            #expect(names == ["request", "browser", "client", "provider", "answer", "code", "id_token"])
            #expect(record.report.checks.last?.outcome == .failed)
            try await Self.expectNothing(
                of: answer.map(\.value).filter { $0.utf8.count >= 8 } + [setting.provider.clientSecret, "alice@example.com"]
                    + setting.provider.requests.compactMap { $0.form["code_verifier"] }, in: server)
        }
    }

    @Test("an accepted one is kept where the pool wants it, for so long; its line in the log has the reference then")
    func accepted() async throws {
        try await TestServer.run { server in
            _ = try await Browser(server).signIn(server.app, attributes: Self.attributes)
            #expect(try await Self.records(server) == [])
            _ = try await server.fixture.administration.perform(UpdatePool(server.fixture.pool.id.text, acceptedSignInDays: .set(3)))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            _ = try await Browser(server).signIn(server.app, nameID: "bob@example.com", attributes: Self.attributes)
            let record = try #require(try await Self.records(server).first)
            #expect(record.outcome == .accepted && record.code == nil && record.username == "corp_bob@example.com" && record.userID != nil)
            #expect(record.expiresAt == record.at.addingTimeInterval(3 * 86_400))
            #expect(record.report.checks.count > 20 && record.report.checks.allSatisfy { $0.outcome != .failed })
            #expect(record.report.mapping.map(\.values) == [1, 1, 1])
            #expect(server.log.lines.last { $0.message == "signed in" }?.metadata["reference"] == record.reference.text)
            try await Self.expectNothing(of: Self.attributes.flatMap(\.values), in: server)
        }
    }

    @Test("who signed in and is in none of the app's groups has a record of the refusal, with the user")
    func notAdmitted() async throws {
        try await TestServer.run({ $0.clientSettings = { $0.requiredGroups = .init(["admins"]) } }) { server in
            let browser = Browser(server)
            _ = try await browser.answer(try await browser.begin(server.app))
            let record = try #require(try await Self.records(server).first)
            #expect(record.code == "sign_in.not_admitted" && record.userID != nil && record.outcome == .refused)
            #expect(record.report.checks.last.map { [$0.name, $0.outcome.rawValue] } == ["admission", "failed"])
        }
    }

    @Test("case 228: a flood of refusals is no flood of writes: places of a minute are left for who began here, and for whom a provider knows")
    func flood() async throws {
        try await TestServer.run(isBehindProxy: true) { server in
            let (records, pool) = (server.gateway.signIn.records, server.fixture.pool.id)
            _ = try await Browser(server).signIn(server.app)
            let person = try #require(try await server.fixture.stores.users.list(in: pool, after: nil, limit: 1).first)
            func refuse(_ count: Int, from address: String, _ standing: RefusalStanding = .nobody) {
                var failure = SignInFailure(.unknownRequest, pool: pool)
                if standing != .nobody { failure.steps = SignInSteps(at: .zero) }
                if standing != .nobody { failure.steps?.cameFromBrowser() }
                if standing == .person { failure.steps?.signedIn(person) }
                let name = address.replacing(".", with: "N").replacing(":", with: "C").uppercased()
                for number in 0..<count { records.keep(failure, reference: "FL" + name + "X\(number)", from: address) }
            }
            func kept() async throws -> Int { try await Self.records(server).count }
            refuse(500, from: "192.0.2.1")
            #expect(try await kept() == RecordPlaces.ofOneNetworkAMinute)
            // A home has many networks of IPv6.
            for network in 0..<5 { refuse(20, from: "2001:db8:0:a0\(network)::1") }
            #expect(try await kept() == 2 * RecordPlaces.ofOneNetworkAMinute)
            for network in 0..<20 { refuse(20, from: "198.51.100.\(network)") }
            #expect(try await kept() == RecordPlaces.ofNobodyAMinute)
            for network in 20..<30 { refuse(20, from: "198.51.100.\(network)", .browser) }
            #expect(try await kept() == RecordPlaces.ofBrowsersAMinute)
            refuse(20, from: "198.51.100.20", .person)
            #expect(try await kept() == RecordPlaces.ofBrowsersAMinute)
            for network in 30..<32 { refuse(20, from: "198.51.100.\(network)", .person) }
            #expect(try await kept() == RecordPlaces.refusedAMinute)
            let leftOut = try await server.fixture.stores.signInRecords.countLeftOut(.refused, in: pool, since: .distantPast)
            #expect(leftOut == 500 + 100 + 400 + 200 + 20 + 40 - RecordPlaces.refusedAMinute)
            server.fixture.clock.advance(by: 60)
            refuse(1, from: "203.0.113.1")
            #expect(try await kept() == RecordPlaces.refusedAMinute + 1)
        }
    }

    @Test("case 228: who posts rubbish at a provider that is looked into pushes out few of the messages that somebody waits for")
    func debuggedFlood() async throws {
        try await TestServer.run(isBehindProxy: true) { server in
            let pool = server.fixture.pool.id
            var kept = 0
            for minute in 0..<4 {
                for number in 0..<10 {
                    var failure = SignInFailure(.unknownRequest, pool: pool, provider: server.fixture.provider)
                    failure.steps = SignInSteps(at: .zero)
                    failure.steps?.redacted = RedactedMessage(claims: [("iss", .string("https://idp.example"))])
                    server.gateway.signIn.records.keep(failure, reference: "RUBBISH\(minute)X\(number)", from: "192.0.2.1")
                }
                await server.gateway.signIn.records.finish()
                server.fixture.clock.advance(by: 60)
                kept = try await server.fixture.stores.signInRecords.countMessages(
                    of: server.fixture.provider, in: pool, at: server.fixture.clock.now)
            }
            // One more may have come back.
            #expect((20...21).contains(kept) && SignInRecords.messagesOfOneNetwork == 20)
            #expect(try await Self.records(server).count == 40)
        }
    }

    @Test("what cannot be written refuses nobody, and is told once")
    func outage() async throws {
        try await TestServer.run { server in
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            let failure = SignInFailure(.unknownRequest, pool: server.fixture.pool.id)
            await server.fixture.closeDatabase()
            server.gateway.signIn.records.keep(failure, reference: "NOTWRITTEN", from: nil)
            await server.gateway.signIn.records.finish()
            #expect(try await browser.answer(request).status == 503)
        }
    }

    @Test("housekeeping takes what is over")
    func housekeeping() async throws {
        try await TestServer.run { server in
            let failure = SignInFailure(.unknownRequest, pool: server.fixture.pool.id)
            server.gateway.signIn.records.keep(failure, reference: "REFERENCE1", from: nil)
            #expect(try await Self.records(server).count == 1)
            let housekeeping = Housekeeping(
                stores: server.fixture.stores, environment: server.fixture.clock.environment, logger: server.log.logger)
            await housekeeping.clean()
            #expect(try await Self.records(server).count == 1)
            server.fixture.clock.advance(by: Int(SignInRecord.lifetime) + 1)
            await housekeeping.clean()
            let row = try await server.fixture.stores.signInRecords.find(
                SignInRecord.Reference("REFERENCE1")!, in: server.fixture.pool.id, at: .distantPast)
            #expect(row == nil)
        }
    }

    @Test("case 226: housekeeping keeps few refusals of those who came to no provider, and says how many went")
    func crowded() async throws {
        try await TestServer.run { server in
            let (stores, pool, now) = (server.fixture.stores, server.fixture.pool.id, server.fixture.clock.now)
            var records = (0..<SignInRecord.maximumUnanswered + 5).map {
                SignInRecord(reference: SignInRecord.Reference("MADEUP\(10_000 + $0)")!, poolID: pool, at: now + Double($0), outcome: .refused)
            }
            records[0].provider = server.fixture.provider
            try await stores.signInRecords.insert(records, [], leftOut: [])
            let housekeeping = Housekeeping(stores: stores, environment: server.fixture.clock.environment, logger: server.log.logger)
            await housekeeping.clean()
            let left = try await stores.signInRecords.list(SignInRecordFilter(limit: 2_000), in: pool, at: now)
            #expect(left.count == SignInRecord.maximumUnanswered + 1 && left.last == records[0])
            #expect(try await stores.signInRecords.countLeftOut(.refused, in: pool, since: now - 60) == 4)
        }
    }

    @Test("case 227: no message that anybody can make up has an admin open a door; one that a key of the provider signed does")
    func doors() async throws {
        try await TestServer.run { server in
            let ours = server.fixture.identityProvider
            let strangers = FakeIdentityProvider(entityID: ours.entityID, key: .second, singleSignOnLocation: ours.singleSignOnLocation)
            func acts(_ post: (Browser) async throws -> Void) async throws -> (code: String?, acts: [Remedy]) {
                let before = Set(try await Self.records(server).map(\.reference))
                try await post(Browser(server))
                let new = try await Self.records(server).filter { !before.contains($0.reference) }
                try #require(new.count == 1)
                return (new[0].code, new[0].report.acts.compactMap { Remedy(stored: $0) })
            }
            let cases: [(FakeIdentityProvider, misplaced: [Remedy], begun: [Remedy])] = [
                (ours, [.allow(.anySignatureOrder)], [.allowIDPInitiated]), (strangers, [.testProvider], [.testProvider]),
            ]
            for (provider, misplaced, begun) in cases {
                let atEnd = try await acts { browser in
                    let request = try await browser.begin(server.app)
                    _ = try await browser.post(
                        provider.respond(to: request, at: server.fixture.clock.now) {
                            ($0.signed, $0.afterSigning) = (.response, \.withSignatureAtEnd)
                        })
                }
                #expect(atEnd.code == "saml.signature_position" && atEnd.acts == misplaced)
                let unasked = try await acts { browser in
                    _ = try await browser.post(
                        provider.respond(
                            requestID: nil, acs: server.fixture.assertionConsumerService, audience: server.fixture.entityID,
                            at: server.fixture.clock.now))
                }
                #expect(unasked.code == "saml.unsolicited" && unasked.acts == begun)
            }
            // What somebody kept: an answer of last week, one to another service, one to a request whose name was taken away.
            let now = server.fixture.clock.now
            let kept: [(at: Date, audience: String, named: String?)] = [
                (now - 86_400, server.fixture.entityID, nil), (now, "https://other.example", nil), (now, server.fixture.entityID, "_of-somebody"),
            ]
            for (at, audience, named) in kept {
                let unasked = try await acts { browser in
                    _ = try await browser.post(
                        ours.respond(requestID: nil, acs: server.fixture.assertionConsumerService, audience: audience, at: at) {
                            if let named { $0.confirmationInResponseTo = named }
                        })
                }
                // What names a request anywhere is nobody's beginning.
                #expect(unasked.code == (named == nil ? "saml.unsolicited" : "saml.in_response_to"))
                #expect(unasked.acts == (named == nil ? [.testProvider] : []))
                let atEnd = try await acts { browser in
                    let request = try await browser.begin(server.app)
                    _ = try await browser.post(
                        ours.respond(to: request, at: at) {
                            ($0.signed, $0.afterSigning, $0.audiences) = (.response, \.withSignatureAtEnd, [[audience]])
                            if let named { $0.confirmationInResponseTo = named }
                        })
                }
                #expect(atEnd.code == "saml.signature_position" && atEnd.acts == [.testProvider])
            }
            #expect(try await Self.records(server).allSatisfy { !$0.isProven })
            // The log tells the same as the record; where nothing more is kept nobody looks, and no act is told.
            let failures = server.log.lines.filter { $0.metadata["code"] == "saml.unsolicited" }.map { $0.metadata["try"] ?? "" }
            #expect(failures.count == 4 && failures[0].contains("allowIDPInitiated") && !failures[1...].contains { $0.contains("allow") })
        }
    }

    @Test("while a provider is looked into, its messages are kept with their records, redacted; it ends by itself, or is ended")
    func debugged() async throws {
        try await TestServer.run { server in
            let administration = server.fixture.administration, pool = server.fixture.pool.id.text
            let until = try await administration.perform(DebugProvider("corp", pool: pool, seconds: 600))
            #expect(until == server.fixture.clock.now.addingTimeInterval(600))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            _ = try await Browser(server).signIn(server.app, nameID: "bob-4711@example.com", attributes: Self.attributes)
            let browser = Browser(server)
            let request = try await browser.begin(server.app)
            let response = server.fixture.identityProvider.respond(to: request, attributes: Self.attributes, at: server.fixture.clock.now) {
                ($0.audiences, $0.nameID) = ([["https://other.example"]], "bob-4711@example.com")
            }
            _ = try await browser.post(response)
            let records = try await Self.records(server)
            #expect(Set(records.map(\.outcome)) == [.refused, .accepted])
            let secrets = Self.attributes.flatMap(\.values) + ["bob-4711"]
            for record in records {
                let message = try #require(try await administration.message(of: record))
                let text = message.lines.map { "\($0.label): \($0.value)" }.joined(separator: "\n")
                #expect(text.contains("Message: Response") && text.contains("Attribute: displayName") && text.contains("Value: ("))
                if record.outcome == .refused { #expect(text.contains("Audience: https://other.example")) }
                for secret in secrets { #expect(!text.contains(secret), "\(secret)") }
                let stored = try #require(
                    try await server.fixture.stores.signInRecords.message(
                        of: record.reference, in: record.poolID, at: server.fixture.clock.now))
                #expect(!stored.sealed.contains(subsequence: Array("other.example".utf8)))
                #expect(stored.expiresAt == record.at.addingTimeInterval(86_400))
            }
            let provider = try await administration.provider("corp", pool: pool).settings.name
            func debugging() async throws -> ProviderDebugging {
                try await administration.debugging(of: provider, in: try await administration.pool(pool))
            }
            #expect(try await debugging().messages == 2)
            #expect(try await administration.perform(DebugProvider("corp", pool: pool, seconds: nil)) == nil)
            #expect(try await debugging().until == nil)
            let acts = try await server.fixture.stores.audit.list(in: server.fixture.pool.id, target: .init(.provider, "corp"), limit: 10)
            #expect(acts.filter { $0.action == .providerDebug }.count == 2)

            _ = try await administration.perform(DebugProvider("corp", pool: pool, seconds: 60))
            server.fixture.clock.advance(by: 61)
            server.fixture.clock.advanceUptime(by: .seconds(2))
            _ = try await Browser(server).signIn(server.app, nameID: "carol@example.com")
            #expect(try await Self.records(server).count == 2)
            await #expect(throws: AdministrationError.self) { try await administration.perform(DebugProvider("corp", pool: pool, seconds: 86_401)) }
        }
    }

    @Test("of an ID token that is kept, the claims that say nothing of the person, and of the others how long they are")
    func debuggedOpenID() async throws {
        try await OpenIDServerTests.Setting.run { setting in
            let server = setting.server
            let pool = server.fixture.pool.id.text
            _ = try await server.fixture.administration.perform(DebugProvider("op", pool: pool, seconds: 600))
            server.fixture.clock.advanceUptime(by: .seconds(2))
            setting.provider.change { $0.claims = { $0.with(["aud": "another-client-id"]) } }
            let browser = Browser(server)
            let (answer, redirectURI) = try await setting.begin(browser)
            _ = try await browser.get(FormCoding.append(answer, to: redirectURI))
            let record = try #require(try await Self.records(server).first)
            let message = try #require(try await server.fixture.administration.message(of: record))
            let text = message.lines.map { "\($0.label): \($0.value)" }.joined(separator: "\n")
            #expect(text.contains("aud: another-client-id") && text.contains("sub: (text of ") && text.contains("nonce: (text of "))
            for secret in ["alice@example.com", answer.first { $0.name == "code" }?.value ?? ""] { #expect(!text.contains(secret)) }
        }
    }
}

extension String {
    /// A signature of the whole, behind everything else: what it digests stays the same.
    fileprivate var withSignatureAtEnd: String {
        guard let signature = firstMatch(of: #/<ds:Signature .*<\/ds:Signature>/#.dotMatchesNewlines())?.output else { return self }
        let text = String(signature)
        return replacing(text, with: "").replacing("</samlp:Response>", with: text + "</samlp:Response>")
    }
}

extension [UInt8] {
    fileprivate func contains(subsequence: [UInt8]) -> Bool { indices.contains { self[$0...].starts(with: subsequence) } }
}
