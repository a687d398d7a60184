package import FoundationEssentials

/// That one app is told of one session's end. It is written in the transaction that ends the session, and stays beside the record of the logout with
/// what came of it.
package struct LogoutNotice: Sendable, Hashable {
    package enum Channel: String, Sendable, CaseIterable {
        /// A request of ours with a logout token (OpenID Connect Back-Channel Logout 1.0).
        case back
        /// A frame on the page that the person sees (OpenID Connect Front-Channel Logout 1.0).
        case front
    }

    /// Whom it is for: one app of one pool.
    package struct App: Sendable, Hashable {
        package let poolID: UserPool.ID
        package let clientID: AppClient.ID

        package init(poolID: UserPool.ID, clientID: AppClient.ID) { (self.poolID, self.clientID) = (poolID, clientID) }
    }

    package var app: App { App(poolID: poolID, clientID: clientID) }

    package enum Result: String, Sendable, CaseIterable {
        /// The app answered that it is done.
        case told
        /// It is not tried any more; the detail says why.
        case failed
        /// Its address was on the page. Whether the browser opened it nobody knows.
        case shown
    }

    package let poolID: UserPool.ID
    /// Of the record that it belongs to.
    package let reference: LogoutRecord.Reference
    package let clientID: AppClient.ID
    package let channel: Channel
    package let userID: User.ID
    /// The `sid` that the app's tokens have.
    package let sessionID: Session.ID
    /// How often it was tried, or is being tried.
    package var attempts: Int
    /// nil: it waits.
    package var result: Result?
    /// Why the last attempt failed: a code, never what the other side wrote.
    package var detail: String?
    /// When it was last tried, or done; when the session ended at first.
    package var changedAt: Date
    /// When it is tried again; nil once it is over, or where it waits for a page.
    package var dueAt: Date?

    package init(
        poolID: UserPool.ID, reference: LogoutRecord.Reference, clientID: AppClient.ID, channel: Channel, userID: User.ID, sessionID: Session.ID,
        attempts: Int = 0, result: Result? = nil, detail: String? = nil, changedAt: Date, dueAt: Date? = nil
    ) {
        (self.poolID, self.reference, self.clientID, self.channel) = (poolID, reference, clientID, channel)
        (self.userID, self.sessionID, self.attempts, self.result) = (userID, sessionID, attempts, result)
        (self.detail, self.changedAt, self.dueAt) = (detail, changedAt, dueAt)
    }
}

extension LogoutRecord {
    /// Of an act that ended a user's sessions, where any ended: the act's own record leads to it.
    package init(of event: AuditEvent, in pool: UserPool.ID, user: User.ID) {
        self.init(
            reference: Reference(of: event), poolID: pool, userID: user, initiator: .administrator,
            parties: [Party(.countersign, "countersign", .ended, at: event.at)], createdAt: event.at)
    }
}

extension Identifier<LogoutRecord> {
    /// The reference of the logout that comes of an act: the last digits of the act's own name, which is random.
    package init(of event: AuditEvent) {
        let digits = event.id.utf8.filter(IdentifierAlphabet.isLetterOrDigit).suffix(12)
        let text = String(decoding: digits, as: UTF8.self).uppercased()
        guard let reference = Self(String(repeating: "0", count: 12 - digits.count) + text) else {
            preconditionFailure("twelve letters and digits are a reference")
        }
        self = reference
    }
}
