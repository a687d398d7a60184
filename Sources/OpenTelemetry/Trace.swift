internal import Glibc
internal import Synchronization
internal import Tracing

/// One request's spans, from its beginning until it is known whether they are worth keeping.
final class Trace: Sendable {
    /// What one request may record; what would be more is left out.
    static let maximumSpans = 128

    let id: TraceID
    /// Whether it is kept also where nothing was wrong.
    let isSampled: Bool
    private let began = ContinuousClock.now
    /// Nanoseconds since 1970. All times are this and what has passed since: no change of the clock turns a span around.
    private let beganAt: Int64
    private let state = Mutex<(spans: [FinishedSpan], isOver: Bool)>(([], false))

    init(id: TraceID, isSampled: Bool) {
        (self.id, self.isSampled) = (id, isSampled)
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        beganAt = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    var now: Int64 {
        let passed = (ContinuousClock.now - began).components
        return beganAt + passed.seconds * 1_000_000_000 + passed.attoseconds / 1_000_000_000
    }

    /// What ends after its request belongs to nobody.
    func add(_ span: FinishedSpan) {
        state.withLock { state in
            guard !state.isOver, state.spans.count < Self.maximumSpans - 1 else { return }
            state.spans.append(span)
        }
    }

    /// The request is answered: all of it where it is to be kept, else nothing.
    func end(with root: FinishedSpan, keepingRefused isKept: () -> Bool) -> [FinishedSpan] {
        let spans = state.withLock { state in
            defer { state = ([], true) }
            return state.spans
        }
        return isSampled || root.isError && isKept() ? [root] + spans : []
    }
}

/// A span that has ended.
struct FinishedSpan: Sendable {
    let trace: TraceID
    let id: UInt64
    let parent: UInt64?
    let name: String
    let kind: SpanKind
    let start: Int64
    let end: Int64
    let attributes: SpanAttributes
    let isError: Bool
}
