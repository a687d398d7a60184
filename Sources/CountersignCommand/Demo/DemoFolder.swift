import ArgumentParser
import FoundationEssentials
import Glibc

/// Where a demonstration has its database: a folder that is gone afterwards, or a new one that stays.
struct DemoFolder {
    let path: String
    private let isKept: Bool

    init(keptAs name: String?) throws {
        if let name {
            path = InputFile.absolute(name)
            guard mkdir(path, 0o700) == 0 else {
                throw ValidationError("--keep: a new folder \(path.prefix(200)) cannot be made: \(SystemError.text(errno)).")
            }
            isKept = true
            return
        }
        let folder = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        var template = Array((folder + "/countersign-demo.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ValidationError("A folder for the data cannot be made in \(folder.prefix(200)): \(SystemError.text(errno)). --keep names one.")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        isKept = false
    }

    func remove() {
        if !isKept { try? FileManager.default.removeItem(atPath: path) }
    }
}
