// Beside each word of a member of a federation, which words the member has (`WordSignature`), in the index by words. A member that was imported before
// has every bit: it is looked at, as it was.

extension Migration {
    static let memberWordSignatures = """
        ALTER TABLE federation_words ADD COLUMN signature_low INTEGER NOT NULL DEFAULT -1;
        ALTER TABLE federation_words ADD COLUMN signature_high INTEGER NOT NULL DEFAULT -1;
        DROP INDEX federation_words_by_word;
        CREATE INDEX federation_words_by_word ON federation_words (generation, word, sort_name, entity_id, signature_low, signature_high);

        """
}

extension PostgreSQLMigration {
    static let memberWordSignatures: [SQL] = [
        """
        ALTER TABLE federation_words
            ADD COLUMN signature_low BIGINT NOT NULL DEFAULT -1, ADD COLUMN signature_high BIGINT NOT NULL DEFAULT -1
        """,
        "DROP INDEX federation_words_by_word",
        "CREATE INDEX federation_words_by_word ON federation_words (generation, word, sort_name, entity_id, signature_low, signature_high)",
    ]
}
