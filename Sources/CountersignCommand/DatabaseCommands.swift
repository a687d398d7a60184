import ArgumentParser
import FoundationEssentials
import Gateway
import Storage
import UserPools
import WireFormats

extension CopyRefusal: Diagnosable {}

struct DatabaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "database", abstract: "The database as a whole: copy it to another one, or check it.",
        discussion: """
            countersign database check
            countersign database copy --from sqlite:countersign.db \\
                --to postgresql://countersign@db.example.com/countersign
            """,
        subcommands: [Copy.self, Check.self])

    struct Copy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy everything to another, empty database: from SQLite to PostgreSQL, or back.",
            discussion: """
                countersign database copy --from sqlite:/var/lib/countersign/countersign.db \\
                    --to postgresql://countersign@db.example.com/countersign
                countersign database copy \\
                    --from postgresql://countersign@db.example.com/countersign \\
                    --to sqlite:countersign.db

                Stop every server of both databases first. The source is only read. All pools
                go with all that is in them: users, sessions and refresh tokens go on as if
                nothing had happened, under the same public URL.
                What is sealed is copied sealed: the copy needs the same master key, which is a
                file and not copied.

                Killed in the middle, the same command goes on where it was; no server begins
                on a copy that is not finished. At the end the rows of each table are counted
                and hashed on both sides, and have to be the same.
                """)
        @Option(help: ArgumentHelp("The database that is copied; sqlite:PATH or postgresql://USER@HOST/DATABASE.", valueName: "URL")) var from: String
        @Option(help: ArgumentHelp("The one that is filled; a SQLite file is made.", valueName: "URL")) var to: String
        @Option(help: ArgumentHelp("A table for people, or one JSON document for programs.", valueName: "table|json")) var output: OutputFormat =
            .table

        func run() async throws { try await Answer.give(output, answer) }

        private func answer() async throws -> Answer {
            let (source, destination) = (DatabaseLocation(url: from), DatabaseLocation(url: to))
            let progress = Progress(output)
            let copied: CopiedDatabase
            do throws(DatabaseCopyError) {
                copied = try await DatabaseCopy.run(from: source.url, to: destination.url, now: { Date() }) { step throws(DatabaseCopyError) in
                    progress.tell("\(step.step == .copying ? "copying" : "comparing") \(step.table): \(step.rows) rows", isDone: step.isDone)
                }
            } catch {
                switch error {
                case .database(let error): throw CommandFailure(error)
                case .store(let error): throw CommandFailure(error)
                case .refused(let error): throw CommandFailure(error)
                }
            }
            return answer(copied, source, destination)
        }

        private func answer(_ copied: CopiedDatabase, _ source: DatabaseLocation, _ destination: DatabaseLocation) -> Answer {
            let rows = copied.tables.map(\.rows).reduce(0, +)
            var table = Table([.init(title: "TABLE", isWhole: true), .init(title: "ROWS"), .init(title: "SHA-256 BEGINS WITH", isWhole: true)])
            for copy in copied.tables { table.append(copy.name, "\(copy.rows)", ProtocolText(copy.digest).prefix(16).string) }
            var answer = Answer(
                document: [
                    "from": .string(source.name), "to": .string(destination.name), "rows": .integer(rows), "written": .integer(copied.written),
                    "master_key_id": copied.masterKeyID.map { .string($0) } ?? .null,
                    "tables": .array(copied.tables.map { ["name": .string($0.name), "rows": .integer($0.rows), "sha256": .string($0.digest)] }),
                ],
                text: table.text(orIfEmpty: "Nothing.") + "Copied \(rows) rows; both sides have the same.\n")
            if copied.written < rows { answer.notes.append("\(rows - copied.written) rows were there from a run before") }
            if let key = copied.masterKeyID {
                let place = destination.masterKeyFile.map { ": copy it to \($0), or name it" } ?? ": name it"
                answer.notes.append("the servers of the copy need the same master key (\(key))\(place) with --master-key-file")
            }
            return answer
        }
    }

    struct Check: AnsweringCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read all of the database, and say what is not as it should be.",
            discussion: """
                countersign database check
                countersign database check --output json
                countersign database check \\
                    --database postgresql://countersign@db.example.com/countersign \\
                    --master-key-file /etc/countersign/master-key

                Nothing is changed, and servers may run meanwhile. Looked at are the database's
                own structures, whether each row belongs to one that is there and reads as what
                it should be, and whether what is sealed opens with the master key, where that
                is at hand.

                Exit status: 0 nothing was found, 1 something was.
                """)
        @OptionGroup var shared: SharedOptions

        func answer() async throws -> Answer {
            let configuration = try GatewayConfiguration(flags: shared.flags(), file: shared.config, needingMasterKey: false)
            guard configuration.database.exists else { throw configuration.database.missing() }
            let progress = Progress(shared.output)
            let check = try await DatabaseCheck.open(url: configuration.database.url)
            let result: Result<(CheckedDatabase, sealed: SealedCheck), any Error>
            do {
                let checked = try await check.run { table, rows, isDone in progress.tell("reading \(table): \(rows) rows", isDone: isDone) }
                result = .success((checked, try await SealedCheck.run(checked, check.stores, masterKeyFile: configuration.masterKeyFile)))
            } catch { result = .failure(error) }
            await check.close()
            let (checked, sealed) = try result.get()
            return Answer(checked, sealed)
        }
    }
}

