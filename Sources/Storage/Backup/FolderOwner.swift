import Glibc

/// Whose a folder is or would have to be, and how root acts for that user in a shell.
struct FolderOwner {
    private let uid: uid_t
    private let gid: gid_t

    var isRoot: Bool { uid == 0 }

    /// nil where there is no such folder.
    init?(of folder: String) {
        var status = stat()
        guard stat(folder, &status) == 0 else { return nil }
        (uid, gid) = (status.st_uid, status.st_gid)
    }

    /// Of a folder that is not there: who has the one above it; where that is root the server's user; nil where there is none.
    init?(above folder: String, server: String) {
        var above = BackupFile.folder(of: folder)
        while above != "/", above != ".", FolderOwner(of: above) == nil { above = BackupFile.folder(of: above) }
        if let owner = FolderOwner(of: above), !owner.isRoot {
            self = owner
        } else {
            guard let entry = getpwnam(server), entry.pointee.pw_uid != 0 else { return nil }
            (uid, gid) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
        }
    }

    private var user: String? { getpwuid(uid).flatMap { entry in entry.pointee.pw_name.map { String(cString: $0) } } }
    private var group: String? { getgrgid(gid).flatMap { entry in entry.pointee.gr_name.map { String(cString: $0) } } }

    /// As messages name the user.
    var name: String { user ?? "#\(uid)" }

    /// What goes in front of a command. runuser knows no numbers.
    var asOwner: String { user.map { "runuser -u \($0) --" } ?? "setpriv --reuid=\(uid) --regid=\(gid) --clear-groups --" }

    /// The command that makes a folder which is this user's alone.
    func making(_ folder: String) -> String { "install -d -o \(user ?? "\(uid)") -g \(group ?? "\(gid)") -m 700 \(folder)" }
}
