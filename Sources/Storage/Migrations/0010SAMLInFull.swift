/// What single sign-on by SAML needs beyond the sign-in itself. Each subject has its tables in a file of its own.
extension Migration {
    static let samlInFull = Migration(
        version: 10, name: "SAML in full", sqlite: samlKeys + samlLogout + initiatedSignIns + followedDocuments + providerEnds)
}

extension PostgreSQLMigration {
    static let samlInFull = PostgreSQLMigration(
        version: 10, name: "SAML in full", oldestReader: 9, statements: samlKeys + samlLogout + initiatedSignIns + followedDocuments + providerEnds)
}
