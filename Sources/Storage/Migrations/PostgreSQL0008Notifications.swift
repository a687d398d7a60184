extension PostgreSQLMigration {
    /// Servers are told when an admin changed something (`LISTEN`), so that they need not wait until they read it anew.
    ///
    /// Only tables that nobody writes who signs in, refreshes or shows that he lives: a transaction that notifies waits at its commit for every other
    /// one that does. By row, so that a statement that changes none tells nothing; PostgreSQL tells once a transaction, however many rows there were.
    static let notifications = PostgreSQLMigration(
        version: 8, name: "notifications", oldestReader: 7, statements: [function] + kept.map { trigger + $0 + " FOR EACH ROW " + call })

    private static let function: SQL = """
        CREATE FUNCTION configuration_changed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NOTIFY countersign_configuration;
            RETURN NULL;
        END
        $$
        """
    private static let trigger: SQL = "CREATE TRIGGER configuration_changed AFTER INSERT OR UPDATE OR DELETE ON "
    private static let call: SQL = "EXECUTE FUNCTION configuration_changed()"

    /// What servers keep in memory for a second.
    private static let kept: [SQL] = [
        "user_pools", "app_clients", "client_secrets", "client_web_origins", "identity_providers", "identity_provider_domains", "images",
        "signing_keys",
    ]
}
