package import FoundationEssentials
import Gateway
package import UserPools
import WireFormats

/// Which sign-ins somebody asks for: those for which all of it is true.
package struct SignInQuestion: Sendable {
    package var outcome: SignInRecord.Outcome?
    /// By `sub` or user name. Who was refused need not be a user.
    package var user: String?
    package var provider: String?
    package var client: String?
    package var code: String?
    package var since: Date?
    /// Those behind that one, which was the last of the page before.
    package var after: SignInCursor?
    package var limit: Int

    package init(limit: Int) { self.limit = limit }
}

/// A sign-in in a list, the newest first.
package struct SignInCursor: Sendable, Hashable {
    package let at: Date
    package let reference: SignInRecord.Reference

    package init(at: Date, reference: SignInRecord.Reference) { (self.at, self.reference) = (at, reference) }

    /// Whether that one comes behind it.
    func isBefore(_ record: SignInRecord) -> Bool { (record.at, reference) < (at, record.reference) }
}

package struct ListedSignIns: Sendable {
    package let pool: UserPool
    /// The newest first.
    package let records: [SignInRecord]
    /// Of so many more of that time there is no record.
    package let refusedLeftOut: Int
    package let acceptedLeftOut: Int
}

extension Administration {
    package func listSignIns(_ wanted: SignInQuestion, pool id: String) async throws(AdministrationError) -> ListedSignIns {
        let pool = try await pool(id)
        let now = environment.now()
        let since = wanted.since ?? now.addingTimeInterval(-SignInRecord.lifetime)
        // The store knows no order among those of one moment, so that all of the last one are read; some of the first one were shown before.
        var filter = SignInRecordFilter(since: since, limit: wanted.limit + Self.ofOneMoment)
        (filter.outcome, filter.code, filter.until) = (wanted.outcome, wanted.code, wanted.after?.at)
        if let name = wanted.provider {
            guard let provider = IdentityProvider.Name(name) else { throw .notFound(.provider, name: name, pool: pool.id) }
            filter.provider = provider
        }
        if let name = wanted.client {
            guard let client = AppClient.ID(name) else { throw .notFound(.client, name: name, pool: pool.id) }
            filter.client = client
        }
        if let user = wanted.user { filter.usernames = try await usernames(of: user, in: pool) }
        let asked = filter
        return try await storing { () async throws(StoreError) in
            let found = try await stores.signInRecords.list(asked, in: pool.id, at: now).sorted { ($1.at, $0.reference) < ($0.at, $1.reference) }
            return ListedSignIns(
                pool: pool, records: Array(found.filter { wanted.after?.isBefore($0) ?? true }.prefix(max(0, wanted.limit))),
                refusedLeftOut: try await stores.signInRecords.countLeftOut(.refused, in: pool.id, since: since),
                acceptedLeftOut: try await stores.signInRecords.countLeftOut(.accepted, in: pool.id, since: since))
        }
    }

    private static let ofOneMoment = 50

    /// One sign-in, by the reference that the person's page, the app and the log have.
    package func signIn(_ text: String, pool id: String) async throws(AdministrationError) -> SignInRecord {
        let pool = try await pool(id)
        let now = environment.now()
        let found = try await storing { () async throws(StoreError) -> SignInRecord? in
            guard let reference = Self.signInReference(text) else { return nil }
            return try await stores.signInRecords.find(reference, in: pool.id, at: now)
        }
        guard let found else { throw .notFound(.signIn, name: text, pool: pool.id) }
        return found
    }

    /// The same where nobody said of which pool it is; nil where none has it.
    package func signIn(ofAnyPool text: String) async throws(AdministrationError) -> SignInRecord? {
        guard let reference = Self.signInReference(text) else { return nil }
        let now = environment.now()
        return try await storing { () async throws(StoreError) in
            try await stores.signInRecords.find(reference, at: now)
        }
    }

    /// As people copy it: read aloud, in small letters, in groups.
    static func signInReference(_ text: String) -> SignInRecord.Reference? {
        let bytes = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ".") }
        guard bytes.count <= 32 else { return nil }
        return SignInRecord.Reference(
            String(decoding: bytes.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }, as: UTF8.self))
    }

    /// All names that the person had in records: before it was known who it is, that of the identity.
    private func usernames(of name: String, in pool: UserPool) async throws(AdministrationError) -> [String] {
        let user: User?
        do { user = try await self.user(name, pool: pool.id.text) } catch {
            guard case .notFound(.user, _, _) = error else { throw error }
            user = nil
        }
        guard let user else { return [name] }
        return ([user.username] + user.identities.prefix(20).flatMap { [$0.username, $0.memberUsername] }).distinctByBytes
    }
}
