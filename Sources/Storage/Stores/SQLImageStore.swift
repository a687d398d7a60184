import UserPools

struct SQLImageStore: ImageStore {
    let database: any SQLDatabase

    func find(hash: String, in pool: UserPool.ID) async throws(StoreError) -> Image? {
        try await database.read { connection throws(StoreError) in
            try connection.row(Self.find, [.identifier(pool), .text(hash)]).map { row throws(StoreError) in
                var columns = ColumnReader(row, of: "image")
                let mediaType = try columns.text("media_type")
                return Image(reference: ImageReference(hash: hash, mediaType: mediaType), bytes: try columns.bytes("bytes"))
            }
        }
    }

    func setLogo(_ image: Image?, of pool: UserPool.ID, recorded event: AuditEvent) async throws(StoreError) -> Bool {
        try await setLogo(image, in: pool, by: Self.setPoolLogo, of: [.identifier(pool)], recorded: event)
    }

    func setLogo(
        _ image: Image?, of provider: IdentityProvider.Name, in pool: UserPool.ID, recorded event: AuditEvent
    ) async throws(StoreError) -> Bool {
        try await setLogo(image, in: pool, by: Self.setProviderLogo, of: [.identifier(pool), .identifier(provider)], recorded: event)
    }

    /// - Parameters:
    ///   - statement: its first two parameters are the image's hash and type.
    ///   - owner: the others.
    private func setLogo(
        _ image: Image?, in pool: UserPool.ID, by statement: SQL, of owner: [SQLValue], recorded event: AuditEvent
    ) async throws(StoreError) -> Bool {
        try await database.transaction { connection throws(StoreError) in
            // Two that change logos of one pool come one after the other: what one refers to must not look unused to the other.
            guard try connection.execute(Self.lock, [.identifier(pool)]) > 0 else { return .rollback(false) }
            if let image {
                let values: [SQLValue] = [
                    .identifier(pool), .text(image.reference.hash), .text(image.reference.mediaType), .bytes(image.bytes),
                ]
                _ = try connection.execute(Self.insert, values)
            }
            let logo: [SQLValue] = [.text(image?.reference.hash), .text(image?.reference.mediaType)]
            guard try connection.execute(statement, logo + owner) > 0 else { return .rollback(false) }
            try Self.deleteUnused(in: pool, connection)
            try SQLAuditStore.insert(event, connection)
            return .commit(true)
        }
    }

    /// Deletes the images to which nobody refers any more.
    static func deleteUnused(in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) {
        _ = try connection.execute(deleteUnused, [.identifier(pool)])
    }

    private static let find: SQL = "SELECT media_type, bytes FROM images WHERE pool_id = $1 AND hash = $2"
    private static let lock: SQL = "UPDATE user_pools SET name = name WHERE id = $1 AND deleted_at IS NULL"
    private static let insert: SQL = "INSERT INTO images (pool_id, hash, media_type, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
    private static let setPoolLogo: SQL = "UPDATE user_pools SET logo_hash = $1, logo_type = $2 WHERE id = $3"
    private static let setProviderLogo: SQL =
        "UPDATE identity_providers SET logo_hash = $1, logo_type = $2 WHERE pool_id = $3 AND name = $4 AND deleted_at IS NULL"
    private static let deleteUnused: SQL = """
        DELETE FROM images WHERE pool_id = $1
            AND hash NOT IN (SELECT logo_hash FROM user_pools WHERE id = $1 AND logo_hash IS NOT NULL)
            AND hash NOT IN (SELECT logo_hash FROM identity_providers WHERE pool_id = $1 AND logo_hash IS NOT NULL)
        """
}
