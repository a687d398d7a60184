import ArgumentParser
import FoundationEssentials
import Gateway
import Storage
import WireFormats

struct RestoreCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Restore a backup into an empty database, or look whether it could be.",
        discussion: """
            countersign restore countersign.csb --key-file backup-key --check
            countersign restore countersign.csb --key-file backup-key \\
                --database sqlite:/var/lib/countersign/countersign.db
            countersign restore countersign.csb --key-file backup-key \\
                --database postgresql://countersign@db.example.com/countersign \\
                --master-key-file /var/lib/countersign/master-key

            The backup is opened and compared with what it says is in it, then copied row
            for row into a database in which nothing is; the master key is put where it is
            to be. Killed in the middle, the same command goes on where it was, and no
            server begins on what is not finished.

            It is as old as the backup: what was ended since lives again, withdrawn keys
            and removed secrets as well. With --end-sessions everybody signs in anew.

            As root it refuses a folder of somebody else, whose server could not read what
            root makes there, and one that is not there where the server has a user of its
            own: run it as that user. Before a server begins again see that no
            other one of the same pools still runs.

            Exit status: 0 all is there, or with --check is well; 1 it is not.
            """)

    @Argument(help: ArgumentHelp("The backup.", valueName: "FILE")) var file: String
    @Option(help: ArgumentHelp("The backup key that it was made with.", valueName: "FILE")) var keyFile: String
    @Flag(help: "Open it, compare what is in it, and restore nothing.") var check = false
    @Flag(help: "End every session and refresh token there is in it: everybody signs in anew.") var endSessions = false
    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if check, endSessions { throw ValidationError("--check restores nothing: leave --end-sessions out.") }
    }

    func answer() async throws -> Answer { try await Interruption.tidied { try await restore() } }

    private func restore() async throws -> Answer {
        let (file, began) = (InputFile.absolute(file), ContinuousClock.now)
        let key = try BackupKeyFile.read(keyFile)
        let configuration = check ? nil : try GatewayConfiguration(flags: shared.flags(), file: shared.config)
        let progress = Progress(shared.output)
        do {
            if let configuration {
                for path in [configuration.database.path, configuration.masterKeyFile].compactMap(\.self) {
                    try Restoration.requireOwnFolder(of: path, quoted: Shell.quoted)
                }
                try configuration.database.makeFolders()
                try await Restoration.requireRoom(in: configuration.database.url)
            }
            let backup = try await UnsealedBackup.open(file, with: key, beside: configuration?.database.path) { bytes, all in
                progress.tell("opening \(ByteCount(bytes)) of \(ByteCount(all))", isDone: bytes == all)
            } comparing: {
                progress.tell("comparing \($0.table): \($0.rows) rows", isDone: $0.isDone)
            }
            defer { backup.discard() }
            try Self.require(backup)
            guard let configuration else { return answer(backup, file, seconds: ContinuousClock.now - began) }
            let ended = endSessions ? try await backup.endSessions() : nil
            let masterKeyFile = try Self.keep(backup, at: configuration.masterKeyFile)
            try await Self.copy(backup, to: configuration.database, progress)
            return answer(backup, file, to: configuration.database, masterKeyFile, ended, seconds: ContinuousClock.now - began)
        } catch let error as BackupError { throw CommandFailure(error) }
    }

    /// What is sealed in the database must open with the master key that lies beside it.
    private static func require(_ backup: UnsealedBackup) throws {
        guard let expected = backup.contents.masterKeyID else { return }
        guard let key = backup.masterKey, try Sealer(masterKey: key).masterKeyID == expected else {
            throw BackupError.refused(.differs(path: "the backup", "its master key is another one"))
        }
    }

    /// - Returns: where it is; nil where the backup has none.
    private static func keep(_ backup: UnsealedBackup, at path: String) throws -> String? {
        guard let key = backup.masterKey else { return nil }
        let kept = try MasterKeyFile.keep(key, at: path, random: Gateway.Environment.randomBytes)
        let (expected, seen) = (try Sealer(masterKey: key).masterKeyID, try Sealer(masterKey: kept).masterKeyID)
        guard seen == expected else { throw MasterKeyError.inTheWay(path: path, expected: expected, seen: seen) }
        return path
    }

    private static func copy(_ backup: UnsealedBackup, to database: DatabaseLocation, _ progress: Progress) async throws {
        do throws(DatabaseCopyError) {
            _ = try await DatabaseCopy.run(from: backup.url, to: database.url, now: { Date() }) { step throws(DatabaseCopyError) in
                progress.tell("\(step.step == .copying ? "restoring" : "comparing") \(step.table): \(step.rows) rows", isDone: step.isDone)
            }
        } catch { throw BackupError(error) }
    }

    private func answer(_ backup: UnsealedBackup, _ file: String, seconds: Duration) -> Answer {
        Answer(
            document: .object(members(backup, file, seconds)),
            text: """
                The backup \(file) is well: every byte opens, and what is in it is what was put in.
                In it: \(backup.contents.summary)\(backup.masterKey == nil ? "" : ", and the master key").

                """)
    }

    private func answer(
        _ backup: UnsealedBackup, _ file: String, to database: DatabaseLocation, _ masterKeyFile: String?, _ ended: Int?, seconds: Duration
    ) -> Answer {
        var document = members(backup, file, seconds)
        document.append("database", .string(database.name))
        document.append("master_key_file", masterKeyFile.map { .string($0) } ?? .null)
        document.append("ended_sessions", ended.map { .integer($0) } ?? .null)
        return Answer(
            document: .object(document),
            text: """
                Opened \(file), made by \(backup.contents.program).
                \(masterKeyFile.map { "The master key is in \($0)." } ?? "There was no master key in it.")
                Restored \(backup.contents.summary) into \(database.name), in \(seconds.tenths) s\(ended == nil ? "; both have the same." : ".")
                \(ended.map { "Ended \(Counted($0, "session")) and every refresh token in it.\n" } ?? "")
                """,
            notes: [
                "what happened after the backup was made is not there: see that every server of the lost database is stopped",
                "what was taken back since is good again: keys that were withdrawn, client secrets and providers' certificates that were removed, "
                    + "users and clients that were disabled\(ended == nil ? ", sessions that ended (--end-sessions)" : ""); do again what matters",
            ])
    }

    private func members(_ backup: UnsealedBackup, _ file: String, _ seconds: Duration) -> JSONObject {
        var document = backup.contents.members
        document.append("file", .string(file))
        document.append("bytes", .integer(Int(backup.fileLength)))
        document.append("has_master_key", .bool(backup.masterKey != nil))
        document.append("seconds", .number(seconds.tenths))
        return document
    }
}
