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

    /// Writes a logo that somebody is about to refer to.
    static func insert(
        _ image: Image?, for logo: ImageReference?, insteadOf before: ImageReference?, in pool: UserPool.ID, _ connection: any SQLConnection
    ) throws(StoreError) {
        guard logo != before else { return }
        // Two that change logos of one pool come one after the other: what one refers to must not look unused to the other.
        _ = try connection.execute(lock, [.identifier(pool)])
        guard let logo else { return }
        guard let image, image.reference == logo else { throw .corrupt(what: "changed logo") }
        _ = try connection.execute(insert, [.identifier(pool), .text(logo.hash), .text(logo.mediaType), .bytes(image.bytes)])
    }

    /// Deletes an image that somebody referred to, if nobody does any more.
    static func deleteUnused(_ logo: ImageReference?, in pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) {
        guard let logo, try darkLogo(of: pool, connection) != logo else { return }
        _ = try connection.execute(deleteUnused, [.identifier(pool), .text(logo.hash)])
    }

    /// It stands among the settings, where no statement looks for it.
    private static func darkLogo(of pool: UserPool.ID, _ connection: any SQLConnection) throws(StoreError) -> ImageReference? {
        guard let row = try connection.row(settings, [.identifier(pool)]) else { return nil }
        var columns = ColumnReader(row, of: "user pool")
        return try columns.settings("settings", PoolSettings.self)?.pages?.darkLogo
    }

    private static let find: SQL = """
        SELECT media_type, bytes FROM images WHERE pool_id = $1 AND hash = $2
        UNION ALL SELECT media_type, bytes FROM client_logos WHERE pool_id = $1 AND hash = $2 LIMIT 1
        """
    private static let lock: SQL = "UPDATE user_pools SET name = name WHERE id = $1 AND deleted_at IS NULL"
    private static let insert: SQL = "INSERT INTO images (pool_id, hash, media_type, bytes) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
    private static let settings: SQL = "SELECT settings FROM user_pools WHERE id = $1"
    private static let deleteUnused: SQL = """
        DELETE FROM images WHERE pool_id = $1 AND hash = $2 AND NOT EXISTS (SELECT 1 FROM user_pools WHERE id = $1 AND logo_hash = $2)
            AND NOT EXISTS (SELECT 1 FROM identity_providers WHERE pool_id = $1 AND logo_hash = $2)
        """
}
