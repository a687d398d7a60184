import FoundationEssentials
import Glibc

/// What shows a command's answer.
enum Terminal {
    /// Columns of the terminal that standard output is. nil where it is none: a program that reads lines wants none of them broken.
    static let width = width(of: STDOUT_FILENO, environment: ProcessInfo.processInfo.environment)

    /// Narrower than this no table can be read.
    static let narrowest = 60

    /// `COLUMNS` counts before the terminal's own word (POSIX, XBD §8.3).
    static func width(of file: Int32, environment: [String: String]) -> Int? {
        guard isatty(file) == 1 else { return nil }
        if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return max(narrowest, columns) }
        var size = winsize()
        guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return max(narrowest, Int(size.ws_col))
    }
}
