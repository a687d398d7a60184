import FoundationEssentials
package import Gateway
import SAML
package import UserPools
import WireFormats
import XMLSecurity

/// Where an identity provider's metadata comes from.
package enum MetadataSource: Sendable {
    case document([UInt8])
    case url(String)

    var url: String? { if case .url(let url) = self { url } else { nil } }
}

/// Registers a SAML identity provider from its metadata.
package struct CreateSAMLProvider: AdminAct {
    let name: String
    let pool: String
    let settings: SAMLProviderSettings

    package init(_ name: String, pool: String, settings: SAMLProviderSettings) { (self.name, self.pool, self.settings) = (name, pool, settings) }

    package func perform(at desk: Administration) async throws(AdministrationError) -> ConfiguredProvider {
        let pool = try await desk.pool(pool)
        let providerName = try Administration.newName(name)
        guard let source = settings.metadata else { throw Self.needsMetadata }
        let now = desk.environment.now()
        let settings = try settings.onTopOfPreset(at: now)
        let following = try settings.following.applied(to: nil, source: source, url: source.url)
        let document = try await desk.read(
            source, entityID: settings.entityID, signers: try following.map(MetadataSigner.keys) ?? [], at: now)
        let client = try await desk.initiatedClient(settings, in: pool)
        let logo = settings.common.readLogo()
        let provider = try settings.provider(
            providerName, document.connection, following, in: pool, at: now, logo: logo, initiatedClient: client)
        return try await desk.insert(provider, logo: try logo.get().given)
    }

    /// What would be refused, as far as nothing is fetched for that.
    func foresee(in pool: UserPool, at now: Date) throws(AdministrationError) -> IdentityProvider {
        let providerName = try Administration.newName(name)
        guard let source = settings.metadata else { throw Self.needsMetadata }
        let settings = try settings.onTopOfPreset(at: now)
        let following = try settings.following.applied(to: nil, source: source, url: source.url)
        let connection: SAMLConnection
        switch source {
        case .document(let bytes):
            connection = try MetadataDocument(
                reading: bytes, from: nil, entityID: settings.entityID, signers: try following.map(MetadataSigner.keys) ?? [], at: now
            ).connection
        // What is there is known when it is fetched; all else is known now.
        case .url(let url): connection = SAMLConnection(metadata: "", entityID: settings.entityID ?? "", metadataURL: url)
        }
        return try settings.provider(
            providerName, connection, following, in: pool, at: now, logo: settings.common.readLogo(), initiatedClient: nil)
    }

    private static let needsMetadata = AdministrationError.invalid(
        .metadata, "", "or \(Field.metadataURL) is needed", example: .give(.metadataURL, "https://idp.example.com/metadata"))
}

package struct UpdateSAMLProvider: AdminAct {
    let name: String
    let pool: String
    let settings: SAMLProviderSettings
    /// Whether what is to change is as it was when that was decided; nil: whatever it is.
    var isAsPlanned: (@Sendable (IdentityProvider) -> Bool)?

    package init(_ name: String, pool: String, settings: SAMLProviderSettings) {
        (self.name, self.pool, self.settings) = (name, pool, settings)
    }

    package func perform(at desk: Administration) async throws(AdministrationError) -> Changed<ConfiguredProvider> {
        let pool = try await desk.pool(pool)
        let known = try await desk.provider(name, pool: pool.id.text)
        try Administration.require(.saml, known)
        if let text = settings.subjectAttribute { try await desk.requireSameUsers(of: known, named: text, in: pool) }
        let now = desk.environment.now()
        // Fetched before the change begins: what another admin changes meanwhile, to disable it say, must not be written over.
        var fetched: MetadataDocument?
        if let before = known.saml?.settings {
            let url = settings.metadata.map(\.url) ?? before.metadataURL
            let following = try settings.following.applied(to: before.following, source: settings.metadata, url: url)
            let signers = try following.map(MetadataSigner.keys) ?? []
            if let source = settings.metadata {
                fetched = try await desk.read(source, entityID: settings.entityID ?? before.entityID, signers: signers, at: now)
            } else {
                try settings.requireSigned(before, by: signers, at: known.settings.updatedAt)
            }
        }
        let (document, logo) = (fetched, settings.common.readLogo())
        let client = try await desk.initiatedClient(settings, in: pool)
        return try await desk.changeProvider(known.settings, logo: logo) { (provider) throws(AdministrationError) in
            guard isAsPlanned?(provider) ?? true else { throw .changedMeanwhile("identity provider '\(provider.name)'") }
            try settings.change(
                &provider, since: known.saml?.settings, document: document, in: pool, at: now, logo: logo, initiatedClient: client)
        }
    }
}

extension Administration {
    /// The app where sign-ins go on that the provider began: one of the pool, with an address to ask it at.
    fileprivate func initiatedClient(_ settings: SAMLProviderSettings, in pool: UserPool) async throws(AdministrationError) -> AppClient? {
        guard let id = settings.idpInitiatedClient else { return nil }
        let client = try await client(id, pool: pool.id.text)
        try SAMLProviderSettings.requireInitiable(client)
        return client
    }

    /// Who is known by one attribute would be somebody else by another (THREATS S38).
    func requireSameUsers(of known: ConfiguredProvider, named text: String, in pool: UserPool) async throws(AdministrationError) {
        let nameID = SAMLProviderSettings.nameID
        let before = known.saml?.settings.subjectAttribute ?? known.federation?.subjectAttribute
        let after = SAMLProviderSettings.subjectAttribute(named: text)
        guard !(before ?? nameID).hasSameBytes(as: after ?? nameID) else { return }
        let isUsed: Bool
        do { isUsed = try await stores.users.hasIdentities(of: known.settings.name, in: pool.id) } catch { throw .store(error) }
        guard isUsed else { return }
        throw .invalid(
            .subject, text, "is chosen before the first sign-in; a change changes every user's identity", example: .act(.registerSAMLProvider))
    }
}

extension SAMLProviderSettings {
    static func requireInitiable(_ client: AppClient) throws(AdministrationError) {
        guard client.initiateLoginURI != nil else {
            throw .invalid(
                .idpInitiatedClient, client.id.text, "has no address at which it can be asked to begin a sign-in (OpenID Connect Core §4)",
                example: .act(.setInitiateLoginURI))
        }
    }

    /// A demand that the document in force does not meet would keep every later one out as well, and nobody would see why.
    /// - Parameter signers: those that are demanded now.
    func requireSigned(_ connection: SAMLConnection, by signers: [TrustedKey], at now: Date) throws(AdministrationError) {
        guard following.signers != nil, !signers.isEmpty else { return }
        _ = try MetadataDocument(
            reading: Array(connection.metadata.utf8), from: connection.metadataURL, entityID: connection.entityID, signers: signers, at: now)
    }
}

extension MetadataDocument {
    fileprivate var connection: SAMLConnection { SAMLConnection(metadata: text, entityID: metadata.entityID, metadataURL: url) }
}

extension SAMLConnection {
    mutating func take(_ document: MetadataDocument) { (metadata, entityID) = (document.text, document.metadata.entityID) }
}
