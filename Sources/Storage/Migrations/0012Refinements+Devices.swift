// Devices that wait to be let in. What is the device's once somebody did stands in `token_families`, as of a code.

extension Migration {
    static let devices = """
        CREATE TABLE device_requests (
            device_code BLOB NOT NULL PRIMARY KEY,
            user_code BLOB NOT NULL,
            pool_id TEXT NOT NULL,
            client_id TEXT NOT NULL,
            scopes TEXT NOT NULL,
            resource TEXT,
            address TEXT,
            browser BLOB,
            denied INTEGER NOT NULL,
            family_id TEXT,
            poll_interval INTEGER NOT NULL,
            polled_at INTEGER,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX device_requests_by_user_code ON device_requests (user_code);
        CREATE INDEX device_requests_by_expiry ON device_requests (expires_at);

        """
}

extension PostgreSQLMigration {
    static let devices: [SQL] = [
        """
        CREATE TABLE device_requests (
            device_code BYTEA NOT NULL PRIMARY KEY,
            user_code BYTEA NOT NULL,
            pool_id TEXT COLLATE "C" NOT NULL,
            client_id TEXT COLLATE "C" NOT NULL,
            scopes TEXT COLLATE "C" NOT NULL,
            resource TEXT COLLATE "C",
            address TEXT COLLATE "C",
            browser BYTEA,
            denied BIGINT NOT NULL,
            family_id TEXT COLLATE "C",
            poll_interval BIGINT NOT NULL,
            polled_at BIGINT,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL
        )
        """,
        "CREATE UNIQUE INDEX device_requests_by_user_code ON device_requests (user_code)",
        "CREATE INDEX device_requests_by_expiry ON device_requests (expires_at)",
    ]
}
