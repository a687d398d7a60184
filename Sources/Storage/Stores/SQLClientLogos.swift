import UserPools

/// The logo of a client, which goes with it: one each, so that nobody counts who refers to what.
enum SQLClientLogos {
    static func keep(
        _ image: Image?, of client: AppClient, insteadOf before: ImageReference?, _ connection: any SQLConnection
    ) throws(StoreError) {
        let logo = client.metadata.logo
        guard logo != before else { return }
        let key: [SQLValue] = [.identifier(client.poolID), .identifier(client.id)]
        guard let logo else {
            _ = try connection.execute(remove, key)
            return
        }
        guard let image, image.reference == logo else { throw .corrupt(what: "changed logo") }
        _ = try connection.execute(keep, key + [.text(logo.hash), .text(logo.mediaType), .bytes(image.bytes)])
    }

    private static let remove: SQL = "DELETE FROM client_logos WHERE pool_id = $1 AND client_id = $2"
    private static let keep: SQL = """
        INSERT INTO client_logos (pool_id, client_id, hash, media_type, bytes) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (pool_id, client_id) DO UPDATE SET hash = excluded.hash, media_type = excluded.media_type, bytes = excluded.bytes
        """
}
