import Foundation
import Testing
import WireFormats

@testable import Storage

/// The sealed file: whatever was done to it, it is refused, and the error says what it was.
@Suite("The file of a backup")
struct BackupFileTests {
    private static let key = BackupKey(SecretBytes([UInt8](repeating: 1, count: 32)))!
    private static let otherKey = BackupKey(SecretBytes([UInt8](repeating: 2, count: 32)))!
    private static let sealed = BackupChunks.size + BackupChunks.tagLength

    private let folder = FileManager.default.temporaryDirectory.path + "/countersign-backup-" + UUID().uuidString

    private func with(_ body: (_ path: String) throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder + "/backup.csb")
    }

    private func make(_ path: String, _ plain: [UInt8], salt: UInt8 = 3) throws -> [UInt8] {
        let header = BackupHeader(plainLength: UInt64(plain.count), salt: [UInt8](repeating: salt, count: 32), key: Self.key)
        try? FileManager.default.removeItem(atPath: path)
        let writer = try BackupWriter(path, header, Self.key)
        // In pieces that are no chunks.
        for start in stride(from: 0, to: plain.count, by: 50_000) { try writer.write(Array(plain[start..<min(start + 50_000, plain.count)])) }
        try writer.finish()
        let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(UInt64(bytes.count) == header.fileLength)
        return bytes
    }

    private func read(_ path: String, _ key: BackupKey = key) throws(BackupRefusal) -> [UInt8] {
        let reader = try BackupReader(path, key)
        var plain: [UInt8] = []
        while let chunk = try reader.next() { plain += chunk }
        return plain
    }

    private func refusal(_ path: String, of bytes: some Sequence<UInt8>, _ key: BackupKey = key) throws -> BackupRefusal? {
        try Data(Array(bytes)).write(to: URL(fileURLWithPath: path))
        do { _ = try read(path, key) } catch { return error }
        return nil
    }

    private static func plain(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }

    @Test("what was sealed opens, whatever its length", arguments: [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
    func opens(_ count: Int) throws {
        try with { path in
            let plain = Self.plain(count)
            let bytes = try make(path, plain)
            #expect(bytes.count == 92 + count + 16 * max(1, (count + 65_535) / 65_536))
            #expect(try read(path) == plain)
            #expect(count < 100 || !bytes.contains(plain.prefix(100)))
        }
    }

    @Test("each byte of a small file flipped: the code says which part it was")
    func flipped() throws {
        try with { path in
            let bytes = try make(path, Self.plain(100))
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 0x40
                let code: String =
                    switch index {
                    case ..<8: "backup.not_a_backup"
                    case ..<12: "backup.version"
                    case ..<20: "backup.key"
                    default: "backup.damaged"
                    }
                #expect(try refusal(path, of: changed)?.code == code, "byte \(index)")
            }
        }
    }

    @Test("cut off anywhere: truncated; one byte more: damaged")
    func truncated() throws {
        try with { path in
            let bytes = try make(path, Self.plain(3 * BackupChunks.size + 10))
            let full = UInt64(bytes.count)
            var lengths = [0, 1, 7, 8, 11, 12, 20, 52, 60, 91, 92, 93]
            for chunk in 1...3 { lengths += (-1...1).map { 92 + chunk * Self.sealed + $0 } }
            lengths += [bytes.count - 17, bytes.count - 16, bytes.count - 1]
            for length in lengths {
                let expected: BackupRefusal = .truncated(path: path, expected: length < 92 ? nil : full, seen: UInt64(length))
                #expect(try refusal(path, of: bytes.prefix(length)) == expected, "\(length)")
            }
            #expect(try refusal(path, of: bytes + [0]) == .damaged(path: path, chunk: nil))
            #expect(try refusal(path, of: bytes) == nil)
        }
    }

    @Test("chunks that change places, come twice, or from another backup under the same key: damaged")
    func moved() throws {
        try with { path in
            let plain = Self.plain(4 * BackupChunks.size)
            let bytes = try make(path, plain)
            let header = Array(bytes.prefix(92))
            let chunks = (0..<4).map { Array(bytes[(92 + $0 * Self.sealed)..<(92 + ($0 + 1) * Self.sealed)]) }
            for (order, chunk) in [([1, 0, 2, 3], 0), ([0, 0, 2, 3], 1), ([0, 1, 3, 2], 2), ([0, 1, 2, 2], 3)] {
                #expect(try refusal(path, of: header + order.flatMap { chunks[$0] }) == .damaged(path: path, chunk: UInt64(chunk)), "\(order)")
            }
            let other = try make(path, plain, salt: 4)
            let foreign = Array(other[(92 + Self.sealed)..<(92 + 2 * Self.sealed)])
            #expect(try refusal(path, of: header + chunks[0] + foreign + chunks[2] + chunks[3]) == .damaged(path: path, chunk: 1))
            #expect(try refusal(path, of: other.prefix(92) + bytes.dropFirst(92)) == .damaged(path: path, chunk: 0))
            // The end of a shorter one: its last chunk is not the last here.
            let short = try make(path, Array(plain.prefix(2 * BackupChunks.size)))
            #expect(try refusal(path, of: short + chunks[2] + chunks[3]) == .damaged(path: path, chunk: nil))
            #expect(try refusal(path, of: header + short.dropFirst(92) + chunks[2] + chunks[3]) == .damaged(path: path, chunk: 0))
        }
    }

    @Test("another key, another version, another kind of file")
    func others() throws {
        try with { path in
            let bytes = try make(path, Self.plain(10))
            #expect(try refusal(path, of: bytes, Self.otherKey) == .otherKey(path: path, expected: Self.key.id, seen: Self.otherKey.id))
            #expect(Self.key.id.utf8.count == 16 && Self.key.id != Self.otherKey.id)
            var newer = bytes
            newer[11] = 2
            #expect(try refusal(path, of: newer) == .version(path: path, seen: 2))
            #expect(try refusal(path, of: "SQLite format 3".utf8) == .notABackup(path: path))
            #expect(throws: BackupRefusal.cannotRead(path: folder, reason: "it is not a file")) { _ = try read(folder) }
            #expect(BackupKey(SecretBytes([UInt8](repeating: 1, count: 31))) == nil)
        }
    }
}
