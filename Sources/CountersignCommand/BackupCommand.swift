import ArgumentParser
import FoundationEssentials
import Gateway
import SAML
import Storage
import UserPools
import WireFormats

extension BackupRefusal: Diagnosable {}

struct BackupCommand: AnsweringCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Back up the whole installation into one sealed file, while servers run.",
        discussion: """
            countersign backup --make-key /root/backup-key
            countersign backup /backup/countersign.csb --key-file /root/backup-key
            countersign backup nightly.csb --key-file /root/backup-key --yes

            All pools with all that is in them, as they were at one moment, and the master
            key: the file and the backup key restore everything, on SQLite or PostgreSQL.
            Keep the backup key where the backups are not. Not in it: the configuration,
            certificates of TLS, and keys that are in an HSM.

            The file is written beside its name, read again and compared, and only then
            has its name; one that is there stays unless --yes is given.

            Exit status: 0 the backup is there and was read again, 1 there is none.
            """)

    @Argument(help: ArgumentHelp("The file that is made.", valueName: "FILE")) var file: String?
    @Option(help: ArgumentHelp("The backup key.", valueName: "FILE")) var keyFile: String?
    @Option(help: ArgumentHelp("Make a new backup key, and nothing else.", valueName: "FILE")) var makeKey: String?
    @Flag(help: "Replace a file that is there.") var yes = false
    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if makeKey != nil {
            guard file == nil, keyFile == nil else { throw ValidationError("--make-key makes a key and no backup: leave FILE and --key-file out.") }
        } else if file == nil || keyFile == nil {
            throw ValidationError("Name the file that is made, and with --key-file the backup key; --make-key makes one.")
        }
    }

    func answer() async throws -> Answer {
        if let makeKey { return try Self.make(key: makeKey) }
        return try await Interruption.tidied { try await backUp() }
    }

    private func backUp() async throws -> Answer {
        let (file, began) = (InputFile.absolute(file ?? ""), ContinuousClock.now)
        let configuration = try GatewayConfiguration(flags: shared.flags(), file: shared.config)
        guard configuration.database.exists else { throw configuration.database.missing() }
        let key = try BackupKeyFile.read(keyFile ?? "")
        let masterKey = try MasterKeyFile.read(configuration.masterKeyFile)
        let progress = Progress(shared.output)
        do {
            if !yes { try Backup.requireAbsent(file) }
            let snapshot = try await Snapshot.take(of: configuration.database.url, at: Date(), program: Countersign.version) {
                progress.tell("\($0.step == .copying ? "reading" : "comparing") \($0.table): \($0.rows) rows", isDone: $0.isDone)
            }
            defer { snapshot.discard() }
            let contents = snapshot.contents
            try Self.require(masterKey, of: contents, configuration.masterKeyFile)
            let length = try await Backup.seal(
                snapshot, masterKey, to: file, replacing: yes, under: key, random: Gateway.Environment.randomBytes
            ) { step, bytes, all in
                progress.tell("\(step == .sealing ? "sealing" : "reading again") \(ByteCount(bytes)) of \(ByteCount(all))", isDone: bytes == all)
            }
            var answer = Self.answer(contents, key, file, length, hasMasterKey: masterKey != nil, seconds: ContinuousClock.now - began)
            if !(await Self.isRecorded(contents.madeAt, at: configuration.database)) {
                answer.notes.append("the database could not be told of it (a standby?): its servers' metrics and 'doctor' know of no new backup")
            }
            return answer
        } catch let error as BackupError { throw CommandFailure(error) }
    }

    /// So that whoever watches the servers sees how old the newest backup is.
    private static func isRecorded(_ moment: Date, at location: DatabaseLocation) async -> Bool {
        guard let storage = try? await Storage.open(url: location.url) else { return false }
        let isRecorded = (try? await storage.stores.installation.recordBackup(of: moment)) != nil
        await storage.close()
        return isRecorded
    }

    private static func make(key path: String) throws(BackupKeyError) -> Answer {
        let (path, key) = (InputFile.absolute(path), try BackupKeyFile.make(path, random: Gateway.Environment.randomBytes))
        return Answer(
            document: ["key_file": .string(path), "backup_key_id": .string(key.id)],
            text: "Made the backup key \(path).\n", notes: ["keep a copy of it where the backups are not: nothing else opens them"])
    }

    /// Another master key would open nothing of what is in the backup.
    private static func require(_ key: SecretBytes?, of contents: BackupContents, _ path: String) throws {
        guard let expected = contents.masterKeyID else { return }
        guard let key else { throw MasterKeyError.missing(path: path) }
        let seen = try Sealer(masterKey: key).masterKeyID
        guard seen == expected else { throw MasterKeyError.other(path: path, expected: expected, seen: seen) }
    }

    private static func answer(
        _ contents: BackupContents, _ key: BackupKey, _ file: String, _ length: UInt64, hasMasterKey: Bool, seconds: Duration
    ) -> Answer {
        var document = contents.members
        document.append("file", .string(file))
        document.append("bytes", .integer(Int(length)))
        document.append("backup_key_id", .string(key.id))
        document.append("has_master_key", .bool(hasMasterKey))
        document.append("seconds", .number(seconds.tenths))
        return Answer(
            document: .object(document),
            text: """
                Made the backup \(file), \(ByteCount(length)), in \(seconds.tenths) s.
                In it: \(contents.summary)\(hasMasterKey ? ", and the master key" : "").
                It was read again, and opens with the backup key \(key.id).

                """)
    }
}

extension CommandFailure {
    init(_ error: BackupError) {
        switch error {
        case .database(let error): self.init(error)
        case .store(let error): self.init(error)
        case .copy(let error): self.init(error)
        case .refused(let error): self.init(error)
        }
    }
}

extension BackupContents {
    var summary: String {
        "\(Counted(pools, "pool")), \(Counted(clients, "client")), \(Counted(users, "user")), \(Counted(rows, "row")) in all"
    }

    var members: JSONObject {
        [
            "made_at": .string(SAMLInstant.format(madeAt)), "program": .string(program), "schema": .integer(schema),
            "public_url": publicURL.map { .string($0) } ?? .null, "master_key_id": masterKeyID.map { .string($0) } ?? .null,
            "pools": .integer(pools), "clients": .integer(clients), "users": .integer(users), "rows": .integer(rows),
        ]
    }
}

/// `1 pool`, `2 pools`.
struct Counted: CustomStringConvertible {
    let description: String

    init(_ count: Int, _ noun: String) { description = "\(count) \(noun)\(count == 1 ? "" : "s")" }
}

/// A length as people read it.
struct ByteCount: CustomStringConvertible {
    let description: String

    init(_ bytes: UInt64) {
        description =
            switch bytes {
            case ..<10_000: "\(bytes) bytes"
            case ..<10_000_000: "\(bytes / 1000) kB"
            default: "\(bytes / 1_000_000) MB"
            }
    }
}

extension Duration {
    /// Seconds with one digit behind the point.
    var tenths: Double { (Double(components.seconds) * 10 + (Double(components.attoseconds) / 1e17)).rounded() / 10 }
}