/// A finding as it is told, whoever found it.
struct Finding: Sendable {
    let code: String
    let place: String
    let message: String
    let remedy: String
}

/// What the master key says of what is sealed.
struct SealedCheck: Sendable {
    /// nil where there was no master key at hand.
    private(set) var opened: Int? = 0
    private(set) var findings: [Finding] = []

    static func run(_ checked: CheckedDatabase, _ stores: Stores, masterKeyFile: String) async throws -> SealedCheck {
        var check = SealedCheck()
        // Where the tables are others nothing was looked at.
        guard !checked.tables.isEmpty else { return check }
        guard let key = try MasterKeyFile.read(masterKeyFile) else {
            check.opened = nil
            return check
        }
        let sealer = try Sealer(masterKey: key)
        if let known = checked.masterKeyID, known != sealer.masterKeyID {
            let error = MasterKeyError.other(path: masterKeyFile, expected: known, seen: sealer.masterKeyID)
            check.findings.append(Finding(code: error.code, place: "the database", message: error.message, remedy: error.remedy))
            return check
        }
        let secrets = try await SealedSecrets.open(in: stores, with: sealer)
        check.opened = secrets.opened
        check.findings = secrets.unopened.map { place in
            Finding(
                code: SealError.notOpened.code, place: place, message: "It does not open with the master key.", remedy: SealError.notOpened.remedy)
        }
        return check
    }
}

extension Answer {
    fileprivate init(_ checked: CheckedDatabase, _ sealed: SealedCheck) {
        let findings = checked.findings.map { Finding(code: $0.code, place: $0.place, message: $0.message, remedy: $0.remedy) } + sealed.findings
        var tables = Table([.init(title: "TABLE", isWhole: true), .init(title: "ROWS")])
        for table in checked.tables { tables.append(table.name, "\(table.rows)") }
        var found = Table([.init(title: "CODE", isWhole: true), .init(title: "WHERE"), .init(title: "WHAT")])
        for finding in findings { found.append(finding.code, finding.place, finding.message) }
        let remedies = findings.reduce(into: [Finding]()) { told, finding in
            if !told.contains(where: { $0.code == finding.code }) { told.append(finding) }
        }
        self.init(
            document: [
                "database": .string(checked.name), "schema": .integer(checked.schema),
                "master_key_id": checked.masterKeyID.map { .string($0) } ?? .null, "opened": sealed.opened.map { .integer($0) } ?? .null,
                "tables": .array(checked.tables.map { ["name": .string($0.name), "rows": .integer($0.rows)] }),
                "findings": .array(
                    findings.map {
                        ["code": .string($0.code), "where": .string($0.place), "message": .string($0.message), "remedy": .string($0.remedy)]
                    }),
                "more_findings": .integer(checked.more),
            ],
            text: (checked.tables.isEmpty ? "" : tables.text(orIfEmpty: "") + "\n") + found.text(orIfEmpty: "Nothing was found.")
                + remedies.flatMap { Wrapping.lines("remedy of \($0.code): \($0.remedy)", width: Terminal.width, breakingWords: false) }
                .map { Printable.line($0) + "\n" }.joined()
                + (checked.more > 0 ? "There are \(checked.more) more.\n" : ""),
            status: findings.isEmpty ? 0 : CommandFailure.refused)
        if sealed.opened == nil { notes.append("the master key is not at hand, so whether what is sealed opens was not looked at") }
    }
}
