import Foundation
import Storage
import TestSupport
import Testing
import UserPools

@testable import CountersignCommand

/// What an admin makes, changes and takes away again, by the real binary: every answer is read as a program reads it.
@Suite("CONTRACT, command line: life cycles")
struct LifeCycleTests {
    struct Admin {
        let binary: Binary
        let folder: TestFolder
        let pool: String

        func run(_ words: String...) async throws -> Binary.Result { try await binary.run(words + ["--pool", pool, "--output", "json"]) }

        /// The code of a refusal, which says nothing on standard output and has a remedy.
        func code(_ words: String...) async throws -> String? {
            let refused = try await binary.run(words + ["--pool", pool, "--output", "json"])
            #expect(refused.status == 1 && refused.output.isEmpty && (refused.failure["remedy"] as? String)?.isEmpty == false, "\(words)")
            return refused.failure["error"] as? String
        }
    }

    func with(_ body: (Admin) async throws -> Void) async throws {
        try await TestFolder.with { folder in
            let binary = Binary(folder: folder, environment: ["COUNTERSIGN_PUBLIC_URL": "https://id.example.com"])
            let made = try await binary.run(
                "pool", "create", "staff", "--signing-algorithm", "ES256", "--domain", "login.example.com", "--output", "json")
            try folder.write(FakeIdentityProvider().metadata(), to: "idp.xml")
            try await body(Admin(binary: binary, folder: folder, pool: try #require(made.object["id"] as? String, "\(made.error)")))
        }
    }

    @Test("a pool: update changes what is given, a new algorithm's key is published first, delete takes everything")
    func pool() async throws {
        try await with { admin in
            let binary = admin.binary
            let updated = try await binary.run(
                "pool", "update", admin.pool, "--name", "people", "--domain", "", "--signing-algorithm", "EdDSA", "--output", "json"
            ).object
            #expect(updated["name"] as? String == "people" && updated["domain"] is NSNull)
            #expect(updated["signing_algorithms"] as? [String] == ["ES256"])
            let keys = try #require(try await admin.run("key", "list").document as? [[String: Any]])
            #expect(Set(keys.compactMap { $0["algorithm"] as? String }) == ["ES256", "EdDSA"])
            #expect(keys.compactMap { $0["phase"] as? String } == ["current", "upcoming"])
            #expect(try await admin.code("key", "rotate", "--algorithm", "EdDSA") == "keys.too_young")
            #expect(try await admin.run("key", "rotate", "--algorithm", "EdDSA", "--now").status == 0)
            let shown = try await binary.run("pool", "show", admin.pool, "--output", "json").object
            #expect(shown["signing_algorithms"] as? [String] == ["EdDSA"])

            let typed = try await binary.run("pool", "add-attribute", admin.pool, "level", "--type", "number", "--multivalued", "--output", "json")
            let attribute = try #require((typed.object["custom_attributes"] as? [[String: Any]])?.first)
            #expect(
                attribute["name"] as? String == "custom:level" && attribute["type"] as? String == "number"
                    && attribute["multivalued"] as? Bool == true)
            for (words, code) in [
                (["pool", "add-attribute", admin.pool, "level"], "storage.conflict"),
                (["pool", "add-attribute", admin.pool, "a b"], "admin.invalid"),
                (["pool", "create", "x", "--region", "a/b"], "admin.invalid"), (["pool", "update", admin.pool, "--domain", "a b"], "admin.invalid"),
                (["pool", "show", "nothing"], "admin.not_found"), (["pool", "delete", "local_nothing12"], "admin.not_found"),
            ] {
                let refused = try await binary.run(words + ["--output", "json"])
                #expect(refused.status == 1 && refused.failure["error"] as? String == code, "\(words)")
            }
            // Protected, then asked for, then gone.
            for (words, code) in [
                (["pool", "delete", admin.pool, "--yes"], "admin.protected"),
                (["pool", "update", admin.pool, "--no-deletion-protection"], nil), (["pool", "delete", admin.pool], "admin.not_confirmed"),
            ] as [([String], String?)] {
                let answer = try await binary.run(words + ["--output", "json"])
                #expect(answer.status == (code == nil ? 0 : 1) && answer.failure["error"] as? String == code, "\(words)")
            }
            #expect(try await binary.run("pool", "delete", admin.pool, "--yes", "--output", "json").object["deleted"] as? Bool == true)
            #expect((try await binary.run("pool", "list", "--output", "json").document as? [Any])?.isEmpty == true)
            // What was recorded stays, and is found with the pool and without.
            for words in [["audit", "list"], ["audit", "list", "--pool", admin.pool]] {
                let events = try #require(try await binary.run(words + ["--output", "json"]).document as? [[String: Any]])
                #expect(events.first?["action"] as? String == "pool.delete", "\(words)")
            }
            #expect(try await binary.run("audit", "list", "--user", "ann").status == 64)
        }
    }

    @Test("an identity provider: both consumer services, a list replaces the one before, disabled and enabled, deleted")
    func provider() async throws {
        try await with { admin in
            let made = try await admin.run("idp", "create", "saml", "corp", "--metadata-file", "idp.xml", "--map", "email=mail", "--require", "email")
            let consumers = ["https://id.example.com/\(admin.pool)/saml2/idpresponse", "https://login.example.com/saml2/idpresponse"]
            #expect(made.object["acs_urls"] as? [String] == consumers && made.object["acs_url"] as? String == consumers[0])
            #expect(made.object["required_attributes"] as? [String] == ["email"] && made.object["enabled"] as? Bool == true)
            let certificate = try #require((made.object["signing_certificates"] as? [[String: Any]])?.first)
            #expect((certificate["sha256"] as? String)?.count == 64 && certificate["not_after"] != nil)
            let table = try await admin.binary.run("idp", "show", "corp", "--pool", admin.pool)
            #expect(consumers.allSatisfy { table.output.contains($0) })

            // A requirement goes only where that is said.
            #expect(try await admin.code("idp", "update", "corp", "--map", "groups=memberOf", "--map", "name=cn") == "admin.invalid")
            #expect(try await admin.code("idp", "update", "corp", "--remove-map", "email") == "admin.invalid")
            let more = try await admin.run("idp", "update", "corp", "--add-map", "email=eMail", "--add-map", "name=cn", "--add-map", "groups=a")
            #expect(more.object["attribute_mapping"] as? [String: String] == ["email": "eMail", "name": "cn", "groups": "a"])
            #expect(more.object["required_attributes"] as? [String] == ["email"])
            #expect(try await admin.run("idp", "update", "corp", "--remove-map", "groups", "--add-require", "name").status == 0)
            let fewer = try await admin.run("idp", "update", "corp", "--remove-require", "name", "--add-domain", "a.example")
            #expect(fewer.object["required_attributes"] as? [String] == ["email"] && fewer.object["domains"] as? [String] == ["a.example"])
            let updated = try await admin.run(
                "idp", "update", "corp", "--map", "groups=memberOf", "--map", "name=cn", "--require", "", "--domain", "Example.com", "--disable")
            #expect(updated.object["attribute_mapping"] as? [String: String] == ["groups": "memberOf", "name": "cn"])
            #expect(updated.object["enabled"] as? Bool == false && updated.object["domains"] as? [String] == ["example.com"])
            let shown = try await admin.run("idp", "update", "corp", "--enable", "--domain", "").object
            #expect(shown["enabled"] as? Bool == true && (shown["domains"] as? [String])?.isEmpty == true)

            #expect(try await admin.code("idp", "create", "saml", "corp", "--metadata-file", "idp.xml") == "storage.conflict")
            #expect(try await admin.code("idp", "create", "saml", "a_b", "--metadata-file", "idp.xml") == "admin.invalid")
            #expect(try await admin.code("idp", "create", "saml", "b", "--metadata-file", "idp.xml", "--map", "sub=uid") == "admin.invalid")
            #expect(try await admin.code("idp", "create", "saml", "b", "--metadata-file", "idp.xml", "--map", "custom:no=x") == "admin.invalid")
            #expect(try await admin.code("idp", "create", "saml", "b", "--metadata-file", "none.xml") == "file.cannot_read")
            #expect(try await admin.code("idp", "create", "saml", "b", "--metadata-url", "https://169.254.169.254/") == "fetch.refused_url")
            #expect(try await admin.code("idp", "refresh", "corp") == "admin.invalid")
            #expect(try await admin.run("idp", "delete", "corp", "--yes").object["deleted"] as? Bool == true)
            #expect(try await admin.code("idp", "show", "corp") == "admin.not_found")
        }
    }

    @Test("a client: its secret is seen once, a list replaces the one before, and the last redirect URI stays")
    func client() async throws {
        try await with { admin in
            let made = try await admin.run("client", "create", "app", "--redirect-uri", "https://app.example.com/cb", "--confidential")
            let id = try #require(made.object["client_id"] as? String)
            let secret = try #require(made.object["client_secret"] as? String)
            #expect(secret.count >= 43 && made.object["token_endpoint_auth_method"] as? String == "client_secret_basic")
            for words in [["client", "list"], ["client", "show", id]] {
                let shown = try await admin.binary.run(words + ["--pool", admin.pool])
                #expect(shown.status == 0 && !shown.output.contains(secret))
            }

            let updated = try await admin.run(
                "client", "update", id, "--redirect-uri", "https://a.example.com/", "--redirect-uri", "http://localhost:3000/cb", "--logout-uri",
                "https://a.example.com/bye", "--id-token-lifetime", "600", "--disable")
            #expect(updated.object["redirect_uris"] as? [String] == ["https://a.example.com/", "http://localhost:3000/cb"])
            #expect(updated.object["post_logout_redirect_uris"] as? [String] == ["https://a.example.com/bye"])
            #expect(updated.object["id_token_lifetime"] as? Int == 600 && updated.object["enabled"] as? Bool == false)
            #expect(updated.object["client_secret"] == nil)

            #expect(try await admin.code("client", "update", id, "--redirect-uri", "") == "admin.invalid")
            #expect(try await admin.code("client", "update", id, "--redirect-uri", "http://a.example.com/") == "admin.invalid")
            #expect(try await admin.code("client", "update", id, "--idp", "nobody") == "admin.not_found")
            #expect(try await admin.code("client", "update", id, "--access-token-lifetime", "0") == "admin.invalid")
            #expect(try await admin.code("client", "show", "app") == "admin.not_found")
            let added = try await admin.binary.run(
                "client", "update", id, "--pool", admin.pool, "--add-redirect-uri", "https://b.example.com/", "--remove-redirect-uri",
                "http://localhost:3000/cb", "--add-logout-uri", "https://a.example.com/bye")
            #expect(added.status == 0 && added.error.contains("removed the redirect URI http://localhost:3000/cb"))
            let shown = try await admin.run("client", "show", id).object
            #expect(shown["redirect_uris"] as? [String] == ["https://a.example.com/", "https://b.example.com/"])
            #expect(shown["post_logout_redirect_uris"] as? [String] == ["https://a.example.com/bye"])
            let slip = try await admin.run("client", "update", id, "--remove-redirect-uri", "https://nowhere.example/")
            #expect(slip.failure["error"] as? String == "admin.invalid")
            #expect((slip.failure["message"] as? String)?.hasPrefix("--remove-redirect-uri 'https://nowhere.example/' ") == true)
            #expect(try await admin.code("client", "delete", id) == "admin.not_confirmed")
            #expect(try await admin.run("client", "delete", id, "--yes").object["deleted"] as? Bool == true)
            #expect(try await admin.code("client", "delete", id, "--yes") == "admin.not_found")
            let events = try #require(try await admin.run("audit", "list").document as? [[String: Any]])
            #expect(events.prefix(2).compactMap { $0["action"] as? String } == ["client.delete", "client.update"])
            #expect((events.first?["details"] as? [String: String])?["redirect_uris"] == "https://a.example.com/ https://b.example.com/")
            #expect((events.first?["actor"] as? String)?.hasPrefix("command line (") == true)
        }
    }

    @Test("a user, whom a sign-in made: shown with every name of the contract, disabled, signed out, deleted")
    func user() async throws {
        try await with { admin in
            #expect(try await admin.run("idp", "create", "saml", "corp", "--metadata-file", "idp.xml").status == 0)
            try await signIn(admin, subjects: ["ada", "東京"])

            // Whose it is loses it, and not the one to whom it was to be given.
            let grace = ["--provider", "corp", "--subject", "grace", "--pool", admin.pool, "--output", "json"]
            #expect(try await admin.binary.run(["user", "link", "corp_東京"] + grace).status == 0)
            let owned = try await admin.binary.run(["user", "link", "corp_ada"] + grace)
            #expect((owned.failure["commands"] as? [String])?.first?.hasPrefix("countersign user unlink 'corp_東京' ") == true, "\(owned.error)")

            let list = try #require(try await admin.run("user", "list").document as? [[String: Any]])
            #expect(list.compactMap { $0["username"] as? String } == ["corp_ada", "corp_東京"])
            let first = try await admin.binary.run("user", "list", "--pool", admin.pool, "--limit", "1")
            #expect(first.output.contains("corp_ada") && first.error.contains("--after corp_ada\n"))
            #expect((try await admin.run("user", "list", "--after", "corp_ada").document as? [Any])?.count == 1)

            let user = try await admin.run("user", "show", "corp_ada").object
            #expect(Set(user.keys) == ["sub", "username", "enabled", "attributes", "groups", "identities", "created_at", "updated_at"])
            let attributes = try #require(user["attributes"] as? [String: Any])
            #expect(attributes["email"] as? String == "ada@example.com" && attributes["email_verified"] as? Bool == true)
            #expect(attributes["custom:level"] as? Int == 7 && attributes["custom:teams"] as? [String] == ["a", "b"])
            #expect(user["groups"] as? [String] == ["staff", "by-hand"])
            let identity = try #require((user["identities"] as? [[String: Any]])?.first)
            #expect(identity["provider"] as? String == "corp" && identity["subject"] as? String == "ada")
            let subject = try #require(user["sub"] as? String)
            #expect(try await admin.run("user", "show", subject).object["username"] as? String == "corp_ada")
            let table = try await admin.binary.run("user", "show", subject, "--pool", admin.pool)
            #expect(table.output.contains("staff (from corp)") && table.output.contains("by-hand (by hand)"))

            #expect(try await admin.run("user", "sign-out", "corp_ada").object["ended_sessions"] as? Int == 1)
            #expect(try await admin.run("user", "disable", "corp_ada").object["enabled"] as? Bool == false)
            #expect(try await admin.run("user", "enable", "corp_ada").object["enabled"] as? Bool == true)
            #expect(try await admin.run("user", "disable", "corp_東京").object["enabled"] as? Bool == false)
            #expect(try await admin.run("user", "sign-out", "corp_東京").object["ended_sessions"] as? Int == 0)
            #expect(try await admin.run("user", "delete", subject, "--yes").object["deleted"] as? Bool == true)
            let events = try await admin.run("audit", "list", "--user", "corp_ada").document as? [[String: Any]]
            #expect(events?.first?["action"] as? String == "user.delete" && (events?.count ?? 0) > 3)
            #expect(try await admin.code("audit", "list", "--user", "corp_nobody") == "admin.not_found")
            #expect(try await admin.binary.run("user", "list", "--pool", admin.pool, "--after", "zzz").output == "No users behind 'zzz'.\n")
            let everybody = ["user", "sign-out", "--all", "--pool", admin.pool, "--output", "json"]
            #expect(try await admin.binary.run(everybody).failure["error"] as? String == "admin.not_confirmed")
            try await signIn(admin, subjects: ["hopper"])
            let all = try await admin.binary.run(everybody + ["--yes"])
            #expect(all.object["ended_sessions"] as? Int == 1 && all.object["signed_out_users"] as? Int == 1, "\(all.error)")
            // Of who had nothing that could end there is no event.
            let people = try #require(all.object["users"] as? Int)
            let recorded = try await admin.run("audit", "list", "--limit", "100").document as? [[String: Any]]
            let signOuts = try #require(recorded).filter { $0["action"] as? String == "user.sign_out" }
            #expect(people > 1 && signOuts.count == 3, "\(signOuts)")
            #expect(try await admin.run("user", "sign-out", "corp_hopper").object["ended_sessions"] as? Int == 0)
            #expect(try await admin.binary.run(everybody + ["corp_ada"]).status == 64)
            for verb in ["show", "disable", "enable", "sign-out", "delete"] {
                #expect(try await admin.code("user", verb, "corp_ada") == "admin.not_found")
            }
        }
    }

    /// What the consumer service leaves in the database.
    func signIn(_ admin: Admin, subjects: [String]) async throws {
        let storage = try await Storage.open(url: "sqlite:" + admin.folder.file("countersign.db"))
        let (pool, corp, now) = (try #require(UserPool.ID(admin.pool)), try #require(IdentityProvider.Name("corp")), Date())
        for subject in subjects {
            let identity = FederatedIdentity(provider: corp, issuer: "https://idp.example.com", subject: subject, format: "")
            let userID = try #require(User.ID(UUID().uuidString.lowercased()))
            let sessionID = try #require(Session.ID(UUID().uuidString))
            let cookie = try #require(SecretHash((0..<32).map { _ in UInt8.random(in: 0...255) }))
            _ = try await storage.stores.signIns.completeSignIn(
                SignInCompletion(
                    poolID: pool, pending: nil, proof: ReplayGuard(source: .provider(corp), id: UUID().uuidString, until: now + 300),
                    subject: .identity(identity),
                    now: now,
                    provision: { found in
                        found
                            ?? User(
                                id: userID, poolID: pool, username: identity.username,
                                attributes: [
                                    "email": .text(subject + "@example.com"), "email_verified": .boolean(true), "custom:level": .number(7),
                                    "custom:teams": .list([.text("a"), .text("b")]),
                                ],
                                memberships: [
                                    GroupMembership(group: "staff", origin: .provider(corp)), GroupMembership(group: "by-hand", origin: .admin),
                                ],
                                identities: [identity], createdAt: now, updatedAt: now)
                    },
                    complete: { user, sid in
                        (
                            Session(
                                id: sid ?? sessionID, poolID: pool, userID: user.id, source: .provider(corp), cookie: cookie, authenticatedAt: now,
                                upstreamSessionIndex: nil, createdAt: now, expiresAt: now + 3600), nil
                        )
                    }))
        }
        await storage.close()
    }
}
