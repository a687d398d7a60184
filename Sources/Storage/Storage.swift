package import UserPools
import WireFormats

/// A database that is open, with every store over it.
package struct Storage: Sendable {
    package let stores: Stores
    private let database: any SQLDatabase

    /// Opens `sqlite:PATH`, making the file where there is none, or connects to `postgresql://…`; brings the tables up to date.
    package static func open(url: String) async throws(StorageError) -> Storage {
        switch try kind(of: url) {
        case .sqlite(let path): Storage(try await SQLiteDatabase.open(path: path))
        case .postgreSQL(let location): Storage(try await PostgreSQLDatabase.open(location))
        }
    }

    /// What is there, as it is: tables of another version are refused, and nothing is changed.
    package static func openToRead(url: String) async throws(StorageError) -> Storage {
        let whole = try await WholeDatabase.openToRead(url: url)
        let refusal: StorageError?
        do throws(StoreError) { refusal = try await whole.mismatch() } catch { refusal = .cannotOpen(path: whole.name, reason: error.reason) }
        guard let refusal else { return Storage(whole.database) }
        await whole.close()
        throw refusal
    }

    /// A database of its own in a temporary folder, gone when it is closed; for tests and trials.
    package static func temporary() async throws(StorageError) -> Storage {
        Storage(try await SQLiteDatabase.temporary())
    }

    init(_ database: any SQLDatabase) {
        self.database = database
        stores = Stores(MeasuredDatabase(database, system: database is PostgreSQLDatabase ? "postgresql" : "sqlite"))
    }

    /// Whether the database answers.
    package func ping() async throws(StoreError) {
        _ = try await database.read { connection throws(StoreError) in try connection.row(Self.version, []) != nil }
    }

    /// Tells when what was read of the configuration may not be true any more, as long as it is read. It ends at once where nobody can tell: with
    /// SQLite, and behind a pooler that shares connections.
    package func configurationChanges() -> AsyncStream<Void> { database.configurationChanges() }

    /// Finishes the writes that wait, then refuses everything.
    package func close() async { await database.close() }

    private static let version: SQL = "SELECT version FROM schema_migrations ORDER BY version DESC LIMIT 1"

    enum Kind {
        case sqlite(path: String)
        case postgreSQL(PostgreSQLLocation)
    }

    static func kind(of url: String) throws(StorageError) -> Kind {
        guard let parts = ProtocolText(url).cut(at: ":") else { throw .malformedURL("") }
        let scheme = parts.before.lowercased.string
        switch scheme {
        case "sqlite":
            let path = parts.after.string
            // `:memory:` and the like are SQLite's own language, not paths: nothing would be kept.
            guard !path.isEmpty, !path.hasPrefix(":"), !path.hasPrefix("file:"), !path.utf8.contains(0) else { throw .malformedURL(scheme) }
            return .sqlite(path: path)
        case "postgresql", "postgres": return .postgreSQL(try PostgreSQLLocation(url: url))
        default: throw .malformedURL(scheme)
        }
    }
}

extension Stores {
    /// One set of SQL stores over one database.
    package init(_ database: any SQLDatabase) {
        self.init(
            pools: SQLUserPoolStore(database: database), clients: SQLAppClientStore(database: database),
            providers: SQLIdentityProviderStore(database: database), users: SQLUserStore(database: database),
            groups: SQLGroupStore(database: database),
            signIns: SQLSignInStore(database: database), sessions: SQLSessionStore(database: database),
            grants: SQLGrantStore(database: database), keys: SQLSigningKeyStore(database: database),
            samlKeys: SQLSAMLKeyStore(database: database), audit: SQLAuditStore(database: database), offers: SQLOfferStore(database: database),
            images: SQLImageStore(database: database),
            installation: SQLInstallationStore(database: database), deletions: SQLDeletionStore(database: database),
            logouts: SQLLogoutStore(database: database), following: SQLFollowingStore(database: database),
            ends: SQLProviderEndStore(database: database), fetches: SQLMetadataFetchStore(database: database),
            federations: SQLFederationStore(database: database), trials: SQLTrialStore(database: database),
            singleUse: SQLSingleUseStore(database: database), pushedRequests: SQLPushedRequestStore(database: database),
            upstreamTokens: SQLUpstreamTokenStore(database: database),
            registrations: SQLClientRegistrationStore(database: database), consents: SQLConsentStore(database: database),
            devices: SQLDeviceStore(database: database), signInRecords: SQLSignInRecordStore(database: database),
            signInCounts: SQLSignInCountStore(database: database),
            held: { Stores(HeldDatabase(database: database, right: $0)) })
    }
}
