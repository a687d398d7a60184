package import Tracing

extension ServiceContext {
    private enum TracerKey: ServiceContextKey { typealias Value = any Tracer }

    /// Who records the request that this work is for; nil where nobody does.
    package var tracer: (any Tracer)? {
        get { self[TracerKey.self] }
        set { self[TracerKey.self] = newValue }
    }
}

/// A step of a request as a span below the one that goes on: for who traces it. Where nobody does, that is found out by one look, and nothing is made.
///
/// - Parameters:
///   - name: a fixed text; nothing of a request.
///   - body: is given the span, to say more of it; nil where nobody traces.
package func traced<Value, Failure: Error>(
    _ name: String, ofKind kind: SpanKind = .internal, isolation: isolated (any Actor)? = #isolation,
    _ body: ((any Tracing.Span)?) async throws(Failure) -> Value
) async throws(Failure) -> Value {
    guard let context = ServiceContext.current, let tracer = context.tracer else { return try await body(nil) }
    let span = tracer.startSpan(name, context: context, ofKind: kind)
    defer { span.end() }
    let result = await ServiceContext.withValue(span.context) { () async -> Result<Value, Failure> in
        do throws(Failure) { return .success(try await body(span)) } catch { return .failure(error) }
    }
    if case .failure(let error) = result { span.recordError(error) }
    return try result.get()
}
