// When the certificates and the documents of SAML providers end, and what was warned of. It tells no server of a changed configuration.

extension Migration {
    static let providerEnds = """
        CREATE TABLE provider_ends (
            pool_id TEXT NOT NULL,
            provider TEXT NOT NULL,
            read_at INTEGER NOT NULL,
            certificate_until INTEGER,
            document_until INTEGER,
            certificate_warned INTEGER,
            document_warned INTEGER,
            PRIMARY KEY (pool_id, provider),
            FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;

        """
}

extension PostgreSQLMigration {
    static let providerEnds: [SQL] = [
        """
        CREATE TABLE provider_ends (
            pool_id TEXT COLLATE "C" NOT NULL,
            provider TEXT COLLATE "C" NOT NULL,
            read_at BIGINT NOT NULL,
            certificate_until BIGINT,
            document_until BIGINT,
            certificate_warned BIGINT,
            document_warned BIGINT,
            PRIMARY KEY (pool_id, provider),
            FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
        )
        """
    ]
}
