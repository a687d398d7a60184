/// What was learned of the shape before. Each subject has its columns and tables in a file of its own.
extension Migration {
    static let refinements = Migration(
        version: 12, name: "refinements",
        sqlite: federationTimes + trialOutcomes + memberWordSignatures + attributeTimes + requestedClaims + upstreamTokens + openIDProvider
            + boundGrants + registration + logoutNotices + consents + devices + subjectKeys + clientLogos + upstreamIDTokens)
}

extension PostgreSQLMigration {
    static let refinements = PostgreSQLMigration(
        version: 12, name: "refinements", oldestReader: 11,
        statements: federationTimes + trialOutcomes + memberWordSignatures + attributeTimes + requestedClaims + upstreamTokens + openIDProvider
            + boundGrants + registration + logoutNotices + consents + devices + subjectKeys + clientLogos + upstreamIDTokens)
}
