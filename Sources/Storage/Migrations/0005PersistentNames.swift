extension Migration {
    /// Persistent NameIDs lose the qualifiers of their keys: these were validated to be the defaults before they were stored, and written out or
    /// left out they are the same name (SAML Core §8.3.7, THREATS case 130). Where one name had become several users, the one that is found by it
    /// now keeps it, else the oldest; the others keep their rows, which no answer leads to any more.
    static let persistentNames = Migration(
        version: 5, name: "persistent names without default qualifiers",
        sqlite: ["federated_identities", "unlinked_identities"].map(withoutQualifiers).joined())

    private static func withoutQualifiers(_ table: String) -> String {
        let persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
        return """
            UPDATE OR IGNORE \(table) SET format = '\(persistent)  '
                WHERE format GLOB '\(persistent) *' AND format <> '\(persistent)  '
                AND NOT EXISTS (
                    SELECT 1 FROM \(table) AS other JOIN users AS theirs ON theirs.id = other.user_id JOIN users AS mine ON mine.id = \(table).user_id
                    WHERE other.pool_id = \(table).pool_id AND other.provider = \(table).provider AND other.subject = \(table).subject
                        AND other.issuer = \(table).issuer AND other.format GLOB '\(persistent) *'
                        AND (theirs.created_at, theirs.id, other.format) < (mine.created_at, mine.id, \(table).format)
                        AND ('\(table)' = 'federated_identities' OR other.user_id = \(table).user_id));

            """
    }
}
