import Foundation
import FuzzedInputs
import Testing

@Suite("Fuzzing: the seeds, and what fuzzers found, stay harmless")
struct FuzzingTests {
    private static let seeds = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appendingPathComponent("Fuzzing/Seeds")

    @Test(
        "every input has seeds, and each is read without harm, whole and with a byte less",
        arguments: FuzzedInput.all.map(\.name))
    func replayed(_ name: String) throws {
        let input = try #require(FuzzedInput.all.first { $0.name == name })
        let files = try FileManager.default.contentsOfDirectory(
            at: Self.seeds.appendingPathComponent(name), includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: file))
            input.read(bytes)
            input.read(Array(bytes.dropLast()))
        }
    }

    @Test("no seed belongs to nobody")
    func folders() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.seeds.path)
        #expect(folders.sorted() == FuzzedInput.all.map(\.name).sorted())
    }
}
