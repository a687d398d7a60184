import ArgumentParser
import FoundationEssentials

/// What one operation costs; `floor` names the operation of `openssl speed` that cannot be avoided.
struct Figure: Encodable {
    let name: String
    let floor: String?
    let microseconds: Double
    let fastest: Double
}

/// CPU time of one call: the median of the runs, each with as many calls as fill its time.
struct Meter: ParsableArguments {
    @Option(help: "Runs of each measurement; the median counts.") var runs = 7
    @Option(help: "Seconds of each run.") var seconds = 0.5
    @Option(help: "Only what has this text in its name.") var only = ""

    /// So many that asking the clock for the CPU, a call of the system, does not count beside half a microsecond.
    private static let batch = 100

    /// nil where it is not asked for.
    func measure(_ name: String, _ floor: String? = nil, _ body: @escaping () async throws -> Void) async throws -> Figure? {
        guard only.isEmpty || name.contains(only) else { return nil }
        return try await figure(name, floor, [body]) { $0[0] }
    }

    /// What a call takes more than another one, both in turns: what else the machine does at that time disturbs both alike.
    func measure(_ name: String, beyond part: @escaping () async throws -> Void, _ body: @escaping () async throws -> Void) async throws -> Figure? {
        guard only.isEmpty || name.contains(only) else { return nil }
        return try await figure(name, nil, [part, body]) { $0[1] - $0[0] }
    }

    private func figure(
        _ name: String, _ floor: String?, _ bodies: [() async throws -> Void], _ result: ([Double]) -> Double
    ) async throws -> Figure {
        for body in bodies { _ = try await time(body) }
        var results: [Double] = []
        for _ in 0..<max(1, runs) {
            var (taken, batches) = ([Double](repeating: 0, count: bodies.count), 0.0)
            let begin = Clock.now()
            while Clock.now() - begin < seconds {
                for (index, body) in bodies.enumerated() { taken[index] += try await time(body) }
                batches += 1
            }
            results.append(result(taken) / batches / Double(Self.batch) * 1e6)
        }
        return Figure(name: name, floor: floor, microseconds: results.median, fastest: results.min() ?? 0)
    }

    private func time(_ body: () async throws -> Void) async throws -> Double {
        let begin = Clock.cpu()
        for _ in 0..<Self.batch { try await body() }
        return Clock.cpu() - begin
    }
}
