/// Who a federation's members are, and how strongly somebody was authenticated. Each subject has its tables in a file of its own.
extension Migration {
    static let federations = Migration(
        version: 11, name: "federations and authentication contexts",
        sqlite: encryptionKeys + federationMembers + memberSignIns
            + authenticationContexts + trials + exceptionEnds + keySchedule + metadataFetches)
}

extension PostgreSQLMigration {
    static let federations = PostgreSQLMigration(
        version: 11, name: "federations and authentication contexts", oldestReader: 10,
        statements: encryptionKeys + federationMembers + memberSignIns
            + authenticationContexts + trials + exceptionEnds + keySchedule + metadataFetches)
}
