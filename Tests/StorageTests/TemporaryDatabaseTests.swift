import TestSupport
import Testing

@Suite("Databases of tests: there are so many at the same time")
struct TemporaryDatabaseTests {
    /// Those who came wait until all are there.
    private actor Gathering {
        private var missing: Int
        private var waiting: [CheckedContinuation<Void, Never>] = []

        init(_ count: Int) { missing = count }

        func arrive() async {
            missing -= 1
            guard missing == 0 else { return await withCheckedContinuation { waiting.append($0) } }
            for continuation in waiting { continuation.resume() }
        }
    }

    @Test("tests that have one, as many as may, and all want another one, wait for nobody")
    func nested() async throws {
        let gathering = Gathering(TemporaryDatabase.maximum)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<TemporaryDatabase.maximum {
                group.addTask {
                    try await TemporaryDatabase.with { (first: TemporaryDatabase) in
                        await gathering.arrive()
                        return try await TemporaryDatabase.with { (second: TemporaryDatabase) in first.path != second.path }
                    }
                }
            }
            for try await isAnother in group { #expect(isAnother) }
        }
    }
}
