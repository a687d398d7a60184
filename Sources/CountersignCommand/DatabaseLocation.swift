import FoundationEssentials
import Gateway
import Glibc
import Storage
import WireFormats

/// Which database: the one that was named, else one place a user. Never the folder in which a command happens to be run: there would be
/// another database in every folder, and nobody would notice.
struct DatabaseLocation: Sendable, Equatable {
    /// With an absolute path, so that every message names the same file wherever it is read.
    let url: String
    let isDefault: Bool

    /// nil: not SQLite.
    var path: String? { Self.path(in: url) }

    /// The default place of the master key; nil where the database has no folder.
    var masterKeyFile: String? { path.map { $0 + ".master-key" } }

    /// As messages name it: of a URL that may hold a password no more than what is behind it.
    var name: String { path ?? (try? PostgreSQLLocation(url: url))?.text ?? "" }

    /// A URL as it may be shown; nil for one that may hold a password, which is left open.
    static func shown(_ url: String) -> String? { path(in: url) != nil || (try? PostgreSQLLocation(url: url)) != nil ? url : nil }

    /// One that was named.
    init(url: String, folder: String = FileManager.default.currentDirectoryPath) {
        isDefault = false
        guard let path = Self.path(in: url), !path.isEmpty, !ProtocolText(path).hasPrefix("/"),
            !ProtocolText(path).hasPrefix(":"), !ProtocolText(path).hasPrefix("file:")
        else {
            self.url = url
            return
        }
        self.url = "sqlite:" + InputFile.absolute(path, folder: folder)
    }

    private init(defaultIn folder: String) {
        url = "sqlite:\(folder)/countersign/countersign.db"
        isDefault = true
    }

    /// The system's place for root, else the user's own data folder (XDG Base Directory Specification); nil where a user has no home.
    static func standard(environment: [String: String], user: uid_t = geteuid(), home: (uid_t) -> String? = Self.home) -> DatabaseLocation? {
        guard user != 0 else { return DatabaseLocation(defaultIn: "/var/lib") }
        // "All paths must be absolute. … relative … should be considered invalid and ignored."
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return DatabaseLocation(defaultIn: data) }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? home(user)
        return home.map { DatabaseLocation(defaultIn: ($0 == "/" ? "" : $0) + "/.local/share") }
    }

    static func home(of user: uid_t) -> String? {
        guard let entry = getpwuid(user), let home = entry.pointee.pw_dir else { return nil }
        let path = String(cString: home)
        return path.hasPrefix("/") ? path : nil
    }

    var exists: Bool { path.map { access($0, F_OK) == 0 || errno != ENOENT } ?? true }

    /// Where earlier versions made a database when none was named; nil where there is none, or where it is this one.
    func leftBehind(in folder: String = FileManager.default.currentDirectoryPath) -> String? {
        guard isDefault, let path else { return nil }
        let old = (folder == "/" ? "" : folder) + "/countersign.db"
        var (there, here) = (stat(), stat())
        guard stat(old, &there) == 0, there.st_mode & S_IFMT == S_IFREG else { return nil }
        if stat(path, &here) == 0, here.st_ino == there.st_ino, here.st_dev == there.st_dev { return nil }
        return old
    }

    /// Makes the folders of the default place, readable by their owner alone. Those of a place that was named are the admin's.
    func makeFolders() throws(CommandFailure) {
        guard isDefault, let path else { return }
        let folders = path.split(separator: "/").dropLast()
        for count in 1...max(1, folders.count) {
            let folder = "/" + folders.prefix(count).joined(separator: "/")
            guard mkdir(folder, 0o700) != 0, errno != EEXIST else { continue }
            throw CommandFailure(
                code: "storage.cannot_open",
                message: "The database \(path.prefix(200)) cannot be made: \(folder.prefix(200)): \(SystemError.text(errno)).",
                remedy: "Name a database in a folder where this user may write with --database or COUNTERSIGN_DATABASE.")
        }
    }

    private static func path(in url: String) -> String? {
        guard let (scheme, path) = ProtocolText(url).cut(at: ":"), scheme.matchesIgnoringCase("sqlite") else { return nil }
        return path.string
    }
}

/// What is to be told of the database beside what a command was asked for.
extension DatabaseLocation {
    /// A command that only asks makes no database.
    func missing(in folder: String = FileManager.default.currentDirectoryPath) -> CommandFailure {
        let hint =
            leftBehind(in: folder).map {
                "This folder has one from an earlier version; to use it: --database \(Shell.quoted("sqlite:" + $0)). Else: "
            } ?? ""
        return CommandFailure(
            CommandFailure.Problem(
                code: "storage.no_database", message: "There is no database at \(name.prefix(200)).",
                remedy: hint + "Make one there with a first pool, or name the one that the server has.", acts: [.createPool, .configure(.database)]))
    }

    /// A new, empty database beside the one that was used until now would look as if everything were lost.
    func requireNothingLeftBehind(in folder: String = FileManager.default.currentDirectoryPath) throws(CommandFailure) {
        guard let path, let old = leftBehind(in: folder) else { return }
        throw CommandFailure(
            code: "storage.old_place",
            message:
                "This folder has a database from an earlier version, \(old.prefix(200)); the default is \(path.prefix(200)) now, and nothing is there.",
            remedy: "To use the old one, name it: --database \(Shell.quoted("sqlite:" + old)). "
                + "To begin with a new one: --database \(Shell.quoted("sqlite:" + path))")
    }

    /// The other database that somebody in this folder could mean.
    func note(in folder: String = FileManager.default.currentDirectoryPath) -> String? {
        guard let path, let old = leftBehind(in: folder) else { return nil }
        return "\(old) is not used, \(path) is; to use the one in this folder: --database \(Shell.quoted("sqlite:" + old))"
    }
}
