package import FoundationEssentials
package import Gateway
import TokenVerifier
package import UserPools
package import WireFormats

/// Leave to try a provider once, without signing anybody in, and what is known of it before.
package struct ProviderTrial: Sendable {
    package let provider: ConfiguredProvider
    package let findings: [ProviderFinding]
    package let probes: [ProviderProbe]
    /// Stands in the address, and nowhere else: the database has its hash.
    package let secret: SecretBytes
    package let expiresAt: Date

    /// Whether something refuses people before anybody tries.
    package var isHopeless: Bool { findings.contains { $0.severity == .blocking } || probes.contains { $0.error != nil } }
}

/// One thing that was looked at for which nobody need sign in.
package struct ProviderProbe: Sendable {
    package enum Subject: String, Sendable, CaseIterable {
        /// The address of the metadata answers with metadata.
        case metadata
        /// The discovery document.
        case discovery
        /// The key set by which ID tokens are verified.
        case keys
        /// What we prove ourselves with at the provider.
        case clientSecret = "client_secret"
        /// Our own keys: they open with the master key that is given.
        case samlKeys = "saml_keys"
        case tokenKeys = "token_keys"
    }

    package let subject: Subject
    package let error: AdministrationError?
    /// What the document there would change.
    package let changes: [FactChange]
}

/// Looks at what needs no person, and gives leave to try the rest: an act, since the page that comes of it shows a person's attributes.
package struct TestProvider: AdminAct {
    let provider: String
    let pool: String
    let member: String?
    let client: String?

    /// - Parameters:
    ///   - member: of a federation, by its entity ID.
    ///   - client: for which the tokens are shown.
    package init(_ provider: String, pool: String, member: String? = nil, client: String? = nil) {
        (self.provider, self.pool, self.member, self.client) = (provider, pool, member, client)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ProviderTrial {
        let provider = try await desk.provider(provider, pool: pool)
        let asked = try await desk.tried(provider, member: member)
        let userPool = try await desk.pool(pool)
        var client: AppClient.ID?
        if let name = self.client { client = try await desk.client(name, pool: pool).id }
        var findings = try await desk.findings(ofProvider: self.provider, pool: pool)
        if let member = asked.member {
            findings += ProviderLint.findings(of: Array(member.metadata.utf8), entityID: member.entityID, at: desk.environment.now())
        }
        let probes = await desk.probes(of: provider, in: userPool)
        let now = desk.environment.now()
        let secret = SecretBytes(desk.environment.random(32).base64URLText)
        let ticket = TrialTicket(
            hash: SecretHash(of: secret.reveal()), poolID: userPool.id, provider: provider.settings.name, member: member, client: client,
            createdAt: now,
            expiresAt: now.addingTimeInterval(TrialTicket.lifetime))
        let event = desk.event(
            .providerTest, .provider, provider.settings.name.text, in: userPool.id,
            (member.map { [AuditEvent.Detail("member", $0)] } ?? []) + (client.map { [AuditEvent.Detail("client_id", $0.text)] } ?? []))
        try await desk.storing { () async throws(StoreError) in try await desk.stores.trials.insert(ticket, recorded: event) }
        return ProviderTrial(provider: asked, findings: findings, probes: probes, secret: secret, expiresAt: ticket.expiresAt)
    }
}

extension Administration {
    /// How far it is, and what came of it: which checks were passed, and nothing of what was said of anybody.
    package func progress(of trial: ProviderTrial) async throws(AdministrationError) -> TrialProgress {
        try await storing { () async throws(StoreError) in
            try await stores.trials.progress(
                of: SecretHash(of: trial.secret.reveal()), in: trial.provider.settings.poolID, at: environment.now())
        }
    }

    /// Who is asked: the provider, or the member of a federation; one that comes by a query of its own is fetched.
    fileprivate func tried(_ provider: ConfiguredProvider, member entityID: String?) async throws(AdministrationError) -> ConfiguredProvider {
        guard let federation = provider.federation else {
            guard let entityID else { return provider }
            throw .invalid(.entityID, entityID, "is for a federation's members, and this is none", example: .words("leave it out"))
        }
        guard let entityID else {
            throw .invalid(.entityID, "", "is needed: of a federation a member is tried", example: .give(.entityID, "https://idp.example.edu/idp"))
        }
        let directory = Directory(stores: stores, uptime: environment.uptime)
        func find() async throws(AdministrationError) -> ConfiguredProvider? {
            try await storing { () async throws(StoreError) in
                try await directory.provider(provider.settings.name, member: entityID, in: provider.settings.poolID)
            }
        }
        let now = environment.now()
        if let known = try await find(), known.isValid(at: now) { return known }
        if federation.source == .mdq, await FederationQuery(self).fetch(entityID, of: provider.settings) == .kept {
            directory.expire()
            if let fetched = try await find() { return fetched }
        }
        throw .invalid(
            .entityID, entityID, "is no member of the federation '\(provider.settings.name)', or its metadata is over",
            example: .words("the entity ID of one that its search finds"))
    }

    fileprivate func probes(of provider: ConfiguredProvider, in pool: UserPool) async -> [ProviderProbe] {
        var probes: [ProviderProbe] = []
        func probe(_ subject: ProviderProbe.Subject, _ look: () async throws(AdministrationError) -> [FactChange]) async {
            do { probes.append(ProviderProbe(subject: subject, error: nil, changes: try await look())) } catch {
                probes.append(ProviderProbe(subject: subject, error: error, changes: []))
            }
        }
        func refresh() async throws(AdministrationError) -> [FactChange] {
            // That the document has other bytes is no change by itself.
            try await perform(PreviewRefresh(provider.settings.name.text, pool: pool.id.text)).filter { $0.fact != "metadata_sha256" }
        }
        func probeSAMLKeys() async {
            await probe(.samlKeys) { () throws(AdministrationError) in
                do throws(KeyRingError) { _ = try await samlKeys.keys(of: pool) } catch { throw .keys(error) }
                return []
            }
        }
        switch provider.connection {
        case .saml(let saml):
            if saml.settings.metadataURL != nil { await probe(.metadata, refresh) }
            await probeSAMLKeys()
        case .federation: await probeSAMLKeys()
        case .oidc(let connection):
            if connection.isDiscovered { await probe(.discovery, refresh) }
            if let url = connection.endpoints.keys {
                await probe(.keys) { () throws(AdministrationError) in
                    try await requireKeys(at: url)
                    return []
                }
            }
            if !connection.secrets.isEmpty {
                await probe(.clientSecret) { () throws(AdministrationError) in
                    for stage in ClientSecretStage.allCases {
                        do throws(SealError) { _ = try connection.openSecret(stage, of: provider.settings, with: sealer) } catch {
                            throw .keys(.seal(error))
                        }
                    }
                    return []
                }
            }
        }
        await probe(.tokenKeys) { () throws(AdministrationError) in
            do throws(KeyRingError) { _ = try await keyRing.keys(of: pool) } catch { throw .keys(error) }
            return []
        }
        return probes
    }

    /// Fetches a key set, and reads it as a verifier does.
    private func requireKeys(at url: String) async throws(AdministrationError) {
        let document: [UInt8]
        do throws(FetchError) { document = try await environment.documents.fetch(url, limit: 1 << 20) } catch { throw .fetch(error, url: url) }
        do throws(TokenError) { _ = try JSONWebKeySet(bytes: document) } catch { throw .discovery(error) }
    }
}
