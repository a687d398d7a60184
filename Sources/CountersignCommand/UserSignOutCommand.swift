import Administration
import ArgumentParser
import Gateway
import UserPools
import WireFormats

extension UserCommand {
    struct SignOut: AnsweringCommand {
        static let configuration = CommandConfiguration(
            commandName: "sign-out", abstract: "End every session and refresh token of a user, or of all of a pool.",
            discussion: """
                countersign user sign-out corp_ada@example.com --pool POOL
                countersign user sign-out --all --pool POOL

                --all is for the day after which nobody knows whose session it is: each person
                of the pool is signed out as by name, one after the other, while servers run.
                Ended in the middle, the same command does the rest. Who has no session is
                left alone, also by the audit log. On a terminal it asks for the pool's id;
                elsewhere --yes is needed.
                """)
        @Argument(help: ArgumentHelp("The user's sub or username.", valueName: "sub-or-username")) var name: String?
        @Flag(help: "Everybody in the pool.") var all = false
        @OptionGroup var confirmation: Confirmation
        @OptionGroup var pool: PoolOption
        @OptionGroup var shared: SharedOptions

        var place: Place { Place(pool: pool.id, user: name) }

        func validate() throws {
            guard (name != nil) != all else { throw ValidationError("Name one user, or give --all and name nobody.") }
        }

        func answer() async throws -> Answer {
            try await Composition.with(shared) { composition in
                guard let name else { return try await everybody(composition.administration) }
                return try await one(name, composition.administration)
            }
        }

        private func one(_ name: String, _ administration: Administration) async throws -> Answer {
            let found = try await administration.user(name, pool: pool.id)
            let done = try await administration.perform(SignOutUser(found.id.text, pool: pool.id))
            let (count, told) = (done.sessions, Set((done.logout?.notices ?? []).filter { $0.channel == .back }.map(\.clientID.text)))
            var answer = Answer(
                document: [
                    "sub": .string(found.id.text), "username": .string(found.username), "ended_sessions": .integer(count),
                    "reference": done.logout.map { .string($0.record.reference.text) } ?? .null,
                    "told": .array(told.sorted().map(JSONValue.string)),
                ],
                text: "Ended \(Counted(count, "session")) of \(Printable.line(found.username)); access tokens last until they expire.\n")
            if let reference = done.logout?.record.reference, !told.isEmpty {
                answer.notes.append(
                    "a running server tells \(Counted(told.count, "app")) of it; "
                        + "'countersign logout show \(reference) --pool \(pool.id)' shows what came of that")
            }
            return answer
        }

        private func everybody(_ administration: Administration) async throws -> Answer {
            var people = 0
            try await each(administration) { _ in people += 1 }
            try confirmation.require(
                pool.id, "\(Counted(people, "user")) of the pool: every session and refresh token of theirs ends, and they sign in anew.",
                to: "sign all of them out")
            people = 0
            var (sessions, signedOut) = (0, 0)
            try await each(administration) { user in
                do throws(AdministrationError) {
                    let done = try await administration.perform(SignOutUser(user.id.text, pool: pool.id, recorded: .whereAnyEnded))
                    (people, sessions, signedOut) = (people + 1, sessions + done.sessions, signedOut + (done.logout == nil ? 0 : 1))
                } catch {
                    // Deleted in the meantime, with all sessions.
                    guard case .notFound(.user, _, _) = error else { throw error }
                }
            }
            return Answer(
                document: [
                    "pool": .string(pool.id), "users": .integer(people), "signed_out_users": .integer(signedOut),
                    "ended_sessions": .integer(sessions),
                ],
                text: """
                    Signed out \(Counted(signedOut, "user")) of \(people): ended \(Counted(sessions, "session")); access tokens last until they expire.

                    """)
        }

        private func each(_ administration: Administration, _ body: (User) async throws -> Void) async throws {
            var after: String?
            while true {
                let users = try await administration.listUsers(pool: pool.id, after: after, limit: 1000)
                for user in users { try await body(user) }
                guard users.count == 1000, let last = users.last else { return }
                after = last.username
            }
        }
    }
}
