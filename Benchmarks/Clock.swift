import FoundationEssentials
import Glibc

/// Times, and what the kernel says of a process.
enum Clock {
    /// Seconds on the wall.
    static func now() -> Double { seconds(CLOCK_MONOTONIC) }

    /// CPU seconds of this process, all threads: what other programs on the machine do hardly disturbs it.
    static func cpu() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

    /// CPU seconds of another process, user and system (fields 14 and 15 of proc_pid_stat(5); the name before them may hold blanks).
    static func cpu(ofProcess id: Int32) throws -> Double {
        let fields = try text("/proc/\(id)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            throw Failure("/proc/\(id)/stat is not understood")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Resident memory of a process in MiB.
    static func residentMemory(ofProcess id: Int32) throws -> Double {
        let line = try text("/proc/\(id)/status").split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        guard let kilobytes = line?.split(whereSeparator: { !$0.isNumber }).first.flatMap({ Double($0) }) else {
            throw Failure("/proc/\(id)/status has no VmRSS")
        }
        return kilobytes / 1024
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Files of /proc have no size that could be asked for, so they are read to their end.
    private static func text(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw Failure("\(path) cannot be read: has the server ended?") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}

extension [Double] {
    var median: Double {
        let sorted = sorted()
        return sorted.isEmpty ? 0 : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
