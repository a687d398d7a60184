// Members of federations, in generations: everybody reads the one that `federations` names, and what an import stages nobody. Nothing that is written
// here tells servers of a changed configuration.

extension Migration {
    /// A member's metadata stands last: who reads its name reads none of the pages that it takes.
    static let federationMembers = """
        CREATE TABLE federations (
            pool_id TEXT NOT NULL,
            provider TEXT NOT NULL,
            generation TEXT,
            members INTEGER NOT NULL,
            imported_at INTEGER,
            valid_until INTEGER,
            staging TEXT,
            staged INTEGER NOT NULL,
            staging_until INTEGER,
            PRIMARY KEY (pool_id, provider),
            FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE federation_generations (
            id TEXT NOT NULL PRIMARY KEY,
            pool_id TEXT NOT NULL,
            provider TEXT NOT NULL,
            FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX federation_generations_by_provider ON federation_generations (pool_id, provider);

        CREATE TABLE federation_members (
            generation TEXT NOT NULL REFERENCES federation_generations (id) ON DELETE CASCADE,
            entity_id TEXT NOT NULL,
            display_names TEXT NOT NULL,
            keywords TEXT NOT NULL,
            logo TEXT,
            registration_authority TEXT,
            entity_attributes TEXT NOT NULL,
            scopes TEXT NOT NULL,
            valid_until INTEGER,
            metadata TEXT NOT NULL,
            PRIMARY KEY (generation, entity_id)
        ) STRICT;

        CREATE TABLE federation_words (
            generation TEXT NOT NULL,
            entity_id TEXT NOT NULL,
            word TEXT NOT NULL,
            sort_name TEXT NOT NULL,
            PRIMARY KEY (generation, entity_id, word),
            FOREIGN KEY (generation, entity_id) REFERENCES federation_members (generation, entity_id) ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX federation_words_by_word ON federation_words (generation, word, sort_name, entity_id);

        """
}

extension PostgreSQLMigration {
    static let federationMembers: [SQL] = [
        """
        CREATE TABLE federations (
            pool_id TEXT COLLATE "C" NOT NULL,
            provider TEXT COLLATE "C" NOT NULL,
            generation TEXT COLLATE "C",
            members BIGINT NOT NULL,
            imported_at BIGINT,
            valid_until BIGINT,
            staging TEXT COLLATE "C",
            staged BIGINT NOT NULL,
            staging_until BIGINT,
            PRIMARY KEY (pool_id, provider),
            FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
        )
        """,
        """
        CREATE TABLE federation_generations (
            id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            pool_id TEXT COLLATE "C" NOT NULL,
            provider TEXT COLLATE "C" NOT NULL,
            FOREIGN KEY (pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE
        )
        """,
        "CREATE INDEX federation_generations_by_provider ON federation_generations (pool_id, provider)",
        """
        CREATE TABLE federation_members (
            generation TEXT COLLATE "C" NOT NULL REFERENCES federation_generations (id) ON DELETE CASCADE,
            entity_id TEXT COLLATE "C" NOT NULL,
            display_names TEXT COLLATE "C" NOT NULL,
            keywords TEXT COLLATE "C" NOT NULL,
            logo TEXT COLLATE "C",
            registration_authority TEXT COLLATE "C",
            entity_attributes TEXT COLLATE "C" NOT NULL,
            scopes TEXT COLLATE "C" NOT NULL,
            valid_until BIGINT,
            metadata TEXT COLLATE "C" NOT NULL,
            PRIMARY KEY (generation, entity_id)
        )
        """,
        """
        CREATE TABLE federation_words (
            generation TEXT COLLATE "C" NOT NULL,
            entity_id TEXT COLLATE "C" NOT NULL,
            word TEXT COLLATE "C" NOT NULL,
            sort_name TEXT COLLATE "C" NOT NULL,
            PRIMARY KEY (generation, entity_id, word),
            FOREIGN KEY (generation, entity_id) REFERENCES federation_members (generation, entity_id) ON DELETE CASCADE
        )
        """,
        "CREATE INDEX federation_words_by_word ON federation_words (generation, word, sort_name, entity_id)",
    ]
}
