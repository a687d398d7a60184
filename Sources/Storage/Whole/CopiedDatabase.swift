/// What a copy left behind: both sides have it.
package struct CopiedDatabase: Sendable {
    package struct Table: Sendable {
        package let name: String
        package let rows: Int
        /// SHA-256 of all rows in the order of their keys; the same on every database that has the same rows.
        package let digest: String
    }

    package let tables: [Table]
    /// Rows that this run wrote; the others were there from one before.
    package let written: Int
    /// Names the master key with which it opens.
    package let masterKeyID: String?
}

/// How far a copy is.
package struct CopyProgress: Sendable {
    package enum Step: Sendable { case copying, comparing }

    package let step: Step
    package let table: String
    /// Of the table, in this step and this run.
    package let rows: Int
    package let isDone: Bool
}
