extension Migration {
    /// What is shown of an app where people are asked.
    static let clientLogos = """
        CREATE TABLE client_logos (
            pool_id TEXT NOT NULL,
            client_id TEXT NOT NULL,
            hash TEXT NOT NULL,
            media_type TEXT NOT NULL,
            bytes BLOB NOT NULL,
            PRIMARY KEY (pool_id, client_id),
            FOREIGN KEY (pool_id, client_id) REFERENCES app_clients (pool_id, id) ON DELETE CASCADE
        ) STRICT;
        CREATE INDEX client_logos_by_hash ON client_logos (pool_id, hash);

        """
}

extension PostgreSQLMigration {
    static let clientLogos: [SQL] = [
        """
        CREATE TABLE client_logos (
            pool_id TEXT COLLATE "C" NOT NULL,
            client_id TEXT COLLATE "C" NOT NULL,
            hash TEXT COLLATE "C" NOT NULL,
            media_type TEXT COLLATE "C" NOT NULL,
            bytes BYTEA NOT NULL,
            PRIMARY KEY (pool_id, client_id),
            FOREIGN KEY (pool_id, client_id) REFERENCES app_clients (pool_id, id) ON DELETE CASCADE
        )
        """,
        "CREATE INDEX client_logos_by_hash ON client_logos (pool_id, hash)",
    ]
}
