package import FoundationEssentials

/// What holds for every server and command of one database.
package struct Installation: Sendable, Hashable {
    /// Of the server that began to listen last; what commands print is made from it.
    package let publicURL: String?
    package let publicURLSince: Date?
    /// Names the master key that everything sealed opens with, without telling it; nil before anything was sealed.
    package let masterKeyID: String?
    /// The keys that authenticated refresh tokens before the master key was changed, sealed; nil where it never was.
    package let earlierTokenKeys: String?
    /// A copy of another database was begun here and not finished: nothing may be done with it yet.
    package let isUnfinishedCopy: Bool
    /// The moment of which the newest backup is; nil where none was made. One that was made otherwise (by PostgreSQL's tools) is not known.
    package let backedUpAt: Date?

    package init(
        publicURL: String? = nil, publicURLSince: Date? = nil, masterKeyID: String? = nil, earlierTokenKeys: String? = nil,
        isUnfinishedCopy: Bool = false, backedUpAt: Date? = nil
    ) {
        self.publicURL = publicURL
        self.publicURLSince = publicURLSince
        self.masterKeyID = masterKeyID
        self.earlierTokenKeys = earlierTokenKeys
        self.isUnfinishedCopy = isUnfinishedCopy
        self.backedUpAt = backedUpAt
    }
}

/// A server that runs on the database, or did until it went without a word.
package struct RunningServer: Sendable, Hashable {
    /// Another one at each start.
    package let id: String
    package let publicURL: String
    package let startedAt: Date
    package let seenAt: Date

    package init(id: String, publicURL: String, startedAt: Date, seenAt: Date) {
        self.id = id
        self.publicURL = publicURL
        self.startedAt = startedAt
        self.seenAt = seenAt
    }

    /// How often a server says that it is there.
    package static let heartbeat: TimeInterval = 10
    /// How long after its last word it counts as gone.
    package static let presumedGoneAfter: TimeInterval = 45
}

/// What became of a server's announcement.
package enum ServerAnnouncement: Sendable, Hashable {
    /// It is known to the others.
    case announced
    /// Another server runs on this database under another public URL: tokens of one would not be those of the other.
    case refused(other: RunningServer)
    /// What is sealed opens with another master key, of this name.
    case otherMasterKey(String)
}
