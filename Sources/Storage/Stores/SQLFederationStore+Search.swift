import FoundationEssentials
import UserPools

extension SQLFederationStore {
    func search(
        _ terms: [String], of federation: IdentityProvider.Name, in pool: UserPool.ID, at now: Date, limit: Int
    ) async throws(StoreError) -> [FederationOffer] {
        let key: [SQLValue] = [.identifier(pool), .identifier(federation)]
        var terms = Array(terms.prefix(Self.searches.count).filter { !$0.utf8.contains(0) })
        guard !terms.isEmpty else { return [] }
        if terms.count > 1 {
            // The rarest word is looked for, and the others with each that has it. How rare the common ones are makes no difference.
            let counts = try await database.rows(of: terms.map { SQLStatement(Self.some, key + Self.range($0)) }).map(\.count)
            terms = zip(counts, terms).sorted { $0.0 < $1.0 }.map(\.1)
        }
        let others = WordSignature(of: terms.dropFirst())
        let values = key + [.time(now), .limit(limit), .integer(others.low), .integer(others.high)] + terms.flatMap(Self.range)
        return try await database.rows(of: [SQLStatement(Self.searches[terms.count - 1], values)])[0].map { row throws(StoreError) in
            var columns = ColumnReader(row, of: "member of a federation")
            let (entityID, logo) = (try columns.text("entity_id"), try columns.optionalText("logo"))
            return FederationOffer(entityID: entityID, displayNames: try columns.json("display_names"), logo: logo)
        }
    }

    /// No word has the last scalar that there is.
    private static func range(_ term: String) -> [SQLValue] { [.text(term), .text(term + "\u{10FFFF}")] }

    private static let some: SQL =
        "SELECT 1 FROM federation_words WHERE generation = " + current + " AND word >= $3 AND word < $4 LIMIT 300"

    /// By the number of words. Read in the order of the index, until there are enough: what else must be so is asked of each row by itself, for
    /// which no database makes another plan; nor does it begin with the members. Whether a member can have the others the index says itself.
    private static let searches: [SQL] = (1...FederationWords.mostTerms).map { count in
        let others = (1..<count).reduce("" as SQL) { conditions, index in
            conditions + " AND (" + word + " AND o.word >= " + .place(7 + 2 * index) + " AND o.word < " + .place(8 + 2 * index)
                + " LIMIT 1) IS NOT NULL"
        }
        return """
            SELECT w.entity_id, m.logo, m.display_names FROM federation_words w CROSS JOIN federation_members m
            WHERE w.generation =
            """ + " " + current + " AND w.word >= $7 AND w.word < $8 AND m.generation = w.generation AND m.entity_id = w.entity_id"
                + " AND (w.signature_low & $5) = $5 AND (w.signature_high & $6) = $6"
                + " AND (m.valid_until IS NULL OR m.valid_until > $3)"
                // A member that has several such words stands where its first one does.
                + " AND (" + word + " AND o.word >= $7 AND o.word < w.word LIMIT 1) IS NULL" + others
                + " ORDER BY w.word, w.sort_name, w.entity_id LIMIT $4"
    }
    private static let word: SQL = "SELECT 1 FROM federation_words o WHERE o.generation = w.generation AND o.entity_id = w.entity_id"
}
