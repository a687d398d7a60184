import Glibc

/// A terminal at which the test is the person.
final class PseudoTerminal {
    struct NotThere: Error {}

    private let person: Int32
    /// Open as long as the terminal: else it would be gone as soon as the command has closed it.
    private let line: Int32
    /// What a process opens as its terminal.
    let path: String
    private(set) var shown: [UInt8] = []

    /// - Parameter columns: 0 is a terminal that does not say.
    init(columns: UInt16 = 0) throws {
        var (person, line) = (Int32(-1), Int32(-1))
        var name = [CChar](repeating: 0, count: 64)
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard openpty(&person, &line, nil, nil, &size) == 0, ttyname_r(line, &name, name.count) == 0 else { throw NotThere() }
        (self.person, self.line) = (person, line)
        path = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        _ = fcntl(person, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(line)
        close(person)
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(person, $0.baseAddress, $0.count) }
    }

    /// Waits until `text` stands on the terminal.
    func wait(for text: String, or ended: () -> Bool) async throws {
        while true {
            let isOver = ended()
            read()
            if String(decoding: shown, as: UTF8.self).contains(text) { return }
            guard !isOver else { throw NotThere() }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func read() {
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(person, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            shown += chunk[..<count]
        }
    }
}
