import Glibc
import UserPools

extension Actor {
    /// Who sits at the command line: the system's user, and behind `sudo` the one who called it.
    static var current: Actor {
        if geteuid() == 0, let caller = getenv("SUDO_USER").map({ String(cString: $0) }), !caller.isEmpty { return .commandLine(user: caller) }
        let entry = getpwuid(geteuid())
        return .commandLine(user: entry.map { String(cString: $0.pointee.pw_name) } ?? "uid \(geteuid())")
    }
}
