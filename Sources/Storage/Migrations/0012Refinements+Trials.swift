// Which member of a federation a dry sign-in is at.

extension Migration {
    static let trialMembers = "ALTER TABLE trial_sign_ins ADD COLUMN member TEXT;\n"
}

extension PostgreSQLMigration {
    static let trialMembers: [SQL] = ["ALTER TABLE trial_sign_ins ADD COLUMN member TEXT COLLATE \"C\""]
}
